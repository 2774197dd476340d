"""What a program does while nobody does anything."""

from __future__ import annotations

import time

from benchmarks.harness import ARTICLE, BARE, OURS, Program, Server, opened, serve
from benchmarks.table import Table

_SETTLING = 3.0
"""Seconds for what a program still does after its first paint, such as importing openai."""


def measure(*, quick: bool) -> Table:
    """Bytes written and CPU used while the prompt waits."""
    seconds = 3.0 if quick else 10.0
    rows = []
    with serve() as server:
        for program in (ARTICLE, BARE, OURS):
            written, cpu = _idle(program, server, seconds)
            rows.append((program.name, str(written), f"{cpu * 1000 / seconds:.2f}"))
    return Table(
        f"Idle for {seconds:g} s",
        ("program", "bytes", "CPU ms a second"),
        rows,
        ["To reach: 0 bytes, under 2 ms a second."],
    )


def _idle(program: Program, server: Server, seconds: float) -> tuple[int, float]:
    with opened(program, server) as terminal:
        time.sleep(_SETTLING)
        written, cpu = len(terminal.raw), terminal.cpu()
        time.sleep(seconds)
        return len(terminal.raw) - written, terminal.cpu() - cpu
