"""How long Enter takes to reach the server."""

from __future__ import annotations

from contextlib import ExitStack

from benchmarks.bench import Bench
from benchmarks.goals import Found
from benchmarks.harness import ARTICLE, Program, Server, is_request, settle, trial
from benchmarks.report import Report, of_others
from benchmarks.table import Table, in_ms, median, ms, percentile
from tests.support.terminal import Terminal


def measure(bench: Bench) -> Report:
    """From the key's byte to the request's head at the server; openai and connection warm."""
    programs = (*bench.floors(ARTICLE), bench.ours)
    delays: dict[str, list[float]] = {program.name: [] for program in programs}
    with ExitStack() as stack:
        terminals = [stack.enter_context(bench.warmed_up(one)) for one in programs]
        for _ in range(bench.scale.samples):
            for program, terminal in zip(programs, terminals, strict=True):
                delays[program.name].append(_delay(program, terminal, bench.server))
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
                of_others(middle, in_ms),
            )
        },
    )


def _delay(program: Program, terminal: Terminal, server: Server) -> float:
    told = len(server.records)
    with trial(program):
        terminal.send("hello")
        settle(terminal, 0.1)
        pressed = terminal.send("\r")
        request = server.wait_for(is_request, told)
        settle(terminal, 0.1)
    return float(request["started"]) - pressed
