"""Faults of the content filter: it refuses the prompt, ends the answer, or judges it later.

The shapes are those of Azure's page on content streaming.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from aztui.core.request import Api, Json, Params
from aztui.emulator import refusal
from aztui.emulator.scene import Scene, choices
from aztui.emulator.steps import Record, Reply, Step

_SAFE: Final[Params] = {
    name: {"filtered": False, "severity": "safe"}
    for name in ("hate", "self_harm", "sexual", "violence")
}
_PROMPT: Final[Params] = {
    **_SAFE,
    "violence": {"filtered": True, "severity": "high"},
    "jailbreak": {"filtered": False, "detected": False},
}
_ANSWER: Final[Params] = {**_SAFE, "violence": {"filtered": True, "severity": "medium"}}
_PROTECTED: Final[Params] = {"protected_material_text": {"detected": True, "filtered": True}}


def prompt(_steps: Iterator[Step], _scene: Scene) -> Iterator[Step]:
    """Refuse the prompt."""
    yield refusal.filtered_prompt(_PROMPT)


def answer(steps: Iterator[Step], scene: Scene) -> Iterator[Step]:
    """End each choice with the reason `content_filter` after `after` tokens."""
    tokens: Counter[Json] = Counter()
    ended: set[Json] = set()
    for step in steps:
        if isinstance(step, Reply) and step.status == 200:
            yield replace(step, body=_withheld(step.body))
            continue
        choice = next(choices(step.payload), None) if isinstance(step, Record) else None
        if not isinstance(step, Record) or choice is None:
            yield step
            continue
        index = choice.get("index")
        if index in ended:
            continue
        if choice.get("finish_reason") or (step.tokens and tokens[index] == scene.options["after"]):
            ended.add(index)
            yield Record({**step.payload, "choices": [_ended(choice)]})
        else:
            tokens[index] += step.tokens
            yield step


def _ended(choice: Params) -> Params:
    said: Params = {"text": ""} if "text" in choice else {"delta": {}}
    return {
        **choice,
        **said,
        "finish_reason": "content_filter",
        "content_filter_results": _ANSWER,
    }


def _withheld(body: Params) -> Params:
    nothing: Params = {"role": "assistant", "content": "", "refusal": None}
    ended: list[Json] = [
        {
            **choice,
            **({"text": ""} if "text" in choice else {"message": nothing}),
            "finish_reason": "content_filter",
            "content_filter_results": _ANSWER,
        }
        for choice in choices(body)
    ]
    return {**body, "choices": ended}


def asynchronous(steps: Iterator[Step], scene: Scene) -> Iterator[Step]:
    """Judge text that is sent already: every `every` tokens, and once more after the end.

    With `block`, what has come after so many tokens is condemned, and the answer ends there.
    """
    every, block = max(scene.options["every"], 1), scene.options["block"]
    judged = sent = len(scene.prompt)  # Offsets count from the beginning of the prompt.
    tokens = 0
    blocked = False
    for step in steps:
        choice = next(choices(step.payload), None) if isinstance(step, Record) else None
        if not isinstance(step, Record) or choice is None:
            yield step
            continue
        if blocked:
            continue
        yield Record({**step.payload, "choices": [_unjudged(choice)]}, step.tokens)
        sent += _length(choice)
        tokens += step.tokens
        index = choice.get("index")
        if block and step.tokens and tokens == block:
            blocked = True
            yield Record(_verdict(scene.api, index, (judged, sent), "content_filter", _PROTECTED))
        elif choice.get("finish_reason") or (step.tokens and tokens % every == 0):
            yield Record(_verdict(scene.api, index, (judged, sent), None, _SAFE))
            judged = sent


def _unjudged(choice: Params) -> Params:
    return {name: value for name, value in choice.items() if name != "content_filter_results"}


def _length(choice: Params) -> int:
    delta = choice.get("delta")
    said = delta.get("content") if isinstance(delta, dict) else choice.get("text")
    return len(said) if isinstance(said, str) else 0


def _verdict(
    api: Api, index: Json, span: tuple[int, int], reason: str | None, results: Params
) -> Params:
    """An annotation: a choice without `delta`, or with an empty text, and what it is about."""
    choice: dict[str, Json] = {
        **({"text": ""} if api is Api.COMPLETIONS else {}),
        "index": index,
        "finish_reason": reason,
        "content_filter_results": results,
        "content_filter_offsets": {
            "check_offset": span[0],
            "start_offset": span[0],
            "end_offset": span[1],
        },
    }
    return {
        "id": "",
        "object": "",
        "created": 0,
        "model": "",
        "choices": [choice],
        "usage": None,
    }
