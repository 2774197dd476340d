"""One run's answer as it is followed: over one connection, or over several where the link drops."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Final

from aztui.azure.decode.responses import decoder_midway
from aztui.azure.dialects import DIALECTS
from aztui.azure.lessons import Watch
from aztui.core.events import Event, FinishReason, Reached, Stored, StreamProblem
from aztui.core.problem import Kind
from aztui.core.request import Request
from aztui.core.resuming import Held, Joint

_OFTEN: Final = 0.25
"""Seconds between two words on how far a response was read: as often as a journal is written."""


class Unfinished(Exception):  # noqa: N818 - it is what came of the stream that is unfinished
    """The stream of a response that goes on at the service ended before the response did."""


class Following:
    """What is known of a run's answer, whatever becomes of its connections.

    The run's thread alone calls it, but for `known`.

    Attributes:
        response: the id by which it can be taken up again; empty where it cannot be, or not yet.
        over: whether its end has come.
        decode: reads its stream.

    Args:
        request: what is asked.
        held: what had come of the response that is to be taken up; None for a new request.
        clock: seconds that only grow.
    """

    def __init__(
        self, request: Request, held: Held | None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._make = DIALECTS[request.api].decoder
        self._background = request.background
        self._clock = clock
        self._told_at = clock()
        self._settled = threading.Event()
        self._from_before = held is not None
        self._watch: Watch | None = None
        self.over = False
        self.response = ""
        self._joint = Joint(Held(""))
        self.decode = self._make()
        if held is not None:
            self.response = held.response
            self._joint = Joint(held)
            self.decode = decoder_midway(held.sequence, held.parts)
            self._settled.set()
        self._opened_after = self.after

    @property
    def after(self) -> int | None:
        """The number of the last event that was read; None where none was."""
        reached = self.decode.reached
        return None if reached is None or reached < 0 else reached

    @property
    def resumes(self) -> bool:
        """Whether the answer is to be taken up again, and not asked for anew."""
        return bool(self.response) and not self.over

    @property
    def begun(self) -> bool:
        """Whether anything of it has come."""
        return self._from_before or (self._watch is not None and self._watch.begun)

    @property
    def advanced(self) -> bool:
        """Whether anything has come since it was last opened."""
        return self.after != self._opened_after

    @property
    def nameless(self) -> bool:
        """Whether its id is still to come, without which nobody can stop it at the service."""
        return self._background and not (self.response or self.over)

    def open(self, watch: Callable[[], Watch]) -> Watch:
        """Begin to read a stream: the rest of the response, or a new one.

        Args:
            watch: makes what sees an answer pass.

        Returns:
            What sees this one pass, over all its connections.
        """
        if not self.resumes:
            self.decode = self._make()
        if self._watch is None or not self.resumes:
            self._watch = watch()
        self._opened_after = self.after
        return self._watch

    def forget(self) -> None:
        """Let the response be: the request is to be sent anew."""
        self.response = ""
        self._settled.clear()

    def take(self, event: Event) -> Event | None:
        """Note an event, and return what of it is to be told; None for nothing."""
        match event:
            case Stored(response):
                self.response = response
                self._settled.set()
            case FinishReason():
                self.over = True
            case StreamProblem(problem) if problem.kind is not Kind.PROTOCOL:
                self.over = True
            case Reached() if self._clock() - self._told_at < _OFTEN:
                return None
        told = self._joint(event)
        if isinstance(told, Reached):
            self._told_at = self._clock()
        return told

    def close(self) -> None:
        """Say that nothing more will be known of it."""
        self._settled.set()

    def known(self, patience: float) -> str:
        """Return the response's id where it is still being written; from any thread.

        Args:
            patience: for how many seconds to wait for it.

        Returns:
            The id; empty where none came in time, or the response is over.
        """
        self._settled.wait(patience)
        return "" if self.over else self.response
