"""Azure OpenAI's Responses API: the shapes of a response, and the steps of its answer.

The shapes follow Azure's published OpenAPI (v1: `AzureResponse`, `ResponseStreamEvent`). A
response here is one message of one text.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from aztui.core.request import Json, Params
from aztui.emulator.backend import BackendError, Part, Piece, Tally
from aztui.emulator.refusal import failure
from aztui.emulator.steps import Open, Record, Reply, Step, Tick
from aztui.emulator.wire import Label

_ENDS: Final = frozenset({"response.completed", "response.incomplete", "response.failed"})
_INCOMPLETE: Final = {"length": "max_output_tokens", "content_filter": "content_filter"}
"""Finish reasons with which a response is incomplete, and its word for each."""

_DEFAULTS: Final[Params] = {
    "background": False,
    "instructions": None,
    "max_output_tokens": None,
    "metadata": {},
    "parallel_tool_calls": True,
    "previous_response_id": None,
    "reasoning": {"effort": None, "summary": None},
    "store": True,
    "temperature": 1.0,
    "text": {"format": {"type": "text"}},
    "tool_choice": "auto",
    "tools": [],
    "top_p": 1.0,
    "truncation": "disabled",
    "user": None,
}
"""What a response says of its request where that said nothing."""


def streamed(body: Params, label: Label, parts: Iterator[Part]) -> Iterator[Step]:
    """The steps of a streamed answer; it ends without a `[DONE]`."""
    told = _Told(label, body)
    record = _Records()
    opened = False
    try:
        # Nothing is opened before the backend has something to tell: its refusal is a reply.
        first = next(parts, None)
        yield Open()
        opened = True
        yield from _beginning(told, record)
        for part in itertools.chain((first,) if first else (), parts):
            if told.take(part):
                delta = {**told.place, "delta": told.pieces[-1], "logprobs": [], "obfuscation": ""}
                yield replace(record("response.output_text.delta", delta), tokens=1)
        yield from _ending(told, record)
    except BackendError as error:
        if not opened:
            yield failure(error)
            return
        failed = told.response("failed", {"code": "server_error", "message": error.message})
        yield record("response.failed", {"response": failed})


def whole(body: Params, label: Label, parts: Iterator[Part]) -> Iterator[Step]:
    """The steps of an answer in one piece."""
    told = _Told(label, body)
    try:
        for part in parts:
            if told.take(part):
                yield Tick()
    except BackendError as error:
        yield failure(error)
    else:
        yield Reply(200, told.response(told.status))


def is_end(payload: Params) -> bool:
    """Whether a record is the last of a response's stream."""
    return payload.get("type") in _ENDS


def endless(payload: Params) -> Params:
    """A whole response as if it were not over; a record of a stream as it is."""
    if payload.get("object") != "response":
        return payload
    return {**payload, "status": "in_progress", "incomplete_details": None}


@dataclass(slots=True)
class _Records:
    """Makes records of events, and numbers them."""

    number: int = -1

    def __call__(self, kind: str, members: Params) -> Record:
        self.number += 1
        return Record({"type": kind, "sequence_number": self.number, **members}, event=kind)


@dataclass(slots=True)
class _Told:
    """A response as far as it is written.

    Attributes:
        label: its id, its time and its model.
        body: the request's.
        pieces: its text.
        status: how it ends.
        tally: what it cost.
    """

    label: Label
    body: Params
    pieces: list[str] = field(default_factory=list)
    status: str = "completed"
    reason: str | None = None
    tally: Tally | None = None

    def take(self, part: Part) -> bool:
        """Write on; says whether there is more text."""
        if isinstance(part, Tally):
            self.tally = part
            return False
        self._finish(part)
        if part.text:
            self.pieces.append(part.text)
        return bool(part.text)

    def _finish(self, piece: Piece) -> None:
        if piece.finish_reason in _INCOMPLETE:
            self.status = "incomplete"
            self.reason = _INCOMPLETE[piece.finish_reason]

    @property
    def place(self) -> Params:
        """Where in the response its text is."""
        return {"item_id": self._item_id, "output_index": 0, "content_index": 0}

    @property
    def _item_id(self) -> str:
        return self.label.id.replace("resp_", "msg_", 1)

    @property
    def text(self) -> str:
        """Its whole text so far."""
        return "".join(self.pieces)

    def part(self, text: str) -> Params:
        """Its only part of content."""
        return {"type": "output_text", "text": text, "annotations": [], "logprobs": []}

    def item(self, status: str) -> Params:
        """Its only item: a message, without content until that begins."""
        content: list[Json] = [] if status == "in_progress" else [self.part(self.text)]
        return {
            "id": self._item_id,
            "type": "message",
            "status": status,
            "role": "assistant",
            "content": content,
        }

    def response(self, status: str, error: Params | None = None) -> Params:
        """The response itself; without output and usage while it is in progress."""
        over = status != "in_progress"
        item = "completed" if status == "completed" else "incomplete"
        output: list[Json] = [self.item(item)] if over and (self.pieces or not error) else []
        details = {"reason": self.reason} if status == "incomplete" else None
        return {
            "id": self.label.id,
            "object": "response",
            "created_at": self.label.created,
            "status": status,
            "error": error,
            "incomplete_details": details,
            "model": self.label.model,
            "output": output,
            **{name: self.body.get(name, default) for name, default in _DEFAULTS.items()},
            "content_filters": None,
            **({"usage": _usage(self.tally)} if over and self.tally else {}),
        }


def _beginning(told: _Told, record: _Records) -> Iterator[Record]:
    begun = {"response": told.response("in_progress")}
    yield record("response.created", begun)
    yield record("response.in_progress", begun)
    item: Params = {"output_index": 0, "item": told.item("in_progress")}
    yield record("response.output_item.added", item)
    yield record("response.content_part.added", {**told.place, "part": told.part("")})


def _ending(told: _Told, record: _Records) -> Iterator[Record]:
    text = told.text
    done: Params = {**told.place, "text": text, "logprobs": []}
    yield record("response.output_text.done", done)
    yield record("response.content_part.done", {**told.place, "part": told.part(text)})
    item: Params = {"output_index": 0, "item": told.item(told.status)}
    yield record("response.output_item.done", item)
    yield record(f"response.{told.status}", {"response": told.response(told.status)})


def _usage(tally: Tally) -> Params:
    return {
        "input_tokens": tally.prompt_tokens,
        "input_tokens_details": {"cached_tokens": 0},
        "output_tokens": tally.completion_tokens,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": tally.prompt_tokens + tally.completion_tokens,
    }
