"""How far behind the terminal is, where it says so, and when the next frame may go to it.

The kernel's buffers and SSH's take what a slow link has not carried yet, so that a writer is not
held up for seconds. Every terminal answers DSR 5 (ECMA-48 8.3.35, "are you well?") when it has read
as far; the time until then is the link's there and back, and that of whatever stands before it.
"""

from __future__ import annotations

import math
from typing import Final, NamedTuple, final

PROBE: Final = "\x1b[5n"
ANSWER: Final = "\x1b[0n"

SLOW: Final = 0.1
"""Seconds there and back from which on a link is slow."""
_EVERY: Final = 0.25
"""Seconds from one probe to the next, at least."""
_ALLOWANCE: Final = 0.1
"""Seconds that an answer may take longer than the quickest before no more frames are sent."""
_PACE: Final = 4
"""Frames to send while one travels there and back."""
_LONGEST_PACE: Final = 0.25
"""Seconds between two frames at most, as far as the pace goes."""
_GIVE_UP: Final = 3.0
"""Seconds after which an answer counts as lost."""


class Trips(NamedTuple):
    """What was measured since measuring began.

    Attributes:
        answers: how many came.
        quickest: the shortest time there and back, in seconds.
        slowest: the longest.
        total: all of them, in seconds.
        held: seconds during which frames were held back for a missing answer.
    """

    answers: int = 0
    quickest: float = math.inf
    slowest: float = 0.0
    total: float = 0.0
    held: float = 0.0


@final
class Link:
    """The way to the terminal. Knows the time only as it is told: seconds on any one clock.

    Attributes:
        measuring: probes are sent along with frames.
        trips: what was measured since `measure` was called last.
    """

    def __init__(self) -> None:
        self.measuring = False
        self.trips = Trips()
        self._asked: float | None = None
        self._last_asked = -math.inf
        self._painted = -math.inf
        self._quickest = math.inf
        self._latest = 0.0

    def measure(self, *, on: bool) -> None:
        """Begin to measure, or stop. What a link was like before is not forgotten."""
        if on and not self.measuring:
            self.trips = Trips()
        self.measuring = on

    @property
    def slow(self) -> bool:
        """Whether the last answer took its time."""
        return self._latest >= SLOW

    def wait(self, now: float) -> float:
        """Return for how many seconds no frame is to be sent, unless an answer comes before."""
        if self._asked is not None and self._quickest < math.inf:
            waited = now - self._asked
            if self._quickest + _ALLOWANCE <= waited < _GIVE_UP:
                return _GIVE_UP - waited
        paced = self.slow and self.measuring
        pace = min(self._latest / _PACE, _LONGEST_PACE) if paced else 0.0
        return max(0.0, self._painted + pace - now)

    def sent(self, now: float) -> str:
        """Note that a frame is sent, and return what to send after it."""
        self._painted = now
        if self._asked is not None and now - self._asked >= _GIVE_UP:
            self._asked = None
        if not self.measuring or self._asked is not None or now - self._last_asked < _EVERY:
            return ""
        self._asked = self._last_asked = now
        return PROBE

    @property
    def expecting(self) -> bool:
        """Whether the terminal has yet to answer, and is known to."""
        return self._asked is not None and self._quickest < math.inf

    def lost(self) -> None:
        """Expect no answer any more."""
        self._asked = None

    def answered(self, now: float) -> None:
        """Note that the terminal answered."""
        if self._asked is None:  # it was given up
            return
        trip = now - self._asked
        self._asked = None
        held = max(0.0, trip - self._quickest - _ALLOWANCE) if self._quickest < math.inf else 0.0
        self._quickest = min(self._quickest, trip)
        self._latest = trip
        self.trips = Trips(
            self.trips.answers + 1,
            min(self.trips.quickest, trip),
            max(self.trips.slowest, trip),
            self.trips.total + trip,
            self.trips.held + held,
        )
