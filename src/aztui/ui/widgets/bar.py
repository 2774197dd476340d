"""A line of the screen that says something: header, status and hints are bars."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rich.cells import cell_len
from textual.geometry import Size

from aztui.ui.widgets.flow import Flow
from aztui.ui.widgets.lines import Lines
from aztui.ui.widgets.rows import BLANK, MARGIN, Piece, Role, Row, cut, length

_BETWEEN: Final = " · "
_GAP: Final = 2
"""Cells between left and right."""


class Bar(Lines):
    """Something at its left and something at its right, in one row.

    What does not fit is left out: first pieces of the left from their end, then what is at the
    right, of which the beginning stays where that is the better part of it.
    """

    def __init__(self, *, wraps: bool = False, id: str | None = None) -> None:  # noqa: A002 - Textual's
        """Make an empty bar.

        Args:
            wraps: a single piece at the left that does not fit takes more rows.
            id: for style sheets and queries.
        """
        super().__init__(id=id)
        self._wraps = wraps
        self._left: tuple[Piece, ...] = ()
        self._right: Piece = ("", Role.DIM)

    def show(self, left: Sequence[Piece], right: Piece = ("", Role.DIM)) -> None:
        """Say something else; the texts must be safe to show.

        Args:
            left: pieces, the most important first.
            right: one piece.
        """
        if (tuple(left), right) == (self._left, self._right):
            return
        height = len(self._rows(self.size.width))
        self._left, self._right = tuple(left), right
        self.refresh(layout=len(self._rows(self.size.width)) != height)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - Textual's signature
        """Return how many rows it takes."""
        return len(self._rows(width))

    def row(self, y: int) -> Row:
        """Return one of its rows."""
        rows = self._rows(self.size.width)
        return rows[y] if y < len(rows) else BLANK

    def _rows(self, width: int) -> list[Row]:
        room = width - 1 - MARGIN
        if self._wraps and len(self._left) == 1 and cell_len(self._left[0][0]) > room > 0:
            text, role = self._left[0]
            return [((" ", Role.TEXT), (row, role)) for row in Flow(room, text).rows]
        return [fitted(self._left, self._right, width)]


class Rule(Lines):
    """A quiet line from edge to edge."""

    def row(self, y: int) -> Row:  # noqa: ARG002 - all are alike
        """Return the line."""
        return (("─" * self.size.width, Role.DIM),)


def fitted(left: Sequence[Piece], right: Piece, width: int) -> Row:
    """Return a row of `width` cells; its right edge is that of the log's text."""
    room = width - 1 - MARGIN
    if room <= 0:
        return ()
    text, role = right
    shown = list(left)
    while len(shown) > 1 and _taken(shown) + _room_for(text) > room:
        shown.pop()
    if shown and _taken(shown) > room:
        shown = [(cut(shown[0][0], room), shown[0][1])]
    taken = _taken(shown)
    text = _better_part(text, room - taken - _GAP if taken else room)
    row: list[Piece] = [(" ", Role.TEXT)]
    for index, piece in enumerate(shown):
        row += ((_BETWEEN if index else "", Role.DIM), piece)
    return (*row, (" " * (room - taken - cell_len(text)), Role.TEXT), (text, role))


def _taken(pieces: Sequence[Piece]) -> int:
    return length(tuple(pieces)) + cell_len(_BETWEEN) * max(0, len(pieces) - 1)


def _better_part(text: str, width: int) -> str:
    return cut(text, width) if width * 2 > cell_len(text) else ""


def _room_for(text: str) -> int:
    return cell_len(text) + _GAP if text else 0
