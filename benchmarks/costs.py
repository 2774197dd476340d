"""What messages, paints and the driver cost while an answer streams at 200 tokens a second.

aztui is started by `benchmarks.counted`, which notes whose CPU it is.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from benchmarks.bench import Bench
from benchmarks.harness import Program, ProgramError, started_by, warmed_up
from benchmarks.ledger import VARIABLE, Ledger, Part, Spent
from benchmarks.report import Report
from benchmarks.streams import RATE, stream
from benchmarks.table import Table, brief
from benchmarks.text import words

_HEADER: Final = ("", "how many", "each (µs)", "a token (µs)", "share (%)")
_NOTES: Final = (
    "A message says that chunks came: posting it, dispatching it, putting their text into the log.",
    "A paint is layout, compositing and rendering, without the driver.",
    "The driver reads what a paint drew, compares and writes; its writer's thread is in the rest.",
    "The rest: SDK, decoding, engine, journal, loop, Textual's messages, an answer's two ends.",
)
_TURNS: Final = 10_000
"""So many show what one costs."""


def measure(bench: Bench) -> Report:
    """CPU by part from Enter to the last word, in the round in the middle by the whole of it."""
    rounds = [_answer(bench) for _ in range(bench.scale.rounds)]
    spent = in_the_middle(rounds)
    counting = spent.turns * _turn() / spent.whole
    return Report(
        Table(
            f"CPU by part, {bench.scale.tokens} tokens at {RATE}/s",
            _HEADER,
            rows(spent, bench.scale.tokens),
            [*_NOTES, f"Of all that, counting itself takes about {brief(counting * 100)} %."],
        )
    )


def in_the_middle(rounds: Sequence[Spent]) -> Spent:
    """The round whose whole is the median: of medians by part the shares would not add up."""
    return sorted(rounds, key=lambda spent: spent.whole)[(len(rounds) - 1) // 2]


def rows(spent: Spent, tokens: int) -> list[tuple[str, ...]]:
    """A row for each part, for the rest, and for the whole."""
    counted = [(part, spent.seconds[part], spent.counts[part]) for part in Part]
    return [
        *(_row(part, seconds, count, spent, tokens) for part, seconds, count in counted),
        _row("rest", spent.rest, 0, spent, tokens),
        _row("whole", spent.whole, 0, spent, tokens),
    ]


def _row(name: str, seconds: float, count: int, spent: Spent, tokens: int) -> tuple[str, ...]:
    return (
        name,
        str(count) if count else "-",
        brief(seconds / count * 1e6) if count else "-",
        brief(seconds / tokens * 1e6),
        f"{seconds / spent.whole * 100:.1f}",
    )


def _answer(bench: Bench) -> Spent:
    """What the answer took of a program of its own, which has answered one before."""
    with tempfile.TemporaryDirectory(prefix="aztui-bench-") as folder:
        path = Path(folder) / "costs"
        program = started_by(bench.ours, "counted", {VARIABLE: str(path)})
        with warmed_up(program, bench.server) as terminal:
            stream(terminal, bench.server, words(bench.scale.tokens, RATE))
            return _told(program, path)


def _told(program: Program, path: Path) -> Spent:
    lines = path.read_text().splitlines() if path.exists() else []
    if len(lines) != 2:
        raise ProgramError(program, f"told the costs of {len(lines)} answers, of 2 that it gave")
    spent = Spent.parse(lines[-1])
    if missing := [part for part in Part if not spent.counts[part]]:
        raise ProgramError(program, f"has no {' and no '.join(missing)} that could be counted")
    return spent


def _turn() -> float:
    """Seconds of CPU that it takes to note whose turn it is."""
    ledger = Ledger()
    began = time.thread_time()
    for _ in range(_TURNS // 2):
        with ledger.on(Part.PAINT):
            pass
    return (time.thread_time() - began) / _TURNS
