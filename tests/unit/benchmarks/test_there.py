"""That what is measured was there: earlier answers, an extreme's end, each marker word."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any, cast

import pytest

import benchmarks.extremes
import benchmarks.filling
from benchmarks.bench import Bench
from benchmarks.extremes import extremes
from benchmarks.filling import fill, fill_with_turns
from benchmarks.harness import Program, Server, aztui, is_request, is_sent, trial
from benchmarks.presses import Sort
from benchmarks.scale import FULL, QUICK, Scale
from benchmarks.server import MeasuredAnswer
from benchmarks.streams import delays_of, stream, unwrapped
from benchmarks.table import ms, typical
from benchmarks.text import MARKER, Kind, in_parts, words
from tests.support.screen import Picture
from tests.support.terminal import Terminal


class Showing:
    """A terminal whose program shows the same whatever is typed."""

    def __init__(self, screen: str) -> None:
        self.screen = screen

    def send(self, _keys: bytes | str) -> float:
        return 0.0

    def skip(self) -> None:
        pass

    def resize(self, _rows: int, _columns: int) -> None:
        pass

    def memory(self) -> SimpleNamespace:
        return SimpleNamespace(peak=0)


class Answered:
    """A server that was asked everything."""

    records: tuple[()] = ()

    def wait_for(self, *_: object) -> None:
        pass


@pytest.fixture(autouse=True)
def _calm(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("calm", "settle"):
        monkeypatch.setattr(benchmarks.filling, name, lambda *_: None)


def filled(screen: str) -> None:
    answers = in_parts(2000, 2)
    fill(cast("Terminal", Showing(screen)), cast("Server", Answered()), answers)


def loaded(screen: str) -> None:
    fill_with_turns(cast("Terminal", Showing(screen)), 50)


@pytest.mark.parametrize(
    ("fill_it", "whole", "part"),
    [
        (filled, "n00001999 the log\n\nfin1000.", "n00000999 the log\n\nfin1000."),
        (filled, "n00001999 the log\n\nfin1000.", "n00001999 the log"),
        (loaded, "n00000000 the log\n\nn00000049 the log", "n00000000 the log"),
        (loaded, "n00000000 the log\n\nn00000049 the log", "n00000049 the log"),
    ],
)
def test_earlier_answers_must_be_there(
    fill_it: Callable[[str], None], whole: str, part: str
) -> None:
    fill_it(whole)
    with pytest.raises(AssertionError, match="not where it belongs"):
        fill_it(part)


class Streamed:
    """An answer that is over."""

    def __init__(self, *_: object) -> None:
        pass

    def goes_on(self, _pressed: int) -> bool:
        return False

    def wait(self) -> float:
        return 0.0


def test_an_extreme_is_missed_unless_its_end_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("calm", "enter"):
        monkeypatch.setattr(benchmarks.extremes, name, lambda *_: None)
    monkeypatch.setattr(benchmarks.extremes, "_HEAD_START", 0)
    monkeypatch.setattr(benchmarks.extremes, "_Streaming", Streamed)
    monkeypatch.setattr(benchmarks.extremes, "press", lambda *_: [])
    monkeypatch.setattr(benchmarks.extremes, "delays", lambda *_: {Sort.TYPES: [0.01]})
    line = next(one for one in extremes(QUICK) if one.goal == "one line")
    session = next(one for one in extremes(QUICK) if one.goal == "session")
    loaded_before = f"n{0:08} n{session.turns - 1:08}"

    class Shown:
        server = SimpleNamespace(records=[])
        scale = QUICK
        ours = aztui("rendered")

        @contextmanager
        def warmed_up(self, program: Program) -> Iterator[Showing]:
            with trial(program):
                yield Showing(f"{loaded_before}\n{line.recipe.last_word}")

    monkeypatch.setattr(benchmarks.extremes, "_rows", lambda *_: [])
    found = benchmarks.extremes.measure(cast("Bench", Shown())).found
    assert {goal: one.value for goal, one in found.items()} == {
        **{one.goal: math.inf for one in extremes(QUICK)},
        "one line": 10.0,
    }


@pytest.mark.parametrize("scale", [FULL, QUICK])
def test_numbers_go_on_from_extreme_to_extreme(scale: Scale) -> None:
    """A part has a hundred bytes or more, or is a row or a line."""
    end = 0
    for recipe in (extreme.recipe for extreme in extremes(scale)):
        assert recipe.first >= end
        bytes_counted = recipe.kind in {Kind.PROSE, Kind.LINE}
        end = recipe.first + recipe.size // (100 if bytes_counted else 1)


def test_a_marker_that_never_showed_is_late_without_end() -> None:
    delays = delays_of({"m00007": 1.0, "m00034": 2.0}, {"m00007": 1.25})
    assert delays == {"m00007": 0.25, "m00034": math.inf}
    assert typical([list(delays.values())], 95) == math.inf
    assert ms(typical([list(delays.values())] * 2, 95)) == "never"


def test_an_answer_that_still_shows_is_not_measured_again() -> None:
    recipe = words(100, 200)
    with pytest.raises(ValueError, match="asked for before"):
        stream(
            cast("Terminal", Showing(f"so {recipe.last_word}")), cast("Server", Answered()), recipe
        )


def test_a_marker_in_two_rows_is_there() -> None:
    picture = Picture(4, 10)
    picture.feed(b"words m00007 more\r\nm0002\r\n7")
    assert MARKER.findall(unwrapped(picture)) == ["m00007"]


def test_a_marker_is_stamped_before_it_is_sent(capsys: pytest.CaptureFixture[str]) -> None:
    taken: dict[str, float] = {}
    for part in MeasuredAnswer(words(100, 0)):
        taken[getattr(part, "text", "").strip()] = time.monotonic()
    sent: dict[str, Any] = dict(json.loads(capsys.readouterr().out)["sent"])
    assert len(sent) == 6
    assert all(at <= taken[word] for word, at in sent.items())


def test_what_was_sent_is_told_also_of_an_answer_that_nobody_takes_any_more(
    capsys: pytest.CaptureFixture[str],
) -> None:
    answer = iter(MeasuredAnswer(words(100, 0)))
    next(answer)
    del answer
    told = json.loads(capsys.readouterr().out)
    assert is_sent(told, words(100, 0).prompt)
    assert [word for word, _ in told["sent"]] == ["m00001"]


def test_what_nobody_typed_is_not_taken_for_the_prompt() -> None:
    prompt = words(100, 200).prompt
    title = {"method": "POST", "prompt": f"Generate a title for: {prompt}"}
    assert not is_request(title, prompt)
    assert is_request(title | {"prompt": prompt}, prompt)
    assert not is_sent({"sent": [], "asked": "words 2 from 0 at 0"}, prompt)


def test_markers_keep_no_step_with_frames() -> None:
    """At 200 tokens a second, frames of 1/30 s: they come at every part of a frame."""
    at = [number for number, piece in enumerate(words(1000, 200).pieces(), 1) if "m0" in piece]
    parts = [int(number / 200 * 30 % 1 * 5) for number in at]
    assert len(at) == 50
    assert all(6 <= parts.count(part) <= 14 for part in range(5))
