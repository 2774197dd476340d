"""How long a typed character takes to the screen while an answer streams."""

from __future__ import annotations

from benchmarks.bench import Bench
from benchmarks.harness import BARE, Program, calm, enter
from benchmarks.presses import EVERY, Sort, delays, press, typing
from benchmarks.report import Report, of_others, of_views
from benchmarks.streams import RATE
from benchmarks.table import Table, in_ms, ms, typical
from benchmarks.text import words


def measure(bench: Bench) -> Report:
    """From writing a character to the pty until it shows; 200 tokens a second are streaming."""
    took: dict[str, list[list[float]]] = {}
    for _ in range(bench.scale.rounds):
        for program in (*bench.floors(able=(BARE,)), *bench.views):
            took.setdefault(program.name, []).append(_round(program, bench))
    slow = {name: typical(rounds, 95) for name, rounds in took.items()}
    rows = [
        (name, *(ms(typical(rounds, percent)) for percent in (50, 95, 100)))
        for name, rounds in took.items()
    ]
    return Report(
        Table(
            "Key to screen while 200 tokens/s stream (ms)", ("program", "p50", "p95", "max"), rows
        ),
        of_views(
            bench,
            "key",
            {name: value * 1000 for name, value in slow.items()},
            of_others(slow, in_ms),
        ),
    )


def _round(program: Program, bench: Bench) -> list[float]:
    count = round(bench.scale.tokens / RATE / EVERY)
    with bench.warmed_up(program) as terminal:
        enter(terminal, words(bench.scale.tokens + RATE, RATE))
        pressed = press(terminal, typing(), lambda done: done < count)
        calm(terminal)
        return delays(terminal, pressed)[Sort.TYPES]
