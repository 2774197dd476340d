"""Earlier answers: to have many of them in a log, without drawing what nobody will look at."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from benchmarks.harness import COLUMNS, PATIENCE, ROWS, Server, is_request, settle
from benchmarks.text import Kind, Recipe
from tests.support.terminal import Terminal

_HURRY: Final = 0.03
"""Seconds after which a key is pressed again: the answer before was not over yet."""
_F5: Final = b"\x1b[15~"


def fill(terminal: Terminal, server: Server, answers: Iterable[Recipe]) -> None:
    """Ask for one answer after the other, and wait until all are there."""
    for recipe in answers:
        told = len(server.records)
        terminal.send(f"{recipe.prompt}\r")
        while not _answered(server, told, _HURRY):
            if any(record.get("asked") == recipe.prompt for record in server.records[told:]):
                server.wait_for(is_request, told, PATIENCE)
                break
            terminal.send("\r")
    settle(terminal, 1.0)
    _repaint(terminal)


def fill_with_turns(terminal: Terminal, server: Server, count: int) -> None:
    """Have a short prompt answered `count` times, by the key that asks again."""
    fill(terminal, server, [Recipe(Kind.TURN, 1, 0)])
    for _ in range(count - 1):
        told = len(server.records)
        terminal.send(_F5)
        while not _answered(server, told, _HURRY):
            terminal.send(_F5)
    settle(terminal, 1.0)
    _repaint(terminal)


def _answered(server: Server, told: int, patience: float) -> bool:
    try:
        server.wait_for(is_request, told, patience)
    except TimeoutError:
        return False
    return True


def _repaint(terminal: Terminal) -> None:
    """Have everything painted again, as it is for another height."""
    for rows in (ROWS - 1, ROWS):
        terminal.skip()
        terminal.resize(rows, COLUMNS)
        settle(terminal)
