"""How far behind the terminal is, where it says so, and when the next frame may go to it.

The kernel's buffers and SSH's take what a slow link has not carried yet, so that a writer is not
held up for seconds. Every terminal answers DSR 5 (ECMA-48 8.3.35, "are you well?") when it has read
as far; the time until then is the link's there and back, and that of whatever stands before it.
Answers also tell how fast the link carries what is sent: a frame may follow another that is still
on its way, once that one has left room for it.

These answers are all alike. Where one is late, which may be lost, a mark is sent, which the
terminal answers otherwise (DSR 6, where its cursor is): whatever was asked before that and is not
answered by then never will be.
"""

from __future__ import annotations

import math
from collections import deque
from typing import Final, NamedTuple, final

PROBE: Final = "\x1b[5n"

SLOW: Final = 0.1
"""Seconds there and back from which on a link is slow."""
_EVERY: Final = 0.25
"""Seconds from one probe to the next, at least, unless they tell of much."""
_ALLOWANCE: Final = 0.1
"""Seconds that an answer may be late before no more frames are sent."""
_PACE: Final = 4
"""Frames to send while one travels there and back."""
_LONGEST_PACE: Final = 0.25
"""Seconds between two frames at most, as far as the pace goes."""
_TRIAL: Final = 2.0
"""Seconds that the first answer of all may take before frames go as if there were none to come."""
_GIVE_UP: Final = 5.0
"""Seconds without any answer after which a frame goes all the same."""
_MOST_GIVEN_UP: Final = 6
"""Times that this happens in a row before the terminal counts as one that never answers."""
_LINGER: Final = 1.0
"""Seconds after an answer was due in which frames wait for it, where nothing streams any more."""
_QUIET: Final = 1.0
"""Seconds in which answers that were given up may come, and are passed over."""
_ENVELOPE: Final = 60
"""Bytes that a frame takes besides its own, about: SSH's (RFC 4253, section 6)."""
_ENOUGH: Final = 200
"""Bytes from which on the time that they took tells how fast the link is."""
_SLOWEST: Final = 300
"""Bytes a second of the slowest link that is believed."""


class _Sent(NamedTuple):
    """Some of what was sent.

    Attributes:
        at: when the last of it was sent.
        size: bytes of it.
        mark: whether there is a mark at its end, not a probe.
    """

    at: float
    size: int
    mark: bool = False


class Trips(NamedTuple):
    """What was measured since measuring began.

    Attributes:
        answers: how many came.
        quickest: the shortest time there and back, in seconds.
        slowest: the longest.
        total: all of them, in seconds.
        held: seconds during which there was something to show, and it waited for the link.
        rate: bytes a second that the link carried at last; endless where it was too fast to tell.
    """

    answers: int = 0
    quickest: float = math.inf
    slowest: float = 0.0
    total: float = 0.0
    held: float = 0.0
    rate: float = math.inf


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
        self._out: deque[_Sent] = deque()
        self._last_asked = -math.inf
        self._last_answer = -math.inf
        self._painted = -math.inf
        self._refused: float | None = None
        self._unasked = 0
        self._untried = True
        self._given_up = 0
        self._distance = math.inf
        self._doubted = False
        self._latest = 0.0
        self._a_byte = 0.0
        self._last_a_byte = 0.0

    def measure(self, *, on: bool) -> None:
        """Begin to measure, or stop. What a link was like before is not forgotten."""
        if on and not self.measuring:
            self.trips = Trips()
            self._unasked = 0
        self.measuring = on

    @property
    def slow(self) -> bool:
        """Whether the last answer took its time."""
        return self._latest >= SLOW

    # When to send.

    def wait(self, now: float) -> float:
        """Return for how many seconds no frame is to be sent, unless an answer comes before.

        That there is one to send is noted: until nothing is returned it waits.
        """
        seconds = self._wait(now)
        if seconds == 0 and self._refused is not None:
            self.trips = self.trips._replace(held=self.trips.held + now - self._refused)
            self._refused = None
        elif seconds > 0 and self._refused is None:
            self._refused = now
        return seconds

    def _wait(self, now: float) -> float:
        if self._late(now):
            return self._patient_until - now
        if not self.measuring:
            return 0.0
        if self._on_trial(now):
            return max(0.0, self._painted + _LONGEST_PACE - now)
        if not self.slow:
            return 0.0
        pace = min(self._latest / _PACE, _LONGEST_PACE)
        unasked = _Sent(self._painted, self._unasked)
        return max(0.0, self._painted + pace - now, self._carried(*self._out, unasked) - now)

    def _late(self, now: float) -> bool:
        """Whether the terminal has not read what it should have, and may yet do so."""
        if not self.expecting or self._out[0].mark:
            return False
        return self._due + _ALLOWANCE <= now < self._patient_until

    def _on_trial(self, now: float) -> bool:
        """Whether no answer came yet at all, though it may."""
        return self._untried and bool(self._out) and now < self._out[0].at + _TRIAL

    # What is sent.

    def passed(self, size: int) -> None:
        """Note that so many bytes go besides frames."""
        self._unasked += size

    def sent(self, now: float, size: int) -> str:
        """Note that a frame of `size` bytes is sent, and return what to send after it."""
        if self._out and now >= self._patient_until:
            self._give_up()
        self._painted = now
        self._unasked += size + _ENVELOPE
        unknown = bool(self._out) and math.isinf(self._distance)
        heavy = self._unasked * self._a_byte >= _EVERY
        if not self.measuring or unknown or (now - self._last_asked < _EVERY and not heavy):
            return ""
        self._ask(now)
        return PROBE

    def wants_mark(self, now: float) -> bool:
        """Whether it is time to find out if what is missing is lost."""
        return self.measuring and self._late(now) and not any(sent.mark for sent in self._out)

    def marked(self, now: float) -> None:
        """Note that a mark is sent."""
        self._ask(now, mark=True)

    def _ask(self, now: float, *, mark: bool = False) -> None:
        self._out.append(_Sent(now, self._unasked, mark))
        self._last_asked, self._unasked = now, 0

    def _give_up(self) -> None:
        """Let a frame go; where that was often so, there are no answers any more."""
        self._given_up += 1
        if self._given_up >= _MOST_GIVEN_UP:
            self._distance = math.inf
        if math.isinf(self._distance):
            self._untried = False
            self._out.clear()

    # What comes back.

    @property
    def expecting(self) -> bool:
        """Whether the terminal has yet to answer, and is known to."""
        return bool(self._out) and self._distance < math.inf

    def patience(self, now: float) -> float:
        """Return for how many seconds answers are to be expected."""
        if not self.expecting:
            return 0.0
        return max(0.0, self._carried(*self._out) + self._distance + _ALLOWANCE - now)

    def lost(self, now: float) -> None:
        """Expect no answer any more; those that come all the same are nobody's."""
        self._out.clear()
        self._refused = None
        self._last_asked = now + _QUIET - _EVERY

    def answered(self, now: float, *, mark: bool = False) -> None:
        """Note that the terminal answered a probe, or a mark."""
        if not any(sent.mark == mark for sent in self._out):
            self._doubted = True
            return
        while self._out[0].mark != mark:  # lost
            self._out.popleft()
            self._doubted = True
        self._take(self._out.popleft(), now)

    def _take(self, sent: _Sent, now: float) -> None:
        """See what an answer tells of the link."""
        trip = now - sent.at
        if self._distance < math.inf:
            self._learn(sent, now)
        if self._doubted or not self.trips.answers:  # it was wrong, or may be another link by now
            self._distance = math.inf
        self._distance = min(self._distance, trip)
        self._doubted = self._untried = False
        self._latest, self._last_answer = trip, now
        self._given_up = 0
        self.trips = Trips(
            self.trips.answers + 1,
            min(self.trips.quickest, trip),
            max(self.trips.slowest, trip),
            self.trips.total + trip,
            self.trips.held,
            1 / self._a_byte if self._a_byte else math.inf,
        )

    # What is known.

    @property
    def _due(self) -> float:
        """When the next answer is to be expected."""
        return self._carried(self._out[0]) + self._distance

    @property
    def _patient_until(self) -> float:
        """When a frame goes though no answer came."""
        if math.isinf(self._distance):
            return self._out[0].at + _GIVE_UP
        if self.measuring:
            return max(self._last_answer, self._painted) + _GIVE_UP
        return self._due + _LINGER

    def _carried(self, *some: _Sent) -> float:
        """When the link will have carried what was sent since the last answer, as far as known."""
        at = self._last_answer - self._distance
        for sent in some:
            at = max(at, sent.at) + sent.size * self._a_byte
        return at

    def _learn(self, sent: _Sent, now: float) -> None:
        """See how fast something was carried; one hiccup alone tells nothing."""
        if sent.size < _ENOUGH:
            return
        began = max(self._last_answer, sent.at + self._distance)
        a_byte = min(max(0.0, now - began) / sent.size, 1 / _SLOWEST)
        self._a_byte, self._last_a_byte = min(a_byte, self._last_a_byte), a_byte
