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
from aztui.emulator.backend import Piece, Tally

_SAFE: Final[Params] = {
    name: {"filtered": False, "severity": "safe"}
    for name in ("hate", "self_harm", "sexual", "violence")
}
_PROMPT_SAFE: Final[Params] = {**_SAFE, "jailbreak": {"filtered": False, "detected": False}}
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
    """

    api: Api
    id: str
    created: int
    model: str
    usage: bool = False


def opening(prompts: int) -> Params:
    """The first chunk of a stream: no choices, the filter's word on each prompt."""
    return {
        "id": "",
        "object": "",
        "created": 0,
        "model": "",
        "choices": [],
        "prompt_filter_results": _prompt_filter_results(prompts),
    }


def role(label: Label, choice: int) -> Params:
    """A chat choice's first chunk."""
    return _chunk(label, [_delta(choice, {"role": "assistant", "content": ""}, {})])


def content(label: Label, choice: int, text: str) -> Params:
    """A chat chunk with more text of a choice."""
    return _chunk(label, [_delta(choice, {"content": text}, _SAFE)])


def finish(label: Label, choice: int, reason: str) -> Params:
    """A chat choice's last chunk, without text."""
    return _chunk(label, [_delta(choice, {}, {}, reason)])


def completion(label: Label, piece: Piece) -> Params:
    """A completions chunk: more text of a choice, its finish reason, or both."""
    return _chunk(label, [_completion(piece)])


def usage(label: Label, tally: Tally) -> Params:
    """The chunk that tells what the request cost: after the text, without choices."""
    return {**_chunk(label, []), "usage": _usage(tally)}


def whole(label: Label, choices: Iterable[Piece], prompts: int, tally: Tally) -> Params:
    """The answer to a request that did not ask for a stream; a piece is a choice's whole text."""
    chat = label.api is Api.CHAT
    shape = _message if chat else _completion
    return {
        **_common(label, "chat.completion" if chat else "text_completion"),
        "prompt_filter_results": _prompt_filter_results(prompts),
        "choices": [shape(choice) for choice in choices],
        "usage": _usage(tally),
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
    choice: int, delta: Mapping[str, Json], results: Params, reason: str | None = None
) -> Params:
    return {
        "index": choice,
        "delta": delta,
        "finish_reason": reason,
        "logprobs": None,
        "content_filter_results": results,
    }


def _completion(choice: Piece) -> Params:
    return {
        "text": choice.text,
        "index": choice.choice,
        "finish_reason": choice.finish_reason,
        "logprobs": None,
        "content_filter_results": _SAFE,
    }


def _message(choice: Piece) -> Params:
    return {
        "index": choice.choice,
        "message": {"role": "assistant", "content": choice.text, "refusal": None},
        "finish_reason": choice.finish_reason,
        "logprobs": None,
        "content_filter_results": _SAFE,
    }


def _prompt_filter_results(prompts: int) -> list[Json]:
    return [
        {"prompt_index": index, "content_filter_results": _PROMPT_SAFE} for index in range(prompts)
    ]


def _usage(tally: Tally) -> Params:
    return {
        "prompt_tokens": tally.prompt_tokens,
        "completion_tokens": tally.completion_tokens,
        "total_tokens": tally.prompt_tokens + tally.completion_tokens,
    }
