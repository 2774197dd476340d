"""Records to events: Azure's shapes, and anything else a server may send."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aztui.azure.decode import chat, completions
from aztui.azure.decode.record import Decoder
from aztui.azure.decode.sse import Record
from aztui.core.events import Answering, Event, FinishReason, StreamProblem, TextDelta, Usage
from aztui.core.problem import Kind

DECODERS = pytest.mark.parametrize("decoder", [completions.decoder, chat.decoder])


def decode(decode: Decoder, *chunks: Any, event: str = "") -> list[Event]:
    return [
        told
        for chunk in chunks
        for told in decode(
            Record(event, chunk if isinstance(chunk, bytes) else json.dumps(chunk).encode())
        )
    ]


def problem(events: list[Event]) -> Any:
    (only,) = events
    assert isinstance(only, StreamProblem)
    return only.problem


def test_completions_as_azure_streams_them() -> None:
    filters = {"hate": {"filtered": False, "severity": "safe"}}
    opening = {
        "id": "",
        "object": "",
        "created": 0,
        "model": "",
        "prompt_filter_results": [{"prompt_index": 0, "content_filter_results": filters}],
        "choices": [],
    }

    def chunk(text: str, finish_reason: str | None = None) -> dict[str, Any]:
        choice = {"text": text, "index": 0, "logprobs": None, "finish_reason": finish_reason}
        return {"model": "gpt-35-turbo-instruct", "choices": [choice], "usage": None}

    assert decode(
        completions.decoder(), opening, chunk("Hel"), chunk("lo"), chunk("!", "stop"), b"[DONE]"
    ) == [
        Answering("gpt-35-turbo-instruct"),
        TextDelta(0, "Hel"),
        TextDelta(0, "lo"),
        TextDelta(0, "!"),
        FinishReason(0, "stop"),
    ]


def test_chat_as_azure_streams_it() -> None:
    def chunk(delta: dict[str, Any], finish_reason: str | None = None) -> dict[str, Any]:
        return {
            "model": "gpt-4o-2024-08-06",
            "choices": [{"delta": delta, "index": 0, "finish_reason": finish_reason}],
        }

    usage = {"prompt_tokens": 9, "completion_tokens": 2, "total_tokens": 11}
    assert decode(
        chat.decoder(),
        chunk({"role": "assistant", "content": ""}),
        chunk({"content": "Hi"}),
        chunk({"refusal": "I cannot"}),
        chunk({}, "stop"),
        {"model": "gpt-4o-2024-08-06", "choices": [], "usage": usage},
    ) == [
        Answering("gpt-4o-2024-08-06"),
        TextDelta(0, "Hi"),
        TextDelta(0, "I cannot"),
        FinishReason(0, "stop"),
        Usage(9, 2),
    ]


def test_an_asynchronous_filters_verdict_after_stop_is_no_trouble() -> None:
    verdict = {
        "index": 0,
        "finish_reason": None,
        "content_filter_results": {},
        "content_filter_offsets": {"check_offset": 44, "start_offset": 44, "end_offset": 198},
    }
    for decoder in (chat.decoder(), completions.decoder()):
        assert decode(decoder, {"choices": [verdict], "usage": None}) == []


@DECODERS
@pytest.mark.parametrize(
    ("found", "title", "detail"),
    [
        ({}, "The content filter stopped the answer", ""),
        (
            {"content_filter_results": {"self_harm": {"filtered": True, "severity": "medium"}}},
            "The content filter stopped the answer for self harm (medium)",
            "",
        ),
        (
            {
                "content_filter_results": {
                    "protected_material_text": {"detected": True, "filtered": True}
                },
                "content_filter_offsets": {"start_offset": 44, "end_offset": 198},
            },
            "The content filter stopped the answer for protected material text",
            "It condemns the characters 44 to 198, counted from the beginning of the prompt",
        ),
        (
            {"content_filter_results": [5], "content_filter_offsets": {"start_offset": "x"}},
            "The content filter stopped the answer",
            "",
        ),
    ],
)
def test_a_choice_that_the_filter_ends_says_what_was_found(
    decoder: Any, found: dict[str, Any], title: str, detail: str
) -> None:
    blocked = {"index": 0, "finish_reason": "content_filter", "text": "", **found}
    reason, said = decode(decoder(), {"choices": [blocked]})
    assert reason == FinishReason(0, "content_filter")
    assert isinstance(said, StreamProblem)
    assert said.problem.kind is Kind.CONTENT_FILTER
    assert said.problem.title == title
    assert said.problem.detail.partition(", after")[0] == detail


def test_choices_keep_their_index_whatever_their_order() -> None:
    chunk = {"choices": [{"index": 2, "text": "c"}, {"index": 0, "text": "a"}, {"text": "third"}]}
    odd = {"choices": [{"index": -1, "text": "a"}, {"index": True, "text": "b"}]}
    assert decode(completions.decoder(), odd) == [TextDelta(0, "a"), TextDelta(1, "b")]
    assert decode(completions.decoder(), chunk) == [
        TextDelta(2, "c"),
        TextDelta(0, "a"),
        TextDelta(2, "third"),
    ]


def test_a_whole_answer_shows_its_text() -> None:
    message = {"role": "assistant", "content": "All of it."}
    whole = {"choices": [{"index": 0, "message": message, "finish_reason": "stop"}]}
    assert decode(chat.decoder(), whole) == [TextDelta(0, "All of it."), FinishReason(0, "stop")]


def test_a_model_is_announced_when_it_changes() -> None:
    models = ["", "a", "a", None, 5, "b"]
    told = decode(chat.decoder(), *({"model": model, "choices": []} for model in models))
    assert told == [Answering("a"), Answering("b")]


@DECODERS
@pytest.mark.parametrize(
    "chunk",
    [
        {},
        {"choices": None},
        {"choices": "x"},
        {"choices": [None, 5, []]},
        {"choices": [{"index": 0, "text": None, "delta": None, "finish_reason": None}]},
        {"choices": [{"index": "0", "text": 5, "delta": {"content": 5}, "finish_reason": 5}]},
        {"choices": [{"delta": []}], "usage": [], "model": {}},
        b"",
        b" ",
        b"[DONE]",
    ],
)
def test_null_missing_and_mistyped_members_tell_nothing(decoder: Any, chunk: Any) -> None:
    assert decode(decoder(), chunk) == []


def test_bad_utf8_and_lone_surrogates_cost_one_character_each() -> None:
    decoder = completions.decoder()
    assert decode(decoder, b'{"choices":[{"text":"a\xffb"}]}') == [TextDelta(0, "a\ufffdb")]
    lone = rb'{"choices":[{"text":"\ud83d a \ud83d\ude00"}]}'
    assert decode(decoder, lone) == [TextDelta(0, "\ufffd a \U0001f600")]


@DECODERS
@pytest.mark.parametrize("data", [b'{"choices": [', b"oops", b"5", b'"text"', b"null"])
def test_what_cannot_be_read_is_said_and_shown(decoder: Any, data: bytes) -> None:
    said = problem(decode(decoder(), data))
    assert said.kind is Kind.PROTOCOL
    assert said.detail == data.decode()


@pytest.mark.parametrize(
    ("event", "data", "kind", "detail"),
    [
        ("", {"error": {"message": "Boom.", "code": "500"}}, Kind.SERVER, "Boom."),
        ("error", {"message": "Boom.", "code": "x"}, Kind.SERVER, "Boom."),
        ("", {"type": "error", "message": "Boom."}, Kind.SERVER, "Boom."),
        ("", {"error": "Boom."}, Kind.SERVER, "Boom."),
        ("error", b"Boom.", Kind.SERVER, "Boom."),
        ("", {"error": {"message": "Slow.", "code": 429}}, Kind.RATE_LIMIT, "Slow."),
        ("", {"error": {"odd": 1}}, Kind.SERVER, '{"odd": 1}'),
        (
            "",
            {
                "error": {
                    "message": "Filtered it.",
                    "code": "content_filter",
                    "innererror": {
                        "content_filter_result": {
                            "hate": {"filtered": True, "severity": "high"},
                            "violence": {"filtered": False, "severity": "safe"},
                            "jailbreak": {"filtered": True, "detected": True},
                        }
                    },
                }
            },
            Kind.CONTENT_FILTER,
            "Filtered it.",
        ),
    ],
)
def test_errors_in_the_stream_in_every_shape(
    event: str, data: Any, kind: Kind, detail: str
) -> None:
    said = problem(decode(chat.decoder(), data, event=event))
    assert (said.kind, said.detail) == (kind, detail)


def test_an_error_of_the_filter_says_what_it_found() -> None:
    found = {"hate": {"filtered": True, "severity": "high"}, "jailbreak": {"filtered": True}}
    error = {"message": "Filtered.", "innererror": {"content_filter_results": found}}
    said = problem(decode(chat.decoder(), {"error": error}))
    assert said.title == "The content filter stopped the answer for hate (high), jailbreak"


def test_text_beside_an_error_is_kept() -> None:
    chunk = {"choices": [{"index": 0, "text": "a"}], "error": {"message": "Boom."}}
    text, failed = decode(completions.decoder(), chunk)
    assert text == TextDelta(0, "a")
    assert isinstance(failed, StreamProblem)


MEMBERS = [
    *("choices", "text", "delta", "message", "content", "refusal", "index", "finish_reason"),
    *("model", "usage", "error", "code", "type", "param", "innererror", "content_filter_result"),
    *("prompt_tokens", "severity", "filtered"),
]
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(exclude_categories=[])),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(MEMBERS),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@given(event=st.text() | st.just("error"), data=st.binary() | JSON.map(json.dumps))
def test_nothing_makes_a_decoder_raise(event: str, data: bytes | str) -> None:
    record = Record(event, data if isinstance(data, bytes) else data.encode())
    for decoder in (completions.decoder(), chat.decoder()):
        for told in decoder(record):
            if isinstance(told, TextDelta):
                assert told.text.encode()


@pytest.mark.parametrize("shape", ['{"error":', "[", '{"choices":['])
def test_deep_nesting_is_no_trouble(shape: str) -> None:
    data = (shape * 100_000).encode()
    assert problem(decode(chat.decoder(), data)).kind is Kind.PROTOCOL
    deep = (b'{"error":' * 900) + b"1" + b"}" * 900
    assert problem(decode(chat.decoder(), deep)).kind in {Kind.SERVER, Kind.PROTOCOL}


@given(texts=st.lists(st.tuples(st.integers(0, 3), st.text(st.characters(codec="utf-8")))))
def test_every_text_comes_out_once_in_order_under_its_index(texts: list[tuple[int, str]]) -> None:
    expected = [TextDelta(index, text) for index, text in texts if text]
    legacy = [{"choices": [{"index": index, "text": text}]} for index, text in texts]
    assert decode(completions.decoder(), *legacy) == expected
    deltas = [{"choices": [{"index": i, "delta": {"content": text}}]} for i, text in texts]
    assert decode(chat.decoder(), *deltas) == expected
