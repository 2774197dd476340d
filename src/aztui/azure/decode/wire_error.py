"""Errors as the service words them, in any of the shapes it uses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from aztui.azure.decode.filters import verdicts
from aztui.azure.decode.lenient import dump
from aztui.core.data import dataclass
from aztui.core.events import StreamProblem
from aztui.core.problem import Kind, Problem

FILTER_FIX: Final = (
    "Reword the prompt, or ask whoever manages the deployment which content filter it uses."
)
SPENT_FIX: Final = "Have it raised by whoever pays for it, or use another profile."
TOO_LONG: Final = "Prompt and answer together are longer than the model's context"
TOO_LONG_FIX: Final = "Shorten the prompt, start a new session, or ask for fewer tokens."

_LONGEST: Final = 2000
_FILTER_CODES: Final = frozenset({"content_filter", "ResponsibleAIPolicyViolation"})
_RATE_CODES: Final = frozenset({"429", "rate_limit_exceeded", "too_many_requests"})
_SERVER_CODES: Final = frozenset(
    {"server_error", "internal_error", "InternalServerError", "service_unavailable"}
    | {"500", "502", "503", "504"}
)
_NO_DEPLOYMENT: Final = frozenset({"DeploymentNotFound", "model_not_found"})
_NO_OPERATION: Final = "OperationNotSupported"
_SPENT_CODES: Final = frozenset({"insufficient_quota", "billing_hard_limit_reached"})
_SPENT_WORDS: Final = "exceeded your current quota"
_TOO_LONG_CODES: Final = frozenset({"context_length_exceeded", "exceed_context_size_error"})
_TOO_LONG_WORDS: Final = (
    "maximum context length",
    "maximum model length",
    "maximum prompt length",
    "loaded with context length",
    "exceeds the context window",
    "exceeds the available context size",
)
"""As Azure's models and other servers say it that use no code of their own for it."""


@dataclass(frozen=True, slots=True)
class WireError:
    """An error in the service's own words.

    Attributes:
        message: what it says; the whole error where it has no message.
        code: its code or type; may be empty.
        param: the member of the request that it is about; may be empty.
        filtered: the categories that a content filter refused, with their severity.
    """

    message: str
    code: str = ""
    param: str = ""
    filtered: tuple[str, ...] = ()

    @property
    def from_filter(self) -> bool:
        """Whether a content filter is the reason."""
        return self.code in _FILTER_CODES or bool(self.filtered)

    @property
    def no_deployment(self) -> bool:
        """Whether the deployment is not there."""
        return self.code in _NO_DEPLOYMENT

    @property
    def no_operation(self) -> bool:
        """Whether the deployment is there and does not answer the API."""
        return self.code == _NO_OPERATION

    @property
    def spent(self) -> bool:
        """Whether the reason is a quota that no waiting brings back."""
        return self.code in _SPENT_CODES or _SPENT_WORDS in self.message.lower()

    @property
    def too_long(self) -> bool:
        """Whether the request is longer than the model's context."""
        said = self.message.lower()
        return self.code in _TOO_LONG_CODES or any(words in said for words in _TOO_LONG_WORDS)


def read_error(value: object) -> WireError:
    """Read an error: `{"error": {…}}`, the inner object, a flat one, or plain text.

    Total: any value gives an error, and text that is not understood becomes its message.
    """
    while isinstance(value, Mapping) and value.get("error"):
        value = value["error"]
    if not isinstance(value, Mapping):
        return WireError(_shown(value))
    message = value.get("message") or _detail(value.get("detail"))
    cause = _mapping(value.get("innererror") or value.get("inner_error"))
    code = value.get("code") or value.get("statusCode") or cause.get("code") or value.get("type")
    return WireError(
        message=_shown(message if message and isinstance(message, str) else value),
        code=_shown(code) if isinstance(code, str | int) else "",
        param=_shown(value.get("param")) if isinstance(value.get("param"), str) else "",
        filtered=_refused(value, cause),
    )


def _refused(error: Mapping[str, Any], cause: Mapping[str, Any]) -> tuple[str, ...]:
    # The wire says content_filter_result, the specification content_filter_results; Responses
    # has a list of them, one for the prompt and one for the answer.
    listed = error.get("content_filters")
    told = [cause, *(_mapping(item) for item in (listed if isinstance(listed, list) else ()))]
    results = (
        one.get("content_filter_result") or one.get("content_filter_results") for one in told
    )
    return tuple(category for result in results for category in filtered(result))


def _detail(value: object) -> str:
    """What FastAPI tells: a text, or a list of what is wrong where in the request."""
    if not isinstance(value, list):
        return value if isinstance(value, str) else ""
    faults = [_mapping(fault) for fault in value]
    told = [(fault.get("loc"), fault.get("msg")) for fault in faults]
    return "; ".join(
        f"{'.'.join(map(_shown, where))}: {what}" if isinstance(where, list) else what
        for where, what in told
        if isinstance(what, str)
    )


def in_stream(error: WireError) -> StreamProblem:
    """Say what an error means that came when the response had begun."""
    passes = error.code in _RATE_CODES | _SERVER_CODES
    return StreamProblem(_problem(error), passes and not (error.from_filter or error.spent))


def stopped(categories: tuple[str, ...], detail: str = "") -> Problem:
    """Say for what the content filter ended an answer."""
    title = f"The content filter stopped the answer{for_what(categories)}"
    return Problem(Kind.CONTENT_FILTER, title, detail, FILTER_FIX)


def _problem(error: WireError) -> Problem:
    if error.from_filter:
        return stopped(error.filtered, error.message)
    if error.spent:
        return Problem(
            Kind.RATE_LIMIT,
            "The quota for this credential is used up",
            error.message,
            SPENT_FIX,
        )
    if error.too_long:
        return Problem(Kind.TOO_LONG, TOO_LONG, error.message, TOO_LONG_FIX)
    if error.code in _RATE_CODES:
        return Problem(
            Kind.RATE_LIMIT,
            "The deployment's rate limit was reached during the answer",
            error.message,
            "Wait a minute and send the prompt again.",
        )
    return Problem(
        Kind.SERVER,
        "The service broke the answer off with an error",
        error.message,
        "Send the prompt again; if it happens again, give support the ids below.",
    )


def filtered(results: object) -> tuple[str, ...]:
    """Return the categories that a filter's results refuse, with their severity. Total."""
    refused = (verdict for verdict in verdicts(results) if verdict.filtered)
    return tuple(
        f"{_words(verdict.category)} ({verdict.severity})"
        if verdict.severity
        else _words(verdict.category)
        for verdict in refused
    )


def for_what(categories: tuple[str, ...]) -> str:
    """Return the categories as the end of a sentence; nothing where there are none."""
    return f" for {', '.join(categories)}" if categories else ""


def _words(name: object) -> str:
    return _shown(name).replace("_", " ")


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _shown(value: object) -> str:
    return dump(value)[:_LONGEST]
