"""What each API takes: its parameters, since which api-version, and which values.

Names and ranges are those of Azure's published OpenAPI (2024-02-01, 2024-10-21,
2025-03-01-preview, v1) and of its reference pages.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, NoReturn, TypeAlias

from aztui.core.request import Api, Json, Params
from aztui.emulator import refusal
from aztui.emulator.refusal import Refused, bad_request
from aztui.emulator.routes import V1

Check: TypeAlias = Callable[[str, Json], None]
"""Takes a parameter's name and value; raises Refused where the value is none of its own."""

_MOST_ANSWERS: Final = 128
_MOST_STOPS: Final = 4
_MOST_BIAS: Final = 100


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of an API.

    Attributes:
        check: refuses values that are none of its own.
        since: the first dated api-version that has it; empty where every one has it.
    """

    check: Check
    since: str = ""


def check(api: Api, api_version: str, body: Params, more: Iterable[str] = ()) -> None:
    """Make sure that an API knows every parameter and takes its value.

    Args:
        api: the dialect.
        api_version: a date, or `v1`.
        body: the request's; without the members that are null.
        more: further parameters that this deployment knows.

    Raises:
        Refused: it does not; with the words Azure has for it.
    """
    _check_names(api, api_version, body, frozenset(more))
    for name, value in body.items():
        if known := KNOWN[api].get(name):
            known.check(name, value)


def _check_names(api: Api, api_version: str, body: Params, more: frozenset[str]) -> None:
    moved = _MOVED if api is Api.RESPONSES else {}
    for name in body.keys() & moved.keys():
        _refuse(
            f"Unsupported parameter: '{name}'. In the Responses API, this parameter has moved "
            f"to '{moved[name]}'. Try again with the new parameter.",
            name,
            "unsupported_parameter",
        )
    unknown = [name for name in body if name not in more and not _knows(api, api_version, name)]
    if unknown:
        raise Refused(refusal.unknown(api, api_version, unknown))


def _knows(api: Api, api_version: str, name: str) -> bool:
    parameter = KNOWN[api].get(name)
    return parameter is not None and (api_version == V1 or api_version >= parameter.since)


def number(low: float, high: float) -> Check:
    """A number in a range."""

    def check(name: str, value: Json) -> None:
        if not isinstance(value, int | float) or isinstance(value, bool):
            _refuse(f"{json.dumps(value)} is not of type 'number' - '{name}'", name)
        if not low <= value <= high:
            _refuse(f"{value} is not between {low} and {high} - '{name}'", name)

    return check


def integer(low: int | None = None, high: int | None = None) -> Check:
    """A whole number in a range."""

    def check(name: str, value: Json) -> None:
        if not isinstance(value, int) or isinstance(value, bool):
            _refuse(f"{json.dumps(value)} is not of type 'integer' - '{name}'", name)
        if low is not None and value < low:
            _refuse(f"{value} is less than the minimum of {low} - '{name}'", name)
        if high is not None and value > high:
            _refuse(f"{value} is greater than the maximum of {high} - '{name}'", name)

    return check


def kind(name_of_type: str, *types: type) -> Check:
    """A value of a JSON type."""

    def check(name: str, value: Json) -> None:
        if not isinstance(value, types):
            _refuse(f"{json.dumps(value)} is not of type '{name_of_type}' - '{name}'", name)

    return check


def one_of(*words: str) -> Check:
    """One of some words."""

    def check(name: str, value: Json) -> None:
        if value not in words:
            known = ", ".join(f"'{word}'" for word in words)
            _refuse(
                f"Invalid value: {json.dumps(value)}. Supported values are: {known}.",
                name,
                "invalid_value",
            )

    return check


def _stop(name: str, value: Json) -> None:
    if isinstance(value, str):
        return
    if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
        _refuse(f"'{name}' must be a text or an array of texts.", name)
    if len(value) > _MOST_STOPS:
        _refuse(f"'{name}' may hold at most {_MOST_STOPS} texts, not {len(value)}.", name)


def _bias(name: str, value: Json) -> None:
    _OBJECT(name, value)
    for token, bias in value.items() if isinstance(value, Mapping) else ():
        if not (token.isascii() and token.isdigit()):
            _refuse(
                f"Invalid key in '{name}': {token}. You should only be submitting non-negative "
                "integers.",
                name,
            )
        number(-_MOST_BIAS, _MOST_BIAS)(f"{name}.{token}", bias)


def _includes(name: str, value: Json) -> None:
    _ARRAY(name, value)
    for index, word in enumerate(value if isinstance(value, list) else ()):
        one_of(*_INCLUDABLE)(f"{name}[{index}]", word)


def _anything(_name: str, _value: Json) -> None:
    """What other modules look at, or nobody here."""


def _refuse(message: str, param: str | None = None, code: str | None = None) -> NoReturn:
    raise Refused(bad_request(message, param=param, code=code))


_FLAG: Final = kind("boolean", bool)
_TEXT: Final = kind("string", str)
_OBJECT: Final = kind("object", dict)
_ARRAY: Final = kind("array", list)
_ANY: Final = _anything

_INCLUDABLE: Final = (
    "code_interpreter_call.outputs",
    "computer_call_output.output.image_url",
    "file_search_call.results",
    "message.input_image.image_url",
    "message.output_text.logprobs",
    "reasoning.encrypted_content",
)
_MOVED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "messages": "input",
        "max_tokens": "max_output_tokens",
        "reasoning_effort": "reasoning.effort",
        "response_format": "text.format",
        "verbosity": "text.verbosity",
    }
)
"""Parameters that are called otherwise in responses."""

_SAMPLING: Final = {
    "model": Parameter(_ANY),
    "stream": Parameter(_FLAG),
    "temperature": Parameter(number(0, 2)),
    "top_p": Parameter(number(0, 1)),
    "user": Parameter(_TEXT),
}
_CHOICES: Final = {
    **_SAMPLING,
    "frequency_penalty": Parameter(number(-2, 2)),
    "logit_bias": Parameter(_bias),
    "n": Parameter(integer(1, _MOST_ANSWERS)),
    "presence_penalty": Parameter(number(-2, 2)),
    "stop": Parameter(_stop),
    "stream_options": Parameter(_OBJECT, "2024-09-01"),
}
_RECENT: Final = {
    "prompt_cache_key": Parameter(_TEXT, "2025-04-01"),
    "prompt_cache_retention": Parameter(_TEXT, "2025-04-01"),
    "safety_identifier": Parameter(_TEXT, "2025-04-01"),
    "service_tier": Parameter(_TEXT, "2025-04-01"),
}
_TOOLS: Final = {
    "tool_choice": Parameter(_ANY),
    "tools": Parameter(_ARRAY),
}

KNOWN: Final[Mapping[Api, Mapping[str, Parameter]]] = MappingProxyType(
    {
        Api.COMPLETIONS: {
            **_CHOICES,
            "best_of": Parameter(integer(1, _MOST_ANSWERS)),
            "echo": Parameter(_FLAG),
            "logprobs": Parameter(integer(0, 5)),
            "max_tokens": Parameter(integer(0)),
            "prompt": Parameter(_ANY),
            "seed": Parameter(integer(), "2024-03-01"),
            "suffix": Parameter(_TEXT),
        },
        Api.CHAT: {
            **_CHOICES,
            **_RECENT,
            **_TOOLS,
            "audio": Parameter(_OBJECT, "2025-01-01"),
            "data_sources": Parameter(_ARRAY),
            "function_call": Parameter(_ANY),
            "functions": Parameter(_ARRAY),
            "logprobs": Parameter(_FLAG, "2024-02-15"),
            "max_completion_tokens": Parameter(integer(1), "2024-09-01"),
            "max_tokens": Parameter(integer(1)),
            "messages": Parameter(_ANY),
            "metadata": Parameter(_OBJECT, "2024-12-01"),
            "modalities": Parameter(_ARRAY, "2025-01-01"),
            "parallel_tool_calls": Parameter(_FLAG, "2024-08-01"),
            "prediction": Parameter(_OBJECT, "2025-01-01"),
            "reasoning_effort": Parameter(_TEXT, "2024-12-01"),
            "response_format": Parameter(_OBJECT),
            "seed": Parameter(integer()),
            "store": Parameter(_FLAG, "2024-12-01"),
            "top_logprobs": Parameter(integer(0, 20), "2024-02-15"),
            "user_security_context": Parameter(_OBJECT, "2024-12-01"),
            "verbosity": Parameter(one_of("low", "medium", "high"), "2025-04-01"),
        },
        Api.RESPONSES: {
            **_SAMPLING,
            **_RECENT,
            **_TOOLS,
            "background": Parameter(_FLAG, "2025-04-01"),
            "include": Parameter(_includes),
            "input": Parameter(_ANY),
            "instructions": Parameter(_TEXT),
            "max_output_tokens": Parameter(integer(1)),
            "max_tool_calls": Parameter(integer(1), "2025-04-01"),
            "metadata": Parameter(_OBJECT),
            "parallel_tool_calls": Parameter(_FLAG),
            "previous_response_id": Parameter(_TEXT),
            "prompt": Parameter(_OBJECT, "2025-04-01"),
            "reasoning": Parameter(_OBJECT),
            "store": Parameter(_FLAG),
            "stream_options": Parameter(_OBJECT, "2025-04-01"),
            "text": Parameter(_OBJECT),
            "top_logprobs": Parameter(integer(0, 20), "2025-04-01"),
            "truncation": Parameter(one_of("auto", "disabled")),
        },
    }
)
"""The parameters of each API. What is dated is in every api-version of that day and later."""
