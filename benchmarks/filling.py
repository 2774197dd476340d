"""Earlier answers: to have many of them in a log, without drawing what nobody will look at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from benchmarks.harness import COLUMNS, PATIENCE, ROWS, Server, calm, is_request, settle
from benchmarks.presses import END, HOME, Key
from benchmarks.text import Kind, Recipe, numbered
from tests.support.terminal import Terminal

_HURRY: Final = 0.03
"""Seconds after which a key is pressed again: the answer before was not over yet."""


def fill(terminal: Terminal, server: Server, answers: Sequence[Recipe]) -> None:
    """Ask for one answer after the other, and wait until all are there.

    Raises:
        AssertionError: they are not.
        TimeoutError: nor does the program come to rest.
    """
    for recipe in answers:
        told = len(server.records)
        terminal.send(f"{recipe.prompt}\r")
        while not _answered(server, told, _HURRY):
            if any(record.get("asked") == recipe.prompt for record in server.records[told:]):
                server.wait_for(is_request, told, PATIENCE)
                break
            terminal.send("\r")
    calm(terminal)
    repaint(terminal)
    last = answers[-1]
    see_end(terminal, numbered(last.first + last.size - 1), last.last_word)


def fill_with_turns(terminal: Terminal, count: int) -> None:
    """Have `count` short answers in the log of a program that can be loaded with them.

    Raises:
        AssertionError: they are not there.
        TimeoutError: the program does not come to rest.
    """
    terminal.send(f"{Recipe(Kind.TURN, count, 0).prompt}\r")
    calm(terminal, PATIENCE * 5)
    repaint(terminal)
    _see(terminal, HOME, numbered(0))
    see_end(terminal, numbered(count - 1))


def see_end(terminal: Terminal, *wanted: str) -> None:
    """Go to the log's end; what stands there shows that all is there.

    Raises:
        AssertionError: it does not stand there.
        TimeoutError: the program does not come to rest.
    """
    _see(terminal, END, *wanted)


def _see(terminal: Terminal, move: Key, *wanted: str) -> None:
    terminal.send(move.data)
    calm(terminal)
    screen = terminal.screen
    for text in wanted:
        assert text in screen, f"{text} is not where it belongs in the log:\n{screen}"


def repaint(terminal: Terminal) -> None:
    """Have everything painted again, as it is for another height."""
    for rows in (ROWS - 1, ROWS):
        terminal.skip()
        terminal.resize(rows, COLUMNS)
        settle(terminal)


def _answered(server: Server, told: int, patience: float) -> bool:
    try:
        server.wait_for(is_request, told, patience)
    except TimeoutError:
        return False
    return True
