"""The APIs as tables: how a request is put in each, how it is sent, how its answer is read."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeAlias

from aztui.azure.decode import chat, completions, responses
from aztui.azure.decode.lenient import text
from aztui.azure.decode.record import Decoder
from aztui.core.data import dataclass
from aztui.core.request import Api, Json, Message, Request, RequestError

if TYPE_CHECKING:
    from openai import APIResponse, OpenAI

Body: TypeAlias = dict[str, Json]
"""The members of a request's body, but for `model` and `stream`."""

Opening: TypeAlias = "AbstractContextManager[APIResponse[Any]]"
"""Sends the request when it is entered and closes the response when it is left."""

_USAGE_SINCE: Final = "2024-09-01"
"""The first api-version that takes `stream_options` (2024-09-01-preview); older ones answer 400."""

_INCLUDES_SINCE: Final = "2025-04-01"
"""The first api-version whose responses include what is asked for below; those of
2025-03-01-preview have other things to include."""

LOGPROBS: Final = "message.output_text.logprobs"
"""What a response includes where it is to tell how likely its tokens were."""

THOUGHTS: Final = "reasoning.encrypted_content"
"""What it includes where later turns are to bring back what the model thought."""


class Composer(Protocol):
    """Puts a request into an API's words."""

    def __call__(
        self, request: Request, api_version: str | None, /, *, reasons: bool | None = None
    ) -> Body:
        """Return the members of the request's body, but for `model` and `stream`.

        Args:
            request: what is asked.
            api_version: the endpoint's; None where it has none.
            reasons: whether the model thinks before it answers; None where that is not known.

        Raises:
            RequestError: JSON cannot say it.
        """


@dataclass(frozen=True, slots=True)
class Dialect:
    """One API.

    Attributes:
        body: puts a request into its words.
        open: prepares to send a body to a deployment, on a client.
        decoder: makes a decoder for one answer.
    """

    body: Composer
    open: Callable[[OpenAI, str, Mapping[str, Json]], Opening]
    decoder: Callable[[], Decoder]


def _completions_body(
    request: Request,
    _api_version: str | None,
    *,
    reasons: bool | None = None,  # noqa: ARG001 - there is no place for thoughts
) -> Body:
    return {"prompt": text(request.prompt), **_own(request)}


def _chat_body(
    request: Request,
    api_version: str | None,
    *,
    reasons: bool | None = None,  # noqa: ARG001 - as above
) -> Body:
    said = [{"role": turn.role, "content": text(turn.content)} for turn in request.messages]
    usage: Body = {"stream_options": {"include_usage": True}}
    return {
        "messages": said,
        **(usage if _since(_USAGE_SINCE, api_version) else {}),
        **_own(request),
    }


def _responses_body(
    request: Request, api_version: str | None, *, reasons: bool | None = None
) -> Body:
    system = [text(turn.content) for turn in request.messages if turn.role == "system"]
    turns = [turn for turn in request.messages if turn.role != "system"]
    # A model that does not think refuses the thoughts of one that does.
    thoughts = reasons is not False
    body: Body = {
        "input": [item for turn in turns for item in _items(turn, thoughts=thoughts)],
        **({"instructions": "\n\n".join(system)} if system else {}),
        # Azure keeps a response for 30 days unless it is told not to; in the background it must.
        "store": request.background,
        **_own(request),
    }
    if reasons is None:
        reasons = bool(body.get("reasoning")) or any(turn.reasoning for turn in turns)
    if _since(_INCLUDES_SINCE, api_version):
        _include(body, LOGPROBS if body.get("top_logprobs") is not None else None)
        # What the service keeps itself need not travel.
        _include(body, THOUGHTS if reasons and body["store"] is False else None)
    return body


def _include(body: Body, what: str | None) -> None:
    """Ask for something more in the answer, beside what the user asks for."""
    asked = body.get("include") or ()
    if what and isinstance(asked, Sequence) and not isinstance(asked, str) and what not in asked:
        body["include"] = [*asked, what]


def _items(turn: Message, *, thoughts: bool) -> list[Json]:
    """A turn as input items: what was thought, and then what was said.

    Azure's schema knows content as parts only, not as text.
    """
    said: dict[str, Json] = {"type": "input_text", "text": text(turn.content)}
    if turn.role == "assistant":
        said = {**said, "type": "output_text", "annotations": []}
    message: Json = {"type": "message", "role": turn.role, "content": [said]}
    return [*(turn.reasoning if thoughts else ()), message]


def _open_completions(client: OpenAI, deployment: str, body: Mapping[str, Json]) -> Opening:
    return client.completions.with_streaming_response.create(
        model=deployment, prompt="", stream=True, extra_body=body
    )


def _open_chat(client: OpenAI, deployment: str, body: Mapping[str, Json]) -> Opening:
    # The roles are whatever the body says, not what the SDK's types know.
    return client.chat.completions.with_streaming_response.create(
        model=deployment, messages=[], stream=True, extra_body=body
    )


def _open_responses(client: OpenAI, deployment: str, body: Mapping[str, Json]) -> Opening:
    return client.responses.with_streaming_response.create(
        model=deployment, stream=True, extra_body=body
    )


DIALECTS: Final[Mapping[Api, Dialect]] = MappingProxyType(
    {
        Api.COMPLETIONS: Dialect(_completions_body, _open_completions, completions.decoder),
        Api.CHAT: Dialect(_chat_body, _open_chat, chat.decoder),
        Api.RESPONSES: Dialect(_responses_body, _open_responses, responses.decoder),
    }
)


def _since(first: str, api_version: str | None) -> bool:
    # Dates sort as text, and names such as "preview" after every date.
    return api_version is None or api_version >= first


def _own(request: Request) -> Body:
    return {key: _plain(value, key) for key, value in request.params.items()}


def _plain(value: Json, key: str) -> Json:
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
