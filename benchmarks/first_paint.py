"""How soon after its start a program shows its prompt, and takes what is typed."""

from __future__ import annotations

from typing import Final

from benchmarks.bench import Bench
from benchmarks.goals import Found
from benchmarks.harness import BARE, Program, Server, new_home, trial
from benchmarks.report import Report, of_others
from benchmarks.table import Table, in_ms, median, ms, times
from tests.support.terminal import Terminal

_TYPED: Final = "~"
"""A character that no screen shows unless it was typed."""


def measure(bench: Bench) -> Report:
    """From fork to the prompt on the screen, and to a typed character on it."""
    paints: dict[str, list[tuple[float, float]]] = {}
    for _ in range(bench.scale.rounds):
        for program in (*bench.floors(BARE), bench.ours):
            paints.setdefault(program.name, []).append(_paint(program, bench.server))
    shown = {name: median([first for first, _ in values]) for name, values in paints.items()}
    typable = {name: median([second for _, second in values]) for name, values in paints.items()}
    rows = [
        (
            name,
            ms(shown[name]),
            times(shown[name], shown[BARE.name]),
            ms(typable[name]),
            times(typable[name], typable[BARE.name]),
        )
        for name in paints
    ]
    over = typable[bench.ours.name] / typable[BARE.name] - 1
    return Report(
        Table(
            "First paint (ms from fork)",
            ("program", "prompt shown", "of bare", "typable", "of bare"),
            rows,
            ["The bare app has not imported openai; the article imports it first, as it must."],
        ),
        {"first paint": Found(over * 100, of_others(typable, in_ms))},
    )


def _paint(program: Program, server: Server) -> tuple[float, float]:
    with trial(program), new_home() as home, program.open(server, home) as terminal:
        shown = terminal.wait_for(program.ready) - terminal.started
        return shown, _typable(terminal) - terminal.started


def _typable(terminal: Terminal) -> float:
    terminal.send(_TYPED)
    return terminal.wait_for(_TYPED)
