"""How a checkup stands on the screen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from aztui.core.checkup import NEEDS, Check, State, folded
from aztui.terminal.sanitise import sanitise
from aztui.ui.widgets.flow import Flow
from aztui.ui.widgets.rows import BLANK, Columns, Piece, Role, Row

_NAMES: Final = max(map(len, NEEDS)) + 2
MARKS: Final = {State.PASS: "✓", State.WARN: "!", State.FAIL: "✗", State.SKIP: "\N{EN DASH}"}
_ROLES: Final = {
    State.PASS: Role.TEXT,
    State.WARN: Role.ACCENT,
    State.FAIL: Role.BAD,
    State.SKIP: Role.DIM,
}
_LEAST: Final = 30
"""Cells that words need beside the names; with fewer they stand below them."""


def checkup(checks: Sequence[Check], width: int) -> list[Row]:
    """Return the rows of the checks so far, for a screen of `width` cells."""
    return [BLANK, *(row for check in folded(checks) for row in _rows(check, Columns.of(width)))]


def _rows(check: Check, columns: Columns) -> Iterator[Row]:
    role = _ROLES[check.state]
    beside = columns.width - _NAMES >= _LEAST
    indent = _NAMES if beside else 2
    gutter: Piece = (" " * (columns.indent + indent), Role.TEXT)
    mark: Piece = (f"{MARKS[check.state]:>{columns.indent - 1}} ", role)
    name: Piece = (f"{check.name:<{_NAMES}}" if beside else check.name, _quiet(check))
    room = columns.width - indent
    says, *more = _wrapped(check.says, room)
    if beside:
        yield mark, name, (says, role)
    else:
        yield mark, name
        more = [says, *more]
    yield from ((gutter, (row, role)) for row in more)
    yield from ((gutter, (row, Role.TEXT)) for row in _wrapped(check.fix, room))
    yield from ((gutter, (row, Role.DIM)) for row in _wrapped(check.detail, room))


def _quiet(check: Check) -> Role:
    return Role.DIM if check.state is State.SKIP else Role.TEXT


def _wrapped(text: str, width: int) -> list[str]:
    return list(Flow(width, sanitise(text)).rows) if text else []
