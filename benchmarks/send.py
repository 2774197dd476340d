"""How long Enter takes to reach the server."""

from __future__ import annotations

from contextlib import ExitStack

from benchmarks.goals import Found
from benchmarks.harness import (
    ARTICLE,
    BARE,
    FLOORS,
    Bench,
    Server,
    is_request,
    settle,
    warmed_up,
)
from benchmarks.report import Report
from benchmarks.table import Table, median, ms, percentile
from tests.support.terminal import Terminal


def measure(bench: Bench) -> Report:
    """From the key's byte to the request's head at the server; openai and connection warm."""
    programs = (*FLOORS, bench.ours)
    delays: dict[str, list[float]] = {program.name: [] for program in programs}
    with ExitStack() as stack:
        terminals = [stack.enter_context(warmed_up(one, bench.server)) for one in programs]
        for _ in range(bench.scale.samples):
            for program, terminal in zip(programs, terminals, strict=True):
                delays[program.name].append(_delay(terminal, bench.server))
    middle = {name: median(values) for name, values in delays.items()}
    floor = middle[ARTICLE.name]
    return Report(
        Table(
            f"Enter to the request at the server (ms, {bench.scale.samples} prompts)",
            ("program", "p50", "p95", "over article"),
            [
                (
                    name,
                    ms(middle[name]),
                    ms(percentile(values, 95)),
                    f"{(middle[name] - floor) * 1000:+.1f}",
                )
                for name, values in delays.items()
            ],
        ),
        {
            "send": Found(
                (middle[bench.ours.name] - floor) * 1000,
                f"article {ms(floor)} ms, bare {ms(middle[BARE.name])} ms",
            )
        },
    )


def _delay(terminal: Terminal, server: Server) -> float:
    told = len(server.records)
    terminal.send("hello")
    settle(terminal, 0.1)
    pressed = terminal.send("\r")
    request = server.wait_for(is_request, told)
    settle(terminal, 0.1)
    return float(request["started"]) - pressed
