"""Whether the benchmarks see a fault: planted in our program one by one, short rounds."""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from benchmarks.goals import Found, goal, holds
from benchmarks.harness import QUICK, Bench, Program
from benchmarks.planted import VARIABLE
from benchmarks.run import bench
from benchmarks.run import measure as run
from benchmarks.table import Table
from tests.support.program import AZTUI


@dataclass(frozen=True, slots=True)
class Seen:
    """Where a fault must show.

    Attributes:
        figure: the figure's module.
        goals: the goals that must not hold any more.
    """

    figure: str
    goals: tuple[str, ...]


SEEN: Final[Mapping[str, tuple[Seen, ...]]] = {
    "late-start": (Seen("first_paint", ("first paint",)),),
    "late-request": (Seen("send", ("send",)),),
    "dear-tokens": (Seen("cpu_per_token", ("cpu",)),),
    "dearer-tokens": (Seen("cpu_slope", ("slope", "slope after history")),),
    "slow-paints": (
        Seen("token_to_screen", ("token",)),
        Seen("last_word", ("late",)),
        Seen("key_to_screen", ("key",)),
        Seen("extremes", ("one line", "table", "fence")),
    ),
    "late-stop": (Seen("stop", ("ctrl+c at 200", "ctrl+c at 1000", "esc at 200", "esc at 1000")),),
    "restless": (Seen("idle", ("idle bytes", "idle cpu")),),
    "leak": (Seen("memory", ("peak", "history")),),
    "lingering": (Seen("gone", ("gone idle", "gone streaming")),),
}
"""What each fault must turn to no."""


def measure(figures: Sequence[str]) -> Table:
    """Measure some figures without and with each fault that they must see."""
    rows = []
    with bench(QUICK) as sound:
        without = {figure: _found(figure, sound) for figure in _in_question(figures)}
        for fault, places in SEEN.items():
            faulty = replace(sound, ours=planted(sound.ours, fault), raw=None)
            for seen in places:
                if seen.figure in without:
                    found = _found(seen.figure, faulty)
                    rows += [
                        _row(name, fault, without[seen.figure].get(name), found.get(name))
                        for name in seen.goals
                    ]
    return Table(
        "Planted faults",
        ("figure", "fault", "without", "holds", "with it", "holds", "seen"),
        rows,
        ["Short rounds are rough: what does not hold without a fault either says nothing."],
    )


def planted(program: Program, fault: str) -> Program:
    """Our program with a fault in it."""
    options = program.command[len(AZTUI) :]
    command = (sys.executable, "-m", "benchmarks.planted", *options)
    return replace(program, command=command, extra={VARIABLE: fault})


def verdict(name: str, without: Found | None, with_fault: Found | None) -> str:
    """Whether a goal told a fault, to print: yes, no, or that it could not."""
    if holds(name, without) != "yes":
        return "-"
    return "yes" if holds(name, with_fault) == "no" else "no"


def _in_question(figures: Sequence[str]) -> list[str]:
    places = {seen.figure for places in SEEN.values() for seen in places}
    return [figure for figure in figures if figure in places]


def _found(figure: str, measured: Bench) -> Mapping[str, Found]:
    report = run(figure, measured)
    return {} if report is None else report.found


def _row(name: str, fault: str, without: Found | None, with_fault: Found | None) -> tuple[str, ...]:
    said = [
        text
        for found in (without, with_fault)
        for text in (goal(name).say(found.value if found else math.nan), holds(name, found))
    ]
    return (goal(name).figure, fault, *said, verdict(name, without, with_fault))
