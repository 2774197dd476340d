"""What stands under an answer when it is over: how it ended, its figures, what to do next."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from rich.cells import cell_len

from aztui.core.outcome import describe
from aztui.core.problem import Problem
from aztui.core.run import Phase, Run
from aztui.terminal.sanitise import sanitise
from aztui.ui.widgets.flow import Flow
from aztui.ui.widgets.rows import Columns, Piece, Role, Row, cut, joined
from aztui.ui.words import figures, limit

_FILTERED: Final = (
    "The service took it for harmful content. What had come before is shown. "
    "Put the prompt differently, or have the deployment's filter changed in Azure's portal."
)

_LABEL: Final = len("Reason: ")
_ROOM_FOR_LABELS: Final = 60
"""Cells of text from which on labels have a column of their own."""


def closing(run: Run, columns: Columns) -> list[Row]:
    """Return the rows that close the block of a run that is over."""
    match run.phase:
        case Phase.DONE if run.damaged:
            return [*_ended(run, "✗", Role.BAD, columns), *_causes(run, columns)]
        case Phase.DONE:
            rows = _at_right((sanitise(describe(run)), *figures(run)), columns)
            return [*rows, *_causes(run, columns)]
        case Phase.STOPPED:
            return _ended(run, "■", Role.STRONG, columns)
        case Phase.LIMIT:
            rows = _ended(run, "▪", Role.STRONG, columns)
            rows += _prose(limit(run), columns, Role.DIM)
            return [*rows, *_causes(run, columns)]
        case Phase.FILTERED:
            rows = _ended(run, "▪", Role.STRONG, columns)
            found = _causes(run, columns)
            return [*rows, *(found or _prose(_FILTERED, columns, Role.DIM))]
        case Phase.CUT:
            return [*_ended(run, "✗", Role.BAD, columns), *_causes(run, columns)]
        case Phase.FAILED:
            return [] if run.problem is None else _failure(run.problem, columns)
        case _:
            return []


def _ended(run: Run, mark: str, role: Role, columns: Columns) -> list[Row]:
    """Say how it ended and give the figures, side by side where there is room."""
    said = f"{mark} {describe(run)}"
    row = joined(figures(run), columns.width)
    if len(row) == 1 and cell_len(said) + 2 + cell_len(row[0]) <= columns.width:
        return [_side_by_side((said, role), (row[0], Role.DIM), columns)]
    gutter = (" " * columns.indent, Role.TEXT)
    rows: list[Row] = [(gutter, (text, role)) for text in Flow(columns.width, said).rows]
    return [*rows, *_at_right(figures(run), columns)]


def _failure(problem: Problem, columns: Columns) -> list[Row]:
    status = "" if problem.status is None else str(problem.status)
    inner = columns.width - 2
    title = Flow(inner - (len(status) + 2 if status else 0), sanitise(problem.title)).rows
    gutter = (" " * columns.indent, Role.TEXT)
    rows = [_side_by_side((f"✗ {title[0]}", Role.BAD), (status, Role.BAD), columns)]
    rows += [(gutter, (f"  {row}", Role.BAD)) for row in title[1:]]
    return [*rows, *_details(problem, columns)]


def _causes(run: Run, columns: Columns) -> list[Row]:
    problem = run.problem
    if problem is None:
        return []
    return [*_prose(sanitise(problem.title) + ".", columns, Role.TEXT), *_details(problem, columns)]


def _details(problem: Problem, columns: Columns) -> list[Row]:
    rows: list[Row] = []
    if problem.detail:
        rows += _labelled(f"{problem.speaker}:", sanitise(problem.detail), columns, Role.TEXT)
    if problem.asked:
        rows += _labelled("Asked", sanitise(problem.asked), columns, Role.DIM)
    if problem.fix:
        rows += _prose(sanitise(problem.fix), columns, Role.TEXT)
    ids = [sanitise(f"{name} {value}") for name, value in problem.ids]
    return [*rows, *_line(["f5 try again", *ids], columns)]


def _labelled(label: str, text: str, columns: Columns, role: Role) -> list[Row]:
    if columns.width < _ROOM_FOR_LABELS:
        return _prose(f"{label} {text}", columns, role)
    gutter = (" " * (columns.indent + 2), Role.TEXT)
    first, *others = Flow(columns.width - 2 - _LABEL, text).rows
    rows: list[Row] = [(gutter, (f"{label:<{_LABEL}}", Role.DIM), (first, role))]
    return [*rows, *[(gutter, (" " * _LABEL + other, role)) for other in others]]


def _prose(text: str, columns: Columns, role: Role) -> list[Row]:
    gutter = (" " * (columns.indent + 2), Role.TEXT)
    return [(gutter, (row, role)) for row in Flow(columns.width - 2, text).rows]


def _at_right(pieces: Iterable[str], columns: Columns) -> list[Row]:
    return [
        _side_by_side(("", Role.TEXT), (row, Role.DIM), columns)
        for row in joined(pieces, columns.width)
    ]


def _side_by_side(left: Piece, right: Piece, columns: Columns) -> Row:
    gap = columns.width - cell_len(left[0]) - cell_len(right[0])
    return ((" " * columns.indent, Role.TEXT), left, (" " * gap, Role.TEXT), right)


def _line(pieces: list[str], columns: Columns) -> list[Row]:
    gutter = (" " * (columns.indent + 2), Role.TEXT)
    width = columns.width - 2
    return [(gutter, (cut(row, width), Role.DIM)) for row in joined(pieces, width)]
