"""How long Enter takes to reach the server."""

from __future__ import annotations

from benchmarks.harness import (
    ARTICLE,
    BARE,
    OURS,
    Program,
    Server,
    is_request,
    serve,
    settle,
    warmed_up,
)
from benchmarks.table import Table, median, ms, percentile
from tests.support.terminal import Terminal


def measure(*, quick: bool) -> Table:
    """From the key's byte to the request's head at the server; openai and connection warm."""
    count = 10 if quick else 30
    with serve() as server:
        delays = {
            program.name: _delays(program, server, count) for program in (ARTICLE, BARE, OURS)
        }
    floor = median(delays[ARTICLE.name])
    rows = [
        (
            name,
            ms(median(values)),
            ms(percentile(values, 95)),
            f"{(median(values) - floor) * 1000:+.1f}",
        )
        for name, values in delays.items()
    ]
    return Table(
        f"Enter to the request at the server (ms, {count} prompts)",
        ("program", "p50", "p95", "over article"),
        rows,
        ["To reach: the article plus 15 ms; aim plus 5 ms."],
    )


def _delays(program: Program, server: Server, count: int) -> list[float]:
    with warmed_up(program, server) as terminal:
        return [_delay(terminal, server) for _ in range(count)]


def _delay(terminal: Terminal, server: Server) -> float:
    told = len(server.records)
    terminal.send("2")
    settle(terminal, 0.1)
    pressed = terminal.send("\r")
    request = server.wait_for(is_request, told)
    settle(terminal, 0.1)
    return float(request["started"]) - pressed
