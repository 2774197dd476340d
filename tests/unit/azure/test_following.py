"""A response that is followed: over links that drop, and by a program that dies and comes back."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from functools import reduce as folded
from typing import Any, Final

from hypothesis import given, settings
from hypothesis import strategies as st

from aztui.azure.decode.responses import decoder, decoder_midway
from aztui.azure.following import Following
from aztui.azure.lessons import Watch
from aztui.azure.reading import NothingCameError, events
from aztui.core.events import (
    Event,
    FinishReason,
    Reached,
    ReasoningDelta,
    RunId,
    Stamped,
    Stored,
    StreamProblem,
    TextDelta,
)
from aztui.core.problem import Kind, Problem
from aztui.core.request import Api, Message, Request
from aztui.core.resuming import held
from aztui.core.run import Phase, Run, reduce
from tests.support.decoding import decode, message
from tests.support.fakes import Clock
from tests.support.steps import payloads, scripted, steps

REQUEST: Final = Request(Api.RESPONSES, "o4", (Message("user", "Hi"),), {"background": True})
RUN: Final = Run(RunId("1"), REQUEST, 0.0)
STREAM: Final = "text/event-stream"


@cache
def stream() -> Sequence[Mapping[str, Any]]:
    """The events of a response with thoughts in two parts, and a text."""
    asked: dict[str, Any] = {"reasoning": {"effort": "low", "summary": "detailed"}}
    taken = steps(
        scripted(), Api.RESPONSES, "lorem 12", model="o4", stream=True, background=True, **asked
    )
    return payloads(taken)


def record(payload: Mapping[str, Any]) -> bytes:
    kind = payload["type"]
    return f"event: {kind}\ndata: {json.dumps(payload)}\n\n".encode()


def after(run: Run, told: Sequence[Event]) -> Run:
    return folded(reduce, (Stamped(run.id, 1.0, event) for event in told), run)


def shown(run: Run) -> tuple[str, list[str]]:
    return run.text, [part.text for part in run.thoughts]


def read(following: Following, pieces: Sequence[bytes], clock: Clock) -> list[Event]:
    """What is told of one connection."""
    following.open(lambda: Watch(Api.RESPONSES, {}))
    told: list[Event] = []
    try:
        for event in events(pieces, STREAM, following.decode):
            clock.move(1)
            if (new := following.take(event)) is not None:
                told.append(new)
    except NothingCameError:
        pass
    return told


@settings(deadline=None, max_examples=200)
@given(st.data())
def test_whatever_drops_or_dies_the_whole_answer_is_told_once(data: st.DataObject) -> None:
    whole = after(RUN, decode(decoder(), *stream()))
    clock, run = Clock(), RUN
    following = Following(REQUEST, None, clock)
    for _ in range(data.draw(st.integers(0, 5), "breaks")):
        records = [record(payload) for payload in stream() if _number(payload) > _at(following)]
        coming = b"".join(records[: data.draw(st.integers(0, len(records)), "records")])
        coming = coming[: len(coming) - data.draw(st.integers(0, 30), "lost bytes")]
        size = data.draw(st.sampled_from([64, 700, 5000]), "piece")
        pieces = [coming[at : at + size] for at in range(0, len(coming), size)]
        told = read(following, pieces, clock)
        if data.draw(st.booleans(), "the program dies"):
            run = after(run, told[: data.draw(st.integers(0, len(told)), "kept")])
            kept = held(run)
            run = run if kept else RUN
            following = Following(REQUEST, kept, clock)
        else:
            run = after(run, told)
            if not following.response:
                following, run = Following(REQUEST, None, clock), RUN
        if following.over:
            break
    else:
        rest = [record(payload) for payload in stream() if _number(payload) > _at(following)]
        run = after(run, read(following, rest, clock))
    assert shown(run) == shown(whole)
    assert [choice.finish_reason for choice in run.choices] == ["stop"]
    assert (run.usage, run.problem) == (whole.usage, None)


def _number(payload: Mapping[str, Any]) -> int:
    number: int = payload["sequence_number"]
    return number


def _at(following: Following) -> int:
    return -1 if following.after is None or not following.response else following.after


def test_the_id_is_told_once_and_how_far_it_was_read_after_each_piece() -> None:
    pieces = [b"".join(map(record, stream()[:6])), b"".join(map(record, stream()[6:]))]
    told = list(events(pieces, STREAM, decoder()))
    stored = [event for event in told if isinstance(event, Stored)]
    assert [one.response for one in stored] == [stream()[0]["response"]["id"]]
    reached = [event for event in told if isinstance(event, Reached)]
    assert reached == [Reached(5), Reached(len(stream()) - 1)]


def test_a_part_that_has_begun_and_told_nothing_begins_again() -> None:
    kind = "response.reasoning_summary_part.added"
    second = [_number(one) for one in stream() if one["type"] == kind][1]
    clock = Clock()
    first_life = Following(REQUEST, None, clock)
    run = after(RUN, read(first_life, [*map(record, stream()[: second + 1])], clock))
    second_life = Following(REQUEST, held(run), clock)
    assert _at(second_life) == second - 1
    run = after(run, read(second_life, [*map(record, stream()[second:])], clock))
    assert shown(run) == shown(after(RUN, decode(decoder(), *stream())))


def test_how_far_it_was_read_is_passed_on_four_times_a_second_at_most() -> None:
    clock = Clock()
    following = Following(REQUEST, None, clock)
    passed = []
    for number in range(100):
        clock.move(0.01)
        passed.append(following.take(Reached(number)))
    told = [event for event in passed if event is not None]
    assert 3 <= len(told) <= 4


def test_a_response_that_the_service_does_not_run_in_the_background_is_not_followed() -> None:
    asked: dict[str, Any] = {"stream": True, "store": True}
    plain = payloads(steps(scripted(), Api.RESPONSES, "lorem 3", **asked))
    told = list(events([b"".join(map(record, plain))], STREAM, decoder()))
    assert not [event for event in told if isinstance(event, Stored | Reached)]


def test_in_its_middle_what_repeats_a_part_that_had_begun_is_passed_over() -> None:
    numbers = [_number(one) for one in stream() if one["type"] == "response.output_text.delta"]
    last = [payload for payload in stream() if _number(payload) > numbers[-1]]
    told = decode(decoder_midway(numbers[-1], 2), *last)
    assert not [event for event in told if isinstance(event, TextDelta | ReasoningDelta)]
    assert FinishReason(0, "stop") in told


def test_in_its_middle_an_item_that_is_seen_to_begin_is_told_whole() -> None:
    begins = {"type": "response.output_item.added", "output_index": 1, "item": message()}
    done = {"type": "response.output_item.done", "output_index": 1, "item": message("Hello")}
    assert decode(decoder_midway(4, 0), begins, done) == [TextDelta(0, "Hello")]
    assert decode(decoder_midway(4, 0), done) == []


def test_an_error_ends_it_and_an_unreadable_record_does_not() -> None:
    for kind, over in ((Kind.SERVER, True), (Kind.PROTOCOL, False)):
        following = Following(REQUEST, None, Clock())
        following.take(StreamProblem(Problem(kind, "Oh")))
        assert following.over is over


def test_a_stopped_run_waits_for_the_id_of_what_runs_in_the_background_only() -> None:
    following = Following(REQUEST, None, Clock())
    assert (following.nameless, following.known(0.0)) == (True, "")
    following.take(Stored("resp_1"))
    assert (following.nameless, following.known(0.0)) == (False, "resp_1")
    following.take(FinishReason(0, "stop"))
    assert following.known(0.0) == ""
    plain = Request(Api.RESPONSES, "o4", REQUEST.messages)
    assert not Following(plain, None, Clock()).nameless


def test_a_response_that_was_cancelled_says_so() -> None:
    cancelled = {**stream()[0]["response"], "status": "cancelled"}
    run = after(RUN, decode(decoder(), cancelled))
    assert run.problem is not None
    assert "cancelled at the service" in run.problem.title
    assert run.phase is Phase.WAITING
