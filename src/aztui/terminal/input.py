"""Reading what the terminal sends, on a thread that sleeps until something comes."""

from __future__ import annotations

import os
import select
import threading
import time
from collections.abc import Callable
from typing import Final, final

from textual.message import Message

from aztui.terminal.decoder import Decoder
from aztui.terminal.wakeup import WakeUp

_READ: Final = 4096
"""Bytes to read at once; Linux's terminals never have more."""


@final
class Input:
    """A thread that turns what comes from a terminal into events, until it is stopped."""

    def __init__(
        self,
        fd: int,
        *,
        on_event: Callable[[Message], None],
        on_gone: Callable[[], None],
        on_error: Callable[[Exception], None],
    ) -> None:
        """Begin. The callbacks are called on the thread.

        Args:
            fd: the terminal, in raw mode.
            on_event: takes each event, in order.
            on_gone: called last, when the terminal is no more.
            on_error: called last, with an error of ours.
        """
        self._fd = fd
        self._on_event = on_event
        self._on_gone = on_gone
        self._on_error = on_error
        self._decoder = Decoder()
        self._stop = WakeUp()
        self._thread = threading.Thread(target=self._run, name="terminal-input", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread and wait for that; nothing is read any more."""
        self._stop.set()
        self._thread.join()
        self._stop.close()

    def _run(self) -> None:
        try:
            gone = self._read_all()
        except Exception as error:  # noqa: BLE001 - a dead keyboard must not go unnoticed
            self._on_error(error)
        else:
            if gone:
                self._on_gone()

    def _read_all(self) -> bool:
        """Read until told to stop; return whether the terminal is gone."""
        while True:
            watched = (self._stop.fileno(), self._fd)
            ready, _, _ = select.select(watched, (), (), self._patience())
            if self._stop.fileno() in ready:
                return False
            now = time.monotonic()
            if ready:
                data = self._read()
                if data == b"":
                    return True
                found = self._decoder.feed(data, now) if data else []
            else:
                found = self._decoder.expire(now)
            for event in found:
                self._on_event(event)

    def _patience(self) -> float | None:
        deadline = self._decoder.deadline
        return None if deadline is None else max(0.0, deadline - time.monotonic())

    def _read(self) -> bytes | None:
        """Read once: nothing is the terminal's end, None that there was nothing after all."""
        try:
            return os.read(self._fd, _READ)
        except BlockingIOError:
            return None
        except OSError:
            return b""
