"""Records to events: Azure's shapes, and anything else a server may send."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aztui.azure.decode import chat, completions
from aztui.azure.decode.sse import Record
from aztui.core.events import (
    Answering,
    Event,
    Filtered,
    FinishReason,
    ReasoningDelta,
    StreamProblem,
    TextDelta,
    Tokens,
    Usage,
)
from aztui.core.filters import Verdict
from aztui.core.problem import Kind
from tests.support.decoding import decode, shown

DECODERS = pytest.mark.parametrize("decoder", [completions.decoder, chat.decoder])


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
        Filtered(None, (Verdict("hate", filtered=False, severity="safe"),)),
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


def test_choices_keep_their_index_whatever_their_order() -> None:
    chunk = {"choices": [{"index": 2, "text": "c"}, {"index": 0, "text": "a"}, {"text": "third"}]}
    for wrong in (-1, True, 10**9):
        odd = {"choices": [{"index": wrong, "text": "a"}, {"index": wrong, "text": "b"}]}
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


@pytest.mark.parametrize(
    "said",
    [
        {"reasoning_content": "Hm."},
        {"reasoning": "Hm."},
        {"reasoning": "Hm.", "reasoning_content": "Hm."},
        {"reasoning": "Hm.", "reasoning_content": None},
    ],
)
@pytest.mark.parametrize("member", ["delta", "message"])
def test_what_a_compatible_servers_model_thinks(said: dict[str, Any], member: str) -> None:
    chunk = {"choices": [{"index": 0, member: {**said, "content": "Yes."}}]}
    assert decode(chat.decoder(), chunk) == [ReasoningDelta(0, "Hm."), TextDelta(0, "Yes.")]


@DECODERS
@pytest.mark.parametrize("choices", [[], [{"index": 0, "text": "", "finish_reason": "stop"}]])
def test_usage_alone_or_beside_the_finish_reason(decoder: Any, choices: list[Any]) -> None:
    details = {"reasoning_tokens": 5, "accepted_prediction_tokens": 0}
    usage = {"prompt_tokens": 9, "completion_tokens": 7, "completion_tokens_details": details}
    told = decode(decoder(), {"choices": choices, "usage": usage})
    assert told == [FinishReason(0, "stop")] * len(choices) + [Usage(9, 7, 5)]
    cached = {**usage, "prompt_tokens_details": {"cached_tokens": 8}}
    assert decode(decoder(), {"usage": cached}) == [Usage(9, 7, 5, 8)]
    odd = {"usage": {**usage, "completion_tokens_details": None}}
    assert decode(decoder(), odd) == [Usage(9, 7)]


@DECODERS
def test_tokens_come_with_their_text(decoder: Any) -> None:
    content = [{"token": "Hi", "logprob": -0.5, "bytes": [72, 105], "top_logprobs": []}]
    choice = {"text": "Hi", "delta": {"content": "Hi"}, "logprobs": {"content": content}}
    text, tokens = decode(decoder(), {"choices": [{"index": 1, **choice}]})
    assert text == TextDelta(1, "Hi")
    assert isinstance(tokens, Tokens)
    assert (tokens.choice, [t.token.text for t in tokens.tokens]) == (1, ["Hi"])


def test_a_model_is_announced_when_it_changes() -> None:
    models = ["", "a", "a", None, 5, "b"]
    told = decode(chat.decoder(), *({"model": model, "choices": []} for model in models))
    assert told == [Answering("a"), Answering("b")]


@DECODERS
def test_a_fingerprint_is_told_with_the_model_and_once(decoder: Any) -> None:
    prints = [None, "", "fp_1", "fp_1", None, 7, "fp_2", "fp_2"]
    chunks: list[Any] = [
        {"model": "a", "choices": [], "system_fingerprint": said} for said in prints
    ]
    assert decode(decoder(), {"model": ""}, *chunks) == [
        Answering("a"),
        Answering("a", "fp_1"),
        Answering("a", "fp_2"),
    ]
    assert decode(decoder(), chunks[2], chunks[3]) == [Answering("a", "fp_1")]


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


@DECODERS
def test_what_is_not_known_is_counted(decoder: Any) -> None:
    decoding = decoder()
    choice = {"index": 0, "text": "a", "delta": {"content": "a", "mood": 1}, "stop_reason": 5}
    for _ in range(3):
        decode(decoding, {"choices": [choice], "timings": {}, "obfuscation": "xx"})
    decode(decoding, {"error": {"message": "Boom."}, "odd": 1}, {"message": "Boom.", "code": 1})
    counted = {"choices[].stop_reason": 3, "timings": 3}
    if decoder is chat.decoder:
        counted["choices[].delta.mood"] = 3
    assert decoding.ignored == counted


def test_what_is_known_is_not_counted() -> None:
    decoding = chat.decoder()
    called = {"delta": {"tool_calls": [], "audio": None, "role": "assistant"}, "index": 0}
    decode(
        decoding,
        {"choices": [called], "service_tier": "default", "system_fingerprint": "fp"},
        {"choices": [{**called, "content_filter_raw": [], "content_filter_offsets": {}}]},
        {"choices": [], "prompt_filter_results": [], "obfuscation": "x", "moderation": None},
    )
    assert decoding.ignored == {}


MEMBERS = [
    *("content_filter_results", "content_filter_offsets", "start_offset", "end_offset"),
    *("prompt_filter_results", "detected", "reasoning", "reasoning_content", "logprobs", "tokens"),
    *("token_logprobs", "top_logprobs", "token", "logprob", "bytes", "details"),
    *(
        "completion_tokens_details",
        "choices",
        "text",
        "delta",
        "message",
        "content",
        "refusal",
        "index",
        "finish_reason",
    ),
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


RECORDS = st.lists(
    st.tuples(st.text() | st.just("error"), st.binary() | JSON.map(json.dumps)), max_size=4
)


@given(records=RECORDS)
def test_nothing_makes_a_decoder_raise(records: list[tuple[str, bytes | str]]) -> None:
    for decoder in (completions.decoder(), chat.decoder()):
        for event, data in records:
            for told in decoder(Record(event, data if isinstance(data, bytes) else data.encode())):
                assert shown(told).encode()
        assert "".join(["ignored", *decoder.ignored]).encode()


@pytest.mark.parametrize("shape", ['{"error":', "[", '{"choices":['])
def test_deep_nesting_is_no_trouble(shape: str) -> None:
    data = (shape * 100_000).encode()
    assert problem(decode(chat.decoder(), data)).kind is Kind.PROTOCOL
    deep = (b'{"error":' * 900) + b"1" + b"}" * 900
    assert problem(decode(chat.decoder(), deep)).kind in {Kind.SERVER, Kind.PROTOCOL}


PIECES = st.lists(st.tuples(st.integers(0, 3), st.text(st.characters(codec="utf-8"))))


@given(texts=PIECES)
def test_every_text_comes_out_once_in_order_under_its_index(texts: list[tuple[int, str]]) -> None:
    expected = [TextDelta(index, text) for index, text in texts if text]
    legacy = [{"choices": [{"index": index, "text": text}]} for index, text in texts]
    assert decode(completions.decoder(), *legacy) == expected
    deltas = [{"choices": [{"index": i, "delta": {"content": text}}]} for i, text in texts]
    assert decode(chat.decoder(), *deltas) == expected


@given(texts=PIECES)
def test_every_thought_comes_out_once_in_order_apart_from_other_choices(
    texts: list[tuple[int, str]],
) -> None:
    deltas = [{"choices": [{"index": i, "delta": {"reasoning": text}}]} for i, text in texts]
    told = [event for event in decode(chat.decoder(), *deltas) if isinstance(event, ReasoningDelta)]
    thinkers = list(dict.fromkeys(index for index, text in texts if text))
    assert told == [ReasoningDelta(thinkers.index(i), text) for i, text in texts if text]
