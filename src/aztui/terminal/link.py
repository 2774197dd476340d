"""How far behind the terminal is, where it says so, and when the next frame may go to it.

The kernel's buffers and SSH's take what a slow link has not carried yet, so that a writer is not
held up for seconds. Every terminal answers DSR 5 (ECMA-48 8.3.35, "are you well?") when it has read
as far; the time until then is the link's there and back, and that of whatever stands before it.
Answers also tell how fast the link carries what is sent: a frame may follow another that is still
on its way, once that one has left room for it.
"""

from __future__ import annotations

import math
from collections import deque
from typing import Final, NamedTuple, final

PROBE: Final = "\x1b[5n"
ANSWER: Final = "\x1b[0n"

SLOW: Final = 0.1
"""Seconds there and back from which on a link is slow."""
_EVERY: Final = 0.25
"""Seconds from one probe to the next, at least."""
_ALLOWANCE: Final = 0.1
"""Seconds that an answer may be late before no more frames are sent."""
_PACE: Final = 4
"""Frames to send while one travels there and back."""
_LONGEST_PACE: Final = 0.25
"""Seconds between two frames at most, as far as the pace goes."""
_TRIAL: Final = 2.0
"""Seconds that the first answer of all may take before frames go as if there were none to come."""
_GIVE_UP: Final = 3.0
"""Seconds that an answer may be late on the slowest of links before it counts as lost."""
_SLOWEST: Final = 300
"""Bytes a second of the slowest of links."""
_ENVELOPE: Final = 60
"""Bytes that a frame takes besides its own, about: SSH's (RFC 4253, section 6)."""


class _Probe(NamedTuple):
    """One that is out.

    Attributes:
        asked: when it was sent.
        size: bytes sent since the one before.
    """

    asked: float
    size: int


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
        self._out: deque[_Probe] = deque()
        self._last_asked = -math.inf
        self._last_answer = -math.inf
        self._painted = -math.inf
        self._since_probe = 0
        self._untried = True
        self._distance = math.inf
        self._latest = 0.0
        self._a_byte = 0.0
        self._last_a_byte = 0.0

    def measure(self, *, on: bool) -> None:
        """Begin to measure, or stop. What a link was like before is not forgotten."""
        if on and not self.measuring:
            self.trips = Trips()
            self._since_probe = 0
        self.measuring = on

    @property
    def slow(self) -> bool:
        """Whether the last answer took its time."""
        return self._latest >= SLOW

    def wait(self, now: float) -> float:
        """Return for how many seconds no frame is to be sent, unless an answer comes before."""
        if self.expecting:
            oldest = self._out[0]
            if self._due(oldest) + _ALLOWANCE <= now < self._given_up(oldest):
                return self._given_up(oldest) - now
        if not self.measuring:
            return 0.0
        if self._first_out(now):
            return max(0.0, self._painted + _LONGEST_PACE - now)
        if not self.slow:
            return 0.0
        pace = min(self._latest / _PACE, _LONGEST_PACE)
        unasked = _Probe(self._painted, self._since_probe)
        return max(0.0, self._painted + pace - now, self._carried(*self._out, unasked) - now)

    def sent(self, now: float, size: int) -> str:
        """Note that a frame of `size` bytes is sent, and return what to send after it."""
        self._painted = now
        self._since_probe += size + _ENVELOPE
        if self._out and now >= self._given_up(self._out[0]):
            self._untried = False
            self._out.clear()
        unknown = bool(self._out) and math.isinf(self._distance)
        if not self.measuring or unknown or now - self._last_asked < _EVERY:
            return ""
        self._out.append(_Probe(now, self._since_probe))
        self._last_asked, self._since_probe = now, 0
        return PROBE

    @property
    def expecting(self) -> bool:
        """Whether the terminal has yet to answer, and is known to."""
        return bool(self._out) and self._distance < math.inf

    def lost(self) -> None:
        """Expect no answer any more."""
        self._out.clear()

    def answered(self, now: float) -> None:
        """Note that the terminal answered."""
        if not self._out:  # it was given up
            return
        probe = self._out.popleft()
        trip = now - probe.asked
        held = 0.0
        if self._distance < math.inf:
            held = max(0.0, now - self._due(probe) - _ALLOWANCE)
            self._learn(probe, now)
        known = self._distance if self.trips.answers else math.inf  # it may be another link by now
        self._distance = min(known, trip)
        self._latest, self._last_answer = trip, now
        self._untried = False
        self.trips = Trips(
            self.trips.answers + 1,
            min(self.trips.quickest, trip),
            max(self.trips.slowest, trip),
            self.trips.total + trip,
            self.trips.held + held,
        )

    def _first_out(self, now: float) -> bool:
        """Whether it will soon be known what the link is like, or that nobody answers."""
        return self._untried and bool(self._out) and now < self._out[0].asked + _TRIAL

    def _due(self, oldest: _Probe) -> float:
        """When the answer to the oldest probe that is out is to be expected."""
        return self._carried(oldest) + self._distance

    def _given_up(self, oldest: _Probe) -> float:
        """When it counts as lost."""
        distance = self._distance if self._distance < math.inf else 0.0
        began = max(self._last_answer, oldest.asked + distance)
        return began + oldest.size / _SLOWEST + _GIVE_UP

    def _carried(self, *probes: _Probe) -> float:
        """When the link will have carried what stood before these, as far as is known."""
        at = self._last_answer - self._distance
        for probe in probes:
            at = max(at, probe.asked) + probe.size * self._a_byte
        return at

    def _learn(self, probe: _Probe, now: float) -> None:
        """See how fast what stood before a probe was carried; one hiccup alone tells nothing."""
        began = max(self._last_answer, probe.asked + self._distance)
        a_byte = max(0.0, now - began) / probe.size
        self._a_byte, self._last_a_byte = min(a_byte, self._last_a_byte), a_byte
