"""Which request goes where: Azure's paths and api-versions."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

from aztui.core.request import TRAITS, Api
from aztui.emulator import wire
from aztui.emulator.refusal import Refused, bad_request, nothing_here
from aztui.emulator.steps import Reply

_OPERATIONS: Final = {
    "completions": Api.COMPLETIONS,
    "chat/completions": Api.CHAT,
    "responses": Api.RESPONSES,
}
_DATED: Final = re.compile(r"/openai/deployments/([^/]+)/(completions|chat/completions)")
_DATED_RESPONSES: Final = "/openai/responses"
_KEPT: Final = re.compile(r"(/openai(?:/v1)?/responses)/([^/]+)(?:/(cancel))?")
_V1: Final = re.compile(r"/openai/v1/(completions|chat/completions|responses)")
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d(-preview)?", re.ASCII)
_V1_VERSIONS: Final = frozenset({"", "v1", "preview", "latest"})

V1: Final = "v1"


class Wish(StrEnum):
    """What is wanted of a response that is kept."""

    READ = "read"
    CANCEL = "cancel"
    DELETE = "delete"


_WISHES: Final[Mapping[tuple[str, str], Wish]] = MappingProxyType(
    {
        ("GET", ""): Wish.READ,
        ("POST", "cancel"): Wish.CANCEL,
        ("DELETE", ""): Wish.DELETE,
    }
)


@dataclass(frozen=True, slots=True)
class Route:
    """Where a request goes.

    Attributes:
        api: the dialect.
        api_version: the date in the query, or `v1`.
        deployment: the name in the path; None on v1 and for responses, where the body's `model`
            says it.
    """

    api: Api
    api_version: str
    deployment: str | None


@dataclass(frozen=True, slots=True)
class Errand:
    """Where a request goes that is about a response that is kept.

    Attributes:
        route: the dialect and the api-version.
        wish: what is wanted of it.
        response: its id.
        streamed: whether it is to be told as a stream.
        after: the number of the event after which that begins.
    """

    route: Route
    wish: Wish
    response: str
    streamed: bool = False
    after: int = -1


def find(method: str, target: str) -> Route | Errand:
    """Say where a request goes.

    Args:
        method: HTTP's.
        target: path and query, percent-encoded.

    Raises:
        Refused: nowhere; with Azure's own answer to that.
    """
    path, query = _parts(target)
    version = query.get("api-version", [""])[-1]
    if about := _KEPT.fullmatch(path):
        route = find("POST", f"{about[1]}?api-version={version}")
        return _errand(method, about, route, query)
    if method != "POST":
        raise Refused(nothing_here())
    if dated := _DATED.fullmatch(path):
        if not _DATE.fullmatch(version):
            raise Refused(nothing_here())
        return Route(_OPERATIONS[dated[2]], version, unquote(dated[1]))
    if path == _DATED_RESPONSES:
        if not (_DATE.fullmatch(version) and TRAITS[Api.RESPONSES].in_version(version)):
            raise Refused(nothing_here())
        return Route(Api.RESPONSES, version, None)
    if v1 := _V1.fullmatch(path):
        if version not in _V1_VERSIONS:
            raise Refused(Reply(400, wire.error("BadRequest", "API version not supported")))
        return Route(_OPERATIONS[v1[1]], V1, None)
    raise Refused(nothing_here())


def _errand(
    method: str, about: re.Match[str], route: Route | Errand, query: Mapping[str, Sequence[str]]
) -> Errand:
    wish = _WISHES.get((method, about[3] or ""))
    if wish is None or isinstance(route, Errand):
        raise Refused(nothing_here())
    after = query.get("starting_after", ["-1"])[-1]
    if not after.removeprefix("-").isdecimal():
        raise Refused(bad_request("'starting_after' must be an integer.", param="starting_after"))
    streamed = query.get("stream", [""])[-1] == "true"
    return Errand(route, wish, unquote(about[2]), streamed, int(after))


def _parts(target: str) -> tuple[str, dict[str, list[str]]]:
    try:
        parts = urlsplit(target)
        return parts.path, parse_qs(parts.query)
    except ValueError as error:
        raise Refused(nothing_here()) from error
