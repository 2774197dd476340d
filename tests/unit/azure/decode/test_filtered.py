"""The content filter in a stream of chunks: its news, and what it does to an answer."""

from __future__ import annotations

from typing import Any

import pytest

from aztui.azure.decode import chat, completions
from aztui.azure.decode.sse import Record
from aztui.core.events import Filtered, FinishReason, StreamProblem
from aztui.core.filters import Offsets, Verdict
from aztui.core.problem import Kind
from tests.support.decoding import decode

DECODERS = pytest.mark.parametrize("decoder", [completions.decoder, chat.decoder])

SAFE = {"filtered": False, "severity": "safe"}

FOUND = {"filtered": True, "severity": "medium"}


def judged(decoder: Any, *choices: dict[str, Any]) -> list[Filtered]:
    chunks = ({"choices": [{"index": 0, **choice}]} for choice in choices)
    return [event for event in decode(decoder(), *chunks) if isinstance(event, Filtered)]


@DECODERS
@pytest.mark.parametrize("text", [{}, {"text": ""}, {"text": None}, {"delta": None}])
def test_an_asynchronous_filters_verdict_after_stop(decoder: Any, text: dict[str, Any]) -> None:
    annotation = {
        **text,
        "finish_reason": None,
        "content_filter_results": {"hate": SAFE},
        "content_filter_offsets": {"check_offset": 44, "start_offset": 44, "end_offset": 198},
    }
    told = decode(
        decoder(),
        {"choices": [{"index": 0, "text": "", "delta": {}, "finish_reason": "stop"}]},
        *[{"choices": [{"index": 0, **annotation}], "usage": None}] * 2,
    )
    safe = Filtered(0, (Verdict("hate", filtered=False, severity="safe"),), Offsets(44, 198))
    assert told == [FinishReason(0, "stop"), safe, safe]


@DECODERS
def test_a_verdict_is_told_when_it_is_news(decoder: Any) -> None:
    told = judged(
        decoder,
        {"content_filter_results": {}},
        {"content_filter_results": {"hate": SAFE}},
        {"content_filter_results": {"hate": dict(SAFE)}},
        {"content_filter_results": {"hate": SAFE, "jailbreak": {"detected": False}}},
        {"content_filter_results": {"hate": {"filtered": False, "severity": "low"}}},
        {"content_filter_results": {"hate": SAFE}},
        {"content_filter_results": {"hate": SAFE}, "index": 1},
    )
    safe = Verdict("hate", filtered=False, severity="safe")
    assert told == [
        Filtered(0, (safe,)),
        Filtered(0, (safe, Verdict("jailbreak", filtered=False, detected=False))),
        Filtered(0, (Verdict("hate", filtered=False, severity="low"),)),
        Filtered(1, (safe,)),
    ]


@DECODERS
@pytest.mark.parametrize("name", ["prompt_filter_results", "prompt_annotations"])
def test_what_the_filter_says_of_the_prompt(decoder: Any, name: str) -> None:
    results = {"jailbreak": {"filtered": False, "detected": True}, "violence": FOUND}
    prompt = {"prompt_index": 0, "content_filter_results": results}
    odd = [None, {"content_filter_results": 5}, {}]
    assert decode(decoder(), {"choices": [], name: [*odd, prompt, prompt]}) == [
        Filtered(
            None,
            (
                Verdict("jailbreak", filtered=False, detected=True),
                Verdict("violence", filtered=True, severity="medium"),
            ),
        )
    ]
    assert decode(decoder(), {"choices": [], name: {"odd": 1}}) == []


@DECODERS
@pytest.mark.parametrize("name", ["content_filter_result", "content_filter_results"])
def test_a_filter_that_failed_to_run_says_why_once(decoder: Any, name: str) -> None:
    error = {"code": "content_filter_error", "message": "The contents are not filtered"}
    failed = {name: {"error": error}, "finish_reason": None}
    assert judged(decoder, failed, failed, {**failed, "index": 1}) == [
        Filtered(0, failed="The contents are not filtered")
    ]


@DECODERS
def test_the_filter_says_what_of_the_text_it_condemns(decoder: Any) -> None:
    blocked = {
        "finish_reason": "content_filter",
        "content_filter_results": {"protected_material_text": {"detected": True, "filtered": True}},
        "content_filter_offsets": {"check_offset": 65, "start_offset": 65, "end_offset": 1056},
    }
    protected = Verdict("protected_material_text", filtered=True, detected=True)
    assert judged(decoder, blocked) == [
        Filtered(0, (protected,), Offsets(65, 1056), condemned=True)
    ]
    nowhere = {**blocked, "content_filter_offsets": {"start_offset": 9, "end_offset": 3}}
    assert judged(decoder, nowhere) == [Filtered(0, (protected,))]


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
    reason, said = decode(decoder(), {"choices": [blocked]})[-2:]
    assert reason == FinishReason(0, "content_filter")
    assert isinstance(said, StreamProblem)
    assert said.problem.kind is Kind.CONTENT_FILTER
    assert said.problem.title == title
    assert said.problem.detail.partition(", after")[0] == detail


def test_results_nested_without_end_are_no_trouble(monkeypatch: pytest.MonkeyPatch) -> None:
    def nested(_data: bytes) -> Any:
        results: dict[str, Any] = {}
        for _ in range(200_000):
            results = {"a": results}
        return {"choices": [{"content_filter_results": results}]}

    # How deep a parser goes depends on Python; comparing must not go deeper.
    monkeypatch.setattr("aztui.azure.decode.record.parse", nested)
    decoder = chat.decoder()
    assert [decoder(Record("", b"{}")) for _ in range(2)] == [(), ()]
