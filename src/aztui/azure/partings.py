"""What is still to be said to a service when a run is over, in threads of its own."""

from __future__ import annotations

import atexit
import threading
import time
from collections.abc import Callable
from typing import Final

_PATIENCE: Final = 2.0
"""Seconds that the end of the program waits for all of it."""


class Partings:
    """Says things that nobody waits for, but for the end of the program, and that not for long."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []

    def say(self, what: Callable[[], None], name: str) -> None:
        """Have a function called in a thread of its own; returns at once.

        Args:
            what: the function; must not raise.
            name: the thread's.
        """
        thread = threading.Thread(target=what, name=name, daemon=True)
        with self._lock:
            if not self._threads:
                atexit.register(self._wait)
            self._threads = [one for one in self._threads if one.is_alive()]
            self._threads.append(thread)
        thread.start()

    def _wait(self) -> None:
        until = time.monotonic() + _PATIENCE
        with self._lock:
            threads = list(self._threads)
        for thread in threads:
            thread.join(max(0.0, until - time.monotonic()))
