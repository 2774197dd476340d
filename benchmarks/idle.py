"""What a program does while nobody does anything."""

from __future__ import annotations

import time
from contextlib import ExitStack
from typing import Final

from benchmarks.bench import Bench
from benchmarks.goals import Found
from benchmarks.harness import Program
from benchmarks.report import Report, of_others
from benchmarks.table import Table, median

_SETTLING: Final = 2.0
"""Seconds for what a program still does after an answer."""


def measure(bench: Bench) -> Report:
    """Bytes written and CPU used while the prompt waits after an answer, all programs at once."""
    programs = _programs(bench)
    rounds = [_round(bench) for _ in range(bench.scale.rounds)]
    written = {one.name: median([each[one.name][0] for each in rounds]) for one in programs}
    used = {one.name: median([each[one.name][1] for each in rounds]) for one in programs}
    ours = bench.ours.name
    return Report(
        Table(
            f"Idle for {bench.scale.idle:g} s",
            ("program", "bytes", "CPU ms a second"),
            [(one.name, f"{written[one.name]:.0f}", f"{used[one.name]:.2f}") for one in programs],
        ),
        {
            "idle bytes": Found(written[ours], of_others(written, "{:.0f}".format)),
            "idle cpu": Found(used[ours], of_others(used, "{:.2f} ms".format)),
        },
    )


def _programs(bench: Bench) -> tuple[Program, ...]:
    return (*bench.floors(), *bench.peers, bench.ours)


def _round(bench: Bench) -> dict[str, tuple[float, float]]:
    """Bytes, and milliseconds of CPU a second, by the programs' names."""
    seconds = bench.scale.idle
    with ExitStack() as stack:
        terminals = {
            program.name: stack.enter_context(bench.warmed_up(program))
            for program in _programs(bench)
        }
        time.sleep(_SETTLING)
        before = {name: (len(one.raw), one.cpu()) for name, one in terminals.items()}
        time.sleep(seconds)
        return {
            name: (len(one.raw) - before[name][0], (one.cpu() - before[name][1]) * 1000 / seconds)
            for name, one in terminals.items()
        }
