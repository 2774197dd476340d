"""What a request's body asks for, and what is wrong with it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NoReturn

from aztui.core.request import Api, Json, Params
from aztui.emulator.backend import Ask
from aztui.emulator.faults import Fault, FaultError, split
from aztui.emulator.refusal import Refused, bad_request
from aztui.emulator.routes import V1, Route

_DEFAULT_MAX_TOKENS: Final = 16
"""Of the completions API, in Azure as here; chat has no default."""

_MOST_ANSWERS: Final = 128
_MOST_STOPS: Final = 4
_FIRST_STREAM_OPTIONS: Final = "2024-09-01"
"""Dated api-versions before this one refuse `stream_options`."""

_MOVED: Final[Mapping[str, str]] = {"messages": "input", "max_tokens": "max_output_tokens"}
"""Parameters that are called otherwise in responses."""

_UNKNOWN: Final = ("max_completion_tokens", "n", "stop", "presence_penalty", "frequency_penalty")
"""Parameters of the other APIs that responses do not have."""

_RANGES: Final[Mapping[str, tuple[float, float]]] = {
    "temperature": (0, 2),
    "top_p": (0, 1),
    "presence_penalty": (-2, 2),
    "frequency_penalty": (-2, 2),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that can be answered.

    Attributes:
        ask: what the backend is to write.
        api_version: the api-version it was asked with.
        fault: the fault that the deployment's name asks for.
        streamed: whether the answer is to come as a stream.
        usage: whether a stream is to end with what it cost; that of a response always does.
        prompts: how many prompts there are; each gets `n` choices.
        choices: how many choices there are.
    """

    ask: Ask
    api_version: str
    fault: Fault | None
    streamed: bool
    usage: bool
    prompts: int
    choices: int


def understand(route: Route, raw: bytes) -> Asked:
    """Read a request's body.

    Raises:
        Refused: it is not what the API takes; with the words Azure has for it.
    """
    body = _document(raw)
    deployment = route.deployment if route.deployment is not None else _model(body)
    try:
        name, fault = split(deployment)
    except FaultError as error:
        raise Refused(bad_request(str(error), param="model", code="unknown_fault")) from error
    if route.api is Api.COMPLETIONS:
        body = {**body, "max_tokens": body.get("max_tokens", _DEFAULT_MAX_TOKENS)}
        _check_prompt(body)
    elif route.api is Api.CHAT:
        _check_messages(body)
    else:
        _check_input(body)
    _check_parameters(body)
    prompts = len(prompts_of(route.api, body))
    return Asked(
        ask=Ask(route.api, name, body),
        api_version=route.api_version,
        fault=fault,
        streamed=_flag(body, "stream"),
        usage=route.api is Api.RESPONSES or _usage_wanted(body, route.api_version),
        prompts=prompts,
        choices=prompts * answers(body),
    )


def prompts_of(api: Api, body: Params) -> list[str]:
    """The texts to answer: each prompt of a completion, the last message of any other.

    Prompts given as token numbers are named by how many they are.
    """
    if api is Api.RESPONSES:
        return [turns(body)[-1][1] if turns(body) else ""]
    if api is Api.CHAT:
        messages = body.get("messages")
        last = messages[-1] if isinstance(messages, Sequence) and messages else {}
        return [_content(last.get("content") if isinstance(last, Mapping) else None)]
    prompt = body.get("prompt")
    if isinstance(prompt, str) or not isinstance(prompt, Sequence):
        return [prompt if isinstance(prompt, str) else ""]
    if all(isinstance(item, int) for item in prompt):
        return [f"{len(prompt)} tokens"]
    return [
        item
        if isinstance(item, str)
        else f"{len(item) if isinstance(item, Sequence) else 0} tokens"
        for item in prompt
    ]


def turns(body: Params) -> list[tuple[str, str]]:
    """The messages of a response's input, as role and text, the instructions first.

    Items that are no messages, such as a model's reasoning, are left out.
    """
    instructions, said = body.get("instructions"), body.get("input")
    opening = [("system", instructions)] if isinstance(instructions, str) else []
    if isinstance(said, str):
        return [*opening, ("user", said)]
    items = said if isinstance(said, Sequence) else ()
    messages = [item for item in items if isinstance(item, Mapping) and "role" in item]
    return [*opening, *((str(m["role"]), _content(m.get("content"))) for m in messages)]


def answers(body: Params) -> int:
    """How many choices each prompt gets."""
    n = body.get("n")
    return n if isinstance(n, int) else 1


def most_tokens(body: Params) -> int | None:
    """How many tokens an answer may have; None for no limit."""
    for name in ("max_output_tokens", "max_completion_tokens", "max_tokens"):
        if isinstance(limit := body.get(name), int):
            return limit
    return None


def stops(body: Params) -> tuple[str, ...]:
    """The texts before which an answer ends."""
    stop = body.get("stop")
    if isinstance(stop, str):
        return (stop,) if stop else ()
    return tuple(s for s in stop if isinstance(s, str) and s) if isinstance(stop, Sequence) else ()


def _document(raw: bytes) -> Params:
    try:
        document = json.loads(raw)
    except (ValueError, RecursionError):
        _refuse(
            "We could not parse the JSON body of your request. (HINT: This likely means you "
            "aren't using your HTTP library correctly. The emulator expects a JSON payload.)"
        )
    if not isinstance(document, dict):
        _refuse("The JSON body of your request is not an object.")
    return {name: value for name, value in document.items() if value is not None}


def _model(body: Params) -> str:
    model = body.get("model")
    if not isinstance(model, str) or not model:
        _refuse("you must provide a model parameter")
    return model


def _check_prompt(body: Params) -> None:
    prompt = body.get("prompt", "")
    if isinstance(prompt, str):
        return
    if isinstance(prompt, Sequence) and prompt:
        kinds = {type(item) for item in prompt}
        if kinds in ({str}, {int}, {list}):
            return
    _refuse(
        "'prompt' must be a text, an array of texts, an array of tokens or an array of token "
        "arrays.",
        "prompt",
    )


def _check_messages(body: Params) -> None:
    if "messages" not in body:
        _refuse("'messages' is a required property")
    messages = body["messages"]
    if not isinstance(messages, list) or not messages:
        _refuse("'messages' must be an array with at least one message.", "messages")
    for index, message in enumerate(messages):
        if not isinstance(message, dict) or not isinstance(message.get("role"), str):
            _refuse(f"'messages[{index}]' must be an object with a 'role'.", "messages")


def _check_input(body: Params) -> None:
    _check_names(body)
    if "input" not in body:
        _refuse("Missing required parameter: 'input'.", "input", "missing_required_parameter")
    given = body["input"]
    if isinstance(given, str):
        return
    if not isinstance(given, list) or not given:
        _refuse("'input' must be a text or an array with at least one item.", "input")
    for index, item in enumerate(given):
        if not isinstance(item, dict):
            _refuse(f"'input[{index}]' must be an object.", "input")


def _check_names(body: Params) -> None:
    """Refuse what responses do not have, and earlier responses, since none are kept here."""
    for name, now in _MOVED.items():
        if name in body:
            _refuse(
                f"Unsupported parameter: '{name}'. In the Responses API, this parameter has moved "
                f"to '{now}'.",
                name,
                "unsupported_parameter",
            )
    for name in _UNKNOWN:
        if name in body:
            _refuse(f"Unknown parameter: '{name}'.", name, "unknown_parameter")
    earlier = body.get("previous_response_id")
    if earlier is not None:
        _refuse(
            f"Previous response with id {json.dumps(earlier)} not found.",
            "previous_response_id",
            "previous_response_not_found",
        )


def _check_parameters(body: Params) -> None:
    for name in ("max_tokens", "max_completion_tokens", "max_output_tokens", "n"):
        number = body.get(name, 1)
        if not isinstance(number, int) or isinstance(number, bool):
            _refuse(f"{json.dumps(number)} is not of type 'integer' - '{name}'", name)
        if number < 1:
            _refuse(f"{number} is less than the minimum of 1 - '{name}'", name)
    if answers(body) > _MOST_ANSWERS:
        _refuse(f"{answers(body)} is greater than the maximum of {_MOST_ANSWERS} - 'n'", "n")
    for name, (low, high) in _RANGES.items():
        value = body.get(name, low)
        if not isinstance(value, int | float) or isinstance(value, bool):
            _refuse(f"{json.dumps(value)} is not of type 'number' - '{name}'", name)
        if not low <= value <= high:
            _refuse(f"{value} is not between {low} and {high} - '{name}'", name)
    _check_stop(body.get("stop", []))


def _check_stop(stop: Json) -> None:
    if isinstance(stop, str):
        return
    if not isinstance(stop, list) or not all(isinstance(text, str) for text in stop):
        _refuse("'stop' must be a text or an array of texts.", "stop")
    if len(stop) > _MOST_STOPS:
        _refuse(f"'stop' may hold at most {_MOST_STOPS} texts, not {len(stop)}.", "stop")


def _usage_wanted(body: Params, api_version: str) -> bool:
    options = body.get("stream_options")
    if options is None:
        return False
    if api_version != V1 and api_version < _FIRST_STREAM_OPTIONS:
        _refuse("Unrecognized request argument supplied: stream_options")
    if not _flag(body, "stream"):
        _refuse(
            "The 'stream_options' parameter is only allowed when 'stream' is enabled.",
            "stream_options",
        )
    if not isinstance(options, dict):
        _refuse("'stream_options' must be an object.", "stream_options")
    return _flag(options, "include_usage")


def _flag(body: Params, name: str) -> bool:
    value = body.get(name, False)
    if not isinstance(value, bool):
        _refuse(f"{json.dumps(value)} is not of type 'boolean' - '{name}'", name)
    return value


def _content(content: Json) -> str:
    """The text of a message: a string, or an array of parts."""
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, Sequence) else ()
    texts = (part.get("text") for part in parts if isinstance(part, Mapping))
    return "\n".join(text for text in texts if isinstance(text, str))


def _refuse(message: str, param: str | None = None, code: str | None = None) -> NoReturn:
    raise Refused(bad_request(message, param=param, code=code))
