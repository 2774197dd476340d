"""The way of events from worker threads to the screen's loop."""

from __future__ import annotations

import threading
from collections.abc import Callable

from aztui.core.events import Stamped


class Mailbox:
    """Keeps events until the screen takes them, and wakes it once for as many as come meanwhile.

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
        """Return what has come since the last time, in order."""
        with self._lock:
            self._woken = False
            unread, self._unread = self._unread, []
        return unread
