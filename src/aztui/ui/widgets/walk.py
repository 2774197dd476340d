"""Rows of which the user is in one."""

from __future__ import annotations

from typing import Final

from textual.binding import Binding, BindingType

from aztui.ui.widgets.lines import Lines

WALKING: Final[list[BindingType]] = [
    Binding("up,k", "walk(-1)", show=False),
    Binding("down,j", "walk(1)", show=False),
    Binding("pageup,b", "walk_page(-1)", show=False),
    Binding("pagedown", "walk_page(1)", show=False),
    Binding("home,ctrl+home,g", "walk_to(0)", show=False),
    Binding("end,ctrl+end,G", "walk_to(-1)", show=False),
]
"""The keys that go from row to row where letters are not typed."""


class Walk(Lines, can_focus=True):
    """Knows in which row the user is, and keeps it on the screen."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's
        """Begin at the top.

        Args:
            id: for style sheets and queries.
        """
        super().__init__(id=id)
        self._at = 0
        self._top = 0

    def on_resize(self) -> None:
        """Keep the row where the user is on the screen."""
        self._move(0)

    def action_walk(self, rows: int) -> None:
        """Go so many rows down, or up."""
        self._move(rows)

    def action_walk_page(self, pages: int) -> None:
        """Go so many pages down, or up."""
        self._move(pages * self._page)

    def action_walk_to(self, row: int) -> None:
        """Go to a row, counted from the first or, below 0, from the last."""
        self._go(row % self._count if self._count else 0)

    @property
    def _count(self) -> int:
        """How many rows there are."""
        raise NotImplementedError

    @property
    def _page(self) -> int:
        """How many rows a page is."""
        return max(1, self.size.height - 1)

    def _show(self) -> None:
        """Show what is there now."""
        raise NotImplementedError

    def _go(self, row: int) -> None:
        self._move(row - self._at)

    def _move(self, rows: int) -> None:
        """Go so many rows down, or up, as far as there are any."""
        self._at = max(0, min(self._at + rows, self._count - 1))
        self._scroll()
        self._show()

    def _scroll(self) -> None:
        """Have the row where the user is on the screen, and no more blank ones than needed."""
        if height := self.size.height:
            self._top = max(0, min(self._top, self._at, self._count - height))
            self._top = max(self._top, self._at - height + 1)
