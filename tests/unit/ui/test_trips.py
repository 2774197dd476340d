import pytest

from aztui.core.events import RunId
from aztui.terminal.link import Link
from aztui.ui.trips import Logbook

RUN, OTHER = RunId("1"), RunId("2")


def streamed(link: Link, at: float, trip: float) -> None:
    """Have a frame sent, and answered."""
    link.sent(at, 100)
    link.answered(at + trip)


def test_each_run_has_the_trips_of_its_own_stream() -> None:
    link = Link()
    logbook = Logbook(lambda: link)
    streamed(link, 1.0, 0.5)
    for run, at in ((RUN, 10.0), (OTHER, 20.0)):
        logbook.begun(run)
        streamed(link, at, at / 100)
        assert logbook.of(run) == link.trips
        logbook.over(run)
    slowest = [trips.slowest for run in (RUN, OTHER) if (trips := logbook.of(run))]
    assert slowest == pytest.approx([0.1, 0.2])
    assert not link.measuring


def test_the_end_of_another_run_ends_no_measuring() -> None:
    link = Link()
    logbook = Logbook(lambda: link)
    logbook.begun(OTHER)
    logbook.over(RUN)
    assert link.measuring
    assert logbook.of(RUN) is None


def test_without_a_terminal_nothing_is_known() -> None:
    logbook = Logbook(lambda: None)
    logbook.begun(RUN)
    logbook.over(RUN)
    assert logbook.of(RUN) is None
