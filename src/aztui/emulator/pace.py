"""When the tokens of an answer are due."""

from __future__ import annotations

import time


class Turns:
    """The moments at which tokens are due: fixed, so that a late one delays no other.

    Args:
        rate: tokens a second; 0 for as fast as possible.
    """

    def __init__(self, rate: float) -> None:
        self._rate = rate
        self._next: float | None = None

    def next(self) -> float | None:
        """When the next token is due, on the monotonic clock; None for at once."""
        if not self._rate:
            return None
        due = time.monotonic() if self._next is None else self._next
        self._next = due + 1 / self._rate
        return due
