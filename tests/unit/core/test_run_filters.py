"""What a content filter says, in the run: the gravest of each category, and where it condemns."""

from __future__ import annotations

import pytest

from aztui.core.events import Event, Filtered, RunId, Stamped, TextDelta
from aztui.core.filters import Offsets, Verdict
from aztui.core.request import Api, compose
from aztui.core.run import Choice, Run, reduce

ID = RunId("r1")
PROMPT = "x" * 44
SAFE = Verdict("hate", filtered=False, severity="safe")
LOW = Verdict("hate", filtered=False, severity="low")


def run_of(*events: Event) -> Run:
    run = Run(ID, compose(Api.CHAT, "gpt", PROMPT), 0.0)
    for event in (TextDelta(0, "An answer. " * 50), *events):
        run = reduce(run, Stamped(ID, 1.0, event))
    return run


def passed(start: int, end: int) -> Filtered:
    return Filtered(0, (SAFE,), Offsets(start, end))


def blocked(start: int, end: int) -> Filtered:
    return Filtered(0, (SAFE,), Offsets(start, end), condemned=True)


def choice_of(*events: Event) -> Choice:
    return run_of(*events).choices[0]


def test_the_gravest_word_counts_and_those_on_the_prompt_stand_apart() -> None:
    run = run_of(Filtered(0, (SAFE,)), Filtered(0, (LOW,)), Filtered(0, (SAFE,)))
    assert (run.choices[0].verdicts, run.prompt_verdicts) == ((LOW,), ())
    run = run_of(Filtered(None, (LOW,)))
    assert (run.choices[0].verdicts, run.prompt_verdicts) == ((), (LOW,))


def test_why_a_filter_did_not_run_is_kept_once() -> None:
    run = run_of(Filtered(0, failed="Not run."), Filtered(None, failed="Not run."))
    assert run.unfiltered == ("Not run.",)


@pytest.mark.parametrize(
    ("told", "first"),
    [
        ((passed(44, 198), passed(44, 260)), None),
        ((blocked(44, 198),), 0),
        ((passed(44, 198), blocked(198, 260)), 154),
        # A conversation is longer than its last prompt, and nobody says by how much.
        ((passed(910, 1100), blocked(1100, 1200)), 190),
        # Of the prompt and of the answer at once.
        ((passed(0, 198), blocked(198, 260)), 154),
        ((blocked(0, 198),), 0),
        # The words may come in any order.
        ((passed(198, 260), passed(44, 198), blocked(144, 260)), 100),
        ((passed(44, 198), blocked(144, 198), blocked(54, 198)), 100),
    ],
)
def test_where_the_filter_condemns(told: tuple[Event, ...], first: int | None) -> None:
    assert choice_of(*told).condemned == first


def test_an_answer_that_repeats_the_prompt_begins_where_the_prompt_does() -> None:
    request = compose(Api.COMPLETIONS, "gpt", PROMPT, params={"echo": True})
    run = Run(ID, request, 0.0)
    for event in (TextDelta(0, f"{PROMPT} An answer."), passed(44, 50), blocked(50, 55)):
        run = reduce(run, Stamped(ID, 1.0, event))
    assert run.choices[0].condemned == 50
