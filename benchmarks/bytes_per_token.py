"""How many bytes the terminal is sent for each byte of the answer."""

from __future__ import annotations

from benchmarks.streams import PROGRAMS, streams
from benchmarks.table import Table, median, times


def measure(*, quick: bool) -> Table:
    """Bytes read from the pty from Enter to the last word, over the answer's UTF-8 bytes."""
    count, rounds = (400, 1) if quick else (1000, 3)
    rows = []
    for program in PROGRAMS:
        runs = [run for run in streams(count, rounds) if run.program is program]
        written = median([run.written for run in runs])
        rows.append((program.name, f"{written / count:.1f}", times(written, runs[0].text)))
    return Table(
        f"Bytes written a token, {count} tokens at 200/s (median of {rounds})",
        ("program", "bytes", "of the text"),
        rows,
        ["To reach: 5 times the text; aim 3."],
    )
