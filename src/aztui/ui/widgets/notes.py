"""What there is to know about the place where the user is."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from aztui.terminal.sanitise import sanitise
from aztui.ui.widgets.flow import Flow
from aztui.ui.widgets.lines import Lines
from aztui.ui.widgets.rows import BLANK, Columns, Piece, Role, Row


class Notes(Lines):
    """Shows a few sentences, each from a row of its own, as far as there is room."""

    def __init__(self, notes: Callable[[], Sequence[Piece]], *, id: str | None = None) -> None:  # noqa: A002 - Textual's
        """Make the notes.

        Args:
            notes: returns the sentences; asked whenever they are drawn.
            id: for style sheets and queries.
        """
        super().__init__(id=id)
        self._notes = notes

    def row(self, y: int) -> Row:
        """Return one row of the screen."""
        columns = Columns.of(self.size.width)
        gutter: Piece = (" " * columns.indent, Role.TEXT)
        rows: list[Row] = [
            (gutter, (row, role))
            for text, role in self._notes()
            for row in Flow(columns.width, sanitise(text)).rows
        ]
        return rows[y] if y < len(rows) else BLANK
