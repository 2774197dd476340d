"""The APIs as tables: how a request is opened in each, and how its answer is read."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from aztui.azure.decode import chat, completions, responses
from aztui.azure.decode.lenient import text
from aztui.azure.decode.record import Decoder
from aztui.core.request import Api, Json, Message, Request, RequestError

if TYPE_CHECKING:
    from openai import APIResponse, OpenAI

Opening: TypeAlias = "AbstractContextManager[APIResponse[Any]]"
"""Sends the request when it is entered and closes the response when it is left."""

_USAGE_SINCE: Final = "2024-09-01"
"""The first api-version that takes `stream_options` (2024-09-01-preview); older ones answer 400."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """One API.

    Attributes:
        body: makes the body of a request, without the deployment and `stream`, for an endpoint
            of that api-version (None where it has none) and a model that thinks before it
            answers, or does not, or None where that is not known. Raises RequestError where
            the request cannot be put into JSON.
        open: prepares a request on a client, to a deployment and with that body.
        decoder: makes a decoder for one answer.
    """

    body: Callable[[Request, str | None, bool | None], dict[str, Any]]
    open: Callable[[OpenAI, str, Mapping[str, Any]], Opening]
    decoder: Callable[[], Decoder]


def _completions_body(
    request: Request, _api_version: str | None, _reasons: bool | None
) -> dict[str, Any]:
    return {"prompt": text(request.prompt), **_members(request)}


def _open_completions(client: OpenAI, deployment: str, body: Mapping[str, Any]) -> Opening:
    return client.completions.with_streaming_response.create(
        model=deployment, prompt="", stream=True, extra_body=body
    )


def _chat_body(request: Request, api_version: str | None, _reasons: bool | None) -> dict[str, Any]:
    usage = {"stream_options": {"include_usage": True}} if _tells_usage(api_version) else {}
    said = [{"role": turn.role, "content": text(turn.content)} for turn in request.messages]
    return {"messages": said, **usage, **_members(request)}


def _open_chat(client: OpenAI, deployment: str, body: Mapping[str, Any]) -> Opening:
    return client.chat.completions.with_streaming_response.create(
        # The roles are whatever the body says, not what the SDK's types know.
        model=deployment,
        messages=[],
        stream=True,
        extra_body=body,
    )


def _responses_body(
    request: Request, _api_version: str | None, _reasons: bool | None
) -> dict[str, Any]:
    system = [text(turn.content) for turn in request.messages if turn.role == "system"]
    said = [_item(turn) for turn in request.messages if turn.role != "system"]
    instructions = {"instructions": "\n\n".join(system)} if system else {}
    # Azure keeps a response for 30 days unless it is told not to.
    return {"input": said, **instructions, "store": False, **_members(request)}


def _open_responses(client: OpenAI, deployment: str, body: Mapping[str, Any]) -> Opening:
    return client.responses.with_streaming_response.create(
        model=deployment, stream=True, extra_body=body
    )


def _item(turn: Message) -> Mapping[str, Any]:
    """A turn as an input item: Azure's schema knows content as parts only, not as text."""
    said: dict[str, Any] = {"type": "input_text", "text": text(turn.content)}
    if turn.role == "assistant":
        said = {**said, "type": "output_text", "annotations": []}
    return {"type": "message", "role": turn.role, "content": [said]}


DIALECTS: Final[Mapping[Api, Dialect]] = MappingProxyType(
    {
        Api.COMPLETIONS: Dialect(_completions_body, _open_completions, completions.decoder),
        Api.CHAT: Dialect(_chat_body, _open_chat, chat.decoder),
        Api.RESPONSES: Dialect(_responses_body, _open_responses, responses.decoder),
    }
)


def _tells_usage(api_version: str | None) -> bool:
    # Dates sort as text, and names such as "preview" after every date.
    return api_version is None or api_version >= _USAGE_SINCE


def _members(request: Request) -> dict[str, Any]:
    return {key: _plain(value, key) for key, value in request.params.items()}


def _plain(value: Json, key: str) -> Any:
    match value:
        case str():
            return text(value)
        case float() if not math.isfinite(value):
            raise RequestError(f"{key} is {value}, which JSON cannot say: give a finite number.")
        case Mapping():
            return {text(name): _plain(inner, key) for name, inner in value.items()}
        case Sequence():
            return [_plain(inner, key) for inner in value]
        case _:
            return value
