from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aztui.core.events import (
    Answering,
    Apart,
    Cause,
    Ended,
    Event,
    FinishReason,
    Opened,
    ReasoningItem,
    Resent,
    Retrying,
    RunId,
    SignIn,
    Stamped,
    StreamProblem,
    TextDelta,
    Thinking,
    Usage,
)
from aztui.core.metrics import (
    characters,
    characters_a_second,
    completion_tokens,
    elapsed,
    time_thinking,
    time_to_first_text,
)
from aztui.core.outcome import apart, describe
from aztui.core.problem import Kind, Problem
from aztui.core.quota import Quota
from aztui.core.request import Api, compose
from aztui.core.run import Phase, Run, reduce

ID = RunId("r1")
BROKEN = Problem(Kind.CONNECTION, "The connection was reset")
CLOSED = Ended(Cause.CLOSED)


def run_of(*events: Event, started: float = 10.0) -> Run:
    run = Run(ID, compose(Api.CHAT, "gpt", "Hi"), started)
    for second, event in enumerate(events, start=1):
        run = reduce(run, Stamped(ID, started + second, event))
    return run


@pytest.mark.parametrize(
    "events",
    [
        [TextDelta(0, "a"), StreamProblem(BROKEN), CLOSED],
        [TextDelta(0, "a"), Ended(Cause.BROKEN, BROKEN)],
        [TextDelta(0, "a"), CLOSED],
        [CLOSED],
    ],
)
def test_a_problem_has_the_ids_that_the_answer_came_with(events: list[Event]) -> None:
    ids = (("x-request-id", "7"),)
    problem = run_of(Opened(ids), *events).problem
    assert problem
    assert problem.ids == ids


def test_a_problem_keeps_the_ids_of_its_own() -> None:
    refused = replace(BROKEN, ids=(("x-request-id", "8"),))
    problem = run_of(Opened((("x-request-id", "7"),)), Ended(Cause.BROKEN, refused)).problem
    assert problem is not None
    assert problem.ids == refused.ids


@pytest.mark.parametrize(
    ("events", "title", "fix"),
    [
        ([], "It broke", "Send it again."),
        ([Opened()], "It broke before any text came", "Send it again."),
        (
            [Opened(), TextDelta(0, "a")],
            "It broke in the middle of the answer",
            "Send it again; what came is kept.",
        ),
        ([Opened(), Retrying(BROKEN, 1, 1), Resent()], "It broke", "Send it again."),
    ],
)
@pytest.mark.parametrize("kind", [Kind.CONNECTION, Kind.TIMEOUT])
def test_a_connection_that_fails_says_how_far_the_answer_was(
    kind: Kind, events: list[Event], title: str, fix: str
) -> None:
    broken = Problem(kind, "It broke", fix="Send it again.")
    problem = run_of(*events, Ended(Cause.BROKEN, broken)).problem
    assert problem is not None
    assert (problem.title, problem.fix) == (title, fix)


def test_another_problem_stays_as_it_is() -> None:
    refused = Problem(Kind.PROTOCOL, "No answer", fix="Look.")
    assert run_of(Opened(), Ended(Cause.BROKEN, refused)).problem == refused


def test_text_is_kept_in_order_with_its_chunks() -> None:
    run = run_of(TextDelta(0, "He"), TextDelta(0, "llo"))
    assert run.text == "Hello"
    assert list(run.choices[0].chunks) == ["He", "llo"]
    assert run.phase is Phase.STREAMING


@given(st.lists(st.tuples(st.integers(0, 3), st.text(min_size=1)), max_size=30))
def test_interleaved_choices_do_not_mix(deltas: list[tuple[int, str]]) -> None:
    run = run_of(*(TextDelta(index, text) for index, text in deltas))
    for choice in run.choices:
        assert choice.text == "".join(text for index, text in deltas if index == choice.index)
    assert [c.index for c in run.choices] == sorted({index for index, _ in deltas})


@pytest.mark.parametrize(
    ("events", "phase"),
    [
        ([], Phase.WAITING),
        ([Opened()], Phase.WAITING),
        ([TextDelta(0, "a")], Phase.STREAMING),
        ([TextDelta(0, "a"), FinishReason(0, "stop")], Phase.STREAMING),
        ([TextDelta(0, "a"), FinishReason(0, "stop"), CLOSED], Phase.DONE),
        ([FinishReason(0, "stop"), CLOSED], Phase.DONE),
        ([TextDelta(0, "a"), FinishReason(0, "length"), CLOSED], Phase.LIMIT),
        ([TextDelta(0, "a"), FinishReason(0, "content_filter"), CLOSED], Phase.FILTERED),
        ([TextDelta(0, "a"), Ended(Cause.CANCELLED)], Phase.STOPPED),
        ([Ended(Cause.CANCELLED)], Phase.STOPPED),
        ([Ended(Cause.BROKEN, BROKEN)], Phase.FAILED),
        ([CLOSED], Phase.FAILED),
        ([TextDelta(0, "a"), Ended(Cause.BROKEN, BROKEN)], Phase.CUT),
        ([TextDelta(0, "a"), CLOSED], Phase.CUT),
        ([TextDelta(0, "a"), StreamProblem(BROKEN), CLOSED], Phase.CUT),
        ([StreamProblem(BROKEN), CLOSED], Phase.FAILED),
        # The answer was whole before the connection broke.
        ([TextDelta(0, "a"), FinishReason(0, "stop"), Ended(Cause.BROKEN, BROKEN)], Phase.DONE),
        # One of two answers was not finished.
        ([TextDelta(0, "a"), TextDelta(1, "b"), FinishReason(0, "stop"), CLOSED], Phase.CUT),
    ],
)
def test_the_phase_says_what_became_of_it(events: list[Event], phase: Phase) -> None:
    assert run_of(*events).phase is phase


def test_text_after_the_finish_reason_counts() -> None:
    run = run_of(TextDelta(0, "a"), FinishReason(0, "stop"), TextDelta(0, "b"), CLOSED)
    assert run.text == "ab"
    assert run.phase is Phase.DONE


def test_nothing_changes_a_run_that_is_over() -> None:
    over = run_of(TextDelta(0, "a"), Ended(Cause.CANCELLED))
    assert reduce(over, Stamped(ID, 99, TextDelta(0, "late"))) is over


def test_events_of_another_run_are_ignored() -> None:
    run = run_of()
    assert reduce(run, Stamped(RunId("other"), 11, TextDelta(0, "a"))) is run


def test_a_failure_keeps_its_problem_and_a_silent_end_gets_one() -> None:
    assert run_of(Ended(Cause.BROKEN, BROKEN)).problem == BROKEN
    silent, unfinished = run_of(CLOSED).problem, run_of(TextDelta(0, "a"), CLOSED).problem
    assert silent is not None
    assert unfinished is not None
    assert "finish reason" in unfinished.title


def test_the_first_problem_is_the_cause() -> None:
    later = Problem(Kind.CONNECTION, "later")
    run = run_of(StreamProblem(BROKEN), Ended(Cause.BROKEN, later))
    assert run.problem == BROKEN


def test_a_problem_in_the_stream_gets_the_ids_that_came_with_its_beginning() -> None:
    ids = (("x-request-id", "7"),)
    run = run_of(Opened(ids), TextDelta(0, "a"), StreamProblem(BROKEN), CLOSED)
    assert run.problem == replace(BROKEN, ids=ids)
    own = replace(BROKEN, ids=(("x-request-id", "8"),))
    problem = run_of(Opened(ids), Ended(Cause.BROKEN, own)).problem
    assert problem is not None
    assert problem.ids == own.ids


@pytest.mark.parametrize(("reason", "phase"), [("stop", Phase.DONE), ("length", Phase.LIMIT)])
def test_an_answer_with_an_unreadable_part_is_damaged(reason: str, phase: Phase) -> None:
    unreadable = StreamProblem(Problem(Kind.PROTOCOL, "Unreadable"))
    lost = run_of(TextDelta(0, "a"), unreadable, FinishReason(0, reason), CLOSED)
    assert (lost.phase, lost.damaged) == (phase, True)
    late = run_of(TextDelta(0, "a"), FinishReason(0, reason), Ended(Cause.BROKEN, BROKEN))
    assert (late.phase, late.damaged) == (phase, False)


def test_figures_of_a_run() -> None:
    run = run_of(Opened((("x-request-id", "7"),)), Answering("gpt-4o"), TextDelta(0, "abcd"))
    assert run.model == "gpt-4o"
    assert run.ids == (("x-request-id", "7"),)
    assert time_to_first_text(run) == pytest.approx(3.0)
    assert elapsed(run, now=15.0) == pytest.approx(5.0)
    assert characters(run) == 4
    assert characters_a_second(run, now=15.0, count=4) == pytest.approx(2.0)
    assert completion_tokens(run) == (1, False)


def test_the_rate_of_a_finished_run_ends_with_its_text() -> None:
    run = run_of(TextDelta(0, "ab"), TextDelta(0, "cd"), FinishReason(0, "stop"), CLOSED)
    assert characters_a_second(run, now=99.0, count=4) == pytest.approx(4.0)
    assert elapsed(run, now=99.0) == pytest.approx(4.0)


def test_the_service_knows_its_tokens() -> None:
    assert completion_tokens(run_of(TextDelta(0, "a"), Usage(3, 12))) == (12, True)


def test_no_figures_before_there_is_text() -> None:
    run = run_of()
    assert time_to_first_text(run) is None
    assert characters_a_second(run, now=11.0, count=0) is None


def test_every_phase_has_its_own_words() -> None:
    words = {describe(Run(ID, compose(Api.CHAT, "g", "?"), 0.0, phase=phase)) for phase in Phase}
    assert len(words - {""}) == len(Phase)


def test_done_names_the_finish_reason() -> None:
    assert describe(run_of(FinishReason(0, "tool_calls"), CLOSED)) == "done (tool_calls)"


def test_a_wait_that_was_agreed_to_takes_the_place_of_the_one_that_asked() -> None:
    asked = Retrying(Problem(Kind.RATE_LIMIT, "Used up"), 600.0, 1, asks=True)
    run = Run(RunId("1"), compose(Api.CHAT, "gpt", "Hi"), 0.0)
    for at, event in ((1.0, asked), (9.0, replace(asked, asks=False))):
        run = reduce(run, Stamped(run.id, at, event))
    assert [(retry.at, retry.told.asks) for retry in run.retries] == [(9.0, False)]
    run = reduce(run, Stamped(run.id, 700.0, replace(asked, attempt=2)))
    assert [retry.told.attempt for retry in run.retries] == [1, 2]


def test_an_answer_that_is_taken_up_goes_on_as_it_was() -> None:
    dropped = Retrying(Problem(Kind.CONNECTION, "It broke off"), 2.0, 1, resumes=True)
    run = Run(RunId("1"), compose(Api.RESPONSES, "gpt", "Hi"), 0.0)
    happened: list[Event] = [
        Thinking("low"),
        Opened((("x-request-id", "a"),), Quota(7)),
        TextDelta(0, "Hel"),
        dropped,
        Resent(),
        Opened((("x-request-id", "b"),)),
        TextDelta(0, "lo"),
    ]
    phases = []
    for at, event in enumerate(happened, 1):
        run = reduce(run, Stamped(run.id, float(at), event))
        phases.append(run.phase)
    assert phases[2:6] == [Phase.STREAMING, Phase.RETRYING, Phase.STREAMING, Phase.STREAMING]
    assert (run.text, run.opened, run.quota) == ("Hello", 2.0, Quota(7))
    assert run.ids == (("x-request-id", "b"),)
    assert time_thinking(run, 9.0) == pytest.approx(3.0)
    broken = Ended(Cause.BROKEN, Problem(Kind.CONNECTION, "Nobody answers", fix="Wait."))
    cut = reduce(run, Stamped(run.id, 9.0, broken))
    assert cut.problem is not None
    assert cut.problem.title == "Nobody answers in the middle of the answer"


def test_thoughts_that_come_again_are_had_once() -> None:
    item = ReasoningItem({"type": "reasoning", "encrypted_content": "gAAA"})
    other = ReasoningItem({"type": "reasoning", "encrypted_content": "gAAB"})
    assert run_of(item, other, item).reasoning == (item.item, other.item)


def test_who_is_answered_has_signed_in() -> None:
    run = Run(RunId("1"), compose(Api.CHAT, "gpt", "Hi"), 0.0)
    run = reduce(run, Stamped(run.id, 1.0, SignIn("https://x", "CODE")))
    assert run.sign_in is not None
    refused = Retrying(Problem(Kind.SERVER, "Busy"), 1.0, 1)
    assert reduce(run, Stamped(run.id, 2.0, refused)).sign_in is None


def waiting(wait: float = 7.0, *, asks: bool = False, choice: int | None = 1) -> Retrying:
    return Retrying(BROKEN, wait, 1, asks=asks, choice=choice)


def test_an_answer_that_a_request_of_its_own_did_not_bring_is_missing() -> None:
    came: list[Event] = [Apart(2), Opened(), TextDelta(1, "x"), FinishReason(1, "stop")]
    run = run_of(*came, Ended(Cause.BROKEN, BROKEN))
    assert [choice.finish_reason for choice in run.choices] == [None, "stop"]
    assert (run.phase, run.requests) == (Phase.CUT, 2)
    assert apart(run) == (
        "The service gives one answer a request: 2 requests were made, 1 of them without a whole "
        "answer."
    )
    assert run_of(*came, FinishReason(0, "stop"), CLOSED).phase is Phase.DONE


def test_answers_of_one_seed_are_told_to_be_alike() -> None:
    asked = compose(Api.CHAT, "gpt", "Hi", params={"n": 2, "seed": 7})
    run = reduce(Run(ID, asked, 0.0), Stamped(ID, 1.0, Apart(2)))
    assert "2 requests were made. All have the seed 7" in apart(run)
    assert apart(Run(ID, asked, 0.0)) == ""


def test_one_answer_that_waits_is_nobodys_business_while_another_comes() -> None:
    streaming: list[Event] = [Apart(2), Opened(), TextDelta(0, "x")]
    run = run_of(*streaming, waiting())
    assert (run.phase, run.opened) == (Phase.STREAMING, 12.0)
    assert run_of(*streaming, waiting(choice=None)).phase is Phase.RETRYING
    assert run_of(*streaming, waiting(asks=True)).phase is Phase.RETRYING
    assert run_of(Apart(2), waiting()).phase is Phase.RETRYING


def test_waits_of_different_answers_are_different_waits() -> None:
    run = run_of(Apart(2), waiting(1, choice=0), waiting(2), waiting(3))
    assert [(retry.told.choice, retry.told.wait) for retry in run.retries] == [(0, 1), (1, 3)]
    thought = run_of(Apart(2), Thinking("low"), waiting(), Resent(), TextDelta(0, "x"))
    assert time_thinking(thought, 99.0) == 5.0
