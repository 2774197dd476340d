"""What is measured, and which programs of it each figure gets."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from benchmarks.harness import FLOORS, Program, Server, settle, trial, warmed_up
from benchmarks.presses import EMPTY
from benchmarks.scale import Scale
from tests.support.terminal import Terminal


class Kept:
    """Programs that are warmed up and wait for the next figure."""

    def __init__(self) -> None:
        self._waiting: dict[Program, tuple[ExitStack, Terminal]] = {}

    @contextmanager
    def lend(self, program: Program, server: Server) -> Iterator[Terminal]:
        """One that waits, its prompt emptied, or a new one; it waits again unless it fails."""
        if program not in self._waiting:
            self._waiting[program] = _begin(program, server)
        stack, terminal = self._waiting.pop(program)
        with stack, trial(program):
            terminal.send(EMPTY)
            settle(terminal, 0.1)
            yield terminal
            self._waiting[program] = stack.pop_all(), terminal

    def close(self) -> None:
        """End them all."""
        while self._waiting:
            _, (stack, _) = self._waiting.popitem()
            stack.close()


def _begin(program: Program, server: Server) -> tuple[ExitStack, Terminal]:
    stack = ExitStack()
    return stack, stack.enter_context(warmed_up(program, server))


@dataclass(frozen=True, slots=True, eq=False)
class Bench:
    """What is measured, and how much of it.

    Attributes:
        server: answers all programs.
        scale: how much.
        ours: our program, as it renders Markdown.
        raw: our program as it shows answers as they came; None where that is not looked at.
        peers: programs of others for some figures, beside the floors.
    """

    server: Server
    scale: Scale
    ours: Program
    raw: Program | None
    peers: tuple[Program, ...] = ()
    _kept: Kept = field(default_factory=Kept)

    @property
    def views(self) -> tuple[Program, ...]:
        """Our program in each view."""
        return (self.ours,) if self.raw is None else (self.ours, self.raw)

    def floors(self, *needed: Program, able: tuple[Program, ...] = FLOORS) -> tuple[Program, ...]:
        """The floors of a figure.

        Args:
            needed: those without which its must says nothing.
            able: those that can do what is measured.
        """
        return able if self.scale.thorough else needed

    @contextmanager
    def warmed_up(self, program: Program) -> Iterator[Terminal]:
        """A program that has answered a prompt and waits for the next one.

        Raises:
            ProgramError: it does not do in time what is asked of it.
        """
        with (
            warmed_up(program, self.server)
            if self.scale.thorough
            else self._kept.lend(program, self.server)
        ) as terminal:
            yield terminal

    def close(self) -> None:
        """End the programs that wait for the next figure."""
        self._kept.close()
