"""Between the two dialects: what is asked in Azure's is put to llama.cpp in its own, and back.

A deployment is an instruct one, to which a completion is put as the one turn of a chat, unless its
name has the word `base`: then the model goes on with the prompt as it stands.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from aztui.core.request import Api, Json, Params
from aztui.emulator.asks import alternatives, turns
from aztui.emulator.backend import Ask, BackendError, Candidate, Piece, Tally, Token

CHAT: Final = "/v1/chat/completions"
RAW: Final = "/v1/completions"
DONE: Final = b"[DONE]"

_DEFAULTS: Final[Params] = MappingProxyType(
    {"temperature": 0.2, "top_p": 0.9, "repeat_penalty": 1.1}
)
"""What a small model needs to stay with its subject."""
_LIMITS: Final = MappingProxyType({Api.COMPLETIONS: 16, Api.CHAT: 1000, Api.RESPONSES: 1000})
"""Tokens of an answer where none is said: Azure's 16 for completions; else a figure of ours,
since Azure names none and llama.cpp would go on until its memory is full."""
OWN: Final = frozenset({"repeat_penalty"})
"""The engine's parameters that Azure does not have."""
_PASSED: Final = (
    "temperature",
    "top_p",
    "stop",
    "presence_penalty",
    "frequency_penalty",
    "logit_bias",
    "response_format",
    *OWN,
)
_REFUSED: Final = ("echo", "suffix", "tools", "functions")
_LIMIT_NAMES: Final = ("max_output_tokens", "max_completion_tokens")
_SYSTEM: Final = frozenset({"system", "developer"})
_MOST_CHOICES: Final = 128


@dataclass(frozen=True, slots=True)
class Round:
    """One request to the engine; an answer may take several.

    Attributes:
        prompt: which prompt it is about, from 0.
        first: the index of its first choice in the whole answer.
        body: what to post.
        path: where to.
    """

    prompt: int
    first: int
    body: Params
    path: str = CHAT


def rounds(ask: Ask, at_once: int) -> Sequence[Round]:
    """Return the requests that answer `ask`, with at most `at_once` choices each.

    Raises:
        BackendError: the body asks for something that cannot be.
    """
    body = ask.body
    for name in _REFUSED:
        if body.get(name):
            raise BackendError(
                400, "unsupported_parameter", f"The local model does not support '{name}'."
            )
    count = _number(body, "n", 1, _MOST_CHOICES)
    raw = ask.api is Api.COMPLETIONS and is_base(ask.deployment)
    shared = _shared(ask, raw=raw)
    return [
        Round(
            prompt=number,
            first=number * count + done,
            body={
                **shared,
                **_seed(body, done),
                **asked,
                "n": min(at_once, count - done),
            },
            path=RAW if raw else CHAT,
        )
        for number, asked in enumerate(_prompts(ask) if raw else _conversations(ask))
        for done in range(0, count, at_once)
    ]


def is_base(deployment: str) -> bool:
    """Whether a deployment is to go on with a prompt as a base model does."""
    return "base" in re.split(r"[^a-z0-9]+", deployment.lower())


def _shared(ask: Ask, *, raw: bool) -> Params:
    given = {name: ask.body[name] for name in _PASSED if ask.body.get(name) is not None}
    named = (name for name in _LIMIT_NAMES if ask.body.get(name))
    limit = _number(ask.body, next(named, "max_tokens"), _LIMITS[ask.api])
    return {
        **_DEFAULTS,
        **given,
        **_ranked(ask, raw=raw),
        "max_tokens": limit,
        "stream": True,
        "stream_options": {"include_usage": True},
    }


def _ranked(ask: Ask, *, raw: bool) -> Params:
    ranked = alternatives(ask.api, ask.body)
    if ranked is None:
        return {}
    return {"logprobs": ranked} if raw else {"logprobs": True, "top_logprobs": ranked}


def _number(body: Params, name: str, default: int, most: int | None = None) -> int:
    value = body.get(name)
    if value is None:
        return default
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise BackendError(400, None, f"'{name}' must be a whole number of at least 1.")
    if most is not None and value > most:
        raise BackendError(400, None, f"'{name}' must be at most {most}.")
    return value


def _seed(body: Params, done: int) -> Params:
    """A seed of its own for every round, or each would write the same answers again."""
    seed = body.get("seed")
    return {"seed": seed + done} if isinstance(seed, int) else {}


def _conversations(ask: Ask) -> Sequence[Params]:
    if ask.api is Api.CHAT:
        return [{"messages": ask.body.get("messages")}]
    if ask.api is Api.RESPONSES:
        said: Json = [
            {"role": "system" if role in _SYSTEM else role, "content": text}
            for role, text in turns(ask.body)
        ]
        return [{"messages": said}]
    return [{"messages": [{"role": "user", "content": asked["prompt"]}]} for asked in _prompts(ask)]


def _prompts(ask: Ask) -> Sequence[Params]:
    prompt = ask.body.get("prompt")
    prompts = [prompt or ""] if prompt is None or isinstance(prompt, str) else prompt
    if not isinstance(prompts, Sequence) or not all(isinstance(text, str) for text in prompts):
        raise BackendError(
            400, None, "The local model takes a prompt as a text or a list of texts, not as tokens."
        )
    return [{"prompt": text} for text in prompts]


def encode(body: Params) -> bytes:
    """Write a body as JSON; what is not valid Unicode becomes a question mark."""
    return json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")


def payload(line: bytes) -> bytes:
    """Return what a line of the event stream carries; empty for lines that carry nothing."""
    field, _, value = line.partition(b":")
    return value.strip() if field in {b"data", b"error"} else b""


def parts(data: bytes, first: int) -> Iterator[Piece | Tally]:
    """Read one record.

    The engine tells each choice's usage by itself, where Azure tells one for all.

    Args:
        data: the record's JSON.
        first: the index that the record's choice 0 has in the whole answer.

    Raises:
        BackendError: the record is an error, or no JSON object.
    """
    record = _object(data)
    if "error" in record:
        raise refusal(500, data)
    for choice in record.get("choices", ()):
        text = choice.get("text") or choice.get("delta", {}).get("content") or ""
        reason = choice.get("finish_reason")
        if text or reason:
            own = tuple(_tokens(choice))
            yield Piece(first + choice.get("index", 0), text, reason, tokens=own)
    if usage := record.get("usage"):
        yield Tally(usage["prompt_tokens"], usage["completion_tokens"])


def _tokens(choice: Mapping[str, Any]) -> Iterator[Token]:
    for entry in (choice.get("logprobs") or {}).get("content") or ():
        yield Token(_candidate(entry), tuple(map(_candidate, entry["top_logprobs"])))


def _candidate(entry: Mapping[str, Any]) -> Candidate:
    return Candidate(entry["token"], bytes(entry["bytes"]), entry["logprob"])


def refusal(status: int, data: bytes) -> BackendError:
    """Say an error of the engine's as Azure would."""
    error = _object(data).get("error")
    error = error if isinstance(error, Mapping) else {}
    if error.get("type") == "exceed_context_size_error":
        return BackendError(
            400,
            "context_length_exceeded",
            f"This model's maximum context length is {error.get('n_ctx')} tokens. However, your "
            f"messages resulted in {error.get('n_prompt_tokens')} tokens. Please reduce the "
            "length of the messages.",
        )
    message = str(error.get("message") or "The local model's engine failed without a reason.")
    return BackendError(400 if status == 400 else 500, None, message)


def _object(data: bytes) -> Mapping[str, Any]:
    try:
        record = json.loads(data)
    except ValueError:
        record = None
    if not isinstance(record, dict):
        raise BackendError(500, None, "The local model's engine sent something unreadable.")
    return record
