"""Whether the benchmarks see a fault: planted in our program one by one, short rounds."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from contextlib import closing
from typing import Final

from benchmarks.bench import Bench
from benchmarks.goals import Found, goal, holds
from benchmarks.harness import started_by
from benchmarks.planted import VARIABLE
from benchmarks.run import FIGURES, bench, say
from benchmarks.run import measure as run
from benchmarks.scale import QUICK
from benchmarks.table import Table

FAULTS_OF: Final[Mapping[str, str]] = {
    "first_paint": "late-start",
    "send": "late-request",
    "cpu_per_token": "dear-tokens",
    "cpu_slope": "dearer-tokens",
    "bytes_per_token": "wasteful",
    "token_to_screen": "slow-paints",
    "last_word": "slow-paints",
    "key_to_screen": "slow-paints",
    "stop": "late-stop",
    "idle": "restless",
    "memory": "leak",
    "gone": "lingering",
    "slow_terminal": "wasteful",
    "extremes": "slow-paints",
}
"""By the figures: the fault that each must see, so that none of its goals holds any more."""


def measure(figures: Sequence[str]) -> Table:
    """Measure some figures without and with the fault that they must see."""
    rows = []
    with bench(QUICK) as sound:
        for figure in figures:
            if fault := FAULTS_OF.get(figure):
                ours = started_by(sound.ours, "planted", {VARIABLE: fault})
                without = run(figure, sound).found
                with closing(Bench(sound.server, sound.scale, ours, None)) as faulty:
                    found = run(figure, faulty).found
                some = [
                    _row(name, fault, without.get(name), found.get(name))
                    for name in FIGURES[figure]
                ]
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


def _row(name: str, fault: str, without: Found | None, with_fault: Found | None) -> tuple[str, ...]:
    said = [
        text
        for found in (without, with_fault)
        for text in (goal(name).say(found.value if found else math.nan), holds(name, found))
    ]
    return (goal(name).label(QUICK), fault, *said, verdict(name, without, with_fault))
