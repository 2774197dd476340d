"""The APIs as tables: how a request is put in each, how it is sent, how its answer is read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from aztui.azure.decode import chat, completions, responses
from aztui.azure.decode.record import Decoder
from aztui.core.body import COMPOSERS, Composer
from aztui.core.data import dataclass
from aztui.core.request import Api, Json

if TYPE_CHECKING:
    from openai import APIResponse, OpenAI

Opening: TypeAlias = "AbstractContextManager[APIResponse[Any]]"
"""Sends the request when it is entered and closes the response when it is left."""


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
        api: Dialect(COMPOSERS[api], opening, decoder)
        for api, opening, decoder in (
            (Api.COMPLETIONS, _open_completions, completions.decoder),
            (Api.CHAT, _open_chat, chat.decoder),
            (Api.RESPONSES, _open_responses, responses.decoder),
        )
    }
)
