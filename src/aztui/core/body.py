"""A request as the body that each API wants, and what of it is kept beside the request. Pure.

The texts of a request (prompt, turns, instructions) stand in the request already. Of the body that
went out only the other members are kept, and `sent_body` puts the two together again.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final, Protocol, TypeAlias

from aztui.core.logprobs import with_logprobs
from aztui.core.request import Api, Json, Message, Params, Request, RequestError

Body: TypeAlias = dict[str, Json]
"""The members of a request's body, but for `model` and `stream`."""

TEXTS: Final = frozenset({"prompt", "messages", "input", "instructions"})
"""The members that hold the texts."""

LOGPROBS: Final = "message.output_text.logprobs"
"""What a response includes where it is to tell how likely its tokens were."""

THOUGHTS: Final = "reasoning.encrypted_content"
"""What it includes where later turns are to bring back what the model thought."""

_USAGE_SINCE: Final = "2024-09-01"
"""The first api-version that takes `stream_options` (2024-09-01-preview); older ones answer 400."""

_INCLUDES_SINCE: Final = "2025-04-01"
"""The first api-version whose responses include what is asked for above; those of
2025-03-01-preview have other things to include."""

_SURROGATES: Final = re.compile("[\ud800-\udfff]")
"""Half a character, as it comes from a command line that is not UTF-8; JSON carries none."""


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


def texts(request: Request, *, thoughts: bool = True) -> Body:
    """Return the members that hold a request's texts.

    Args:
        request: what is asked.
        thoughts: whether what a model thought goes along with its turns (Responses).
    """
    match request.api:
        case Api.COMPLETIONS:
            return {"prompt": _whole(request.prompt)}
        case Api.CHAT:
            said = [
                {"role": turn.role, "content": _whole(turn.content)} for turn in request.messages
            ]
            return {"messages": said}
        case Api.RESPONSES:
            system = [_whole(turn.content) for turn in request.messages if turn.role == "system"]
            turns = [turn for turn in request.messages if turn.role != "system"]
            return {
                "input": [item for turn in turns for item in _items(turn, thoughts=thoughts)],
                **({"instructions": "\n\n".join(system)} if system else {}),
            }


def beside_texts(body: Mapping[str, Json]) -> tuple[Body, bool]:
    """Return a body without its texts, and whether what a model thought goes along in them.

    With both `sent_body` makes the same body again from its request.
    """
    items = body.get("input")
    thoughts = isinstance(items, Sequence) and any(
        isinstance(item, Mapping) and item.get("type") != "message" for item in items
    )
    return {name: value for name, value in body.items() if name not in TEXTS}, thoughts


def sent_body(request: Request, members: Params, *, thoughts: bool) -> Body:
    """Return the body that went out.

    Args:
        request: what was asked.
        members: the body without its texts.
        thoughts: whether what a model thought went along in them.
    """
    model: Body = {"model": members["model"]} if "model" in members else {}
    rest = {name: value for name, value in members.items() if name not in TEXTS | {"model"}}
    return {**model, **texts(request, thoughts=thoughts), **rest}


def body_of(request: Request, api_version: str | None, *, reasons: bool | None = None) -> Body:
    """Return the body for a request, as `Composer` says, in the words of its own API."""
    return COMPOSERS[request.api](request, api_version, reasons=reasons)


def _completions_body(
    request: Request,
    _api_version: str | None,
    *,
    reasons: bool | None = None,  # noqa: ARG001 - there is no place for thoughts
) -> Body:
    return {**texts(request), **_own(request)}


def _chat_body(
    request: Request,
    api_version: str | None,
    *,
    reasons: bool | None = None,  # noqa: ARG001 - as above
) -> Body:
    usage: Body = {"stream_options": {"include_usage": True}}
    return {
        **texts(request),
        **(usage if _since(_USAGE_SINCE, api_version) else {}),
        **_own(request),
    }


def _responses_body(
    request: Request, api_version: str | None, *, reasons: bool | None = None
) -> Body:
    body: Body = {
        # A model that does not think refuses the thoughts of one that does.
        **texts(request, thoughts=reasons is not False),
        # Azure keeps a response for 30 days unless it is told not to; in the background it must.
        "store": request.background,
        **_own(request),
    }
    if reasons is None:
        earlier = any(turn.reasoning for turn in request.messages if turn.role != "system")
        reasons = bool(body.get("reasoning")) or earlier
    if _since(_INCLUDES_SINCE, api_version):
        _include(body, LOGPROBS if body.get("top_logprobs") is not None else None)
        # What the service keeps itself need not travel.
        _include(body, THOUGHTS if reasons and body["store"] is False else None)
    return body


COMPOSERS: Final[Mapping[Api, Composer]] = MappingProxyType(
    {
        Api.COMPLETIONS: _completions_body,
        Api.CHAT: _chat_body,
        Api.RESPONSES: _responses_body,
    }
)
"""What puts a request into the words of each API."""


def _include(body: Body, what: str | None) -> None:
    """Ask for something more in the answer, beside what the user asks for."""
    asked = body.get("include") or ()
    if what and isinstance(asked, Sequence) and not isinstance(asked, str) and what not in asked:
        body["include"] = [*asked, what]


def _items(turn: Message, *, thoughts: bool) -> list[Json]:
    """A turn as input items: what was thought, and then what was said.

    Azure's schema knows content as parts only, not as text.
    """
    said: dict[str, Json] = {"type": "input_text", "text": _whole(turn.content)}
    if turn.role == "assistant":
        said = {**said, "type": "output_text", "annotations": []}
    message: Json = {"type": "message", "role": turn.role, "content": [said]}
    return [*(turn.reasoning if thoughts else ()), message]


def _since(first: str, api_version: str | None) -> bool:
    # Dates sort as text, and names such as "preview" after every date.
    return api_version is None or api_version >= first


def _own(request: Request) -> Body:
    params = request.params
    if request.logprobs:
        params = with_logprobs(request.api, params)
    return {key: _plain(value, key) for key, value in params.items()}


def _plain(value: Json, key: str) -> Json:
    match value:
        case str():
            return _whole(value)
        case float() if not math.isfinite(value):
            raise RequestError(f"{key} is {value}, which JSON cannot say: give a finite number.")
        case Mapping():
            return {_whole(name): _plain(inner, key) for name, inner in value.items()}
        case Sequence():
            return [_plain(inner, key) for inner in value]
        case _:
            return value


def _whole(text: str) -> str:
    """Return a text with U+FFFD for each half of a character."""
    return text if text.isascii() else _SURROGATES.sub("\ufffd", text)
