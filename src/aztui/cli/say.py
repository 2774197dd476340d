"""What goes to stderr: sentences, made safe to show."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import suppress

from aztui.core.problem import Problem
from aztui.terminal.sanitise import sanitise


def say(*lines: str) -> None:
    """Write lines to stderr; where nobody takes them, they are gone."""
    if sys.stderr is None:  # the caller closed it
        return
    with suppress(OSError, ValueError):
        sys.stderr.write("".join(f"{sanitise(line)}\n" for line in lines))
        sys.stderr.flush()


def sentences(problem: Problem) -> Iterator[str]:
    """Say what failed: the cause, the service's words, what was asked, what to do, the ids."""
    status = "" if problem.status is None else f" ({problem.status})"
    yield f"{problem.title}{status}."
    if problem.detail:
        yield f"{problem.speaker}: {problem.detail}"
    if problem.asked:
        yield f"Asked: {problem.asked}"
    if problem.fix:
        yield problem.fix
    if problem.ids:
        yield ", ".join(f"{name} {value}" for name, value in problem.ids)
