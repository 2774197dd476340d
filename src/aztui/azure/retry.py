"""When to send a request again that got no answer, and how long to wait before it. Pure."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import field
from enum import Enum
from typing import Final

from aztui.azure import ratelimit
from aztui.azure.decode.wire_error import WireError
from aztui.core.data import dataclass

_WORTH: Final = frozenset({408, 409, 429, 500, 502, 503, 504})
"""The statuses that another try may change."""
_FIRST: Final = 0.5
_LONGEST: Final = 8.0
_LEAST_SHARE: Final = 0.75
"""Of a wait without guidance, so that not all who failed together come back together."""


class Lost(Enum):
    """How an answer was lost that nobody refused: a connection before there was a response, …"""

    HUNG_UP = "the server closed it"
    NOT_MADE = "it was not made in time"
    OTHERWISE = "in a way that another try does not change"
    DROPPED = "the link dropped, and the answer can be taken up again"
    MISLAID = "the service does not know the answer that is taken up, or not yet"


@dataclass(frozen=True, slots=True)
class Failure:
    """A request that got no answer.

    Attributes:
        status: of the response; None where there was none.
        headers: the response's, their names in lower case.
        error: the service's words.
        lost: how the answer was lost; None where the request was refused.
    """

    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    error: WireError = field(default_factory=lambda: WireError(""))
    lost: Lost | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """How patient to be.

    Attributes:
        blind: how often to try again where the service does not say when.
        guided: how often to try again where it does.
        dropped: how often in a row to take up an answer whose link dropped: for some 15 seconds,
            in which a machine finds another network.
        unasked: seconds of waiting, in all, up to which the user need not agree.
        jitter: gives a number from 0 to 1, a new one each time.
        pace: seconds that one second of waiting takes; less than 1 only where nobody watches.
    """

    blind: int = 2
    guided: int = 4
    dropped: int = 5
    unasked: float = 120.0
    jitter: Callable[[], float] = random.random
    pace: float = 1.0


PATIENT: Final = Policy()
NEVER: Final = Policy(blind=0, guided=0, dropped=0)


@dataclass(frozen=True, slots=True)
class Again:
    """Another try.

    Attributes:
        wait: seconds before it.
        attempt: which one has failed, from 1.
        asks: whether the wait is so long that the user is to agree to it first.
    """

    wait: float
    attempt: int
    asks: bool


class Tries:
    """One run's tries.

    Args:
        policy: how patient to be.
        now: seconds since the epoch.
    """

    def __init__(self, policy: Policy, now: Callable[[], float]) -> None:
        self._policy = policy
        self._now = now
        self._failed = 0
        self._in_a_row = 0
        self._unasked = 0.0

    def advance(self) -> None:
        """Begin to count anew: something has come since the last failure."""
        self._in_a_row = 0

    def after(self, failure: Failure) -> Again | None:
        """Decide what follows a failure; None where nothing does."""
        self._failed += 1
        self._in_a_row += 1
        if not worth(failure):
            return None
        guidance = self._guidance(failure)
        if self._in_a_row > self._most(failure, guided=guidance is not None):
            return None
        wait = self._blind() if guidance is None else guidance
        asks = self._unasked + wait > self._policy.unasked
        # Who agrees to a long wait agrees to those before it.
        self._unasked = 0.0 if asks else self._unasked + wait
        return Again(wait, self._failed, asks)

    def _guidance(self, failure: Failure) -> float | None:
        if failure.status is None:
            return None
        message = failure.error.message
        return ratelimit.wait(failure.status, failure.headers, message, self._now())

    def _most(self, failure: Failure, *, guided: bool) -> int:
        if guided:
            return self._policy.guided
        if failure.lost is Lost.DROPPED:
            return self._policy.dropped
        # What takes its time to say nothing is rarely there a moment later.
        return min(1, self._policy.blind) if failure.lost is Lost.NOT_MADE else self._policy.blind

    def _blind(self) -> float:
        wait = min(_LONGEST, _FIRST * 2.0 ** (self._in_a_row - 1))
        return wait * (_LEAST_SHARE + (1 - _LEAST_SHARE) * self._policy.jitter())


def worth(failure: Failure) -> bool:
    """Whether the same request may fare better another time.

    A header `x-should-retry` decides where it says so, as it does in OpenAI's own clients; but
    not what a content filter refuses or a spent quota pays for.
    """
    if failure.status is None:
        return failure.lost not in {None, Lost.OTHERWISE}
    if failure.error.from_filter or failure.error.spent:
        return False
    match failure.headers.get("x-should-retry", "").strip().lower():
        case "true":
            return True
        case "false":
            return False
        case _:
            return failure.status in _WORTH
