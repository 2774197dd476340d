import math
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

import pytest

from aztui.terminal.link import PROBE, SLOW, Link

FRAME = 1 / 27
"""Seconds from one frame to the next at least, as the app draws them."""
SCREEN = 2000
"""Bytes of a frame at most."""


def trip(link: Link, now: float, took: float, size: int = 100) -> None:
    """Have a frame sent, and its probe answered."""
    assert link.sent(now, size) == PROBE
    link.answered(now + took)


def measured(*trips: float) -> Link:
    """A link of which these times there and back are known, at 100 s."""
    link = Link()
    link.measure(on=True)
    for number, took in enumerate(trips):
        trip(link, 50.0 + number, took)
    return link


# One step after the other.


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
    link.sent(1.25, 100)
    assert link.wait(1.3) == pytest.approx(0.2)
    link.answered(1.35)
    assert link.wait(1.36) == pytest.approx(0.35 / 4 - 0.11, abs=0.2)


def test_a_terminal_that_never_answers_is_waited_for_once() -> None:
    link = Link()
    link.measure(on=True)
    now, asked = 1.0, 0
    while now < 31:
        asked += bool(link.sent(now, 100))
        now += 0.1 if now > 3 else 0.25
        assert link.wait(now) == 0
    assert asked == 6


def test_frames_wait_while_an_answer_is_late() -> None:
    link = measured(0.02)
    link.sent(100.0, 100)
    assert link.wait(100.1) == 0
    assert link.wait(100.2) > 0
    link.answered(100.3)
    assert link.wait(100.4) == 0


def marked(link: Link, now: float) -> Link:
    """Send a mark that is due."""
    assert link.wants_mark(now)
    link.marked(now)
    return link


def test_where_an_answer_is_late_one_mark_is_sent() -> None:
    link = measured(0.02)
    link.sent(100.0, 100)
    assert not link.wants_mark(100.1)
    marked(link, 100.2)
    assert not link.wants_mark(100.3)
    assert link.wait(100.3) > 0
    link.answered(100.4)
    assert link.wait(100.41) == 0
    link.answered(100.42, mark=True)
    assert not link.expecting


def test_what_is_not_answered_before_a_mark_is_lost() -> None:
    link = measured(0.02)
    link.sent(100.0, 100)
    marked(link, 100.2)
    link.answered(100.22, mark=True)
    assert link.wait(100.23) == 0
    assert not link.expecting


def test_a_terminal_that_answers_no_mark_is_not_waited_for_any_longer() -> None:
    link = measured(0.02)
    link.sent(100.0, 100)
    marked(link, 100.2)
    link.answered(100.4)
    for now in (101.0, 102.0):
        assert link.wait(now) == 0
        trip(link, now, 0.02)
    assert not link.expecting


def test_after_an_answer_too_many_the_distance_is_taken_anew() -> None:
    link = measured(0.6)
    link.sent(100.0, 100)
    link.answered(100.01)
    link.answered(100.6)
    trip(link, 110.0, 0.6)
    link.sent(120.0, 100)
    assert link.wait(120.6) == 0


def test_one_that_answers_no_more_is_waited_for_a_few_times() -> None:
    link = measured(0.02)
    now = 100.0
    for _ in range(6):
        link.sent(now, 100)
        assert link.wait(now + 4.9) > 0
        now += 5.0
        assert link.wait(now) == 0
    for later in range(30):
        asked = link.sent(now + later, 100)
        assert bool(asked) == (later % 5 == 0)
        assert link.wait(now + later + 0.5) == 0
    link.answered(now + 29.5)
    trip(link, now + 40, 0.02)


def test_one_that_still_answers_is_waited_for() -> None:
    link = measured(0.02)
    for now in (100.0, 100.3):
        link.sent(now, 100)
    link.answered(104.0)
    assert link.wait(108.9) > 0


def test_once_nothing_streams_a_missing_answer_holds_nothing_up_for_long() -> None:
    link = measured(0.02)
    link.sent(100.0, 100)
    link.measure(on=False)
    assert 0 < link.wait(100.5) < 1
    assert not link.wants_mark(100.6)
    assert link.wait(101.1) == 0


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
    link.sent(100.0, 100)
    assert link.wait(100.6) == 0
    assert link.wait(100.8) > 0


def test_a_link_may_be_another_one_when_measuring_begins_anew() -> None:
    link = measured(0.002)
    link.measure(on=False)
    link.measure(on=True)
    trip(link, 100.0, 0.6, 1000)
    trip(link, 110.0, 0.6, 1000)
    link.sent(120.0, 10)
    assert link.wait(120.5) == 0


def test_a_hiccup_is_not_taken_for_a_slow_link() -> None:
    link = measured(0.02, 0.02)
    trip(link, 100.0, 1.0, 1000)
    link.sent(101.1, 2000)
    assert link.wait(101.11) < 0.3


def test_of_little_the_time_tells_nothing() -> None:
    link = measured(0.02)
    trip(link, 100.0, 0.2, 10)
    trip(link, 110.0, 0.2, 10)
    link.sent(120.0, 2000)
    assert link.wait(120.0) < 0.3


def known() -> Link:
    """A link of 2,000 bytes a second, 0.1 s there and back, at 120 s."""
    link = measured(0.1)
    trip(link, 100.0, 0.6, 940)
    trip(link, 110.0, 0.6, 940)
    return link


def test_what_went_before_measuring_tells_nothing_of_the_link() -> None:
    link = known()
    link.measure(on=False)
    link.sent(120.0, 1_000_000)
    link.measure(on=True)
    trip(link, 130.0, 0.6, 940)
    assert link.trips.rate == pytest.approx(2000)


def test_a_frame_waits_for_those_before_it_and_for_what_else_was_sent() -> None:
    link = known()
    link.sent(120.0, 340)
    assert link.wait(120.0) == pytest.approx(0.2)
    link.passed(600)
    assert link.wait(120.0) == pytest.approx(0.5)


def test_what_the_link_will_long_carry_is_asked_for_at_once() -> None:
    link = known()
    assert link.sent(120.0, 140)
    assert not link.sent(120.1, 40)
    assert link.sent(120.2, 800)


def test_what_was_measured() -> None:
    link = measured(0.1, 0.4, 0.2)
    trips = link.trips
    assert trips.answers == 3
    assert trips.quickest == pytest.approx(0.1)
    assert trips.slowest == pytest.approx(0.4)
    assert trips.total / trips.answers == pytest.approx(0.7 / 3)
    assert trips.held == 0
    assert math.isinf(trips.rate)


def test_what_a_slow_link_carries() -> None:
    assert known().trips.rate == pytest.approx(2000)


def test_no_link_is_believed_to_be_slower_than_any_that_is() -> None:
    link = measured(0.1)
    trip(link, 100.0, 8.0, 940)
    trip(link, 110.0, 8.0, 940)
    assert link.trips.rate == pytest.approx(300)


def test_for_how_long_there_was_something_to_show_that_waited() -> None:
    link = known()
    link.sent(120.0, 340)
    for now in (120.05, 120.1, 120.25, 130.0):
        link.wait(now)
    assert link.trips.held == pytest.approx(0.2)


def test_while_others_have_the_terminal_nothing_waits() -> None:
    link = known()
    link.sent(120.0, 340)
    assert link.wait(120.05) > 0
    link.lost(120.1)
    assert link.wait(500.0) == 0
    assert link.trips.held == 0


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
    link.lost(100.1)
    assert (expected, link.expecting) == (True, False)
    assert link.wait(101.0) == 0


def test_after_a_loss_nothing_is_asked_until_all_is_quiet() -> None:
    link = measured(0.02)
    link.sent(100.0, 100)
    link.lost(100.1)
    assert not link.sent(100.9, 100)
    link.answered(101.0)
    assert link.trips.answers == 1
    assert link.sent(101.2, 100)


def test_for_how_long_answers_may_come() -> None:
    link = known()
    assert link.patience(120.0) == 0
    link.sent(120.0, 340)
    link.sent(120.3, 340)
    assert link.patience(120.3) == pytest.approx(0.2 + 0.1 + 0.1)
    assert link.patience(130.0) == 0


def test_what_a_link_was_like_holds_nobody_up_who_types() -> None:
    link = measured(1.2)
    link.measure(on=False)
    link.sent(100.0, 100)
    assert link.wait(100.0) == 0


def test_answers_to_nobody_are_passed_over() -> None:
    link = Link()
    link.answered(1.0)
    assert link.trips.answers == 0


# A whole stream over a link.


@dataclass
class Carrier:
    """A link of so many bytes a second, and seconds each way, with a terminal at its end.

    Attributes:
        loses: whether the answer to the question of a number is lost.
        doubles: whether it comes twice.
        stall: from when until when nothing goes.
    """

    rate: float
    delay: float
    loses: Callable[[int], bool] = lambda _number: False
    doubles: Callable[[int], bool] = lambda _number: False
    stall: tuple[float, float] = (0.0, 0.0)
    asked: int = 0
    free: float = 0.0
    answers: deque[tuple[float, bool]] = field(default_factory=deque)

    def carry(self, now: float, size: int, *, asks: bool, mark: bool = False) -> float:
        """When it is at the other end."""
        began = max(self.free, now)
        if self.stall[0] <= began < self.stall[1]:
            began = self.stall[1]
        self.free = began + size / self.rate
        if asks:
            self.asked += 1
            times = 0 if self.loses(self.asked) else 1 + self.doubles(self.asked)
            self.answers += [(self.free + 2 * self.delay, mark)] * times
        return self.free + self.delay


def arrivals(carrier: Carrier, until: float, text: int = 800) -> Iterator[tuple[float, float]]:
    """When frames are drawn and when they are there, while so many bytes of text a second come."""
    link = Link()
    link.measure(on=True)
    drawn = 0.0
    for step in range(1, int(until / 0.005)):
        now = step * 0.005
        while carrier.answers and carrier.answers[0][0] <= now:
            link.answered(now, mark=carrier.answers.popleft()[1])
        if now - drawn < FRAME:
            continue
        if link.wait(now) > 0:
            if link.wants_mark(now):
                link.marked(now)
                carrier.carry(now, 60, asks=True, mark=True)
        else:
            size = min(SCREEN, 150 + int(text * (now - drawn)))
            asks = bool(link.sent(now, size))
            drawn = now
            yield drawn, carrier.carry(now, size + 45, asks=asks)


def oldest(carrier: Carrier, since: float, until: float) -> float:
    """For how long at most something that was drawn later was not there."""
    frames = [frame for frame in arrivals(carrier, until) if frame[0] >= since]
    assert len(frames) > 1
    return max(there - before for (before, _), (_, there) in pairwise(frames))


@pytest.mark.parametrize("delay", [0.001, 0.05, 0.2, 0.5])
@pytest.mark.parametrize("rate", [1500, 2000, 5000, 20_000, 1_000_000])
def test_what_is_shown_is_the_present_on_any_link(rate: int, delay: float) -> None:
    frames = [frame for frame in arrivals(Carrier(rate, delay), 30) if frame[0] > 8]
    age = max(there - before for (before, _), (_, there) in pairwise(frames))
    alone = 250 / rate + 2 * delay
    assert age < 2 * alone + 0.75
    assert len(frames) / 22 > 1 / (alone + 0.5)


@pytest.mark.parametrize("delay", [0.2, 0.5])
def test_a_link_that_cannot_carry_all_is_never_far_behind(delay: float) -> None:
    assert oldest(Carrier(1000, delay), 40, 120) < 3


def test_a_slow_link_is_used_to_the_full() -> None:
    """Frames follow each other before the answer to the first is there."""
    frames = [frame for frame in arrivals(Carrier(2000, 0.4), 30) if frame[0] > 8]
    assert len(frames) / 22 > 3 / (2 * 0.4 + 250 / 2000)


@pytest.mark.parametrize(
    ("rate", "delay"), [(2000, 0.03), (2000, 0.2), (5000, 0.1), (1e6, 0.2), (1e6, 0.001)]
)
def test_a_lost_answer_is_soon_made_up_for(rate: float, delay: float) -> None:
    sound = oldest(Carrier(rate, delay), 8, 60)
    assert oldest(Carrier(rate, delay, loses=lambda number: number == 30), 8, 60) < sound + 0.7


@pytest.mark.parametrize(("rate", "delay"), [(2000, 0.2), (1e6, 0.2), (1e6, 0.001)])
def test_though_some_are_lost_again_and_again_most_is_shown_in_time(
    rate: float, delay: float
) -> None:
    sound = oldest(Carrier(rate, delay), 8, 120)
    assert oldest(Carrier(rate, delay, loses=lambda n: n % 17 == 0), 8, 120) < sound + 1


@pytest.mark.parametrize(("rate", "delay"), [(2000, 0.03), (2000, 0.2), (1e6, 0.2), (1e6, 0.001)])
def test_an_answer_too_many_does_no_lasting_harm(rate: float, delay: float) -> None:
    sound = oldest(Carrier(rate, delay), 8, 60)
    assert oldest(Carrier(rate, delay, doubles=lambda number: number == 30), 8, 60) < sound + 1.5


@pytest.mark.parametrize(("rate", "delay"), [(2000, 0.05), (1e6, 0.1), (1e6, 0.001)])
def test_after_a_stall_all_is_as_before(rate: float, delay: float) -> None:
    sound = oldest(Carrier(rate, delay), 60, 120)
    assert oldest(Carrier(rate, delay, stall=(20.0, 45.0)), 60, 120) < 2 * sound + 0.7
