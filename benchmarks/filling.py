"""Earlier answers: to have many of them in a log, without drawing what nobody will look at."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from benchmarks.harness import COLUMNS, PATIENCE, ROWS, Server, calm, is_request, settle
from benchmarks.text import Kind, Recipe
from tests.support.terminal import Terminal

_HURRY: Final = 0.03
"""Seconds after which a key is pressed again: the answer before was not over yet."""


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
    calm(terminal)
    _repaint(terminal)


def fill_with_turns(terminal: Terminal, count: int) -> None:
    """Have `count` short answers in the log of a program that can be loaded with them."""
    terminal.send(f"{Recipe(Kind.TURN, count, 0).prompt}\r")
    calm(terminal, PATIENCE * 5)
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
