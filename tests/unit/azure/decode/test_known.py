"""What is known: at least what the SDK knows. And a count of the rest that cannot grow for ever."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from openai.types import Completion, CompletionChoice
from openai.types.chat import (
    ChatCompletion,
    ChatCompletionChunk,
    ChatCompletionMessage,
    chat_completion,
    chat_completion_chunk,
)
from openai.types.responses import Response, ResponseStreamEvent

from aztui.azure.decode import known

STREAM: tuple[Any, ...] = get_args(get_args(ResponseStreamEvent)[0])


@pytest.mark.parametrize(
    ("models", "names"),
    [
        ((Completion, ChatCompletion, ChatCompletionChunk), known.CHUNK),
        (
            (CompletionChoice, chat_completion.Choice, chat_completion_chunk.Choice),
            known.CHOICE,
        ),
        ((chat_completion_chunk.ChoiceDelta, ChatCompletionMessage), known.SAID),
        ((Response,), known.RESPONSE),
        (STREAM, known.EVENT),
    ],
)
def test_every_key_of_the_sdks_types_is_known(models: Any, names: frozenset[str]) -> None:
    assert {name for model in models for name in model.model_fields} <= names


def test_every_event_of_the_sdks_is_known() -> None:
    kinds = {kind for event in STREAM for kind in get_args(event.model_fields["type"].annotation)}
    assert len(kinds) > 50
    assert kinds <= known.EVENTS


@pytest.mark.parametrize(
    ("plain", "all_of_them"),
    [
        (known.PLAIN_CHUNK, known.CHUNK),
        (known.PLAIN_CHOICE, known.CHOICE),
        (known.PLAIN_SAID, known.SAID),
    ],
)
def test_what_is_plain_is_known(plain: frozenset[str], all_of_them: frozenset[str]) -> None:
    assert plain < all_of_them


def test_keys_are_counted_by_their_path() -> None:
    unknown = known.Unknown()
    for _ in range(2):
        unknown.keys({"a": 1, "b": 2}, frozenset({"b"}), "choices[].")
    unknown.keys(["\ud83d"], frozenset())
    assert unknown.counts == {"choices[].a": 2, "\ufffd": 1}


def test_a_server_that_makes_up_names_costs_little() -> None:
    unknown = known.Unknown()
    for number in range(1000):
        unknown.note(f"{number}" + "x" * 1000)
    assert len(unknown.counts) < 60
    assert sum(unknown.counts.values()) == 1000
    assert max(map(len, unknown.counts)) < 100
