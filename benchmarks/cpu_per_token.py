"""CPU a token while an answer streams at 200 tokens a second; imports are done before."""

from __future__ import annotations

from benchmarks.harness import ARTICLE
from benchmarks.streams import PROGRAMS, streams
from benchmarks.table import Table, median, ms, times


def measure(*, quick: bool) -> Table:
    """User and system time of the process tree, from Enter to the last word on the screen."""
    count, rounds = (400, 1) if quick else (1000, 3)
    runs = streams(count, rounds)
    cost = {
        program.name: median([run.cpu / count for run in runs if run.program is program])
        for program in PROGRAMS
    }
    floor = cost[ARTICLE.name]
    rows = [(name, ms(cpu), times(cpu, floor)) for name, cpu in cost.items()]
    return Table(
        f"CPU a token, {count} tokens at 200/s (ms, median of {rounds})",
        ("program", "CPU", "of article"),
        rows,
        ["To reach: 2 times the article; aim 1.5."],
    )
