"""What a model thought, in Responses: told apart from the answer, once, and sent back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aztui.azure.decode import responses
from aztui.core.events import (
    Answering,
    FinishReason,
    ReasoningDelta,
    ReasoningItem,
    TextDelta,
    Thinking,
    Usage,
)
from tests.support.decoding import (
    decode,
    delta,
    message,
    reasoning,
    response,
    telling,
    thinking,
    whole_thought,
)

USAGE = {"input_tokens": 9, "output_tokens": 2, "total_tokens": 11}


def test_a_model_that_thinks_as_azure_streams_it() -> None:
    effort: dict[str, Any] = {"reasoning": {"effort": "high", "summary": "auto"}}
    encrypted = {"encrypted_content": "gAAA", "status": "completed"}
    item = reasoning("Hm.", "Well.", **encrypted)
    begun = reasoning(encrypted_content="gA", status="in_progress")
    usage = {
        **USAGE,
        "output_tokens_details": {"reasoning_tokens": 1},
        "input_tokens_details": {"cached_tokens": 8},
    }
    assert decode(
        responses.decoder(),
        {"type": "response.created", "response": response(status="in_progress", **effort)},
        {"type": "response.output_item.added", "output_index": 0, "item": begun},
        thinking("summary_part.added", part={"type": "summary_text", "text": ""}),
        thinking("summary_text.delta", delta="H"),
        thinking("summary_text.delta", delta="m."),
        thinking("summary_text.delta", 1, delta="Well."),
        *whole_thought(item),
        {"type": "response.output_item.added", "output_index": 1, "item": message()},
        delta("Yes.", 1),
        {
            "type": "response.completed",
            "response": response(item, message("Yes."), usage=usage, **effort),
        },
    ) == [
        Answering("gpt-5"),
        Thinking("high"),
        ReasoningDelta(0, "H"),
        ReasoningDelta(0, "m."),
        ReasoningDelta(1, "Well."),
        ReasoningItem(
            {
                "type": "reasoning",
                "id": "rs_1",
                "summary": [
                    {"type": "summary_text", "text": "Hm."},
                    {"type": "summary_text", "text": "Well."},
                ],
                "encrypted_content": "gAAA",
            }
        ),
        TextDelta(0, "Yes."),
        Usage(9, 2, 1, 8),
        FinishReason(0, "stop"),
    ]


@pytest.mark.parametrize("streamed", [True, False])
def test_what_was_thought_may_come_at_the_end(streamed: bool) -> None:
    item = reasoning("Hm.", thought=("Long.",))
    again = whole_thought(item) if streamed else ()
    told = decode(responses.decoder(), *again, response(item, model="", status="in_progress"))
    kinds = [event for event in told if not isinstance(event, Thinking)]
    assert kinds == [ReasoningDelta(0, "Hm."), ReasoningDelta(1, "Long.")]
    assert told.count(Thinking()) == 1


@pytest.mark.parametrize("kind", ["reasoning_text", "reasoning"])
def test_an_open_model_thinks_aloud(kind: str) -> None:
    delta: Any = "Hm." if kind == "reasoning_text" else {"text": "Hm."}
    thought = {"type": "reasoning_text", "text": "Hm."}
    assert decode(
        responses.decoder(),
        telling(f"{kind}.delta", 0, 0, delta=delta),
        telling(f"{kind}.done", 0, 0, text="Hm."),
        telling("content_part.done", 0, 0, part=thought),
    ) == [ReasoningDelta(0, "Hm.")]


def test_a_thought_that_is_not_encrypted_does_not_go_back() -> None:
    told = decode(responses.decoder(), response(reasoning("Hm.", encrypted_content=None)))
    assert not [event for event in told if isinstance(event, ReasoningItem)]


def test_every_thought_goes_back_once() -> None:
    items = [reasoning(id=name, encrypted_content=name) for name in ("rs_1", "rs_2", "")]
    streamed = [event for i, item in enumerate(items) for event in whole_thought(item, i)]
    told = decode(responses.decoder(), *streamed, response(*items))
    kept = [event.item for event in told if isinstance(event, ReasoningItem)]
    assert [item["encrypted_content"] for item in kept] == ["rs_1", "rs_2"]


def test_reasoning_is_no_answer() -> None:
    item = reasoning("Hm.", thought=("Hm.",))
    untyped = {"type": "reasoning", "summary": [{"text": "Hm."}], "content": [{"text": "Hm."}]}
    told = decode(responses.decoder(), *whole_thought(item), response(item, untyped))
    assert not [event for event in told if isinstance(event, TextDelta)]


@given(
    items=st.lists(
        st.lists(st.lists(st.text(st.characters(codec="utf-8")), max_size=3), max_size=3),
        max_size=3,
    ),
    aloud=st.booleans(),
    deltas=st.booleans(),
    ends=st.booleans(),
)
def test_every_thought_comes_out_once_in_order(
    items: list[list[list[str]]], aloud: bool, deltas: bool, ends: bool
) -> None:
    thoughts = [
        reasoning(thought=tuple(map("".join, parts))) if aloud else reasoning(*map("".join, parts))
        for parts in items
    ]
    kind = "text" if aloud else "summary_text"

    def chunks() -> Iterator[dict[str, Any]]:
        for item, parts in enumerate(items):
            for part, pieces in enumerate(parts):
                if deltas:
                    yield from (thinking(f"{kind}.delta", part, item, delta=p) for p in pieces)
            if ends:
                yield from whole_thought(thoughts[item], item)
        yield {"type": "response.completed", "response": response(*thoughts)}

    told = decode(responses.decoder(), *chunks())
    by_part: dict[int, str] = {}
    for event in told:
        if isinstance(event, ReasoningDelta):
            by_part[event.part] = by_part.get(event.part, "") + event.text
    wholes = ["".join(pieces) for parts in items for pieces in parts]
    assert by_part == dict(enumerate(whole for whole in wholes if whole))
    assert list(by_part) == sorted(by_part)
