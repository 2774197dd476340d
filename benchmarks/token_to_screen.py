"""How long a token takes from the server to the screen."""

from __future__ import annotations

from benchmarks.bench import Bench
from benchmarks.report import Report, of_others, of_views
from benchmarks.streams import streams
from benchmarks.table import Table, in_ms, median, ms, typical


def measure(bench: Bench) -> Report:
    """From the server's sending of a marker word to its showing on the emulated screen."""
    rows, slow = [], {}
    for name, runs in streams(bench).items():
        delays = [run.delays for run in runs]
        slow[name] = typical(delays, 95)
        figures = [typical(delays, percent) for percent in (50, 95, 100)]
        rows.append((name, *map(ms, figures), ms(median([run.late for run in runs]))))
    said = of_others(slow, in_ms)
    return Report(
        Table(
            f"Token to screen, {bench.scale.tokens} tokens at 200/s (ms)",
            ("program", "p50", "p95", "max", "last word"),
            rows,
        ),
        of_views(bench, "token", {name: value * 1000 for name, value in slow.items()}, said),
    )
