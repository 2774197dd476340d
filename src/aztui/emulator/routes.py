"""Which request goes where: Azure's paths and api-versions."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

from aztui.core.request import TRAITS, Api
from aztui.emulator import wire
from aztui.emulator.refusal import Refused, nothing_here
from aztui.emulator.steps import Reply

_OPERATIONS: Final = {
    "completions": Api.COMPLETIONS,
    "chat/completions": Api.CHAT,
    "responses": Api.RESPONSES,
}
_DATED: Final = re.compile(r"/openai/deployments/([^/]+)/(completions|chat/completions)")
_DATED_RESPONSES: Final = "/openai/responses"
_V1: Final = re.compile(r"/openai/v1/(completions|chat/completions|responses)")
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d(-preview)?", re.ASCII)
_V1_VERSIONS: Final = frozenset({"", "v1", "preview", "latest"})

V1: Final = "v1"


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


def find(method: str, target: str) -> Route:
    """Say where a request goes.

    Args:
        method: HTTP's.
        target: path and query, percent-encoded.

    Raises:
        Refused: nowhere; with Azure's own answer to that.
    """
    path, query = _parts(target)
    version = query.get("api-version", [""])[-1]
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


def _parts(target: str) -> tuple[str, dict[str, list[str]]]:
    try:
        parts = urlsplit(target)
        return parts.path, parse_qs(parts.query)
    except ValueError as error:
        raise Refused(nothing_here()) from error
