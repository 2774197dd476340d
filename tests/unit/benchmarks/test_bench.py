"""Which program a figure gets, and whose fault it is when one hangs."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

import pytest

import benchmarks.bench
import benchmarks.send
from benchmarks.bench import Bench
from benchmarks.goals import Found
from benchmarks.harness import ARTICLE, BARE, FLOORS, Program, ProgramError, Server, aztui, trial
from benchmarks.plant import verdict
from benchmarks.presses import EMPTY
from benchmarks.report import Report
from benchmarks.run import measure
from benchmarks.scale import FULL, QUICK, Scale
from tests.support.terminal import Terminal

OURS, RAW = aztui("rendered"), aztui("raw")


class Typed:
    """A terminal that keeps what is typed, and knows whether it is still there."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []
        self.open = True

    def send(self, keys: bytes) -> None:
        self.sent.append(keys)


def bench(scale: Scale) -> Bench:
    return Bench(cast("Server", None), scale, OURS, RAW)


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[Typed]:
    """The programs that were started."""
    terminals: list[Typed] = []

    @contextmanager
    def warmed_up(program: Program, _server: Server) -> Iterator[Terminal]:
        terminal = Typed()
        terminals.append(terminal)
        try:
            yield cast("Terminal", terminal)
        finally:
            terminal.open = False

    monkeypatch.setattr(benchmarks.bench, "warmed_up", warmed_up)
    monkeypatch.setattr(benchmarks.bench, "settle", lambda *_: None)
    return terminals


def use(measured: Bench, program: Program) -> None:
    with measured.warmed_up(program):
        pass


def test_each_figure_has_programs_of_its_own(started: list[Typed]) -> None:
    measured = bench(FULL)
    use(measured, OURS)
    use(measured, OURS)
    assert [one.open for one in started] == [False, False]


def test_where_time_is_short_figures_share_them_with_an_empty_prompt(started: list[Typed]) -> None:
    measured = bench(QUICK)
    for program in (OURS, ARTICLE, OURS):
        use(measured, program)
    ours, article = started
    assert ours.sent == [EMPTY, EMPTY]
    assert article.sent == [EMPTY]
    assert [one.open for one in started] == [True, True]
    measured.close()
    assert [one.open for one in started] == [False, False]


def fail(measured: Bench) -> None:
    with measured.warmed_up(OURS):
        raise TimeoutError("It hangs.")


def test_one_that_hangs_is_not_shared_any_more(started: list[Typed]) -> None:
    measured = bench(QUICK)
    with pytest.raises(ProgramError):
        fail(measured)
    use(measured, OURS)
    assert [one.open for one in started] == [False, True]


def test_all_floors_run_or_those_that_a_must_rests_on() -> None:
    assert bench(FULL).floors(ARTICLE) == FLOORS
    assert bench(FULL).floors(able=(BARE,)) == (BARE,)
    assert bench(QUICK).floors(ARTICLE) == (ARTICLE,)
    assert bench(QUICK).floors() == ()


def blame() -> None:
    with trial(OURS), trial(ARTICLE):
        raise AssertionError("It hangs.\nIts screen.")


def test_the_innermost_trial_knows_whose_failure_it_is() -> None:
    with pytest.raises(ProgramError) as caught:
        blame()
    assert caught.value.program == ARTICLE
    assert caught.value.why == "It hangs.\nIts screen."


def measured_with(program: Program, monkeypatch: pytest.MonkeyPatch) -> Report:
    def failing(_bench: Bench) -> Report:
        raise ProgramError(program, "It hangs.\nIts screen.")

    monkeypatch.setattr(benchmarks.send, "measure", failing)
    return measure("send", bench(FULL))


def test_what_our_program_does_not_do_in_time_is_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    report = measured_with(OURS, monkeypatch)
    assert report.found["send"].value == math.inf
    assert verdict("send", Found(1.0), report.found["send"]) == "yes"
    assert "It hangs." in str(report.table)


def test_what_our_other_view_does_not_do_is_missed_by_that(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert list(measured_with(RAW, monkeypatch).found) == ["send, raw"]


def test_where_a_floor_hangs_nothing_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not measured_with(ARTICLE, monkeypatch).found
