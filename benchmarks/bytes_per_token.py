"""How many bytes the terminal is sent for each byte of the answer."""

from __future__ import annotations

from benchmarks.bench import Bench
from benchmarks.report import Report, of_others, of_views
from benchmarks.streams import streams
from benchmarks.table import Table, median, times


def measure(bench: Bench) -> Report:
    """Bytes read from the pty from Enter to the last word, over the answer's UTF-8 bytes."""
    rows, ratios = [], {}
    for name, runs in streams(bench).items():
        written = median([run.written for run in runs])
        rows.append((name, f"{written / bench.scale.tokens:.1f}", times(written, runs[0].text)))
        ratios[name] = written / runs[0].text
    return Report(
        Table(
            f"Bytes written a token, {bench.scale.tokens} tokens at 200/s",
            ("program", "bytes", "of the text"),
            rows,
        ),
        of_views(bench, "bytes", ratios, of_others(ratios, lambda ratio: times(ratio, 1))),
    )
