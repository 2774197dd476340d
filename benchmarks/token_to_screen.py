"""How long a token takes from the server to the screen."""

from __future__ import annotations

from benchmarks.streams import PROGRAMS, streams
from benchmarks.table import Table, median, ms, percentile


def measure(*, quick: bool) -> Table:
    """From the server's sending of a marker word to its showing on the emulated screen."""
    count, rounds = (400, 1) if quick else (1000, 3)
    rows = []
    for program in PROGRAMS:
        runs = [run for run in streams(count, rounds) if run.program is program]
        delays = [delay for run in runs for delay in run.delays]
        late = median([run.late for run in runs])
        row = (ms(percentile(delays, percent)) for percent in (50, 95, 100))
        rows.append((program.name, *row, ms(late)))
    return Table(
        f"Token to screen, {count} tokens at 200/s (ms)",
        ("program", "p50", "p95", "max", "last word"),
        rows,
        ["To reach: p95 of 50 ms; aim 33 ms."],
    )
