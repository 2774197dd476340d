"""What is measured, and on what: the figures by their names, and our program in its views."""

from __future__ import annotations

import importlib
import math
import os
import platform
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from typing import Final

from benchmarks.bench import Bench
from benchmarks.goals import RAW, Found
from benchmarks.harness import COLUMNS, FLOORS, ROWS, ProgramError, aztui, serve
from benchmarks.peers import answering
from benchmarks.report import Report
from benchmarks.scale import Scale
from benchmarks.table import Table

FIGURES: Final[Mapping[str, Sequence[str]]] = {
    "first_paint": ("first paint",),
    "send": ("send",),
    "cpu_per_token": ("cpu",),
    "costs": (),
    "cpu_slope": ("slope", "slope after history"),
    "bytes_per_token": ("bytes",),
    "token_to_screen": ("token",),
    "last_word": ("late",),
    "key_to_screen": ("key",),
    "stop": ("ctrl+c at 200", "ctrl+c at 1000", "esc at 200", "esc at 1000"),
    "idle": ("idle bytes", "idle cpu"),
    "memory": ("peak", "history"),
    "gone": ("gone idle", "gone streaming"),
    "slow_terminal": ("slow screen", "slow keys"),
    "extremes": ("50 MB", "one line", "table", "fence", "session"),
}
"""Every figure's module, and the goals that it speaks of."""


@contextmanager
def bench(scale: Scale) -> Iterator[Bench]:
    """The server, and our program in both views; in the one that decides where time is short."""
    raw = aztui("raw") if scale.thorough else None
    with serve() as server:
        beside = answering(server) if scale.thorough else ()
        with closing(Bench(server, scale, aztui("rendered"), raw, beside)) as measured:
            yield measured


def measure(name: str, measured: Bench) -> Report:
    """Have a figure's module measure.

    What our program does not do while it is waited for, it never does: the figure's goals are
    missed. Where another program fails, nothing is measured.
    """
    try:
        report: Report = importlib.import_module(f"benchmarks.{name}").measure(measured)
    except ProgramError as failure:
        return _failed(name, measured, failure)
    return report


def _failed(name: str, measured: Bench, failure: ProgramError) -> Report:
    why, *more = failure.why.splitlines()
    table = Table(f"{name} failed", ("program", "why"), [(failure.program.name, why)], more)
    if failure.program in (*FLOORS, *measured.peers):
        return Report(table)
    view = RAW if failure.program == measured.raw else ""
    return Report(table, {goal + view: Found(math.inf) for goal in FIGURES[name]})


def conditions(scale: Scale) -> str:
    """When, on what, and how thoroughly."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    machine = (
        f"{os.cpu_count()} cores {platform.machine()}, {memory:.0f} GiB, {platform.system()}, "
        f"CPython {platform.python_version()}, a terminal of {COLUMNS}x{ROWS}"
    )
    rounds = f"medians of {scale.rounds} rounds" if scale.thorough else "rough: one short round"
    return f"{datetime.now(UTC):%Y-%m-%d}, {machine}; {rounds}"


def say(text: str) -> None:
    """Print a text now."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
