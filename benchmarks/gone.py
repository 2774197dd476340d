"""How soon a program ends whose terminal is gone, with SIGHUP ignored as under nohup."""

from __future__ import annotations

import math
import time
from typing import Final

from benchmarks.bench import Bench
from benchmarks.goals import Found
from benchmarks.harness import Program, enter, warmed_up
from benchmarks.report import Report, of_others
from benchmarks.streams import RATE
from benchmarks.table import Table, in_ms, median, ms
from benchmarks.text import words

_PATIENCE: Final = 2.0
"""Seconds after which a program counts as one that never ends."""


def measure(bench: Bench) -> Report:
    """From closing the pty until the process is no more, idle and while an answer streams."""
    took: dict[str, tuple[list[float], list[float]]] = {}
    for _ in range(bench.scale.rounds):
        for program in (*bench.floors(), bench.ours):
            idle, streaming = took.setdefault(program.name, ([], []))
            idle.append(_end(program, bench, streaming=False))
            streaming.append(_end(program, bench, streaming=True))
    rows = [
        (name, ms(median(idle)), ms(median(streaming))) for name, (idle, streaming) in took.items()
    ]
    goals = ("gone idle", "gone streaming")
    return Report(
        Table(
            "Terminal gone, SIGHUP ignored: ends within (ms)",
            ("program", "idle", "streaming"),
            rows,
            [f"What still runs after {_PATIENCE:g} s is taken to run for ever."],
        ),
        {
            goal: Found(
                median(took[bench.ours.name][state]),
                of_others(
                    {name: median(states[state]) for name, states in took.items()},
                    in_ms,
                ),
            )
            for state, goal in enumerate(goals)
        },
    )


def _end(program: Program, bench: Bench, *, streaming: bool) -> float:
    with warmed_up(program, bench.server, ignore_hangup=True) as terminal:
        if streaming:
            enter(terminal, words(100 * RATE, RATE))
            time.sleep(0.5)
        began = time.monotonic()
        terminal.close_master()
        try:
            terminal.wait_gone(_PATIENCE)
        except AssertionError:
            return math.inf
        return time.monotonic() - began
