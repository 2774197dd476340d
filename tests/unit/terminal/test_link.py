import math

import pytest

from aztui.terminal.link import PROBE, SLOW, Link


def measured(*trips: float) -> Link:
    """A link of which these times there and back are known, at 100 s."""
    link = Link()
    link.measure(on=True)
    for number, trip in enumerate(trips):
        now = 50.0 + number
        assert link.sent(now) == PROBE
        link.answered(now + trip)
    return link


def test_nothing_is_asked_unless_it_is_to_be_measured() -> None:
    link = Link()
    assert link.sent(1.0) == ""
    link.measure(on=True)
    assert link.sent(2.0) == PROBE
    link.measure(on=False)
    link.answered(2.1)
    assert link.sent(3.0) == ""


def test_few_probes_a_second_and_one_at_a_time() -> None:
    link = Link()
    link.measure(on=True)
    asked = 0
    for frame in range(90):
        now = frame / 30
        if link.sent(now):
            asked += 1
            link.answered(now + 0.001)
    assert 9 <= asked <= 13


def test_frames_go_as_they_come_on_a_quick_link() -> None:
    link = measured(0.001, 0.002)
    link.sent(100.0)
    assert link.wait(100.0) == 0
    assert not link.slow


def test_a_terminal_that_never_answers_is_never_waited_for() -> None:
    link = Link()
    link.measure(on=True)
    assert link.sent(1.0) == PROBE
    for late in (0.1, 1.0, 5.0, 50.0):
        assert link.wait(1.0 + late) == 0


def test_frames_wait_while_an_answer_is_late() -> None:
    link = measured(0.02)
    link.sent(100.0)
    assert link.wait(100.1) == 0
    assert link.wait(100.2) > 2
    link.answered(100.3)
    assert link.wait(100.4) == 0


def test_an_answer_that_is_lost_holds_nothing_up_for_ever() -> None:
    link = measured(0.02)
    assert link.sent(100.0) == PROBE
    assert link.wait(100.0 + link.wait(100.5) + 0.5) == 0
    assert link.sent(104.0) == PROBE


def test_a_slow_link_gets_fewer_frames() -> None:
    link = measured(0.4)
    assert link.slow
    link.sent(100.0)
    assert link.wait(100.0) == pytest.approx(0.1)
    assert link.wait(100.05) == pytest.approx(0.05)
    assert link.wait(100.1) == 0


def test_no_link_is_so_slow_that_little_is_seen() -> None:
    link = measured(9.0)
    link.sent(100.0)
    assert link.wait(100.0) == pytest.approx(0.25)


def test_a_distant_link_is_not_taken_for_a_full_one() -> None:
    link = measured(0.6, 0.6)
    assert link.sent(100.0) == PROBE
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
    link.sent(100.0)
    expected = link.expecting
    link.lost()
    assert (expected, link.expecting) == (True, False)
    assert link.wait(101.0) == 0


def test_what_a_link_was_like_holds_nobody_up_who_types() -> None:
    link = measured(1.2)
    link.measure(on=False)
    link.sent(100.0)
    assert link.wait(100.0) == 0


def test_answers_to_nobody_are_passed_over() -> None:
    link = Link()
    link.answered(1.0)
    assert link.trips.answers == 0
