"""A run: one request and all that came of it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

from aztui.core.chunks import Chunks
from aztui.core.events import (
    Answering,
    Cause,
    Ended,
    FinishReason,
    Opened,
    RunId,
    Stamped,
    StreamProblem,
    TextDelta,
    Usage,
)
from aztui.core.problem import Kind, Problem
from aztui.core.request import Request


class Phase(StrEnum):
    """Where a run is; the last six are ends."""

    WAITING = "waiting"
    STREAMING = "streaming"
    DONE = "done"
    LIMIT = "limit"
    FILTERED = "filtered"
    STOPPED = "stopped"
    FAILED = "failed"
    CUT = "cut"

    @property
    def over(self) -> bool:
        """Whether nothing more will come."""
        return self not in {Phase.WAITING, Phase.STREAMING}


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a run's answers.

    Attributes:
        index: its place among the answers, from 0.
        chunks: its text, in the pieces that came.
        finish_reason: why the service ended it; None while it has not said so.
    """

    index: int
    chunks: Chunks = field(default_factory=Chunks)
    finish_reason: str | None = None

    @property
    def text(self) -> str:
        """The text so far."""
        return self.chunks.text


@dataclass(frozen=True, slots=True)
class Run:
    """One request and all that came of it so far.

    Attributes:
        id: its identity.
        request: what was asked.
        started: when it was sent. Like all times here, seconds on the monotonic clock.
        phase: where it is.
        choices: the answers, by index.
        opened: when the response's headers came.
        first_text: when the first text came.
        last_text: when the latest text came.
        ended: when it was over.
        model: the model that answered, in the service's words; empty if unsaid.
        usage: what it cost; None where the service does not say.
        problem: what failed, if anything.
        ids: the response's ids for support.
    """

    id: RunId
    request: Request
    started: float
    phase: Phase = Phase.WAITING
    choices: tuple[Choice, ...] = ()
    opened: float | None = None
    first_text: float | None = None
    last_text: float | None = None
    ended: float | None = None
    model: str = ""
    usage: Usage | None = None
    problem: Problem | None = None
    ids: tuple[tuple[str, str], ...] = ()

    @property
    def text(self) -> str:
        """The first answer's text."""
        return self.choices[0].text if self.choices else ""

    @property
    def damaged(self) -> bool:
        """Whether the answer came to its end, but a part of it could not be read."""
        unreadable = self.problem is not None and self.problem.kind is Kind.PROTOCOL
        return unreadable and self.phase in {Phase.DONE, Phase.LIMIT}


def reduce(run: Run, stamped: Stamped) -> Run:
    """Return `run` after one more event; events of other runs and after the end change nothing."""
    if stamped.run != run.id or run.phase.over:
        return run
    match stamped.event:
        case TextDelta(choice, text):
            return _with_text(run, choice, text, stamped.at)
        case FinishReason(choice, reason):
            return _with_choice(run, replace(_choice(run, choice), finish_reason=reason))
        case Opened(ids):
            return replace(run, opened=stamped.at, ids=ids)
        case Answering(model):
            return replace(run, model=model)
        case Usage() as usage:
            return replace(run, usage=usage)
        case StreamProblem(problem):
            return replace(run, problem=run.problem or problem)
        case Ended(cause, problem):
            told = run.problem or (problem and _placed(problem, run))
            return _with_ids(_ended(replace(run, problem=told, ended=stamped.at), cause))


def _choice(run: Run, index: int) -> Choice:
    for choice in run.choices:
        if choice.index == index:
            return choice
    return Choice(index)


def _with_choice(run: Run, choice: Choice) -> Run:
    if len(run.choices) == 1 and run.choices[0].index == choice.index:
        return replace(run, choices=(choice,))
    others = [c for c in run.choices if c.index != choice.index]
    return replace(run, choices=tuple(sorted([*others, choice], key=lambda c: c.index)))


def _with_text(run: Run, index: int, text: str, at: float) -> Run:
    choice = _choice(run, index)
    grown = _with_choice(run, replace(choice, chunks=choice.chunks.append(text)))
    first = at if run.first_text is None else run.first_text
    return replace(grown, phase=Phase.STREAMING, first_text=first, last_text=at)


_OF_CONNECTIONS: Final = frozenset({Kind.CONNECTION, Kind.TIMEOUT})

NOTHING_CAME: Final = Problem(
    Kind.PROTOCOL,
    "The stream ended before any text or finish reason came",
    fix="Send the prompt again; if it happens again, the server or a proxy drops the answer.",
)
NO_FINISH: Final = Problem(
    Kind.PROTOCOL,
    "The stream ended without a finish reason, so the answer may be incomplete",
    fix="Send the prompt again, or continue from what came.",
)


def _ended(run: Run, cause: Cause) -> Run:
    if cause is Cause.CANCELLED:
        return replace(run, phase=Phase.STOPPED)
    reasons = [choice.finish_reason for choice in run.choices]
    if not reasons or None in reasons:
        return _unfinished(run)
    if "content_filter" in reasons:
        return replace(run, phase=Phase.FILTERED)
    return replace(run, phase=Phase.LIMIT if "length" in reasons else Phase.DONE)


def _placed(problem: Problem, run: Run) -> Problem:
    """Say of a connection that failed once the response had begun how far the answer was."""
    if run.opened is None or problem.kind not in _OF_CONNECTIONS:
        return problem
    if run.first_text is None:
        return replace(problem, title=f"{problem.title} before any text came")
    return replace(
        problem,
        title=f"{problem.title} in the middle of the answer",
        fix=f"{problem.fix.removesuffix('.')}; what came is kept.",
    )


def _with_ids(run: Run) -> Run:
    """Give a problem that came with or after an answer's headers the ids that stood in them."""
    if run.problem is None or run.problem.ids or not run.ids:
        return run
    return replace(run, problem=replace(run.problem, ids=run.ids))


def _unfinished(run: Run) -> Run:
    if run.first_text is None:
        return replace(run, phase=Phase.FAILED, problem=run.problem or NOTHING_CAME)
    return replace(run, phase=Phase.CUT, problem=run.problem or NO_FINISH)
