"""What a resource remembers from one request to the next."""

from __future__ import annotations

import math
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from aztui.emulator.protocol import HeaderPairs

_MINUTE: Final = 60.0
_REQUESTS: Final = 6_000
_TOKENS: Final = 1_000_000


@dataclass(slots=True)
class _Budget:
    """What is used up, and flows back at a minute's pace.

    Attributes:
        limit: how much there is a minute.
        left: how much there was left at `at`.
        at: seconds on the ledger's clock.
    """

    limit: int
    left: float
    at: float

    def spend(self, count: int, now: float) -> None:
        """Use some up; there is never less than nothing left."""
        refilled = self.left + (now - self.at) * self.limit / _MINUTE
        self.left = max(min(refilled, self.limit) - count, 0.0)
        self.at = now

    @property
    def reset(self) -> int:
        """Seconds until it is full again, rounded up."""
        return math.ceil((self.limit - self.left) * _MINUTE / self.limit)


class Ledger:
    """How much of its rate limit each deployment has left, and how often it was asked.

    As in Azure, a request costs its prompt and what its answer may have, when it is let in.
    Nobody is refused for it here: that is what the fault `429` is for.

    Args:
        clock: tells the time in seconds; never goes back.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._budgets: dict[str, tuple[_Budget, _Budget]] = {}
        self._turns: Counter[str] = Counter()

    def charge(self, deployment: str, tokens: int) -> HeaderPairs:
        """Let a request in; return the headers that tell of the limits.

        Resets are whole seconds, as Azure gives them.
        """
        with self._lock:
            now = self._clock()
            if deployment not in self._budgets:
                full = (_Budget(_REQUESTS, _REQUESTS, now), _Budget(_TOKENS, _TOKENS, now))
                self._budgets[deployment] = full
            requests, of_tokens = self._budgets[deployment]
            requests.spend(1, now)
            of_tokens.spend(tokens, now)
            budgets = (("requests", requests), ("tokens", of_tokens))
            return (
                *((f"x-ratelimit-limit-{name}", str(budget.limit)) for name, budget in budgets),
                *((f"x-ratelimit-remaining-{name}", str(int(b.left))) for name, b in budgets),
                *((f"x-ratelimit-reset-{name}", str(budget.reset)) for name, budget in budgets),
            )

    def turn(self, deployment: str) -> int:
        """Which request to this deployment it is, from 1."""
        with self._lock:
            self._turns[deployment] += 1
            return self._turns[deployment]
