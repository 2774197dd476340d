"""Stand-ins for what a screen talks to: a source that says what a test tells it to, a clock."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NoReturn

from aztui.core.cost import Spent
from aztui.core.events import (
    Cause,
    Ended,
    Event,
    FinishReason,
    RunId,
    Stamped,
    TextDelta,
    Usage,
)
from aztui.core.history import Change, HistoryError, Hit, Reopened, Summary, Wanted
from aztui.core.ports import Begun, Sink
from aztui.core.problem import Problem
from aztui.core.request import Request
from aztui.core.resuming import Held
from aztui.core.tree import SessionId


@dataclass
class Clock:
    """A clock that stands still until it is moved."""

    now: float = 100.0

    def __call__(self) -> float:
        return self.now

    def move(self, seconds: float) -> None:
        self.now += seconds


def numbered_ids() -> Callable[[], RunId]:
    """Return a source of run ids: run-1, run-2, …"""
    numbers = itertools.count(1)
    return lambda: RunId(f"run-{next(numbers)}")


@dataclass
class ScriptedRun:
    """A run whose events a test sends by hand."""

    run: RunId
    request: Request
    sink: Sink
    clock: Callable[[], float]
    cancelled: bool = False
    over: bool = False
    agreed: bool | None = None
    held: Held | None = None

    def send(self, *events: Event) -> None:
        """Deliver events; after the end too, as a late thread would."""
        for event in events:
            self.over = self.over or isinstance(event, Ended)
            self.sink(Stamped(self.run, self.clock(), event))

    def text(self, text: str, choice: int = 0) -> None:
        """Deliver text."""
        self.send(TextDelta(choice, text))

    def done(self, reason: str = "stop", tokens: int | None = None, choices: int = 1) -> None:
        """End well."""
        self.send(*(FinishReason(choice, reason) for choice in range(choices)))
        if tokens is not None:
            self.send(Usage(7, tokens))
        self.send(Ended(Cause.CLOSED))

    def fail(self, problem: Problem) -> None:
        """End badly."""
        self.send(Ended(Cause.BROKEN, problem))

    def cancel(self) -> None:
        """What the screen does to stop it."""
        self.cancelled = True
        if not self.over:
            self.send(Ended(Cause.CANCELLED))

    def agree(self) -> None:
        self.agreed = True

    def decline(self) -> None:
        self.agreed = False


class OnlyStarting:
    """A part of a source that is never asked to take an answer up again."""

    def resume(self, request: Request, run: RunId, sink: Sink, held: Held) -> NoReturn:
        raise AssertionError("Nothing is to be taken up here.")


@dataclass
class ScriptedSource:
    """A source that answers nothing by itself."""

    clock: Callable[[], float]
    runs: list[ScriptedRun] = field(default_factory=list)

    def start(self, request: Request, run: RunId, sink: Sink) -> ScriptedRun:
        """Begin a run."""
        scripted = ScriptedRun(run, request, sink, self.clock)
        self.runs.append(scripted)
        return scripted

    def resume(self, request: Request, run: RunId, sink: Sink, held: Held) -> ScriptedRun:
        """Take up a run's answer again."""
        scripted = self.start(request, run, sink)
        scripted.held = held
        return scripted

    @property
    def last(self) -> ScriptedRun:
        """The run started last."""
        return self.runs[-1]


@dataclass
class Noted:
    """A journal that only remembers what it was told."""

    begun: list[Begun] = field(default_factory=list)
    stamped: list[Stamped] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)

    def begin(self, begun: Begun) -> None:
        self.begun.append(begun)

    def note(self, stamped: Stamped) -> None:
        self.stamped.append(stamped)

    def change(self, change: Change) -> None:
        self.changes.append(change)

    def warm(self) -> None:
        """There is nothing to prepare."""


@dataclass
class Sessions:
    """An archive that has what a test put there."""

    kept: dict[SessionId, Reopened] = field(default_factory=dict)
    left_behind: Sequence[SessionId] = ()
    sent: Sequence[str] = ()
    listed: Sequence[Summary] = ()
    spent_today: Sequence[Spent] = ()
    failing: str = ""

    def sessions(self, wanted: Wanted, most: int) -> Sequence[Summary]:
        return self.listed[:most]

    def search(self, words: Sequence[str], wanted: Wanted, most: int) -> Sequence[Hit]:
        return ()

    def open(self, session: SessionId) -> Reopened:
        if session not in self.kept:
            raise HistoryError(f"There is no session {session}")
        return self.kept[session]

    def prompts(self, most: int) -> Sequence[str]:
        return self.sent[-most:]

    def left(self) -> Sequence[SessionId]:
        return self.left_behind

    def spent(self, since: float) -> Sequence[Spent]:
        if self.failing:
            raise HistoryError(self.failing)
        return self.spent_today
