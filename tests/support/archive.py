"""An archive that tells what a test put into it, when a test lets it."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from textual.pilot import Pilot

from aztui.core.cost import Spent
from aztui.core.events import RunId
from aztui.core.history import (
    BEGIN_MARK,
    END_MARK,
    Change,
    HistoryError,
    Hit,
    Named,
    Removed,
    Reopened,
    Summary,
    Wanted,
)
from aztui.core.tree import SessionId
from aztui.ui.screens.history import HistoryScreen, Opening
from tests.support.pictures import Scene, Stage

DEADLINE: Final = 10.0

NOW: Final = time.mktime((2026, 11, 26, 14, 30, 0, 0, 0, -1))
"""A Thursday's early afternoon, where the tests are run."""
_HOUR: Final = 3_600.0
_DAY: Final = 24 * _HOUR
OPEN: Final = SessionId("open")
"""The session that is open while the history is looked through."""


@dataclass(frozen=True)
class Kept:
    """A run that is kept."""

    session: str
    run: str
    started: float
    prompt: str
    answer: str = ""
    profile: str = "work"
    deployment: str = "gpt-4o-mini"
    outcome: str | None = "done"

    def wanted(self, wanted: Wanted) -> bool:
        return (
            wanted.profile in {"", self.profile}
            and wanted.deployment in {"", self.deployment}
            and wanted.outcome in {"", self.outcome}
            and (wanted.since is None or self.started >= wanted.since)
            and (wanted.until is None or self.started < wanted.until)
        )


@dataclass
class FakeArchive:
    """Keeps runs; what is changed is told by its answers once it is written.

    Attributes:
        kept: the runs.
        failing: why nothing can be read; empty where all can.
        changes: what was changed, whether written or not.
        asked: what was asked, in order.
    """

    kept: Sequence[Kept]
    failing: str = ""
    changes: list[Change] = field(default_factory=list)
    asked: list[tuple[Any, ...]] = field(default_factory=list)
    _names: dict[str, str] = field(default_factory=dict)
    _removed: set[str] = field(default_factory=set)
    _held: bool = False
    _passes: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))

    def hold(self) -> None:
        """Answer nothing from now on."""
        self._held, self._passes = True, threading.Semaphore(0)

    def answer_one(self) -> None:
        """Answer once."""
        self._passes.release()

    def release(self) -> None:
        """Answer again."""
        self._held = False
        self._passes.release()

    def change(self, change: Change) -> None:
        self.changes.append(change)

    def write(self) -> None:
        """Have all changes on the disk."""
        for change in self.changes:
            match change:
                case Named(session, name):
                    self._names[session] = name
                case Removed(session, removed=True):
                    self._removed.add(session)
                case Removed(session):
                    self._removed.discard(session)

    def sessions(self, wanted: Wanted, most: int) -> Sequence[Summary]:
        self._wait("sessions", wanted, most)
        found = {run.session for run in self._runs() if run.wanted(wanted)}
        summaries = [self._summary(session) for session in found]
        return sorted(summaries, key=lambda summary: -summary.used)[:most]

    def search(self, words: Sequence[str], wanted: Wanted, most: int) -> Sequence[Hit]:
        self._wait("search", *words, wanted, most)
        runs = sorted(filter(lambda run: run.wanted(wanted), self._runs()), key=lambda r: r.started)
        hits = [
            Hit(SessionId(run.session), RunId(run.run), run.started, found)
            for run in reversed(runs)
            for text in (run.prompt, run.answer)
            if (found := _found(text, words))
        ]
        return hits[:most]

    def open(self, session: SessionId) -> Reopened:
        raise NotImplementedError

    def prompts(self, most: int) -> Sequence[str]:
        return ()

    def left(self) -> Sequence[SessionId]:
        raise NotImplementedError

    def spent(self, since: float) -> Sequence[Spent]:
        raise NotImplementedError

    def _wait(self, *asked: object) -> None:
        self.asked.append(asked)
        assert not self._held or self._passes.acquire(timeout=DEADLINE)
        if self.failing:
            raise HistoryError(self.failing)

    def _runs(self) -> Iterable[Kept]:
        return [run for run in self.kept if run.session not in self._removed]

    def _summary(self, session: str) -> Summary:
        runs = sorted((r for r in self.kept if r.session == session), key=lambda r: r.started)
        first, last = runs[0], runs[-1]
        return Summary(
            SessionId(session),
            self._names.get(session, ""),
            last.started,
            len(runs),
            first.prompt,
            last.profile,
            last.deployment,
            last.outcome,
        )


def _found(text: str, words: Sequence[str]) -> str:
    """The surroundings of what was found, marked; empty where a word is missing."""
    *whole, begun = map(re.escape, words)
    patterns = [*(rf"\b{word}\b" for word in whole), rf"\b{begun}\w*"]
    places = [re.search(pattern, text, re.IGNORECASE) for pattern in patterns]
    if not all(places):
        return ""
    first = min(place.start() for place in places if place)
    start = text.rfind(" ", 0, max(0, first - 40)) + 1
    part = text[start : first + 60]
    marked = re.sub("|".join(patterns), rf"{BEGIN_MARK}\g<0>{END_MARK}", part, flags=re.IGNORECASE)
    return ("…" if start else "") + marked + ("…" if first + 60 < len(text) else "")


KEPT: Final = (
    Kept(
        "open",
        "run-1",
        NOW - 60,
        "What is the transformer architecture? Explain self-attention. 5 bullets.",
        "1. The transformer is a neural network for sequences that reads all tokens at once.",
        outcome=None,
    ),
    Kept(
        "sky",
        "sky-1",
        NOW - 2 * _HOUR,
        "Why is the sky blue?",
        "Because the air scatters short waves most: this is called Rayleigh scattering, and blue "
        "light has the shortest waves that our eyes see well.",
    ),
    Kept(
        "sky",
        "sky-2",
        NOW - 1.5 * _HOUR,
        "And at sunset?",
        "Then the light comes a longer way through the air. Scattering has taken the blue out of "
        "it, and what is left is red.",
    ),
    Kept(
        "minutes",
        "minutes-1",
        NOW - 5 * _HOUR,
        "Summarise the minutes below in three sentences.\n\nPresent: Ana, Marit, Tom.",
        outcome="failed",
        deployment="gpt-4o",
    ),
    Kept(
        "keeper",
        "keeper-1",
        NOW - _DAY,
        "The lighthouse keeper had not spoken to anyone for eleven days when",
        " the first ship appeared on the horizon, low and grey, and scattered the gulls",
        profile="instruct",
        deployment="gpt-35-turbo-instruct",
        outcome="limit",
    ),
    Kept(
        "wide",
        "wide-1",
        NOW - 9 * _DAY,
        "日本の首都はどこですか。そして、その街の人口は何人ですか。詳しく教えてください。",
        "東京です。",
        deployment="gpt-4.1",
    ),
    Kept(
        "evil",
        "evil-1",
        NOW - 12 * _DAY,
        "\x1b[2J\x1b]0;title\x07 what does this\tdo\r\nand \u202ethis\u202c?",
        outcome="stopped",
    ),
    Kept(
        "old",
        "old-1",
        NOW - 400 * _DAY,
        "Write a haiku about the light of autumn",
        "Low sun, long shadows",
        outcome="cut",
    ),
)
"""What is kept in most tests: sessions of today, yesterday, this year and the one before."""


def many(count: int) -> list[Kept]:
    """Return so many sessions of one run each, a minute apart."""
    return [
        Kept(f"s-{n}", f"r-{n}", NOW - 60 * n, f"Question {n:,} of many") for n in range(1, count)
    ]


@dataclass
class Visit:
    """The history, opened over the program of a stage.

    Attributes:
        archive: what is looked through.
        options: what the screen is made with, besides.
        left_with: what the screen was left with, each time that it was.
    """

    archive: FakeArchive = field(default_factory=lambda: FakeArchive(KEPT))
    options: dict[str, Any] = field(default_factory=dict)
    left_with: list[Opening | None] = field(default_factory=list)

    def screen(self) -> HistoryScreen:
        options: dict[str, Any] = {"present": OPEN, "now": lambda: NOW, **self.options}
        return HistoryScreen(self.archive, self.archive.change, **options)

    async def open(
        self, stage: Stage, pilot: Pilot[Any], *wanted: str | Callable[[], bool]
    ) -> None:
        """Open it, and wait until it shows what is wanted."""
        stage.app.push_screen(self.screen(), self.left_with.append)
        await stage.until(pilot, *(wanted or ["Why is the sky"]))


def _typed(text: str, *wanted: str) -> Scene:
    async def scene(stage: Stage, pilot: Pilot[Any]) -> None:
        await Visit().open(stage, pilot)
        await pilot.press(*keys(text))
        await stage.until(pilot, *wanted)

    return scene


def keys(text: str) -> list[str]:
    """Return the keys that type a text."""
    named = {" ": "space", ":": "colon", "-": "minus", ".": "full_stop"}
    return [named.get(letter, letter) for letter in text]


async def listed(stage: Stage, pilot: Pilot[Any]) -> None:
    await Visit(options={"export": str}).open(stage, pilot)
    await pilot.press("down", "down")


async def renaming(stage: Stage, pilot: Pilot[Any]) -> None:
    await Visit().open(stage, pilot)
    await pilot.press("down", "ctrl+t", *keys("Physics of light"))
    await stage.until(pilot, "enter keep the name")


async def deleted(stage: Stage, pilot: Pilot[Any]) -> None:
    await Visit().open(stage, pilot)
    await pilot.press("down", "down", "ctrl+d", "up", "ctrl+d")
    await stage.until(pilot, "ctrl+d bring it back")


async def empty(stage: Stage, pilot: Pilot[Any]) -> None:
    await Visit(FakeArchive(())).open(stage, pilot, "Nothing is kept yet.")


async def failed(stage: Stage, pilot: Pilot[Any]) -> None:
    visit = Visit()
    await visit.open(stage, pilot)
    visit.archive.failing = "/home/ana/.local/share/aztui/history.db cannot be read: disk I/O error"
    await pilot.press("s")
    await stage.until(pilot, "cannot be read")


HISTORY_SCENES: Final[dict[str, Scene]] = {
    "list": listed,
    "found": _typed("scattering blu", "2 found", "2 runs"),
    "filtered": _typed("outcome:failed ", "1 session", "minutes below"),
    "filter-begun": _typed("light outcome:f", "tab filtered", "4 found"),
    "filter-wrong": _typed("light since:tuesday ", "since:tuesday is left out"),
    "nothing-found": _typed("quaternion", "Nothing is found."),
    "renaming": renaming,
    "deleted": deleted,
    "empty": empty,
    "failed": failed,
}
"""Every state that the history can be in."""
