"""A run in a line, and in a few; all of it safe to show."""

from __future__ import annotations

from typing import Final

from aztui.core.continuing import said, whole
from aztui.core.outcome import describe
from aztui.core.run import Run
from aztui.terminal.sanitise import sanitise, sanitise_line
from aztui.ui.widgets.flow import Flow
from aztui.ui.widgets.rows import Piece, Role, cut, joined
from aztui.ui.words import figures

_READ: Final = 2_000
"""Characters of a text that are looked at: no screen shows more of its beginning."""
_CONTINUED: Final = "continued"


def title(run: Run) -> str:
    """Return the first line of what a run was asked, or that it continues another."""
    if run.continues:
        return _CONTINUED
    first, more, _ = said(run)[:_READ].strip().partition("\n")
    shown = sanitise_line(first.rstrip())
    return f"{shown} …" if more else shown


def beginning(text: str, width: int, height: int) -> list[str]:
    """Return the beginning of a text in rows of `width` cells, `height` rows at most."""
    rows = Flow(width, sanitise(" ".join(text[:_READ].split()))).rows
    if len(rows) <= height:
        return rows
    return [*rows[: height - 1], cut(f"{rows[height - 1].rstrip()} …", width)] if height else []


def glimpse(run: Run, width: int, height: int) -> list[Piece]:
    """Return what was asked, what came and how it went, in rows of `width` cells.

    Args:
        run: the run.
        width: cells of a row.
        height: rows for all of it.
    """
    asked = beginning(_CONTINUED if run.continues else said(run), width, height // 3 or 1)
    came = beginning(_answered(run), width, max(0, height - 1 - len(asked)))
    pieces: list[Piece] = [(row, Role.STRONG) for row in asked]
    if run.text:
        pieces += [(row, Role.TEXT) for row in came]
    elif run.problem is not None:
        pieces.append((cut(sanitise_line(run.problem.title), width), Role.BAD))
    return [*pieces, (joined(_facts(run), width)[0], Role.DIM)]


def _answered(run: Run) -> str:
    return whole(run, run.choices[0]) if run.choices else ""


def _facts(run: Run) -> list[str]:
    facts = [sanitise_line(run.request.deployment), sanitise_line(describe(run))]
    return [*facts, *figures(run)] if run.phase.over else [facts[0], "under way"]
