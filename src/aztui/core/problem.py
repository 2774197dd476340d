"""What went wrong, in words a user can act on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """The families of problems, as far as a program treats them differently."""

    AUTHENTICATION = "authentication"
    PERMISSION = "permission"
    NOT_FOUND = "not_found"
    BAD_REQUEST = "bad_request"
    CONTENT_FILTER = "content_filter"
    RATE_LIMIT = "rate_limit"
    SERVER = "server"
    CONNECTION = "connection"
    TIMEOUT = "timeout"
    PROTOCOL = "protocol"
    INTERNAL = "internal"


@dataclass(frozen=True, slots=True)
class Problem:
    """A failure that is shown to the user.

    Attributes:
        kind: its family.
        title: what is wrong, one sentence without a full stop.
        detail: the service's or the system's own words; may be empty.
        fix: what to do next, one or two sentences.
        status: the HTTP status where there was one.
        asked: the URL that was asked, without its secrets.
        ids: the ids that Azure's support asks for, by header name
            (`x-request-id`, `apim-request-id`, `x-ms-region`).
    """

    kind: Kind
    title: str
    detail: str = ""
    fix: str = ""
    status: int | None = None
    asked: str = ""
    ids: tuple[tuple[str, str], ...] = ()
