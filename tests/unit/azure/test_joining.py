from __future__ import annotations

import pytest

from aztui.azure.joining import Joining
from aztui.core.events import (
    Adapted,
    Answering,
    Apart,
    Cause,
    Ended,
    Event,
    Filtered,
    FinishReason,
    Ignored,
    Opened,
    ReasoningDelta,
    ReasoningItem,
    Received,
    Resent,
    Retrying,
    Sent,
    StreamProblem,
    TextDelta,
    Thinking,
    Usage,
)
from aztui.core.lessons import Refused
from aztui.core.problem import Kind, Problem

LIMITED = Problem(Kind.RATE_LIMIT, "Too many")
GONE = Problem(Kind.NOT_FOUND, "No such deployment")
CLOSED = Ended(Cause.CLOSED)


def joined(*came: tuple[int, Event], requests: int = 2) -> list[Event]:
    """What a run tells of what came of its requests, after that they are several."""
    joining = Joining(requests)
    first, *others = [event for number, one in came for event in joining.take(number, one)]
    assert first == Apart(requests)
    return others


def test_each_request_is_an_answer_of_the_run() -> None:
    assert joined(
        (1, TextDelta(0, "b")),
        (0, TextDelta(0, "a")),
        (1, FinishReason(0, "stop")),
        (1, Filtered(0)),
        (1, CLOSED),
        (0, FinishReason(0, "length")),
        (0, CLOSED),
    ) == [
        TextDelta(1, "b"),
        TextDelta(0, "a"),
        FinishReason(1, "stop"),
        Filtered(1),
        FinishReason(0, "length"),
        CLOSED,
    ]


def test_what_holds_for_all_is_told_once() -> None:
    adapted = Adapted((Refused("temperature"),), again=True)
    said: list[Event] = [adapted, Thinking("low"), Filtered(None), Opened(), Answering("gpt")]
    assert joined(*((number, event) for number in (0, 1) for event in said)) == said
    later = Opened((("x-request-id", "2"),))
    assert joined((0, Opened()), (1, later)) == [Opened()]


def test_the_first_request_stands_for_all_where_it_is_told_what_was_sent() -> None:
    sent: list[Event] = [Sent("https://contoso.openai.azure.com", {"seed": 7}), Received(200)]
    assert joined((1, sent[0]), (0, sent[0]), (0, sent[1]), (1, sent[1])) == sent


def test_what_they_cost_is_added_up() -> None:
    told = joined((0, Usage(3, 5, 1, 2)), (1, Usage(3, 7, 2, 3)))
    assert told == [Usage(3, 5, 1, 2), Usage(6, 12, 3, 5)]


def test_what_was_passed_over_is_told_at_the_end_for_all() -> None:
    came = [(number, event) for number in (0, 1) for event in (Ignored((("x", 2),)), CLOSED)]
    assert joined(*came) == [Ignored((("x", 4),)), CLOSED]


def test_thoughts_do_not_run_into_one_another_and_the_first_answers_go_along() -> None:
    assert joined(
        (1, ReasoningDelta(0, "b")),
        (0, ReasoningDelta(0, "a")),
        (1, ReasoningDelta(0, "b")),
        (1, ReasoningItem({"id": "2"})),
        (0, ReasoningItem({"id": "1"})),
    ) == [
        ReasoningDelta(0, "b"),
        ReasoningDelta(1, "a"),
        ReasoningDelta(0, "b"),
        ReasoningItem({"id": "1"}),
    ]


def test_one_that_fails_leaves_the_others_alone() -> None:
    broken = StreamProblem(LIMITED)
    assert joined(
        (0, Ended(Cause.BROKEN, LIMITED)), (1, broken), (1, FinishReason(0, "stop")), (1, CLOSED)
    ) == [broken, FinishReason(1, "stop"), Ended(Cause.BROKEN, LIMITED)]


def test_where_all_fail_the_first_problem_is_the_runs() -> None:
    ends = [Ended(Cause.BROKEN, problem) for problem in (GONE, LIMITED)]
    assert joined((1, ends[0]), (0, ends[1])) == [Ended(Cause.BROKEN, GONE)]


@pytest.mark.parametrize("other", [CLOSED, Ended(Cause.BROKEN, LIMITED)])
def test_a_source_that_is_closed_cancels_the_run(other: Ended) -> None:
    assert joined((0, Ended(Cause.CANCELLED)), (1, other)) == [Ended(Cause.CANCELLED)]


def test_a_wait_says_whose_it_is() -> None:
    wait = Retrying(LIMITED, 2.0, 1)
    assert joined((1, wait), (1, Resent())) == [Retrying(LIMITED, 2.0, 1, choice=1), Resent()]


def test_nobody_is_asked_to_wait_while_another_answer_comes() -> None:
    short, long = (Retrying(LIMITED, wait, 1, asks=True) for wait in (200.0, 300.0))
    question = Retrying(LIMITED, 300.0, 1, asks=True, choice=2)
    came: list[tuple[int, Event]] = [(1, short), (2, long), (0, TextDelta(0, "a"))]
    assert joined(*came, requests=3) == [TextDelta(0, "a")]
    assert joined(*came, (0, CLOSED), requests=3) == [TextDelta(0, "a"), question]


def test_those_that_are_not_sent_yet_are_not_waited_for() -> None:
    wait, unsent = Retrying(LIMITED, 200.0, 1, asks=True), [2, 3]
    joining = Joining(4, unsent)
    assert list(joining.take(0, wait)) == [Apart(4)]
    assert list(joining.take(1, wait)) == [Retrying(LIMITED, 200.0, 1, asks=True, choice=0)]


def test_whoever_has_agreed_is_not_asked_again_while_the_wait_lasts() -> None:
    joining = Joining(2)
    short, long = (Retrying(LIMITED, wait, 1, asks=True) for wait in (200.0, 300.0))
    assert not joining.answered()
    asked = [
        event for number, one in enumerate((short, long)) for event in joining.take(number, one)
    ]
    assert asked == [Apart(2), Retrying(LIMITED, 300.0, 1, asks=True, choice=1)]
    assert joining.answered()
    assert list(joining.take(0, Resent())) == [Resent()]
    assert list(joining.take(0, CLOSED)) == []
    assert list(joining.take(1, long)) == [Retrying(LIMITED, 300.0, 1, asks=True, choice=1)]


def test_whoever_declines_gets_no_more_requests() -> None:
    joining = Joining(3)
    ask = Retrying(LIMITED, 200.0, 1, asks=True)
    assert list(joining.take(0, ask)) == [Apart(3)]
    assert list(joining.give_up({1, 2})) == [Retrying(LIMITED, 200.0, 1, asks=True, choice=0)]
    assert list(joining.take(0, Ended(Cause.BROKEN, LIMITED))) == [Ended(Cause.BROKEN, LIMITED)]


def test_it_is_hopeless_where_the_first_to_be_heard_of_is_refused() -> None:
    def after(*came: Event) -> bool:
        joining = Joining(9)
        for number, event in enumerate(came):
            list(joining.take(number, event))
        return joining.hopeless

    assert not after()
    assert after(Ended(Cause.BROKEN, GONE))
    assert not after(Ended(Cause.BROKEN, GONE), Opened())
