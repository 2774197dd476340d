"""What a figure's module hands over."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from benchmarks.bench import Bench
from benchmarks.goals import RAW, Found
from benchmarks.harness import CODEX, FLOORS
from benchmarks.table import Table


@dataclass(frozen=True, slots=True)
class Report:
    """A figure's measurement.

    Attributes:
        table: everything, to read.
        found: what it says of the goals, by their names.
    """

    table: Table
    found: Mapping[str, Found] = field(default_factory=lambda: MappingProxyType({}))


def of_views(
    bench: Bench, goal: str, values: Mapping[str, float], floor: str, must: float = float("nan")
) -> dict[str, Found]:
    """What a figure says of a goal, once for each view of our program.

    Args:
        bench: what was measured.
        goal: the goal's name.
        values: the figure by the programs' names, in the goal's terms.
        floor: what the floors did, to print.
        must: the most it may be, where the goal does not know.
    """
    found = {goal: Found(values[bench.ours.name], floor, must)}
    if bench.raw is not None:
        found[goal + RAW] = Found(values[bench.raw.name], floor, must)
    return found


def of_others(values: Mapping[str, float], say: Callable[[float], str]) -> str:
    """What the floors and others did that ran, to print: `say` says one's value."""
    ran = (one.name for one in (*FLOORS, CODEX) if one.name in values)
    return ", ".join(f"{name} {say(values[name])}" for name in ran)
