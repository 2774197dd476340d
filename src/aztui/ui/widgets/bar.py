"""A line of the screen that says something: header, status and hints are bars."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rich.cells import cell_len
from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget

from aztui.ui.theme import styles
from aztui.ui.widgets.rows import MARGIN, Piece, Role, Row, cut, length

_GAP: Final = 2
"""Cells between left and right."""


class Bar(Widget):
    """One row with something at its left and something at its right.

    What does not fit is left out: first pieces of the left from their end, then what is at the
    right, of which the beginning stays where that is the better part of it.
    """

    ALLOW_SELECT = False

    def __init__(self, *, between: str = " · ", id: str | None = None) -> None:  # noqa: A002 - Textual's
        """Make an empty bar.

        Args:
            between: stands between two pieces of the left.
            id: for style sheets and queries.
        """
        super().__init__(id=id)
        self._between = between
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
        self._left, self._right = tuple(left), right
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Return the row."""
        looks = styles(dark=self.app.current_theme.dark)
        row = self._row() if y == 0 else ()
        return Strip([Segment(text, looks[role]) for text, role in row if text]).adjust_cell_length(
            self.size.width
        )

    def _row(self) -> Row:
        return fitted(self._left, self._right, self.size.width, self._between)


class Rule(Widget):
    """A quiet line from edge to edge."""

    ALLOW_SELECT = False

    def render_line(self, y: int) -> Strip:  # noqa: ARG002 - Textual's signature
        """Return the row."""
        look = styles(dark=self.app.current_theme.dark)[Role.DIM]
        return Strip([Segment("─" * self.size.width, look)], self.size.width)


def fitted(left: Sequence[Piece], right: Piece, width: int, between: str) -> Row:
    """Return a row of `width` cells; its right edge is that of the log's text."""
    room = width - 1 - MARGIN
    if room <= 0:
        return ()
    right_text = right[0]
    shown = list(left)
    while len(shown) > 1 and _taken(shown, between) + _room_for(right_text) > room:
        shown.pop()
    if shown and _taken(shown, between) > room:
        shown = [(cut(shown[0][0], room), shown[0][1])]
    taken = _taken(shown, between)
    right_text = _better_part(right_text, room - taken - _GAP if taken else room)
    gap = room - taken - cell_len(right_text)
    row: list[Piece] = [(" ", Role.TEXT)]
    for index, piece in enumerate(shown):
        row += ((between if index else "", Role.DIM), piece)
    return (*row, (" " * gap, Role.TEXT), (right_text, right[1]), (" " * MARGIN, Role.TEXT))


def _taken(pieces: Sequence[Piece], between: str) -> int:
    return length(tuple(pieces)) + cell_len(between) * max(0, len(pieces) - 1)


def _better_part(text: str, width: int) -> str:
    return cut(text, width) if width * 2 > cell_len(text) else ""


def _room_for(text: str) -> int:
    return cell_len(text) + _GAP if text else 0
