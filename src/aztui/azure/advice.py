"""Next steps that a refusal's own words make precise: the numbers and names it gives."""

from __future__ import annotations

import re
from typing import Final

from aztui.core.parameters import limits
from aztui.core.request import Api, Params

_MOST: Final = re.compile(r"maximum context length is (\d{1,9}) tokens", re.IGNORECASE)
_PARTS: Final = re.compile(
    r"(\d{1,9}) (?:in|for) (?:your|the) (?:messages|prompt)[^;,]*[;,] (\d{1,9}) (?:in|for) the",
    re.IGNORECASE,
)
_PROMPT: Final = re.compile(r"resulted in (\d{1,9}) tokens", re.IGNORECASE)
_INSTEAD: Final = re.compile(r"\buse '(\w{1,64})' instead", re.IGNORECASE)
_NAMED: Final = re.compile(
    r"(?:argument(?: supplied)?:|(?:unknown|unsupported) parameter:) '?(\w{1,64}(?:\.\w{1,64})*)",
    re.IGNORECASE,
)
_OPERATION: Final = re.compile(
    r"(?:only supported in|mean to use) (?:the )?v1/(responses|chat/completions|completions)\b",
    re.IGNORECASE,
)
_OPERATIONS: Final = {
    "responses": Api.RESPONSES,
    "chat/completions": Api.CHAT,
    "completions": Api.COMPLETIONS,
}
_SINCE: Final = re.compile(
    r"only for api versions? (\d{4}-\d\d-\d\d(?:-preview)?) (?:and|or) later", re.IGNORECASE
)


def fit(message: str, api: Api, params: Params) -> str:
    """Say how prompt and answer can be made to fit into the model's context.

    Args:
        message: the service's words, which name the numbers of tokens, or do not.
        api: the API that was asked.
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
    names = limits(api)
    limit = next((name for name in names if name in params), names[0])
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
    other = instead(message)
    if not other:
        return f"Leave it out (-o {param}=)." if param else "Leave out what the message names."
    value = params.get(param)
    said = value if isinstance(value, int | float | str) else "VALUE"
    return f"Use {other} in its place (-o {other}={said})."


def instead(message: str) -> str:
    """Return the parameter to send in place of one that is refused; empty where none is named."""
    found = _INSTEAD.search(message)
    return found[1] if found else ""


def named(message: str) -> str:
    """Return the parameter that a refusal is about, by its message; empty where it names none."""
    found = _NAMED.search(message)
    return found[1] if found else ""


def other_api(message: str) -> Api | None:
    """Return the API that a message names as the model's own; None where it names none."""
    found = _OPERATION.search(message)
    return _OPERATIONS[found[1].lower()] if found else None


def since(message: str) -> str:
    """Return the first api-version that a message says to use; empty where it says none."""
    found = _SINCE.search(message)
    return found[1] if found else ""
