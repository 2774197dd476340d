import math
from collections import deque
from collections.abc import Iterator
from itertools import pairwise

import pytest

from aztui.terminal.link import PROBE, SLOW, Link

FRAME = 1 / 27
"""Seconds from one frame to the next at least, as the app draws them."""


class Carrier:
    """A link of so many bytes a second, and seconds each way, with a terminal at its end."""

    def __init__(self, rate: float, delay: float) -> None:
        self.rate = rate
        self.delay = delay
        self.free = 0.0
        self.answers: deque[float] = deque()

    def carry(self, now: float, size: int, *, asked: bool) -> float:
        """When it is at the other end."""
        self.free = max(self.free, now) + size / self.rate
        if asked:
            self.answers.append(self.free + 2 * self.delay)
        return self.free + self.delay


def arrivals(carrier: Carrier, until: float, text: int = 800) -> Iterator[tuple[float, float]]:
    """When frames are drawn and when they are there, while so many bytes of text a second come."""
    link = Link()
    link.measure(on=True)
    drawn = 0.0
    for step in range(1, int(until / 0.005)):
        now = step * 0.005
        while carrier.answers and carrier.answers[0] <= now:
            link.answered(carrier.answers.popleft())
        if now - drawn >= FRAME and link.wait(now) == 0:
            size = 150 + int(text * (now - drawn))
            asked = bool(link.sent(now, size))
            drawn = now
            yield drawn, carrier.carry(now, size + 45, asked=asked)


@pytest.mark.parametrize("delay", [0.001, 0.05, 0.2, 0.5])
@pytest.mark.parametrize("rate", [1500, 2000, 5000, 20_000, 1_000_000])
def test_what_is_shown_is_the_present_on_any_link(rate: int, delay: float) -> None:
    frames = [frame for frame in arrivals(Carrier(rate, delay), 30) if frame[0] > 8]
    oldest = max(there - before for (before, _), (_, there) in pairwise(frames))
    alone = 250 / rate + 2 * delay
    assert oldest < 2 * alone + 0.75
    assert len(frames) / 22 > 1 / (alone + 0.5)


@pytest.mark.parametrize("delay", [0.2, 0.5])
def test_a_link_that_cannot_carry_all_is_never_far_behind(delay: float) -> None:
    frames = [frame for frame in arrivals(Carrier(1000, delay), 120) if frame[0] > 40]
    assert max(there - before for (before, _), (_, there) in pairwise(frames)) < 3


def test_a_slow_link_is_used_to_the_full() -> None:
    """Frames follow each other before the answer to the first is there."""
    frames = [frame for frame in arrivals(Carrier(2000, 0.4), 30) if frame[0] > 8]
    assert len(frames) / 22 > 3 / (2 * 0.4 + 250 / 2000)


def test_a_link_may_be_another_one_when_measuring_begins_anew() -> None:
    link = measured(0.002)
    link.measure(on=False)
    link.measure(on=True)
    for now in (100.0, 110.0):
        link.sent(now, 1000)
        link.answered(now + 0.6)
    link.sent(120.0, 10)
    assert link.wait(120.5) == 0


def test_what_is_much_may_take_long_before_it_counts_as_lost() -> None:
    link = measured(0.02)
    link.sent(100.0, 6000)
    assert link.wait(115.0) > 0


def test_what_went_before_measuring_is_not_waited_for() -> None:
    link = measured(0.02)
    link.measure(on=False)
    link.sent(90.0, 1_000_000)
    link.measure(on=True)
    link.sent(100.0, 100)
    assert 0 < link.wait(101.0) < 5


def test_little_that_takes_long_does_not_make_much_take_for_ever() -> None:
    link = measured(0.02)
    for now in (100.0, 110.0):
        link.sent(now, 10)
        link.answered(now + 0.16)
    link.sent(120.0, 1000)
    assert link.wait(120.0) == pytest.approx(1060 * 0.14 / 70)


def measured(*trips: float) -> Link:
    """A link of which these times there and back are known, at 100 s."""
    link = Link()
    link.measure(on=True)
    for number, trip in enumerate(trips):
        now = 50.0 + number
        assert link.sent(now, 100) == PROBE
        link.answered(now + trip)
    return link


def test_nothing_is_asked_unless_it_is_to_be_measured() -> None:
    link = Link()
    assert link.sent(1.0, 100) == ""
    link.measure(on=True)
    assert link.sent(2.0, 100) == PROBE
    link.measure(on=False)
    link.answered(2.1)
    assert link.sent(3.0, 100) == ""


def test_few_probes_a_second() -> None:
    link = Link()
    link.measure(on=True)
    asked = 0
    for frame in range(90):
        now = frame / 30
        if link.sent(now, 100):
            asked += 1
            link.answered(now + 0.001)
    assert 9 <= asked <= 13


def test_frames_go_as_they_come_on_a_quick_link() -> None:
    link = measured(0.001, 0.002)
    link.sent(100.0, 100)
    assert link.wait(100.0) == 0
    assert not link.slow


def test_until_the_first_answer_of_all_few_frames_go() -> None:
    link = Link()
    link.measure(on=True)
    link.sent(1.0, 100)
    assert link.wait(1.05) == pytest.approx(0.2)
    assert link.wait(1.25) == 0
    link.answered(1.06)
    assert link.wait(1.07) == 0


def test_a_terminal_that_never_answers_is_not_waited_for_again() -> None:
    link = Link()
    link.measure(on=True)
    now = 1.0
    while now < 10:
        link.sent(now, 100)
        now += 0.1 if now > 3 else 0.25
        assert link.wait(now) == 0
    assert link.wait(60.0) == 0


def test_frames_wait_while_an_answer_is_late() -> None:
    link = measured(0.02)
    link.sent(100.0, 100)
    assert link.wait(100.1) == 0
    assert link.wait(100.2) > 2
    link.answered(100.3)
    assert link.wait(100.4) == 0


def test_a_hiccup_is_not_taken_for_a_slow_link() -> None:
    link = measured(0.02, 0.02)
    link.sent(100.0, 100)
    link.answered(101.0)
    link.sent(101.1, 2000)
    assert link.wait(101.11) < 0.3


def test_an_answer_that_is_lost_holds_nothing_up_for_ever() -> None:
    link = measured(0.02)
    assert link.sent(100.0, 100) == PROBE
    assert link.wait(100.0 + link.wait(100.5) + 0.5) == 0
    assert link.sent(104.0, 100) == PROBE


def test_a_slow_link_gets_fewer_frames() -> None:
    link = measured(0.4)
    assert link.slow
    link.sent(100.0, 100)
    assert link.wait(100.0) == pytest.approx(0.1)
    assert link.wait(100.05) == pytest.approx(0.05)
    assert link.wait(100.1) == 0


def test_no_link_is_so_slow_that_little_is_seen() -> None:
    link = measured(9.0)
    link.sent(100.0, 100)
    assert link.wait(100.0) == pytest.approx(0.25)


def test_a_distant_link_is_not_taken_for_a_full_one() -> None:
    link = measured(0.6, 0.6)
    assert link.sent(100.0, 100) == PROBE
    assert link.wait(100.6) == 0
    assert link.wait(100.8) > 0


def test_what_was_measured() -> None:
    link = measured(0.1, 0.4, 0.2)
    trips = link.trips
    assert trips.answers == 3
    assert trips.quickest == pytest.approx(0.1)
    assert trips.slowest == pytest.approx(0.4)
    assert trips.total / trips.answers == pytest.approx(0.7 / 3)
    assert trips.held == pytest.approx(0.2)


def test_each_measuring_begins_anew_but_knows_the_link() -> None:
    link = measured(SLOW * 2)
    link.measure(on=False)
    link.measure(on=True)
    assert link.trips.answers == 0
    assert math.isinf(link.trips.quickest)
    assert link.slow


def test_measuring_that_goes_on_is_not_begun_again() -> None:
    link = measured(0.1)
    link.measure(on=True)
    assert link.trips.answers == 1


def test_what_is_lost_is_not_waited_for() -> None:
    link = measured(0.02)
    link.sent(100.0, 100)
    expected = link.expecting
    link.lost()
    assert (expected, link.expecting) == (True, False)
    assert link.wait(101.0) == 0


def test_what_a_link_was_like_holds_nobody_up_who_types() -> None:
    link = measured(1.2)
    link.measure(on=False)
    link.sent(100.0, 100)
    assert link.wait(100.0) == 0


def test_answers_to_nobody_are_passed_over() -> None:
    link = Link()
    link.answered(1.0)
    assert link.trips.answers == 0
