"""What a request's body asks for, and what is wrong with it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NoReturn

from aztui.core.request import Api, Json, Params
from aztui.emulator import reasoning, refusal
from aztui.emulator.backend import Ask
from aztui.emulator.faults import Fault, FaultError, split
from aztui.emulator.parameters import check
from aztui.emulator.reasoning import Thought
from aztui.emulator.refusal import Refused, bad_request
from aztui.emulator.routes import Route
from aztui.emulator.steps import Reply

_DEFAULT_MAX_TOKENS: Final = 16
"""Of the completions API, in Azure as here; chat has no default."""

_OUTPUT_LOGPROBS: Final = "message.output_text.logprobs"


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
        thought: how the deployment thinks first; None if it does not.
        background: whether it is to be kept, and written on though nobody listens.
    """

    ask: Ask
    api_version: str
    fault: Fault | None
    streamed: bool
    usage: bool
    prompts: int
    choices: int
    thought: Thought | None = None
    background: bool = False


class Unfit(Refused):
    """The deployment is there, and the request's body is not what the API takes."""

    def __init__(
        self, reply: Reply, route: Route, deployment: str, fault: Fault | None, body: Params
    ) -> None:
        super().__init__(reply)
        self.route = route
        self.deployment = deployment
        self.fault = fault
        self.body = body


def understand(route: Route, raw: bytes, more: frozenset[str] = frozenset()) -> Asked:
    """Read a request's body.

    Args:
        route: where it went.
        raw: the body.
        more: parameters that are taken beside the API's own.

    Raises:
        Refused: it does not say which deployment it is for, or asks for an unknown fault.
        Unfit: it is not what the API takes; with the words Azure has for it.
    """
    body = _document(raw)
    deployment = route.deployment if route.deployment is not None else _model(body)
    try:
        name, fault = split(deployment)
    except FaultError as error:
        raise Refused(bad_request(str(error), param="model", code="unknown_fault")) from error
    more |= fault.kind.takes if fault else frozenset()
    try:
        return _understood(route, body, more, name, fault)
    except Refused as refused:
        raise Unfit(refused.reply, route, name, fault, body) from None


def _understood(
    route: Route, body: Params, more: frozenset[str], name: str, fault: Fault | None
) -> Asked:
    check(route.api, route.api_version, body, more)
    thought = reasoning.thought(route.api, name, body)
    if route.api is Api.COMPLETIONS:
        body = {**body, "max_tokens": body.get("max_tokens", _DEFAULT_MAX_TOKENS)}
        _check_prompt(body)
        _check_candidates(body)
    elif route.api is Api.CHAT:
        _check_messages(body)
    else:
        _check_input(body)
        _check_background(body)
    prompts = len(prompts_of(route.api, body))
    return Asked(
        ask=Ask(route.api, name, body),
        api_version=route.api_version,
        fault=fault,
        streamed=_flag(body, "stream"),
        usage=_usage_wanted(route.api, body),
        prompts=prompts,
        choices=prompts * answers(body),
        thought=thought,
        background=_flag(body, "background"),
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


def alternatives(api: Api, body: Params) -> int | None:
    """How many likely tokens to tell in each place; None where no probabilities are wanted."""
    ranked = body.get("logprobs") if api is Api.COMPLETIONS else body.get("top_logprobs", 0)
    if api is Api.RESPONSES:
        included = body.get("include")
        wanted = isinstance(included, Sequence) and _OUTPUT_LOGPROBS in included
    else:
        wanted = ranked is not None if api is Api.COMPLETIONS else body.get("logprobs") is True
    return ranked if wanted and isinstance(ranked, int) else None


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
    if "top_logprobs" in body and not body.get("logprobs"):
        _refuse(
            "The 'top_logprobs' parameter is only allowed when 'logprobs' is enabled.",
            "top_logprobs",
        )
    if "messages" not in body:
        _refuse("'messages' is a required property")
    messages = body["messages"]
    if not isinstance(messages, list) or not messages:
        _refuse("'messages' must be an array with at least one message.", "messages")
    for index, message in enumerate(messages):
        if not isinstance(message, dict) or not isinstance(message.get("role"), str):
            _refuse(f"'messages[{index}]' must be an object with a 'role'.", "messages")


def _check_candidates(body: Params) -> None:
    """Refuse what the completions API does not take together."""
    best, n = body.get("best_of", answers(body)), answers(body)
    if isinstance(best, int) and best < n:
        _refuse(
            f"You requested that the server return more choices than it will generate (HINT: 'n' "
            f"is {n} and must be at most 'best_of', which is {best}).",
            "best_of",
        )
    if _flag(body, "stream") and isinstance(best, int) and best > n:
        _refuse("Results cannot be streamed when 'best_of' is greater than 'n'.", "best_of")
    if body.get("echo") and body.get("suffix"):
        _refuse("Setting 'echo' and 'suffix' at the same time is not supported by the API.")


def _check_input(body: Params) -> None:
    earlier = body.get("previous_response_id")
    if earlier is not None:
        _refuse(
            f"Previous response with id {json.dumps(earlier)} not found.",
            "previous_response_id",
            "previous_response_not_found",
        )
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
        if item.get("type") == "reasoning" and item.get("encrypted_content") is not None:
            reasoning.check_sealed(item["encrypted_content"])


def _check_background(body: Params) -> None:
    if _flag(body, "background") and body.get("store") is False:
        raise Refused(refusal.unstored())


def _usage_wanted(api: Api, body: Params) -> bool:
    if api is Api.RESPONSES:
        return True
    options = body.get("stream_options")
    if not isinstance(options, dict):
        return False
    if not _flag(body, "stream"):
        _refuse(
            "The 'stream_options' parameter is only allowed when 'stream' is enabled.",
            "stream_options",
        )
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
