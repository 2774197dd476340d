"""The local model as the emulator's backend."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final, Self

from aztui.emulator.backend import Ask, BackendError, Part, Piece, Tally
from aztui.emulator.local import dialect, weights
from aztui.emulator.local.engine import SLOTS, Engine, check
from aztui.emulator.local.errors import LocalUnavailable

__all__ = ["LocalAnswer", "LocalModel", "LocalUnavailable"]

_LAST_WORDS: Final = 1.0
"""Seconds to wait, once the engine's connection is lost, for the reason."""


class LocalModel:
    """A model on this machine, in a process of its own.

    The process starts with `start` or the first request, and again with the next request after
    it has died. Any thread may ask; `close` ends it.

    Attributes:
        model: the model's name, as chunks give it.
        parameters: those it takes beside Azure's.
    """

    parameters = dialect.OWN

    def __init__(self, file: Path) -> None:
        """Take the weights in `file`, without loading them.

        Raises:
            LocalUnavailable: they cannot run here, in one sentence that says what to do.
        """
        check(file)
        self.model = weights.name(file)
        self._file = file
        self._lock = threading.Lock()
        self._engine: Engine | None = None
        self._closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self) -> None:
        """Begin to load the weights in the background; the first answer waits for them."""
        self._running()

    def answer(self, ask: Ask) -> LocalAnswer:
        """Return the answer to `ask`; it is asked for when it is first iterated."""
        return LocalAnswer(ask, self._running)

    def close(self) -> None:
        """End the process, whatever it is doing."""
        with self._lock:
            self._closed = True
            engine = self._engine
        if engine:
            engine.stop()

    def _running(self) -> Engine:
        with self._lock:
            if self._closed:
                raise BackendError(500, None, "The local model has been stopped.")
            if self._engine is None or self._engine.end:
                self._engine = Engine(self._file)
            return self._engine


class LocalAnswer:
    """One answer, read from the engine as it writes it."""

    def __init__(self, ask: Ask, running: Callable[[], Engine]) -> None:
        self._ask = ask
        self._running = running
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self._engine: Engine | None = None
        self._socket: socket.socket | None = None

    def __iter__(self) -> Iterator[Part]:
        """Give the pieces and, at the end of a whole answer, the tally.

        Raises:
            BackendError: the request cannot be answered, or the engine died over it.
        """
        prompts: dict[int, int] = {}
        written = 0
        for turn in dialect.rounds(self._ask, SLOTS):
            for part in self._turn(turn):
                if isinstance(part, Piece):
                    yield part
                else:
                    prompts[turn.prompt] = part.prompt_tokens
                    written += part.completion_tokens
        if not self._closed.is_set():
            yield Tally(sum(prompts.values()), written)

    def close(self) -> None:
        """Break the engine's connection off, at which it stops writing."""
        with self._lock:
            self._closed.set()
            engine, lost = self._engine, self._socket
        if lost:
            with suppress(OSError):
                lost.shutdown(socket.SHUT_RDWR)
        if engine:
            engine.wake()

    def _turn(self, turn: dialect.Round) -> Iterator[Part]:
        from aztui.emulator.local import stream  # noqa: PLC0415 - 40 ms that no start should take

        if self._closed.is_set():
            return
        engine = self._running()
        self._engine = engine
        address = engine.address(self._closed.is_set)
        if address is None:
            if not self._closed.is_set():
                raise BackendError(500, None, engine.end)
            return
        try:
            for data in stream.records(address, turn.path, turn.body, self._hold):
                yield from dialect.parts(data, turn.first)
        except stream.LostError as lost:
            if not self._closed.is_set():
                engine.wait_for_end(_LAST_WORDS)
                reason = engine.end or f"The local model's process cannot be reached: {lost}."
                raise BackendError(500, None, reason) from lost

    def _hold(self, lane: socket.socket) -> None:
        """Let `close` find the connection; break it off where `close` came first."""
        with self._lock:
            self._socket = lane
            closed = self._closed.is_set()
        if closed:
            lane.shutdown(socket.SHUT_RDWR)
