"""Whether anything hangs a key: answers of a size that nobody expects, and very many of them.

While each streams and after it is there, characters are typed into the prompt and the log is
scrolled to its beginning, by pages, and back to its end; each key is timed to the screen. No floor
is run: the bare app would take hours.

The answers of a long session are loaded at once (`benchmarks.loaded` says why, and how); all
extremes are aztui's that can be loaded so, for one program may have them all.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from benchmarks.bench import Bench
from benchmarks.filling import fill_with_turns, see_end
from benchmarks.goals import Found, goal
from benchmarks.harness import ProgramError, Server, calm, enter, is_sent, started_by
from benchmarks.presses import (
    END,
    HOME,
    PAGE_DOWN,
    PAGE_UP,
    Sort,
    delays,
    press,
    scrolling,
)
from benchmarks.report import Report
from benchmarks.scale import Scale
from benchmarks.table import Table, mebibytes, ms, percentile
from benchmarks.text import Kind, Recipe
from tests.support.terminal import Terminal

_HEAD_START: Final = 1.0
"""Seconds after which there is something to scroll."""
_CATCHING_UP: Final = 120.0
"""Seconds in which a program must have shown what it got."""
_BUSY: Final = 0.5
"""The part of a core's time beyond which a program is not done with what it got."""
_LOOK: Final = 0.5
"""Seconds over which that is looked at."""
_PRESSED_ON: Final = 5.0
"""Seconds for which keys are pressed while a program catches up."""


@dataclass(frozen=True, slots=True)
class Extreme:
    """Something of a size that nobody expects.

    Attributes:
        goal: the goal's name.
        recipe: the answer that streams.
        turns: how many answers are there before it.
    """

    goal: str
    recipe: Recipe
    turns: int = 0


def extremes(scale: Scale) -> tuple[Extreme, ...]:
    """All of them; a piece is of about a thousand bytes, or a table's row.

    Their parts' numbers go on from one to the next: where one program has them all in its log, a
    part further down has the higher number too.
    """
    million = 1_000_000
    return (
        Extreme(
            "session", Recipe(Kind.PROSE, scale.turns * 40, 20, first=scale.turns), scale.turns
        ),
        Extreme("50 MB", Recipe(Kind.PROSE, round(scale.prose * million), 1000, first=million)),
        Extreme("one line", Recipe(Kind.LINE, round(scale.line * million), 500, first=2 * million)),
        Extreme("table", Recipe(Kind.TABLE, scale.rows, 1000, first=3 * million)),
        Extreme("fence", Recipe(Kind.FENCE, scale.fence, 250, first=4 * million)),
    )


@dataclass(frozen=True, slots=True)
class Ordeal:
    """What keys took in an extreme, in seconds by their sorts.

    Attributes:
        during: while the answer streamed.
        after: when it was there.
        behind: how long after the server's last piece the program was busy with what it got.
        peak: the most memory it held, in bytes.
    """

    during: Mapping[str, list[float]]
    after: Mapping[str, list[float]]
    behind: float
    peak: int

    @property
    def slowest(self) -> float:
        """The slowest key of all, in seconds."""
        return max(
            took for each in (self.during, self.after) for sort in each.values() for took in sort
        )


def measure(bench: Bench) -> Report:
    """From writing a key to the pty until the screen shows what it does."""
    rows, found = [], {}
    for extreme in extremes(bench.scale):
        name = goal(extreme.goal).label(bench.scale).partition(":")[0]
        try:
            ordeal = _ordeal(bench, extreme)
        except ProgramError as failure:
            rows.append((f"{name}: {failure.why.splitlines()[0]}", *["-"] * 6))
            found[extreme.goal] = Found(math.inf)
            continue
        rows += _rows(name, ordeal)
        found[extreme.goal] = Found(ordeal.slowest * 1000)
    keys = [f"{sort} {column}" for sort in Sort for column in ("p95", "max")]
    shared = "One program had them all, from the first to the last: its peak only rises."
    return Report(
        Table(
            "Key to screen at the extremes (ms)",
            ("", *keys, "s behind", "peak MiB"),
            rows,
            [] if bench.scale.thorough else [shared],
        ),
        found,
    )


def _rows(name: str, ordeal: Ordeal) -> Iterator[tuple[str, ...]]:
    for when, took in (("while it streams", ordeal.during), ("after", ordeal.after)):
        keys = [ms(percentile(took[sort], percent)) for sort in Sort for percent in (95, 100)]
        yield f"{name}, {when}", *keys, f"{ordeal.behind:.1f}", mebibytes(ordeal.peak)


def _ordeal(bench: Bench, extreme: Extreme) -> Ordeal:
    with bench.warmed_up(started_by(bench.ours, "loaded")) as terminal:
        if extreme.turns:
            fill_with_turns(terminal, extreme.turns)
        told = len(bench.server.records)
        enter(terminal, extreme.recipe)
        time.sleep(_HEAD_START)
        streaming = _Streaming(terminal, bench.server, told)
        pressed = press(terminal, scrolling((HOME, PAGE_DOWN, PAGE_UP, END)), streaming.goes_on)
        behind = streaming.wait()
        during = delays(terminal, pressed)
        see_end(terminal, extreme.recipe.last_word)
        moves = (PAGE_UP, HOME, PAGE_DOWN, PAGE_UP, END)
        pressed = press(terminal, scrolling(moves), lambda done: done < bench.scale.keys)
        calm(terminal)
        return Ordeal(during, delays(terminal, pressed), behind, terminal.memory().peak)


class _Streaming:
    """Whether an answer still streams, or a program is still busy with what came of it."""

    def __init__(self, terminal: Terminal, server: Server, told: int) -> None:
        self._terminal = terminal
        self._server = server
        self._told = told
        self._over_at = math.inf
        self._busy = True
        self._looked_at = time.monotonic()
        self._used = terminal.cpu()

    def goes_on(self, _pressed: int) -> bool:
        """Look again; keys keep a slow program busy, so they are not pressed for ever."""
        self._look()
        return time.monotonic() < self._over_at + (_PRESSED_ON if self._busy else 0)

    def wait(self) -> float:
        """Wait until the program is calm; return how long the server was done by then.

        Raises:
            TimeoutError: it does not catch up.
        """
        calm(self._terminal, _CATCHING_UP)
        return max(0.0, self._terminal.last_arrival - self._over_at)

    def _look(self) -> None:
        now = time.monotonic()
        if math.isinf(self._over_at) and any(map(is_sent, self._server.records[self._told :])):
            self._over_at = now
        if now - self._looked_at >= _LOOK:
            used = self._terminal.cpu()
            self._busy = used - self._used > _BUSY * (now - self._looked_at)
            self._looked_at, self._used = now, used
