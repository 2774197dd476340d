"""The session's tree, on a page of its own."""

from __future__ import annotations

from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen

from aztui.core.events import RunId
from aztui.core.tree import Session
from aztui.terminal.sanitise import sanitise_line
from aztui.ui.styles import HEIGHTS, stylesheet
from aztui.ui.titles import glimpse
from aztui.ui.widgets.bar import Bar, Rule
from aztui.ui.widgets.notes import Notes
from aztui.ui.widgets.rows import Columns, Piece, Role
from aztui.ui.widgets.tree import Bookmark, TreeView

_HINTS: Final = (
    "enter go there",
    "esc back",
    "← → parent, child",
    "[ ] beside",
    "m bookmark",
    "n N to one",
)


class TreeScreen(Screen[RunId | None]):
    """Shows every run of a session; leaves with the one to go to, or with nothing."""

    CSS_PATH = stylesheet("tree.tcss")
    VERTICAL_BREAKPOINTS = HEIGHTS
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f8,T,q", "dismiss(None)", show=False),
    ]

    def __init__(self, session: Session, bookmark: Bookmark) -> None:
        """Make the screen.

        Args:
            session: whose tree it is, as it is now.
            bookmark: bookmarks a run or does so no more, and returns whether it is now.
        """
        super().__init__()
        self._called = sanitise_line(session.name)
        self._tree = TreeView(session, bookmark, id="tree")
        self._header = Bar(id="header")
        self._notes = Notes(self._told, id="notes")
        self._hints = Bar(id="hints")

    def compose(self) -> ComposeResult:
        """Lay the widgets out from top to bottom."""
        yield self._header
        yield Rule(id="under-header")
        yield self._tree
        yield Rule(id="over-notes")
        yield self._notes
        yield self._hints

    def on_mount(self) -> None:
        """Let the tree take the keys."""
        self.set_focus(self._tree)

    def on_tree_view_changed(self, message: TreeView.Changed) -> None:
        """Say where the user is, and what can be done there."""
        at, count = self._tree.place
        pieces: list[Piece] = [("tree", Role.ACCENT)]
        pieces += [(self._called, Role.TEXT)] if self._called else []
        pieces.append((f"{count:,} run{'' if count == 1 else 's'}", Role.DIM))
        if marked := self._tree.bookmarks:
            pieces.append((f"{marked:,} bookmark{'' if marked == 1 else 's'}", Role.DIM))
        self._header.show(pieces, (f"{at:,} of {count:,}" if count else "", Role.DIM))
        said: list[Piece] = [(message.said, Role.ACCENT)]
        self._hints.show(said if message.said else [(hint, Role.DIM) for hint in _HINTS])
        self._notes.refresh()

    def on_tree_view_chosen(self, message: TreeView.Chosen) -> None:
        """Go to a run."""
        self.dismiss(message.run)

    def _told(self) -> list[Piece]:
        here, size = self._tree.here, self._notes.size
        if here is None:
            return [("Nothing has been asked in this session yet.", Role.TEXT)]
        return glimpse(here, Columns.of(size.width).width, size.height)
