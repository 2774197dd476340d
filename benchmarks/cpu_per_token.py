"""CPU a token while an answer streams at 200 tokens a second; imports are done before."""

from __future__ import annotations

from benchmarks.bench import Bench
from benchmarks.harness import ARTICLE
from benchmarks.report import Report, of_others, of_views
from benchmarks.streams import streams
from benchmarks.table import Table, in_ms, median, ms, times


def measure(bench: Bench) -> Report:
    """User and system time of the process tree, from Enter to the last word on the screen."""
    cost = {
        name: median([run.cpu / bench.scale.tokens for run in runs])
        for name, runs in streams(bench).items()
    }
    floor = cost[ARTICLE.name]
    said = of_others(cost, lambda cpu: in_ms(cpu) if cpu == floor else times(cpu, floor))
    return Report(
        Table(
            f"CPU a token, {bench.scale.tokens} tokens at 200/s (ms)",
            ("program", "CPU", "of article"),
            [(name, ms(cpu), times(cpu, floor)) for name, cpu in cost.items()],
        ),
        of_views(bench, "cpu", {name: cpu / floor for name, cpu in cost.items()}, said),
    )
