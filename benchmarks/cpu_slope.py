"""What one more token costs at 1,000 tokens a second: in an empty log, and in a long one."""

from __future__ import annotations

from benchmarks.bench import Bench
from benchmarks.goals import Found
from benchmarks.harness import ARTICLE
from benchmarks.report import Report, of_others, of_views
from benchmarks.sessions import sessions
from benchmarks.table import Table, in_ms, median, ms, times


def measure(bench: Bench) -> Report:
    """CPU of the long answer less that of the short one, over the tokens between them."""
    scale = bench.scale
    held = sessions(bench)
    slopes = {name: median([one.slope for one in runs]) for name, runs in held.items()}
    floor = slopes[ARTICLE.name]
    rows = [(name, ms(slope), times(slope, floor)) for name, slope in slopes.items()]
    with_history = [(one.slope, one.history) for one in held[bench.ours.name] if one.history]
    after = median([history.slope for _, history in with_history])
    growth = median([history.slope / slope - 1 for slope, history in with_history])
    rows.append(
        (f"{bench.ours.name}, {scale.history} lines in the log", ms(after), times(after, floor))
    )
    said = of_others(slopes, lambda one: in_ms(one) if one == floor else times(one, floor))
    in_terms = {name: slope / floor for name, slope in slopes.items()}
    return Report(
        Table(
            f"CPU a token at 1,000/s, from {scale.short} to {scale.long} tokens (ms)",
            ("program", "CPU", "of article"),
            rows,
        ),
        {
            **of_views(bench, "slope", in_terms, said),
            "slope after history": Found(
                growth * 100, f"empty log {ms(slopes[bench.ours.name])} ms"
            ),
        },
    )
