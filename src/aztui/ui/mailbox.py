"""The way of events from worker threads to the screen's loop."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import TypeGuard

from aztui.core.events import Event, RunId, Stamped, TextDelta


class Mailbox:
    """Keeps events until the screen takes them, and wakes it only where it does not look anyway.

    A message a chunk would queue up without end where chunks come faster than they are drawn.
    """

    def __init__(self, wake: Callable[[], bool]) -> None:
        """Make an empty mailbox.

        Args:
            wake: tells the screen that something is here; callable from any thread; returns
                False when the screen is gone, after which nothing is kept any more.
        """
        self._wake = wake
        self._lock = threading.Lock()
        self._unread: list[Stamped] = []
        self._woken = False
        self._gone = False

    def put(self, stamped: Stamped) -> None:
        """Take an event, on any thread."""
        with self._lock:
            if self._gone:
                return
            self._unread.append(stamped)
            if self._woken:
                return
            self._woken = True
        if not self._wake():
            with self._lock:
                self._gone = True
                self._unread.clear()

    def take(self) -> list[Stamped]:
        """Return what has come since the last time, in order.

        Whoever gets something is expected to look again before long, and is not woken until a
        look has found nothing.
        """
        with self._lock:
            unread, self._unread = self._unread, []
            self._woken = bool(unread)
        return unread


def joined(events: Iterable[Stamped]) -> Iterator[Stamped]:
    """Join texts of one choice that follow one another: all but the first, with the last's time.

    So the times of the first and of the latest text stay as they are.
    """
    for whose, group in groupby(events, key=_whose_text):
        first, *others = group
        yield first
        if whose is None:
            yield from others
        elif others:
            text = "".join(other.event.text for other in others if _is_text(other.event))
            yield Stamped(first.run, others[-1].at, TextDelta(whose[1], text))


def _whose_text(stamped: Stamped) -> tuple[RunId, int] | None:
    return (stamped.run, stamped.event.choice) if _is_text(stamped.event) else None


def _is_text(event: Event) -> TypeGuard[TextDelta]:
    return isinstance(event, TextDelta)
