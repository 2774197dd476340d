"""A page of rows, to be read and scrolled."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.geometry import Size

from aztui.ui.widgets.lines import Lines
from aztui.ui.widgets.rows import BLANK, Row


class Page(Lines, can_focus=True):
    """Shows rows that are made for the width at hand."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", show=False),
        Binding("down,j", "move(1)", show=False),
        Binding("pageup,b", "page(-1)", show=False),
        Binding("pagedown,space", "page(1)", show=False),
        Binding("home,ctrl+home,g", "move(-100000)", show=False),
        Binding("end,ctrl+end,G", "move(100000)", show=False),
    ]

    def __init__(self, rows: Callable[[int], Sequence[Row]], *, id: str | None = None) -> None:  # noqa: A002 - Textual's
        """Make a page.

        Args:
            rows: returns them for a width in cells.
            id: for style sheets and queries.
        """
        super().__init__(id=id)
        self._make = rows
        self._rows: Sequence[Row] = ()
        self._top = 0
        self._follows = False

    def on_resize(self) -> None:
        """Make the rows for the new width."""
        self.remake()

    def remake(self) -> None:
        """Make the rows anew, and stay where the user has scrolled to."""
        self._rows = self._make(self.size.width)
        self._stay(at_end=self._follows)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - Textual's signature
        """Return one row a row."""
        return len(self._make(width))

    def row(self, y: int) -> Row:
        """Return one row of the screen."""
        index = self._top + y
        return self._rows[index] if index < len(self._rows) else BLANK

    def renew(self) -> None:
        """Make the rows anew, as something has changed; whoever reads their end stays there."""
        self._follows = self._top >= self._last
        self._rows = self._make(self.size.width)
        self._stay(at_end=self._follows)

    def action_move(self, rows: int) -> None:
        """Scroll by rows."""
        top = max(0, min(self._top + rows, self._last))
        if top != self._top:
            self._top = top
            self._follows = self._follows and top == self._last
            self.refresh()

    def action_page(self, pages: int) -> None:
        """Scroll by pages."""
        self.action_move(pages * max(1, self.size.height - 1))

    def _stay(self, *, at_end: bool) -> None:
        self._top = self._last if at_end else min(self._top, self._last)
        self.refresh()

    @property
    def _last(self) -> int:
        """The topmost row when the last one is at the bottom."""
        return max(0, len(self._rows) - self.size.height)
