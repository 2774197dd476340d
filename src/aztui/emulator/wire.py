"""Azure OpenAI's JSON, as pure functions.

The shapes follow Azure's published OpenAPI (stable 2024-02-01 and 2024-10-21) and, where that is
silent, its page on content streaming: the opening chunk without choices, the filter results.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from aztui.core.request import Api, Json, Params
from aztui.emulator import figures
from aztui.emulator.backend import Piece, Tally
from aztui.emulator.verdicts import SAFE, Verdict, offsets, prompt_filter_results

_FINGERPRINT: Final = "fp_emulated"


@dataclass(frozen=True, slots=True)
class Label:
    """What all chunks of an answer have in common.

    Attributes:
        api: the dialect it is written in.
        id: the answer's id.
        created: seconds since 1970.
        model: the model's name.
        usage: whether the client asked for a usage chunk; the others then say `usage: null`.
        prompt: how many characters the prompt has; the filter counts from its beginning.
    """

    api: Api
    id: str
    created: int
    model: str
    usage: bool = False
    prompt: int = 0


def opening(prompts: int) -> Params:
    """The first chunk of a stream: no choices, the filter's word on each prompt."""
    return {
        "id": "",
        "object": "",
        "created": 0,
        "model": "",
        "choices": [],
        "prompt_filter_results": prompt_filter_results(prompts),
    }


def role(label: Label, choice: int) -> Params:
    """A chat choice's first chunk."""
    return _chunk(label, [_delta(choice, {"role": "assistant", "content": ""}, {})])


def content(label: Label, piece: Piece) -> Params:
    """A chat chunk with more text of a choice."""
    logprobs = figures.of_chat(piece.tokens)
    return _chunk(label, [_delta(piece.choice, {"content": piece.text}, SAFE, logprobs=logprobs)])


def finish(label: Label, piece: Piece) -> Params:
    """A chat choice's last chunk, without text."""
    results = piece.filtered or {}
    return _chunk(label, [_delta(piece.choice, {}, results, piece.finish_reason)])


def completion(label: Label, piece: Piece) -> Params:
    """A completions chunk: more text of a choice, its finish reason, or both."""
    return _chunk(label, [_completion(piece)])


def annotation(label: Label, verdict: Verdict) -> Params:
    """A chunk about text that was sent before: a choice without `delta`, or with an empty text."""
    start, end = (label.prompt + place for place in verdict.span)
    completions = label.api is Api.COMPLETIONS
    choice: dict[str, Json] = {
        **({"text": "", "logprobs": None} if completions else {}),
        "index": verdict.choice,
        "finish_reason": "content_filter" if verdict.blocked else None,
        "content_filter_results": verdict.results,
        "content_filter_offsets": offsets(start, end),
    }
    return {
        "id": "",
        "object": "",
        "created": 0,
        "model": "",
        "choices": [choice],
        **({} if completions else {"usage": None}),
    }


def usage(label: Label, tally: Tally) -> Params:
    """The chunk that tells what the request cost: after the text, without choices."""
    return {**_chunk(label, []), "usage": spent(tally)}


def whole(label: Label, choices: Iterable[Piece], prompts: int, tally: Tally) -> Params:
    """The answer to a request that did not ask for a stream; a piece is a choice's whole text."""
    chat = label.api is Api.CHAT
    shape = _message if chat else _completion
    return {
        **_common(label, "chat.completion" if chat else "text_completion"),
        "prompt_filter_results": prompt_filter_results(prompts),
        "choices": [shape(choice) for choice in choices],
        "usage": spent(tally),
    }


def error(code: str | None, message: str) -> Params:
    """An error of Azure's gateway."""
    return {"error": {"code": code, "message": message}}


def model_error(
    message: str,
    *,
    kind: str = "invalid_request_error",
    param: str | None = None,
    code: str | None = None,
) -> Params:
    """An error of the model behind the gateway."""
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}


def encode(document: Params) -> bytes:
    r"""JSON as it goes over the wire: UTF-8, and `\udXXX` for a lone surrogate."""
    compact = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return compact.encode("utf-8", "backslashreplace")


def record(document: Params, event: str = "") -> bytes:
    """A document as a server-sent event; the APIs of chunks give theirs no name."""
    name = f"event: {event}\n".encode() if event else b""
    return name + b"data: " + encode(document) + b"\n\n"


def _common(label: Label, kind: str) -> dict[str, Json]:
    common: dict[str, Json] = {
        "id": label.id,
        "object": kind,
        "created": label.created,
        "model": label.model,
    }
    if label.api is Api.CHAT:
        common["system_fingerprint"] = _FINGERPRINT
    return common


def _chunk(label: Label, choices: list[Json]) -> Params:
    chat = label.api is Api.CHAT
    common = _common(label, "chat.completion.chunk" if chat else "text_completion")
    return {**common, "choices": choices, **({"usage": None} if label.usage else {})}


def _delta(
    choice: int,
    delta: Mapping[str, Json],
    results: Params,
    reason: str | None = None,
    logprobs: Params | None = None,
) -> Params:
    return {
        "index": choice,
        "delta": delta,
        "finish_reason": reason,
        "logprobs": logprobs,
        "content_filter_results": results,
    }


def _completion(choice: Piece) -> Params:
    return {
        "text": choice.text,
        "index": choice.choice,
        "finish_reason": choice.finish_reason,
        "logprobs": figures.of_completion(choice.tokens),
        "content_filter_results": choice.filtered or SAFE,
    }


def _message(choice: Piece) -> Params:
    return {
        "index": choice.choice,
        "message": {"role": "assistant", "content": choice.text, "refusal": None},
        "finish_reason": choice.finish_reason,
        "logprobs": figures.of_chat(choice.tokens),
        "content_filter_results": choice.filtered or SAFE,
    }


def spent(tally: Tally) -> Params:
    """What a request cost."""
    thoughts: Params = (
        {}
        if tally.reasoning_tokens is None
        else {"completion_tokens_details": {"reasoning_tokens": tally.reasoning_tokens}}
    )
    return {
        "prompt_tokens": tally.prompt_tokens,
        "completion_tokens": tally.completion_tokens,
        "total_tokens": tally.prompt_tokens + tally.completion_tokens,
        **thoughts,
    }
