"""The steps of an answer in Azure OpenAI's Responses API: events of a response that grows.

The events are those of Azure's published OpenAPI (v1: `ResponseStreamEvent`).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace

from aztui.core.request import Params
from aztui.emulator import figures
from aztui.emulator.asks import Asked
from aztui.emulator.backend import BackendError
from aztui.emulator.refusal import failure
from aztui.emulator.response_wire import Draft, summary_part
from aztui.emulator.steps import Open, Pause, Record, Reply, Step, Tick
from aztui.emulator.tokens import tokens
from aztui.emulator.verdicts import Told
from aztui.emulator.wire import Label


def streamed(asked: Asked, label: Label, told: Iterator[Told]) -> Iterator[Step]:
    """The steps of a streamed answer; it ends without a `[DONE]`."""
    draft = Draft(label, asked.ask.body, asked.thought)
    record = _Records()
    opened = begun = False
    try:
        # Nothing is opened before the backend has something to tell: its refusal is a reply.
        first = next(told, None)
        yield Open()
        opened = True
        yield from _opening(draft, record)
        for part in itertools.chain((first,) if first else (), told):
            if (piece := draft.take(part)) is not None:
                if not begun:
                    begun = True
                    yield from _beginning(draft, record)
                logprobs = figures.of_response(piece.tokens)
                delta = {"delta": piece.text, "logprobs": logprobs, "obfuscation": ""}
                yield replace(
                    record("response.output_text.delta", {**draft.place, **delta}), tokens=1
                )
        if not begun and draft.speaks:
            yield from _beginning(draft, record)
        yield from _ending(draft, record)
    except BackendError as error:
        if not opened:
            yield failure(error)
            return
        failed = draft.response("failed", {"code": "server_error", "message": error.message})
        yield record("response.failed", {"response": failed})


def whole(asked: Asked, label: Label, told: Iterator[Told]) -> Iterator[Step]:
    """The steps of an answer in one piece."""
    draft = Draft(label, asked.ask.body, asked.thought)
    try:
        if asked.thought is not None and asked.thought.seconds:
            yield Pause(asked.thought.seconds)
        for part in told:
            if draft.take(part):
                yield Tick()
    except BackendError as error:
        yield failure(error)
    else:
        yield Reply(200, draft.response(draft.status))


@dataclass(slots=True)
class _Records:
    """Makes records of events, and numbers them."""

    number: int = -1

    def __call__(self, kind: str, members: Params) -> Record:
        self.number += 1
        return Record({"type": kind, "sequence_number": self.number, **members}, event=kind)


def _opening(draft: Draft, record: _Records) -> Iterator[Step]:
    begun = {"response": draft.response("in_progress")}
    yield record("response.created", begun)
    yield record("response.in_progress", begun)
    if draft.thinks:
        yield from _thinking(draft, record)


def _thinking(draft: Draft, record: _Records) -> Iterator[Step]:
    """Think as long as it takes, and tell of it on the way."""
    item: Params = {"output_index": 0, "item": draft.thoughts(over=False)}
    yield record("response.output_item.added", item)
    thought = draft.thought
    summary = thought.summary if thought is not None else ()
    words = [tokens(text) for text in summary]
    silence = thought.seconds if thought is not None else 0.0
    pause = Pause(silence / max(sum(map(len, words)), 1))
    if not words:
        yield pause
    for number, text in enumerate(summary):
        place = draft.thought_place(number)
        empty = {**place, "part": summary_part("")}
        yield record("response.reasoning_summary_part.added", empty)
        for word in words[number]:
            yield pause
            delta = {**place, "delta": word, "obfuscation": ""}
            yield record("response.reasoning_summary_text.delta", delta)
        yield record("response.reasoning_summary_text.done", {**place, "text": text})
        told = {**place, "part": summary_part(text)}
        yield record("response.reasoning_summary_part.done", told)
    over: Params = {"output_index": 0, "item": draft.thoughts(over=True)}
    yield record("response.output_item.done", over)


def _beginning(draft: Draft, record: _Records) -> Iterator[Record]:
    place = draft.place
    item: Params = {"output_index": place["output_index"], "item": draft.message("in_progress")}
    yield record("response.output_item.added", item)
    yield record("response.content_part.added", {**place, "part": draft.part(empty=True)})


def _ending(draft: Draft, record: _Records) -> Iterator[Record]:
    if draft.speaks:
        place = draft.place
        logprobs = figures.of_response(draft.tokens)
        done: Params = {**place, "text": draft.text, "logprobs": logprobs}
        yield record("response.output_text.done", done)
        yield record("response.content_part.done", {**place, "part": draft.part()})
        item: Params = {
            "output_index": place["output_index"],
            "item": draft.message(draft.status),
        }
        yield record("response.output_item.done", item)
    yield record(f"response.{draft.status}", {"response": draft.response(draft.status)})
