r"""Tokens and how likely they were, in each of the shapes that the APIs have for them.

Completions keep parallel lists: `tokens`, `token_logprobs`, and `top_logprobs` as a mapping a
token. Chat has a list of objects, in `content` and `refusal`; Responses has such a list by itself.
The shape decides and not the API, since servers mix them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from aztui.azure.decode.lenient import text
from aztui.core.events import Chosen, Token

_UNTOLD: Final = -9999.0
"""In place of the logprob of a token that is not among the likeliest."""

_ROUNDING: Final = 1e-3
"""By how much a logprob may be above 0, and still be one."""

_ESCAPED: Final = re.compile(r"bytes:(?=.*\\x)((?:\\x[0-9a-fA-F]{2}|[ -~])+)", re.DOTALL)
"""How completions write a token that is no UTF-8 by itself."""

_ESCAPE: Final = re.compile(r"\\x(..)")


def tokens(logprobs: object) -> tuple[Chosen, ...]:
    """Return the tokens that `logprobs` tell of, in their order. Total."""
    if isinstance(logprobs, list):
        return tuple(_objects(logprobs))
    if not isinstance(logprobs, dict):
        return ()
    if isinstance(logprobs.get("tokens"), list):
        return tuple(_parallel(logprobs))
    return (*_objects(logprobs.get("content")), *_objects(logprobs.get("refusal")))


def _objects(entries: object) -> Iterator[Chosen]:
    for entry in _list(entries):
        if isinstance(entry, dict) and isinstance(entry.get("token"), str):
            others = (o for o in _list(entry.get("top_logprobs")) if isinstance(o, dict))
            named = (_object(o) for o in others if isinstance(o.get("token"), str))
            yield Chosen(_object(entry), _ranked(named))


def _object(entry: Mapping[str, Any]) -> Token:
    return Token(text(entry["token"]), _logprob(entry.get("logprob")), _bytes(entry.get("bytes")))


def _parallel(lists: Mapping[str, Any]) -> Iterator[Chosen]:
    logprobs, others = _list(lists.get("token_logprobs")), _list(lists.get("top_logprobs"))
    for number, name in enumerate(lists["tokens"]):
        if isinstance(name, str):
            rivals = _at(others, number)
            ranked = rivals.items() if isinstance(rivals, dict) else ()
            yield Chosen(
                _named(name, _at(logprobs, number)), _ranked(_named(*rival) for rival in ranked)
            )


def _named(name: str, logprob: object) -> Token:
    escaped = _ESCAPED.fullmatch(name)
    return Token(text(name), _logprob(logprob), _unescaped(escaped[1]) if escaped else None)


def _ranked(found: Iterator[Token]) -> tuple[Token, ...]:
    return tuple(sorted(found, key=_likelihood, reverse=True))


def _likelihood(token: Token) -> float:
    return -math.inf if token.logprob is None else token.logprob


def _logprob(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return min(float(value), 0.0) if _UNTOLD < value < _ROUNDING else None


def _bytes(value: object) -> bytes | None:
    if not isinstance(value, list) or not all(type(byte) is int for byte in value):
        return None
    return bytes(value) if all(0 <= byte < 256 for byte in value) else None


def _unescaped(name: str) -> bytes:
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), name).encode("latin-1")


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _at(values: list[Any], number: int) -> Any:
    return values[number] if number < len(values) else None
