"""Whether the benchmarks see a fault: planted in our program one by one, short rounds."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from benchmarks.goals import Found, goal, holds
from benchmarks.harness import QUICK, Bench, started_by
from benchmarks.planted import VARIABLE
from benchmarks.run import bench, say
from benchmarks.run import measure as run
from benchmarks.table import Table

SEEN: Final[Mapping[str, Mapping[str, Sequence[str]]]] = {
    "first_paint": {"late-start": ("first paint",)},
    "send": {"late-request": ("send",)},
    "cpu_per_token": {"dear-tokens": ("cpu",)},
    "cpu_slope": {"dearer-tokens": ("slope", "slope after history")},
    "token_to_screen": {"slow-paints": ("token",)},
    "last_word": {"slow-paints": ("late",)},
    "key_to_screen": {"slow-paints": ("key",)},
    "stop": {"late-stop": ("ctrl+c at 200", "ctrl+c at 1000", "esc at 200", "esc at 1000")},
    "idle": {"restless": ("idle bytes", "idle cpu")},
    "memory": {"leak": ("peak", "history")},
    "gone": {"lingering": ("gone idle", "gone streaming")},
    "extremes": {"slow-paints": ("50 MB", "one line", "table", "fence")},
}
"""By the figures: the faults that each must see, and the goals that must not hold any more."""


def measure(figures: Sequence[str]) -> Table:
    """Measure some figures without and with each fault that they must see."""
    rows = []
    with bench(QUICK) as sound:
        for figure in figures:
            without = None
            for fault, goals in SEEN.get(figure, {}).items():
                if without is None:
                    without = _found(figure, sound)
                ours = started_by(sound.ours, "planted", **{VARIABLE: fault})
                found = _found(figure, replace(sound, ours=ours, raw=None))
                some = [_row(name, fault, without.get(name), found.get(name)) for name in goals]
                say("\n".join(map(", ".join, some)))
                rows += some
    return Table(
        "Planted faults",
        ("figure", "fault", "without", "holds", "with it", "holds", "seen"),
        rows,
        ["Short rounds are rough: what does not hold without a fault either says nothing."],
    )


def verdict(name: str, without: Found | None, with_fault: Found | None) -> str:
    """Whether a goal told a fault, to print: yes, no, or that it could not."""
    if holds(name, without) != "yes":
        return "-"
    return "yes" if holds(name, with_fault) == "no" else "no"


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
