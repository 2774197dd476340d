"""Rows that are made anew whenever they are drawn."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from aztui.ui.widgets.lines import Lines
from aztui.ui.widgets.rows import BLANK, Row


class Panel(Lines):
    """Shows rows from its top on, as many as there is room for."""

    def __init__(self, rows: Callable[[int, int], Sequence[Row]], *, id: str | None = None) -> None:  # noqa: A002 - Textual's
        """Make it.

        Args:
            rows: returns them for a width and a height in cells.
            id: for style sheets and queries.
        """
        super().__init__(id=id)
        self._rows = rows

    def row(self, y: int) -> Row:
        """Return one row of the screen."""
        rows = self._rows(self.size.width, self.size.height)
        return rows[y] if y < len(rows) else BLANK
