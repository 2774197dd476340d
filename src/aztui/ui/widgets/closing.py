"""What stands under an answer when it is over: how it ended, its figures, what to do next."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from rich.cells import cell_len

from aztui.core.outcome import describe
from aztui.core.problem import Problem
from aztui.core.run import Phase, Run
from aztui.terminal.sanitise import sanitise, sanitise_line
from aztui.ui.remarks import (
    adapted,
    apart,
    continued,
    findings,
    judged,
    next_step,
    split_otherwise,
    stored,
    unfiltered,
    ways,
)
from aztui.ui.widgets.flow import Flow
from aztui.ui.widgets.prose import prose
from aztui.ui.widgets.rows import Columns, Piece, Role, Row, cut, joined
from aztui.ui.words import figures, limit

_HARMFUL: Final = "The service took it for harmful content."
_REWORD: Final = (
    "What had come before is shown. "
    "Put the prompt differently, or have the deployment's filter changed in Azure's portal."
)

_GO_ON: Final = "o in the log (tab) continues it; f5 asks again."
_ASK_AGAIN: Final = "f5 asks again."

_LABEL: Final = len("Reason: ")
_ROOM_FOR_LABELS: Final = 60
"""Cells of text from which on labels have a column of their own."""


def closing(run: Run, columns: Columns, cost: str = "") -> list[Row]:
    """Return the rows that close the block of a run that is over.

    Args:
        run: it.
        columns: where text stands.
        cost: what it cost, in words; empty where nobody knows.
    """
    return [
        *_outcome(run, columns, cost),
        *_prose(findings(run), columns, Role.DIM),
        *_reasons(run, columns),
        *_remarks(run, columns),
        *_next(run, columns),
    ]


def _outcome(run: Run, columns: Columns, cost: str) -> list[Row]:
    """Say how it ended."""
    match run.phase:
        case Phase.DONE if not run.damaged:
            return _at_right((sanitise_line(describe(run)), *figures(run, cost)), columns)
        case Phase.STOPPED:
            return _ended(run, "■", Role.STRONG, columns, cost)
        case Phase.LIMIT | Phase.FILTERED:
            return _ended(run, "▪", Role.STRONG, columns, cost)
        case Phase.FAILED:
            return [] if run.problem is None else _failure(run.problem, columns)
        case _:
            return _ended(run, "✗", Role.BAD, columns, cost)


def _reasons(run: Run, columns: Columns) -> list[Row]:
    """Say why it ended so, in the service's words where there are any, and what to do."""
    match run.phase:
        case Phase.STOPPED:
            return []
        case Phase.INTERRUPTED:
            return _prose(_GO_ON if run.text else _ASK_AGAIN, columns, Role.TEXT)
        case Phase.FAILED:
            return [] if run.problem is None else _details(run.problem, columns)
        case Phase.LIMIT:
            return [*_prose(limit(run), columns, Role.DIM), *_causes(run, columns)]
        case Phase.FILTERED:
            return _causes(run, columns) or _prose(_unexplained(run), columns, Role.DIM)
        case _:
            return _causes(run, columns)


def _unexplained(run: Run) -> str:
    named = any(verdict.filtered for _, verdicts in judged(run) for verdict in verdicts)
    return _REWORD if named else f"{_HARMFUL} {_REWORD}"


def _ended(run: Run, mark: str, role: Role, columns: Columns, cost: str) -> list[Row]:
    """Say how it ended and give the figures, side by side where there is room."""
    said = f"{mark} {sanitise_line(describe(run))}"
    row = joined(figures(run, cost), columns.width)
    if len(row) == 1 and cell_len(said) + 2 + cell_len(row[0]) <= columns.width:
        return [_side_by_side((said, role), (row[0], Role.DIM), columns)]
    gutter = (" " * columns.indent, Role.TEXT)
    rows: list[Row] = [(gutter, (text, role)) for text in Flow(columns.width, said).rows]
    return [*rows, *_at_right(figures(run, cost), columns)]


def _failure(problem: Problem, columns: Columns) -> list[Row]:
    status = "" if problem.status is None else str(problem.status)
    inner = columns.width - 2
    title = Flow(inner - (len(status) + 2 if status else 0), sanitise(problem.title)).rows
    gutter = (" " * columns.indent, Role.TEXT)
    rows = [_side_by_side((f"✗ {title[0]}", Role.BAD), (status, Role.BAD), columns)]
    return [*rows, *[(gutter, (f"  {row}", Role.BAD)) for row in title[1:]]]


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
        rows += _prose(next_step(problem), columns, Role.TEXT)
    return rows


def _remarks(run: Run, columns: Columns) -> list[Row]:
    """Say what else there is to know: which filter did not run, what was changed, what is kept."""
    remarks = (
        continued(run),
        apart(run),
        *unfiltered(run),
        *adapted(run),
        *split_otherwise(run),
        *stored(run),
    )
    return [row for remark in remarks for row in _prose(remark, columns, Role.DIM)]


def _next(run: Run, columns: Columns) -> list[Row]:
    """Name the keys to go on with after a problem, and the ids that support asks for."""
    problem = run.problem
    if problem is None or run.phase is Phase.STOPPED:
        return []
    ids = [sanitise_line(f"{name} {value}") for name, value in problem.ids]
    turns = any(message.role == "assistant" for message in run.request.messages)
    return _line([*ways(problem, turns=turns), *ids], columns)


def _labelled(label: str, text: str, columns: Columns, role: Role) -> list[Row]:
    if columns.width < _ROOM_FOR_LABELS:
        return _prose(f"{label} {text}", columns, role)
    gutter = (" " * (columns.indent + 2), Role.TEXT)
    first, *others = Flow(columns.width - 2 - _LABEL, text).rows
    rows: list[Row] = [(gutter, (f"{label:<{_LABEL}}", Role.DIM), (first, role))]
    return [*rows, *[(gutter, (" " * _LABEL + other, role)) for other in others]]


def _prose(text: str, columns: Columns, role: Role) -> list[Row]:
    return prose(text, Columns(columns.indent + 2, columns.width - 2), role)


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
