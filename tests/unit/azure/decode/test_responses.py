"""Responses' events to ours: each text once, however often and where it comes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aztui.azure.decode import responses
from aztui.azure.decode.record import Decoder
from aztui.azure.decode.sse import Record
from aztui.core.events import Answering, Event, FinishReason, StreamProblem, TextDelta, Usage
from aztui.core.problem import Kind, Problem

USAGE = {"input_tokens": 9, "output_tokens": 2, "total_tokens": 11}


def decode(decode: Decoder, *chunks: Any, event: str = "") -> list[Event]:
    return [
        told
        for chunk in chunks
        for told in decode(
            Record(event, chunk if isinstance(chunk, bytes) else json.dumps(chunk).encode())
        )
    ]


def text(*chunks: Any) -> list[str]:
    told = decode(responses.decoder(), *chunks)
    return [event.text for event in told if isinstance(event, TextDelta)]


def problem(*chunks: Any, event: str = "") -> Problem:
    (only,) = decode(responses.decoder(), *chunks, event=event)
    assert isinstance(only, StreamProblem)
    return only.problem


def message(*texts: str, name: str = "msg_1") -> dict[str, Any]:
    parts = [{"type": "output_text", "text": text, "annotations": []} for text in texts]
    return {"type": "message", "id": name, "role": "assistant", "content": parts}


def response(*output: Any, status: str = "completed", **members: Any) -> dict[str, Any]:
    return {
        "object": "response",
        "model": "gpt-5",
        "status": status,
        "error": None,
        "incomplete_details": None,
        "output": list(output),
        **members,
    }


def telling(kind: str, item: int, part: int, /, **members: Any) -> dict[str, Any]:
    where = {"item_id": f"msg_{item}", "output_index": item, "content_index": part}
    return {"type": f"response.{kind}", **where, **members}


def delta(piece: str, item: int = 0, part: int = 0) -> dict[str, Any]:
    return telling("output_text.delta", item, part, delta=piece)


def closing(whole: str, item: int = 0, part: int = 0) -> Iterator[dict[str, Any]]:
    """All that repeats a part's text once it is whole, but for the response itself."""
    said = {"type": "output_text", "text": whole}
    yield telling("output_text.done", item, part, text=whole)
    yield telling("content_part.done", item, part, part=said)
    yield {"type": "response.output_item.done", "output_index": item, "item": message(whole)}


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


def test_reasoning_is_no_answer() -> None:
    said = {"type": "summary_text", "text": "Hm."}
    thought = {"type": "reasoning_text", "text": "Hm."}
    item = {"type": "reasoning", "summary": [said], "content": [thought]}
    assert not text(
        {"type": "response.reasoning_summary_text.delta", "output_index": 0, "delta": "Hm."},
        {"type": "response.reasoning_text.delta", "output_index": 0, "delta": "Hm."},
        telling("content_part.done", 0, 0, part=thought),
        {"type": "response.output_item.done", "output_index": 0, "item": item},
        response(item),
    )


def test_a_server_that_gives_no_indexes_is_not_heard_twice() -> None:
    said = {"type": "response.output_text.delta", "item_id": "msg_9", "delta": "Hi"}
    final = response({"type": "reasoning"}, message("Hi", name="other"))
    assert text(said, {"type": "response.completed", "response": final}) == ["Hi"]


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
        ({"reason": "bored"}, "bored"),
        ({}, "incomplete"),
        (None, "incomplete"),
    ],
)
def test_an_incomplete_response_says_why(details: Any, reason: str) -> None:
    ended = response(message("Half"), status="incomplete", incomplete_details=details)
    streamed = {"type": "response.incomplete", "response": ended}
    assert decode(responses.decoder(), delta("Half"), streamed)[-1] == FinishReason(0, reason)
    assert decode(responses.decoder(), ended)[-1] == FinishReason(0, reason)


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
    *("usage", "incomplete_details", "reason", "message", "code"),
]
KINDS = [
    *("response.output_text.delta", "response.refusal.delta", "response.output_text.done"),
    *("response.content_part.done", "response.output_item.done", "response.completed"),
    *("response.incomplete", "response.failed", "error", "message", "completed", "failed"),
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
            if isinstance(told, TextDelta):
                assert told.text.encode()


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
