"""Whether anything hangs a key: answers of a size that nobody expects, and very many of them.

While each streams and after it is there, characters are typed into the prompt and the log is
scrolled to its beginning, by pages, and back to its end; each key is timed to the screen. No floor
is run: the bare app would take hours.

The 10,000 answers of a session are loaded at once (`benchmarks.loaded` says why, and how).
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from benchmarks.filling import fill_with_turns
from benchmarks.goals import GOALS, Found
from benchmarks.harness import Bench, Server, calm, enter, is_sent, started_by, warmed_up
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
_SLOWLY: Final = 5
"""By so much less than its size the pace of a smaller extreme shrinks."""
_AFTERWARDS: Final = 40
"""Keys that are pressed when all is there."""
_TURNS: Final = 10_000


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


EXTREMES: Final = (
    Extreme("50 MB", Recipe(Kind.PROSE, 50_000_000, 1000)),
    Extreme("one line", Recipe(Kind.LINE, 5_000_000, 500)),
    Extreme("table", Recipe(Kind.TABLE, 20_000, 1000)),
    Extreme("fence", Recipe(Kind.FENCE, 100_000, 250)),
    Extreme("session", Recipe(Kind.PROSE, 400_000, 20, first=_TURNS), _TURNS),
)
"""All of them; a piece is of about a thousand bytes, or a table's row."""


@dataclass(frozen=True, slots=True)
class Ordeal:
    """What keys took in an extreme, in seconds by their sorts.

    Attributes:
        during: while the answer streamed.
        after: when it was there.
        behind: how long after the server's last piece the program was busy with what it got.
        peak: the most memory it held, in bytes.
    """

    during: dict[Sort, list[float]]
    after: dict[Sort, list[float]]
    behind: float
    peak: int

    @property
    def slowest(self) -> float:
        """The slowest key of all, in seconds."""
        return max(
            took for each in (self.during, self.after) for sort in each.values() for took in sort
        )


def measure(bench: Bench, extremes: Sequence[Extreme] = EXTREMES) -> Report:
    """From writing a key to the pty until the screen shows what it does."""
    rows, found = [], {}
    for extreme in extremes:
        name = GOALS[extreme.goal].figure.partition(":")[0]
        try:
            ordeal = _ordeal(bench, _scaled(extreme, bench.scale.extreme))
        except (AssertionError, TimeoutError) as error:
            rows.append((f"{name}: {str(error).splitlines()[0]}", *["-"] * 6))
            continue
        rows += _rows(name, ordeal)
        found[extreme.goal] = Found(ordeal.slowest * 1000)
    size = "" if bench.scale.extreme == 1 else f", {bench.scale.extreme:g} of the size"
    keys = [f"{sort} {column}" for sort in Sort for column in ("p95", "max")]
    return Report(
        Table(
            f"Key to screen at the extremes{size} (ms)", ("", *keys, "s behind", "peak MiB"), rows
        ),
        found,
    )


def _rows(name: str, ordeal: Ordeal) -> Iterator[tuple[str, ...]]:
    for when, took in (("while it streams", ordeal.during), ("after", ordeal.after)):
        keys = [ms(percentile(took[sort], percent)) for sort in Sort for percent in (95, 100)]
        yield f"{name}, {when}", *keys, f"{ordeal.behind:.1f}", mebibytes(ordeal.peak)


def _scaled(extreme: Extreme, part: float) -> Extreme:
    """The same, smaller; it comes slower, so that there is time for some keys."""
    recipe = extreme.recipe
    rate = recipe.rate if part == 1 else max(1, round(recipe.rate * part * _SLOWLY))
    return replace(
        extreme,
        recipe=replace(recipe, size=round(recipe.size * part), rate=rate),
        turns=round(extreme.turns * part),
    )


def _ordeal(bench: Bench, extreme: Extreme) -> Ordeal:
    program = started_by(bench.ours, "loaded") if extreme.turns else bench.ours
    with warmed_up(program, bench.server) as terminal:
        if extreme.turns:
            fill_with_turns(terminal, extreme.turns)
        told = len(bench.server.records)
        enter(terminal, extreme.recipe)
        time.sleep(_HEAD_START)
        streaming = _Streaming(terminal, bench.server, told)
        pressed = press(terminal, scrolling((HOME, PAGE_DOWN, PAGE_UP, END)), streaming.goes_on)
        behind = streaming.wait()
        during = delays(terminal, pressed)
        terminal.send(END.data)
        calm(terminal)
        moves = (PAGE_UP, HOME, PAGE_DOWN, PAGE_UP, END)
        pressed = press(terminal, scrolling(moves), lambda done: done < _AFTERWARDS)
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
