"""Deployments of reasoning models: what they refuse, how long they think, what they tell of it.

A deployment is one by its name: `o` and a digit, or `gpt-5`, but not `gpt-5-chat`. What such models
take is as Azure's page on reasoning models says.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, NoReturn

from aztui.core.request import Api, Json, Params
from aztui.emulator import refusal
from aztui.emulator.refusal import Refused, bad_request

_MODEL: Final = re.compile(r"(o\d|gpt-5(?!-chat))", re.IGNORECASE | re.ASCII)
_EFFORTS: Final = (
    (re.compile(r"o\d", re.IGNORECASE | re.ASCII), ("low", "medium", "high")),
    (
        re.compile(r"gpt-5\.\d", re.IGNORECASE | re.ASCII),
        ("none", "low", "medium", "high", "xhigh"),
    ),
    (re.compile(r""), ("minimal", "low", "medium", "high")),
)
"""The efforts that a family of models has."""

_DEFAULT_EFFORT: Final = "medium"
_TOKENS: Final = MappingProxyType(
    {"none": 0, "minimal": 8, "low": 16, "medium": 64, "high": 128, "xhigh": 256}
)
"""How many tokens an effort thinks."""
_SECONDS_A_TOKEN: Final = 1 / 160
_SUMMARIES: Final = ("auto", "concise", "detailed")
_SUMMARY: Final = (
    "**Reading the question**\n\nThis text stands where a model tells of its thoughts.",
    "**Choosing a reply**\n\nThe prompt alone decides which of the replies is the answer.",
)
_SAMPLING: Final = (
    "top_p",
    "presence_penalty",
    "frequency_penalty",
    "logprobs",
    "top_logprobs",
    "logit_bias",
)
"""Parameters that are refused while there is any effort, whatever their value."""

_ENCRYPTED: Final = "reasoning.encrypted_content"
_SEAL: Final = b"aztui emulator"
_SEAL_BYTES: Final = 32
_SEALED_HEAD: Final = b"\x80\0\0\0\0"
"""What encrypted content begins with on the wire: `gAAAAA` in base 64."""


@dataclass(frozen=True, slots=True)
class Thought:
    """How a reasoning model thinks before it answers.

    Attributes:
        effort: as the API calls it.
        summary: what it tells of its thoughts, in parts; empty where nobody asked.
        encrypted: whether the thoughts are to go along, unreadable.
    """

    effort: str
    summary: tuple[str, ...] = ()
    encrypted: bool = False

    @property
    def tokens(self) -> int:
        """How many tokens each choice costs before its text begins."""
        return _TOKENS[self.effort]

    @property
    def seconds(self) -> float:
        """How long it is silent."""
        return self.tokens * _SECONDS_A_TOKEN


def thought(api: Api, deployment: str, body: Params) -> Thought | None:
    """Say how a deployment thinks about a request; None for one that does not.

    Raises:
        Refused: the deployment does not take this request.
    """
    included = body.get("include")
    encrypted = isinstance(included, Sequence) and _ENCRYPTED in included
    if not _MODEL.match(deployment):
        _check_plain(api, body, encrypted=encrypted)
        return None
    if api is Api.COMPLETIONS:
        raise Refused(refusal.no_operation(api, deployment))
    effort, summary = _asked(api, deployment, body)
    if api is Api.CHAT and "max_tokens" in body:
        raise Refused(refusal.unsupported_limit())
    if effort != "none":
        _check_sampling(api, body)
    return Thought(effort, summary, encrypted)


def _check_plain(api: Api, body: Params, *, encrypted: bool) -> None:
    """Refuse what only reasoning models take."""
    if encrypted:
        _refuse("Encrypted content is not supported with this model.", "include")
    if api is Api.RESPONSES and body.get("reasoning"):
        reasoning = body["reasoning"]
        member = next(iter(reasoning), "effort") if isinstance(reasoning, Mapping) else "effort"
        _unsupported(f"reasoning.{member}")
    if "reasoning_effort" in body:
        _unsupported("reasoning_effort")


def _asked(api: Api, deployment: str, body: Params) -> tuple[str, tuple[str, ...]]:
    if api is Api.CHAT:
        return _effort(deployment, "reasoning_effort", body.get("reasoning_effort")), ()
    reasoning = body.get("reasoning")
    members = reasoning if isinstance(reasoning, Mapping) else {}
    for name in members.keys() - {"effort", "summary", "generate_summary"}:
        _refuse(f"Unknown parameter: 'reasoning.{name}'.", f"reasoning.{name}", "unknown_parameter")
    effort = _effort(deployment, "reasoning.effort", members.get("effort"))
    wanted = members.get("summary") or members.get("generate_summary")
    if wanted is not None and wanted not in _SUMMARIES:
        _unsupported_value("reasoning.summary", wanted, _SUMMARIES)
    parts = 1 if wanted == "concise" else len(_SUMMARY)
    return effort, _SUMMARY[:parts] if wanted else ()


def _effort(deployment: str, name: str, value: Json) -> str:
    known = next(efforts for family, efforts in _EFFORTS if family.match(deployment))
    if value is None:
        return _DEFAULT_EFFORT
    if not isinstance(value, str) or value not in known:
        _unsupported_value(name, value, known)
    return value


def _check_sampling(api: Api, body: Params) -> None:
    if body.get("temperature", 1) != 1:
        if api is Api.RESPONSES:
            _unsupported("temperature")
        _refuse(
            f"Unsupported value: 'temperature' does not support {body['temperature']} with this "
            "model. Only the default (1) value is supported.",
            "temperature",
            "unsupported_value",
        )
    for name in _SAMPLING:
        if name in body:
            _unsupported(name)


def _unsupported(name: str) -> NoReturn:
    _refuse(
        f"Unsupported parameter: '{name}' is not supported with this model.",
        name,
        "unsupported_parameter",
    )


def _unsupported_value(name: str, value: Json, known: Sequence[str]) -> NoReturn:
    said = json.dumps(value) if not isinstance(value, str) else f"'{value}'"
    words = ", ".join(f"'{word}'" for word in known)
    _refuse(
        f"Unsupported value: '{name}' does not support {said} with this model. Supported values "
        f"are: {words}.",
        name,
        "unsupported_value",
    )


def _refuse(message: str, param: str, code: str | None = None) -> NoReturn:
    raise Refused(bad_request(message, param=param, code=code))


def sealed(name: str) -> str:
    """Thoughts that only the emulator can read: opaque, and known again by `check_sealed`."""
    thoughts = _SEALED_HEAD + hashlib.sha512(name.encode()).digest()
    return base64.urlsafe_b64encode(thoughts + _seal(thoughts)).decode()


def check_sealed(text: Json) -> None:
    """Make sure that encrypted thoughts are of the emulator's making.

    Raises:
        Refused: they are not.
    """
    if isinstance(text, str):
        try:
            content = base64.b64decode(text, altchars=b"-_", validate=True)
        except ValueError:
            content = b""
        if hmac.compare_digest(content[-_SEAL_BYTES:], _seal(content[:-_SEAL_BYTES])):
            return
    said = str(text)
    message = f"The encrypted content {said[:4]}...{said[-4:]} could not be verified."
    raise Refused(bad_request(message, code="invalid_encrypted_content"))


def _seal(thoughts: bytes) -> bytes:
    return hmac.digest(_SEAL, thoughts, hashlib.sha256)
