"""Next steps that a refusal's own words make precise: the numbers and names it gives."""

from __future__ import annotations

import re
from typing import Final

from aztui.core.request import Params

_MOST: Final = re.compile(r"maximum context length is (\d{1,9}) tokens", re.IGNORECASE)
_PARTS: Final = re.compile(
    r"(\d{1,9}) (?:in|for) (?:your|the) (?:messages|prompt)[^;,]*[;,] (\d{1,9}) (?:in|for) the",
    re.IGNORECASE,
)
_PROMPT: Final = re.compile(r"resulted in (\d{1,9}) tokens", re.IGNORECASE)
_INSTEAD: Final = re.compile(r"Use '(\w{1,64})' instead", re.IGNORECASE)
_LIMITS: Final = ("max_completion_tokens", "max_output_tokens", "max_tokens")


def fit(message: str, params: Params) -> str:
    """Say how prompt and answer can be made to fit into the model's context.

    Args:
        message: the service's words, which name the numbers of tokens, or do not.
        params: the request's parameters.
    """
    most, parts, alone = (found.search(message) for found in (_MOST, _PARTS, _PROMPT))
    if most is None or (parts is None and alone is None):
        return "Shorten the prompt, start a new session, or ask for fewer tokens."
    context = int(most[1])
    prompt, answer = (int(parts[1]), int(parts[2])) if parts else (int((alone or most)[1]), 0)
    room, over = context - prompt, prompt + answer - context
    holds = f"The context holds {context} tokens and the prompt has {prompt}"
    if room <= 0 or over <= 0:
        return f"{holds}: shorten the prompt, or start a new session."
    limit = next((name for name in _LIMITS if name in params), "max_tokens")
    return (
        f"{holds}: ask for at most {room} (-o {limit}={room}), shorten the prompt by {over}, or "
        "start a new session."
    )


def replacement(message: str, param: str, params: Params) -> str:
    """Say what to send instead of a parameter that is not taken.

    Args:
        message: the service's words, which name another parameter, or do not.
        param: the parameter that is refused; may be empty.
        params: the request's parameters.
    """
    instead = _INSTEAD.search(message)
    if instead is None:
        return "Leave it out, or use what the message names instead (-o KEY=VALUE)."
    value = params.get(param)
    said = value if isinstance(value, int | float | str) else "VALUE"
    return f"Use {instead[1]} in its place: -o {instead[1]}={said}."
