"""A response of the Responses API as far as it is written, in Azure OpenAI's JSON.

The shapes follow Azure's published OpenAPI (v1: `AzureResponse` and its items). `content_filters`
is in none of its versions: its shape is the one that the service is seen to send.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from aztui.core.request import Json, Params
from aztui.emulator import figures
from aztui.emulator.backend import Piece, Tally, Token
from aztui.emulator.reasoning import Thought, sealed
from aztui.emulator.verdicts import SAFE, SAFE_PROMPT, Told, Verdict, offsets
from aztui.emulator.wire import Label

_INCOMPLETE: Final = {"length": "max_output_tokens", "content_filter": "content_filter"}
"""Finish reasons with which a response is incomplete, and its word for each."""

_DEFAULTS: Final[Params] = {
    "background": False,
    "instructions": None,
    "max_output_tokens": None,
    "metadata": {},
    "parallel_tool_calls": True,
    "previous_response_id": None,
    "store": True,
    "temperature": 1.0,
    "text": {"format": {"type": "text"}},
    "tool_choice": "auto",
    "tools": [],
    "top_logprobs": 0,
    "top_p": 1.0,
    "truncation": "disabled",
    "user": None,
}
"""What a response says of its request where that said nothing."""


@dataclass(slots=True)
class Draft:
    """A response as far as it is written: thoughts, if there are any, and one message.

    Attributes:
        label: its id, its time and its model.
        body: the request's.
        thought: how the model thinks first; None if it does not.
        pieces: its text.
        verdicts: the content filter's words on the text.
        reason: why it is incomplete; None if it is not.
        tally: what it cost.
    """

    label: Label
    body: Params
    thought: Thought | None = None
    pieces: list[Piece] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)
    reason: str | None = None
    tally: Tally | None = None

    def take(self, part: Told) -> Piece | None:
        """Write on; returns the text that is new, if any."""
        if isinstance(part, Tally):
            self.tally = part
            return None
        if isinstance(part, Verdict):
            self._judge(part)
            return None
        self.reason = _INCOMPLETE.get(part.finish_reason or "", self.reason)
        if part.filtered is not None:
            self._judge(Verdict(0, (0, len(self.text)), part.filtered, blocked=True))
        if not part.text:
            return None
        self.pieces.append(part)
        return part

    def _judge(self, verdict: Verdict) -> None:
        self.verdicts.append(verdict)
        if verdict.blocked:
            self.reason = _INCOMPLETE["content_filter"]

    @property
    def status(self) -> str:
        """How it ends."""
        return "incomplete" if self.reason else "completed"

    @property
    def thinks(self) -> bool:
        """Whether its first item is thoughts."""
        return self.thought is not None and self.thought.tokens > 0

    @property
    def speaks(self) -> bool:
        """Whether it has a message; thoughts may leave no room for one."""
        return bool(self.pieces) or not (self.thinks and self.reason == _INCOMPLETE["length"])

    @property
    def text(self) -> str:
        """The message's whole text so far."""
        return "".join(piece.text for piece in self.pieces)

    @property
    def tokens(self) -> list[Token]:
        """The text's tokens, where they are wanted."""
        return [token for piece in self.pieces for token in piece.tokens]

    @property
    def place(self) -> Params:
        """Where in the response its text is."""
        name = self._named("msg_")
        return {"item_id": name, "output_index": int(self.thinks), "content_index": 0}

    def thought_place(self, part: int) -> Params:
        """Where in the response a part of its thoughts' summary is."""
        return {"item_id": self._named("rs_"), "output_index": 0, "summary_index": part}

    def part(self, *, empty: bool = False) -> Params:
        """The message's only part of content."""
        logprobs: list[Json] = [] if empty else figures.of_response(self.tokens)
        text = "" if empty else self.text
        return {"type": "output_text", "text": text, "annotations": [], "logprobs": logprobs}

    def message(self, status: str) -> Params:
        """The message: without content until that begins."""
        content: list[Json] = [] if status == "in_progress" else [self.part()]
        return {
            "id": self._named("msg_"),
            "type": "message",
            "status": status,
            "role": "assistant",
            "content": content,
        }

    def thoughts(self, *, over: bool) -> Params:
        """The item of its thoughts: without their summary until that is told."""
        told = self.thought.summary if self.thought is not None and over else ()
        encrypted = self.thought is not None and self.thought.encrypted and over
        return {
            "id": self._named("rs_"),
            "type": "reasoning",
            "summary": [summary_part(text) for text in told],
            "content": [],
            **({"encrypted_content": sealed(self.label.id)} if encrypted else {}),
        }

    def response(self, status: str, error: Params | None = None) -> Params:
        """The response itself; without output and usage while it is in progress."""
        over = status != "in_progress"
        given = {name: self.body.get(name, default) for name, default in _DEFAULTS.items()}
        return {
            "id": self.label.id,
            "object": "response",
            "created_at": self.label.created,
            "status": status,
            "error": error,
            "incomplete_details": {"reason": self.reason} if status == "incomplete" else None,
            "model": self.label.model,
            "output": self._output(status, failed=error is not None) if over else [],
            **given,
            "reasoning": self._reasoning(),
            "content_filters": self._content_filters() if over else None,
            **({"usage": _usage(self.tally)} if over and self.tally else {}),
        }

    def _output(self, status: str, *, failed: bool) -> list[Json]:
        items: list[Json] = [self.thoughts(over=True)] if self.thinks else []
        if self.pieces or (self.speaks and not failed):
            items.append(self.message("completed" if status == "completed" else "incomplete"))
        return items

    def _reasoning(self) -> Params:
        asked = self.body.get("reasoning")
        summary = asked.get("summary") if isinstance(asked, dict) else None
        return {"effort": self.thought.effort if self.thought else None, "summary": summary}

    def _content_filters(self) -> list[Json]:
        prompt = Verdict(0, (0, self.label.prompt), SAFE_PROMPT)
        verdicts = self.verdicts or [Verdict(0, (0, len(self.text)), SAFE)]
        return [_filter("prompt", prompt), *(_filter("completion", said) for said in verdicts)]

    def _named(self, prefix: str) -> str:
        return self.label.id.replace("resp_", prefix, 1)


def summary_part(text: str) -> Params:
    """A part of the summary of thoughts."""
    return {"type": "summary_text", "text": text}


def _filter(source: str, verdict: Verdict) -> Params:
    return {
        "blocked": verdict.blocked,
        "source_type": source,
        "content_filter_raw": [],
        "content_filter_results": verdict.results,
        "content_filter_offsets": offsets(*verdict.span),
    }


def _usage(tally: Tally) -> Params:
    return {
        "input_tokens": tally.prompt_tokens,
        "input_tokens_details": {"cached_tokens": 0},
        "output_tokens": tally.completion_tokens,
        "output_tokens_details": {"reasoning_tokens": tally.reasoning_tokens or 0},
        "total_tokens": tally.prompt_tokens + tally.completion_tokens,
    }
