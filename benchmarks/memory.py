"""What a long answer, and a log of many answers, take of the memory."""

from __future__ import annotations

from benchmarks.bench import Bench
from benchmarks.goals import Found
from benchmarks.harness import BARE
from benchmarks.report import Report, of_views
from benchmarks.sessions import sessions
from benchmarks.table import Table, mebibytes, median


def measure(bench: Bench) -> Report:
    """Peak of the resident set after the long answer; growth for the history, over its text."""
    held = sessions(bench)
    peaks = {name: median([one.peak for one in runs]) / 2**20 for name, runs in held.items()}
    histories = [one.history for one in held[bench.ours.name] if one.history]
    multiple = median([history.memory / history.text for history in histories])
    grown = median([history.memory for history in histories])
    bare = peaks[BARE.name]
    note = (
        f"{bench.scale.history} lines of earlier answers, {mebibytes(histories[0].text)} MiB of "
        f"text, then took {mebibytes(grown)} MiB."
    )
    return Report(
        Table(
            f"Peak RSS after {bench.scale.long} tokens (MiB)",
            ("program", "peak"),
            [(name, f"{peak:.1f}") for name, peak in peaks.items()],
            [note],
        ),
        {
            **of_views(bench, "peak", peaks, f"bare {bare:.1f} MiB", bare),
            "history": Found(multiple),
        },
    )
