"""How soon after its start a program shows its prompt, and takes what is typed."""

from __future__ import annotations

from benchmarks.harness import ARTICLE, BARE, OURS, Program, Server, new_home, serve
from benchmarks.table import Table, median, ms, times
from tests.support.terminal import Terminal

_TYPED = "~"
"""A character that no screen shows unless it was typed."""


def measure(*, quick: bool) -> Table:
    """From fork to the prompt on the screen, and to a typed character on it."""
    rounds = 2 if quick else 7
    paints: dict[str, list[tuple[float, float]]] = {}
    with serve() as server:
        for _ in range(rounds):
            for program in (BARE, OURS, ARTICLE):
                paints.setdefault(program.name, []).append(_paint(program, server))
    floor = _summary(paints[BARE.name])
    rows = []
    for name, values in paints.items():
        shown, typable = _summary(values)
        figures = (ms(shown), times(shown, floor[0]), ms(typable), times(typable, floor[1]))
        rows.append((name, *figures))
    return Table(
        f"First paint (ms from fork, median of {rounds})",
        ("program", "prompt shown", "of bare", "typable", "of bare"),
        rows,
        [
            "To reach: the bare Textual app, which has not imported openai, plus 15 %; aim 5 %.",
            "The article imports openai first, as it must.",
        ],
    )


def _paint(program: Program, server: Server) -> tuple[float, float]:
    with new_home() as home, program.open(server, home) as terminal:
        shown = terminal.wait_for(program.ready) - terminal.started
        return shown, _typable(terminal) - terminal.started


def _typable(terminal: Terminal) -> float:
    terminal.send(_TYPED)
    return terminal.wait_for(_TYPED)


def _summary(values: list[tuple[float, float]]) -> tuple[float, float]:
    return median([shown for shown, _ in values]), median([typable for _, typable in values])
