"""What a stream can tell: the closed union of events, whatever API they came through."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType, TypeAlias

from aztui.core.problem import Problem

RunId = NewType("RunId", str)


@dataclass(frozen=True, slots=True)
class Opened:
    """The response's headers are here and its body has begun.

    Attributes:
        ids: the headers that identify the request to support, as name and value.
    """

    ids: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Answering:
    """Which model answers, in the service's own words."""

    model: str


@dataclass(frozen=True, slots=True)
class TextDelta:
    """More text of a choice, exactly as it came.

    Attributes:
        choice: the choice's index, from 0.
        text: never empty.
    """

    choice: int
    text: str


@dataclass(frozen=True, slots=True)
class FinishReason:
    """Why the service ended a choice: `stop`, `length`, `content_filter`, …"""

    choice: int
    reason: str


@dataclass(frozen=True, slots=True)
class Usage:
    """What the request cost, in tokens."""

    prompt_tokens: int
    completion_tokens: int


@dataclass(frozen=True, slots=True)
class StreamProblem:
    """The stream itself brought an error, or a record that cannot be read."""

    problem: Problem


class Cause(StrEnum):
    """Why no more events of a run will come."""

    CLOSED = "closed"
    """The stream was read to its end."""
    CANCELLED = "cancelled"
    """The user stopped it."""
    BROKEN = "broken"
    """The request was refused, or the connection failed."""


@dataclass(frozen=True, slots=True)
class Ended:
    """The last event of every run.

    Attributes:
        cause: why it ended.
        problem: what failed; None unless the cause is BROKEN.
    """

    cause: Cause
    problem: Problem | None = None


Event: TypeAlias = Opened | Answering | TextDelta | FinishReason | Usage | StreamProblem | Ended


@dataclass(frozen=True, slots=True)
class Stamped:
    """An event, whose it is and when it came.

    Attributes:
        run: the run it belongs to.
        at: seconds on the monotonic clock.
        event: what happened.
    """

    run: RunId
    at: float
    event: Event
