"""Texts and tables laid out in rows; what they are made of must be safe to show."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len

from aztui.ui.widgets.flow import Flow
from aztui.ui.widgets.rows import Columns, Piece, Role, Row


def prose(text: str, columns: Columns, role: Role = Role.TEXT) -> list[Row]:
    """Wrap a text; an empty one takes no row."""
    gutter = (" " * columns.indent, Role.TEXT)
    return [(gutter, (row, role)) for row in Flow(columns.width, text).rows] if text else []


def table(
    entries: Sequence[tuple[str, str]],
    columns: Columns,
    *,
    first: int = 0,
    role: Role = Role.ACCENT,
) -> list[Row]:
    """Lay out names and words in two columns; where that is too narrow, below one another.

    Args:
        entries: names, of one line each, and words.
        columns: where text stands.
        first: the first column's width in cells; the widest name's where that is wider.
        role: the names'.
    """
    first = max([first, *(cell_len(name) + 2 for name, _ in entries)])
    stacked = first * 2 > columns.width
    gutter: Piece = (" " * columns.indent, Role.TEXT)
    rows: list[Row] = []
    for name, words in entries:
        indent = 2 if stacked else first
        lines = Flow(columns.width - indent, words).rows
        below: Sequence[str] = lines if stacked else lines[1:]
        if stacked:
            rows += prose(name, columns, role)
        else:
            head = (name + " " * (first - cell_len(name)), role)
            rows.append((gutter, head, (lines[0], Role.TEXT)))
        rows += [(gutter, (" " * indent + line, Role.TEXT)) for line in below]
    return rows
