"""A sink that keeps what it gets, and lets a test wait for it."""

from __future__ import annotations

import threading
from collections.abc import Callable

from aztui.core.events import Ended, Event, Received, Sent, Stamped, TextDelta

DEADLINE = 10.0
"""Seconds after which an event counts as not coming."""


class Recorder:
    """Keeps events in the order they came."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._stamped: list[Stamped] = []

    def __call__(self, stamped: Stamped) -> None:
        with self._changed:
            self._stamped.append(stamped)
            self._changed.notify_all()

    @property
    def stamped(self) -> list[Stamped]:
        with self._changed:
            return list(self._stamped)

    @property
    def events(self) -> list[Event]:
        """What came, without what is told of the request's way: that has tests of its own."""
        return [event for event in self.told if not isinstance(event, Sent | Received)]

    @property
    def told(self) -> list[Event]:
        """All of it."""
        return [stamped.event for stamped in self.stamped]

    @property
    def text(self) -> str:
        return "".join(event.text for event in self.events if isinstance(event, TextDelta))

    @property
    def ends(self) -> list[Ended]:
        return [event for event in self.events if isinstance(event, Ended)]

    def wait(self, holds: Callable[[Recorder], bool]) -> None:
        """Wait until `holds` does."""
        with self._changed:
            assert self._changed.wait_for(lambda: holds(self), DEADLINE), self._stamped

    def wait_text(self, text: str) -> None:
        self.wait(lambda recorder: recorder.text == text)

    def end(self) -> Ended:
        """Wait for the end of the run, and give it."""
        self.wait(lambda recorder: bool(recorder.ends))
        (ended,) = self.ends
        return ended
