"""The parameters of the session, on a page of their own."""

from __future__ import annotations

import os
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen

from aztui.terminal.sanitise import sanitise
from aztui.ui import editor
from aztui.ui.pages import connection
from aztui.ui.screens.editing import edited
from aztui.ui.sheet import Sheet
from aztui.ui.styles import HEIGHTS, stylesheet
from aztui.ui.widgets.bar import Bar, Rule
from aztui.ui.widgets.notes import Notes
from aztui.ui.widgets.rows import Role
from aztui.ui.widgets.sheet import SheetView

_MOVING: Final = ("type to change", "esc back", "↑ ↓ move", "del default")
_STEPPING: Final = ("← → change", "esc back", "↑ ↓ move", "del default")
_AGAIN: Final = "f5 ask again so"
_TYPING: Final = ("enter, esc keep", "empty for the default", "ctrl+g editor")
_WRONG: Final = ("esc leave it as it was", "empty for the default", "ctrl+g editor")


class ParametersScreen(Screen[Sheet]):
    """Shows what the API takes, and changes it; leaves with what is set.

    Attributes:
        again: whether the last prompt is to be asked again with that.
    """

    CSS_PATH = stylesheet("parameters.tcss")
    VERTICAL_BREAKPOINTS = HEIGHTS
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", show=False, priority=True),
        Binding("f2", "close", show=False),
        Binding("f4,ctrl+g", "edit", show=False),
        Binding("f5", "again", show=False),
    ]

    def __init__(self, sheet: Sheet, *, asked: bool = False) -> None:
        """Make the screen.

        Args:
            sheet: what is set; it is changed, and handed back at the end.
            asked: whether there is a prompt that can be asked again with it.
        """
        super().__init__()
        self.again = False
        self._sheet = sheet
        self._asked = asked
        self._view = SheetView(sheet, id="sheet")
        self._header = Bar(id="header")
        self._hints = Bar(id="hints")

    def compose(self) -> ComposeResult:
        """Lay the widgets out from top to bottom."""
        yield self._header
        yield Rule(id="under-header")
        yield self._view
        yield Rule(id="over-notes")
        yield Notes(self._view.notes, id="notes")
        yield self._hints

    def on_mount(self) -> None:
        """Let the rows take the keys."""
        self.set_focus(self._view)

    def on_sheet_view_changed(self) -> None:
        """Say how much is set, and what can be done where the user is."""
        profile = self._sheet.profile
        first, *_ = connection(profile)
        self._header.show(
            [("parameters", Role.ACCENT), (first, Role.TEXT), (profile.api, Role.DIM)],
            (f"{self._sheet.count} of {len(self._sheet.entries)} set", Role.DIM),
        )
        hints: tuple[str, ...]
        if self._view.editing:
            hints = _WRONG if self._view.wrong else _TYPING
        else:
            hints = _STEPPING if self._view.here.parameter.kind.steps else _MOVING
            hints = (*hints[:2], _AGAIN, *hints[2:]) if self._asked else hints
        self._hints.show([(hint, Role.DIM) for hint in hints])
        self.query_one(Notes).refresh()

    def action_leave(self) -> None:
        """Leave what is being typed, else the page."""
        if not self._view.leave():
            self.action_close()

    def action_close(self) -> None:
        """Go back with what is set; what is being typed is kept if it will do."""
        self._view.leave()
        self.dismiss(self._sheet)

    def action_again(self) -> None:
        """Go back, and ask the last prompt again with what is set."""
        if self._asked and not self._view.wrong:
            self.again = True
            self.action_close()

    def action_edit(self) -> None:
        """Edit the value in the user's editor."""
        outcome = edited(self.app, self._view.text, os.environ)
        if isinstance(outcome, editor.EditorError):
            self._hints.show([(sanitise(str(outcome)), Role.ACCENT)])
        else:
            self._view.put(outcome)
