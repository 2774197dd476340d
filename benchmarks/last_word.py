"""How late the last word of a long answer at 1,000 tokens a second shows."""

from __future__ import annotations

from benchmarks.bench import Bench
from benchmarks.report import Report, of_others, of_views
from benchmarks.sessions import sessions
from benchmarks.table import Table, in_ms, median, ms


def measure(bench: Bench) -> Report:
    """From the server's sending of the last token to its showing on the emulated screen."""
    held = sessions(bench)
    late = {name: median([one.late for one in runs]) for name, runs in held.items()}
    said = of_others(late, in_ms)
    return Report(
        Table(
            f"Last word late, {bench.scale.long} tokens at 1,000/s (ms)",
            ("program", "median", "worst round"),
            [
                (name, ms(late[name]), ms(max(one.late for one in runs)))
                for name, runs in held.items()
            ],
        ),
        of_views(bench, "late", {name: value * 1000 for name, value in late.items()}, said),
    )
