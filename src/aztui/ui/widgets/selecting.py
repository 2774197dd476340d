"""Selecting a part of the log with the keyboard."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from aztui.ui.keymap import SELECT_HINTS
from aztui.ui.widgets.document import Document
from aztui.ui.widgets.modes import Mode
from aztui.ui.widgets.rows import Line, Role, Row, marked
from aztui.ui.widgets.selection import Ground, Point, Selection, after, moved, on, shown


class Selecting(Mode):
    """Moves a selection's end, and marks what is selected; text that comes does not move it.

    Attributes:
        selection: what is selected.
    """

    hints = SELECT_HINTS

    def __init__(
        self,
        document: Document,
        start: Point,
        *,
        by_line: bool,
        page: Callable[[], int],
        copy: Callable[[Selection], object],
    ) -> None:
        """Begin with one row, or one character.

        Args:
            document: the log.
            start: where; its row is laid out for certain.
            by_line: whether whole rows are selected.
            page: returns how many rows a page goes.
            copy: takes what is selected.
        """
        self.selection = Selection(start, start, by_line)
        self._document = document
        self._page = page
        self._copy = copy
        self._note_places()

    @property
    def said(self) -> str:
        """How much is selected."""
        count, kind = self.selection.rows, "row"
        if not self.selection.by_line and count == 1:
            start, end = self.selection.part(self.row, self._document.line(self.row))
            count, kind = end - start, "character"
        return f"{count:,} {kind if count == 1 else f'{kind}s'} selected: y copies, esc leaves"

    @property
    def row(self) -> int:
        """Where the end is that moves."""
        return self.selection.cursor.row

    def press(self, key: str) -> bool:
        """Move, select otherwise, or copy."""
        match key:
            case "y" | "enter":
                self.over = True
                self._copy(self.selection)
            case "V" | "s":
                self.selection = replace(self.selection, by_line=key == "V")
            case "o":
                self.selection = self.selection.turned()
            case _:
                ground = Ground(self._document.line, self._document.height, self._page())
                cursor = moved(self.selection.cursor, key, ground)
                if cursor is None:
                    return len(key) == 1  # no letter does anything else meanwhile
                self.selection = replace(self.selection, cursor=cursor)
        self._note_places()
        return True

    def mark(self, index: int, line: Line, row: Row) -> Row:
        """Return a row with what is selected of it marked."""
        start, end = self.selection.part(index, line)
        row = marked(row, start, end, Role.SELECTED)
        if index != self.row:
            return row
        length, at = len(shown(line)), on(line, self.selection.cursor.at)
        if at >= length:
            return (*row, (" " * (at - length), Role.TEXT), (" ", Role.CURRENT))
        return marked(row, at, after(line, at), Role.CURRENT)

    def moved(self) -> None:
        """Find what is selected where it stands now."""
        anchor, cursor = self.selection.anchor, self.selection.cursor
        first, second = self._document.rows(*self._places)
        self.selection = replace(
            self.selection, anchor=anchor._replace(row=first), cursor=cursor._replace(row=second)
        )

    def _note_places(self) -> None:
        ends = self.selection.anchor, self.selection.cursor
        places = [self._document.place(point.row) for point in ends]
        self._places = [place for place in places if place is not None]
