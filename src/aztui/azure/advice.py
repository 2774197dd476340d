"""Next steps that a refusal's own words make precise: the numbers and names it gives."""

from __future__ import annotations

import re
from typing import Final

from aztui.azure.decode.wire_error import TOO_LONG_FIX
from aztui.core.parameters import limits
from aztui.core.request import Api, Params
from aztui.core.window import Window

_NUMBER: Final = r"(\d{1,3}(?:,\d{3}){1,2}|\d{1,9})\b"
_CONTEXT: Final = re.compile(
    rf"(?:maximum context length|loaded with context length) (?:is|of)(?: only)? {_NUMBER}"
    rf"|maximum model length of {_NUMBER}|available context size \({_NUMBER}",
    re.IGNORECASE,
)
_INPUT: Final = re.compile(
    rf"input tokens exceed the configured limit of {_NUMBER} tokens"
    rf"|maximum prompt length is {_NUMBER}",
    re.IGNORECASE,
)
"""As Azure words it, and as servers do that are compatible: vLLM, llama.cpp, LM Studio, xAI's."""
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
    held, parts, alone = window(message), _PARTS.search(message), _PROMPT.search(message)
    said = parts or alone
    if held is None or said is None:
        return TOO_LONG_FIX
    prompt, answer = int(said[1]), int(parts[2]) if parts else 0
    if held.context is None:
        return (
            f"A prompt may have {held.input} tokens and this one has {prompt}: shorten it, or "
            "start a new session."
        )
    room, over = held.context - prompt, prompt + answer - held.context
    holds = f"The context holds {held.context} tokens and the prompt has {prompt}"
    if room <= 0 or over <= 0:
        return f"{holds}: shorten the prompt, or start a new session."
    names = limits(api)
    limit = next((name for name in names if name in params), names[0])
    return (
        f"{holds}: ask for at most {room} (-o {limit}={room}), shorten the prompt by {over}, or "
        "start a new session."
    )


def window(message: str) -> Window | None:
    """Return how much a deployment takes, by a refusal's message; None where it does not say."""
    context, prompt = (_first_number(found.search(message)) for found in (_CONTEXT, _INPUT))
    if context:
        return Window(context=context)
    return Window(input=prompt) if prompt else None


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


def _first_number(found: re.Match[str] | None) -> int:
    said = next((group for group in found.groups() if group), "0") if found else "0"
    return int(said.replace(",", ""))
