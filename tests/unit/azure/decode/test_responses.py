"""Responses' events to ours: each text once, however often and where it comes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aztui.azure.decode import responses
from aztui.azure.decode.sse import Record
from aztui.core.events import (
    Answering,
    Filtered,
    FinishReason,
    StreamProblem,
    TextDelta,
    Tokens,
    Usage,
)
from aztui.core.filters import Verdict
from aztui.core.problem import Kind, Problem
from tests.support.decoding import closing, decode, delta, message, response, shown, telling

USAGE = {"input_tokens": 9, "output_tokens": 2, "total_tokens": 11}


def text(*chunks: Any) -> list[str]:
    told = decode(responses.decoder(), *chunks)
    return [event.text for event in told if isinstance(event, TextDelta)]


def problem(*chunks: Any, event: str = "") -> Problem:
    (only,) = decode(responses.decoder(), *chunks, event=event)
    assert isinstance(only, StreamProblem)
    return only.problem


def test_a_response_as_azure_streams_it() -> None:
    begun = response(status="in_progress", usage=None)
    part = {"type": "output_text", "text": ""}
    assert decode(
        responses.decoder(),
        {"type": "response.created", "sequence_number": 0, "response": begun},
        {"type": "response.in_progress", "sequence_number": 1, "response": begun},
        {"type": "response.output_item.added", "output_index": 0, "item": message()},
        telling("content_part.added", 0, 0, part=part),
        delta("Hel"),
        delta("lo"),
        *closing("Hello"),
        {"type": "response.completed", "response": response(message("Hello"), usage=USAGE)},
    ) == [
        Answering("gpt-5"),
        TextDelta(0, "Hel"),
        TextDelta(0, "lo"),
        Usage(9, 2),
        FinishReason(0, "stop"),
    ]


@pytest.mark.parametrize("kept", range(4))
def test_text_that_comes_only_at_the_end_is_told_once(kept: int) -> None:
    ends = [
        *closing("Hello"),
        {"type": "response.completed", "response": response(message("Hello"))},
    ]
    assert text(*ends[kept:]) == ["Hello"]


def test_what_the_deltas_left_out_is_told_at_the_end() -> None:
    assert text(delta("Hel"), *closing("Hello")) == ["Hel", "lo"]


def test_what_came_first_stands() -> None:
    assert text(delta("Hullo"), *closing("Hello")) == ["Hullo"]


def test_items_and_parts_come_in_order_without_anything_between_them() -> None:
    final = response({"type": "reasoning", "summary": []}, message("a", "b"), message("c"))
    assert text(
        delta("a", 1, 0), delta("b", 1, 1), {"type": "response.completed", "response": final}
    ) == ["a", "b", "c"]


def test_a_refusal_is_text_too() -> None:
    refused = {"type": "message", "content": [{"type": "refusal", "refusal": "I cannot."}]}
    assert text(
        telling("refusal.delta", 0, 0, delta="I can"),
        telling("refusal.delta", 0, 0, delta="not."),
        telling("refusal.done", 0, 0, refusal="I cannot."),
        {"type": "response.completed", "response": response(refused)},
    ) == ["I can", "not."]
    assert text(response(refused)) == ["I cannot."]


def logprobs(*texts: str) -> list[dict[str, Any]]:
    return [{"token": text, "logprob": -1.0, "bytes": list(text.encode())} for text in texts]


def test_tokens_are_told_once() -> None:
    part = {"type": "output_text", "text": "Hello!", "logprobs": logprobs("Hel", "lo", "!")}
    said = {"type": "message", "content": [part]}
    told = decode(
        responses.decoder(),
        telling("output_text.delta", 0, 0, delta="Hel", logprobs=logprobs("Hel")),
        telling("output_text.delta", 0, 0, delta="lo", logprobs=logprobs("lo")),
        telling("output_text.done", 0, 0, text="Hello!", logprobs=part["logprobs"]),
        telling("content_part.done", 0, 0, part=part),
        response(said),
    )
    tokens = [event for event in told if isinstance(event, Tokens)]
    assert [[t.token.text for t in e.tokens] for e in tokens] == [["Hel"], ["lo"], ["!"]]


def test_what_is_not_known_is_counted() -> None:
    decoding = responses.decoder()
    decode(
        decoding,
        {"type": "response.dreaming", "dream": 1},
        {"type": "response.dreaming"},
        {"type": "response.function_call_arguments.delta", "delta": "{", "mood": 1},
        {**delta("Hi"), "mood": 1, "obfuscation": "x"},
        {"type": "response.completed", "response": response(message("Hi"), mood=1), "odd": 1},
        {"error": {"message": "Boom."}, "mood": 1},
    )
    assert decoding.ignored == {"response.dreaming": 2, "mood": 2, "response.mood": 1, "odd": 1}


def test_a_server_that_gives_no_indexes_is_not_heard_twice() -> None:
    said = {"type": "response.output_text.delta", "item_id": "msg_9", "delta": "Hi"}
    final = response({"type": "reasoning"}, message("Hi", name="other"))
    assert text(said, {"type": "response.completed", "response": final}) == ["Hi"]


def test_an_answer_may_say_what_was_thought() -> None:
    kind = "response.reasoning_summary_text.delta"
    thought = {"type": kind, "item_id": "rs_9", "delta": "Hi"}
    assert text(thought, response(message("Hi"))) == ["Hi"]


def test_a_whole_response_shows_its_text() -> None:
    assert decode(responses.decoder(), response(message("All of it."), usage=USAGE)) == [
        Answering("gpt-5"),
        TextDelta(0, "All of it."),
        Usage(9, 2),
        FinishReason(0, "stop"),
    ]


@pytest.mark.parametrize(
    ("details", "reason"),
    [
        ({"reason": "max_output_tokens"}, "length"),
        ({"reason": "content_filter"}, "content_filter"),
    ],
)
def test_an_incomplete_response_says_why(details: Any, reason: str) -> None:
    ended = response(message("Half"), status="incomplete", incomplete_details=details)
    streamed = {"type": "response.incomplete", "response": ended}
    assert decode(responses.decoder(), delta("Half"), streamed)[2] == FinishReason(0, reason)
    assert decode(responses.decoder(), ended)[2] == FinishReason(0, reason)


@pytest.mark.parametrize(
    ("details", "why"),
    [({"reason": "bored"}, "bored"), ({}, ""), (None, "")],
)
def test_a_response_that_is_incomplete_for_no_known_reason_is_cut(details: Any, why: str) -> None:
    ended = response(message("Half"), status="incomplete", incomplete_details=details)
    streamed = {"type": "response.completed", "response": ended}
    for told in (decode(responses.decoder(), streamed), decode(responses.decoder(), ended)):
        assert not [event for event in told if isinstance(event, FinishReason)]
        (problem,) = [event.problem for event in told if isinstance(event, StreamProblem)]
        assert (problem.title, problem.detail) == (
            "The service ended the answer before it was complete",
            why,
        )


PROMPT = {
    "blocked": False,
    "source_type": "prompt",
    "content_filter_raw": [],
    "content_filter_results": {"jailbreak": {"detected": False, "filtered": False}},
    "content_filter_offsets": {"start_offset": 0, "end_offset": 73, "check_offset": 0},
}
ANSWER = {
    **PROMPT,
    "blocked": True,
    "source_type": "completion",
    "content_filter_results": {"violence": {"filtered": True, "severity": "medium"}},
}


def test_the_filters_word_on_prompt_and_answer() -> None:
    told = decode(
        responses.decoder(),
        response(content_filters=None, status="in_progress"),
        response(content_filters=[PROMPT, ANSWER, None, 5], status="in_progress"),
        response(content_filters=[PROMPT, ANSWER], status="in_progress"),
        response(content_filters={}, status="in_progress"),
    )
    assert told[1:] == [
        Filtered(None, (Verdict("jailbreak", filtered=False, detected=False),)),
        Filtered(0, (Verdict("violence", filtered=True, severity="medium"),)),
    ]


def test_an_answer_that_the_filter_ends_says_what_was_found() -> None:
    ended = response(
        status="incomplete",
        incomplete_details={"reason": "content_filter"},
        content_filters=[PROMPT, ANSWER],
        model="",
    )
    *_, reason, said = decode(responses.decoder(), ended)
    assert reason == FinishReason(0, "content_filter")
    assert isinstance(said, StreamProblem)
    assert said.problem.kind is Kind.CONTENT_FILTER
    assert said.problem.title == "The content filter stopped the answer for violence (medium)"


@pytest.mark.parametrize(
    ("event", "data", "kind", "detail"),
    [
        ("error", {"type": "error", "code": "x", "message": "Boom."}, Kind.SERVER, "Boom."),
        ("", {"type": "error", "code": "x", "message": "Boom."}, Kind.SERVER, "Boom."),
        ("error", {"error": {"message": "Boom.", "code": None}}, Kind.SERVER, "Boom."),
        ("", {"type": "error", "error": {"message": "Boom."}}, Kind.SERVER, "Boom."),
        ("", {"error": {"code": "too_many_requests", "message": "No."}}, Kind.RATE_LIMIT, "No."),
        ("", {"code": "content_filter", "message": "No."}, Kind.CONTENT_FILTER, "No."),
        ("error", b"Boom.", Kind.SERVER, "Boom."),
    ],
)
def test_errors_in_both_shapes(event: str, data: Any, kind: Kind, detail: str) -> None:
    said = problem(data, event=event)
    assert (said.kind, said.detail) == (kind, detail)


@pytest.mark.parametrize("streamed", [True, False])
def test_a_failed_response_says_what_failed_after_its_text(streamed: bool) -> None:
    error = {"code": "rate_limit_exceeded", "message": "Slow down."}
    failed = response(message("Half"), status="failed", error=error, model="")
    ending = {"type": "response.failed", "response": failed} if streamed else failed
    said, ended = decode(responses.decoder(), ending)
    assert said == TextDelta(0, "Half")
    assert isinstance(ended, StreamProblem)
    assert (ended.problem.kind, ended.problem.detail) == (Kind.RATE_LIMIT, "Slow down.")
    silent = response(status="failed", model="")
    assert problem({"type": "response.failed", "response": silent}).kind is Kind.SERVER


@pytest.mark.parametrize(
    "chunk",
    [
        {},
        {"type": 5, "response": 5},
        {"type": "response.completed"},
        {"type": "response.completed", "response": None},
        {"type": "response.created", "response": {"model": 5, "output": {}, "usage": []}},
        {"type": "response.output_text.delta"},
        {"type": "response.output_text.delta", "delta": None, "output_index": "0"},
        {"type": "response.output_text.done", "text": 5},
        {"type": "response.content_part.done", "part": None},
        {"type": "response.output_item.done", "item": {"content": [None, 5, {"text": []}]}},
        {"type": "response.mcp_call.failed", "message": "of its own"},
        {"type": "keepalive", "sequence_number": 7},
        b"[DONE]",
        b"",
    ],
)
def test_null_missing_mistyped_and_unknown_members_tell_nothing(chunk: Any) -> None:
    assert decode(responses.decoder(), chunk) == []


def test_what_cannot_be_read_is_said_and_shown() -> None:
    said = problem(b'{"type": ')
    assert (said.kind, said.detail) == (Kind.PROTOCOL, '{"type": ')


MEMBERS = [
    *("type", "response", "object", "output", "content", "text", "refusal", "delta", "part"),
    *("item", "item_id", "id", "output_index", "content_index", "status", "error", "model"),
    *("usage", "incomplete_details", "reason", "message", "code", "summary", "summary_index"),
    *("encrypted_content", "reasoning", "effort", "content_filters", "content_filter_results"),
    *("source_type", "filtered", "severity", "logprobs", "token", "logprob", "top_logprobs"),
]
KINDS = [
    *("response.output_text.delta", "response.refusal.delta", "response.output_text.done"),
    *("response.content_part.done", "response.output_item.done", "response.completed"),
    *("response.incomplete", "response.failed", "error", "message", "completed", "failed"),
    *("response.reasoning_summary_text.delta", "response.reasoning_summary_part.done"),
    *("response.output_item.added", "reasoning", "summary_text", "reasoning_text", "prompt"),
]
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(exclude_categories=[]))
    | st.sampled_from(KINDS),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(MEMBERS), inner, max_size=5)
        | st.builds(
            lambda kind, rest: {**rest, "type": kind},
            st.sampled_from(KINDS),
            st.dictionaries(st.sampled_from(MEMBERS), inner, max_size=5),
        )
    ),
    max_leaves=20,
)


@given(
    records=st.lists(
        st.tuples(st.text() | st.just("error"), st.binary() | JSON.map(json.dumps)), max_size=4
    )
)
def test_nothing_makes_the_decoder_raise(records: list[tuple[str, bytes | str]]) -> None:
    decoder = responses.decoder()
    for event, data in records:
        for told in decoder(Record(event, data if isinstance(data, bytes) else data.encode())):
            assert shown(told).encode()
    assert "".join(["ignored", *decoder.ignored]).encode()


@given(
    items=st.lists(
        st.lists(st.lists(st.text(st.characters(codec="utf-8")), max_size=3), max_size=3),
        max_size=3,
    ),
    deltas=st.booleans(),
    ends=st.booleans(),
)
def test_every_text_comes_out_once_in_order(
    items: list[list[list[str]]], deltas: bool, ends: bool
) -> None:
    def chunks() -> Iterator[dict[str, Any]]:
        for item, parts in enumerate(items):
            for part, pieces in enumerate(parts):
                if deltas:
                    yield from (delta(piece, item, part) for piece in pieces)
                if ends:
                    yield telling("output_text.done", item, part, text="".join(pieces))
        final = response(*(message(*map("".join, parts)) for parts in items))
        yield {"type": "response.completed", "response": final}

    everything = "".join(piece for parts in items for pieces in parts for piece in pieces)
    assert "".join(text(*chunks())) == everything
