"""What went wrong, in words a user can act on."""

from __future__ import annotations

from enum import StrEnum
from pathlib import PurePath

from aztui.core.data import dataclass
from aztui.core.request import Api


class Kind(StrEnum):
    """The families of problems, as far as a program treats them differently."""

    AUTHENTICATION = "authentication"
    PERMISSION = "permission"
    NOT_FOUND = "not_found"
    BAD_REQUEST = "bad_request"
    TOO_LONG = "too_long"
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
        fix: what to do next, one or two sentences. What only the command line takes stands in
            brackets, as in `(-o temperature=1)`; the screen names its keys instead.
        status: the HTTP status where there was one.
        asked: the URL that was asked, without its secrets.
        ids: the ids that Azure's support asks for, by header name
            (`x-request-id`, `apim-request-id`, `x-ms-region`).
        try_api: the API through which the deployment would answer, where the service says so.
    """

    kind: Kind
    title: str
    detail: str = ""
    fix: str = ""
    status: int | None = None
    asked: str = ""
    ids: tuple[tuple[str, str], ...] = ()
    try_api: Api | None = None

    @property
    def speaker(self) -> str:
        """Whose words the detail is, for a label before it."""
        if self.status is None:
            return "Reason"
        return "Azure" if ".azure." in self.asked else "Server"


def unloadable(error: ImportError) -> Problem:
    """Say that a part of the program is missing."""
    return Problem(
        Kind.INTERNAL,
        "A part of aztui cannot be loaded",
        str(error),
        "Install aztui again.",
    )


def crash(error: BaseException) -> str:
    """Say in a sentence that an exception came which nothing expected.

    It names the type and the place, not the exception's text, which may hold anything, a key
    included.
    """
    where = ""
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        where = f" in {PurePath(code.co_filename).name}, line {trace.tb_lineno}"
        trace = trace.tb_next
    return (
        f"aztui: stopped by a fault of its own, {type(error).__name__}{where}. "
        "With AZTUI_DEBUG=1 it shows the details; please report them."
    )
