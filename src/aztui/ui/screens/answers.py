"""The answers to one prompt side by side, on a page of their own."""

from __future__ import annotations

from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.timer import Timer

from aztui.core.events import RunId
from aztui.terminal.sanitise import sanitise
from aztui.ui.messages import BeginCopy, Copied, CopyAsked
from aztui.ui.side_by_side import Beside
from aztui.ui.styles import HEIGHTS, stylesheet
from aztui.ui.titles import title
from aztui.ui.widgets.answers import AnswersView
from aztui.ui.widgets.bar import Bar, Rule
from aztui.ui.widgets.rows import Role

_HINTS: Final = ("esc back", "← → answer", "↑ ↓ scroll", "y copy")
_LOOK: Final = 1 / 15
"""Seconds between two looks at answers that are under way."""
_SAID: Final = 4.0
"""Seconds that what came of a copy stays."""


class AnswersScreen(Screen[tuple[RunId, int] | None]):
    """Shows answers, those under way as they come; leaves with the one to go to, if any."""

    CSS_PATH = stylesheet("answers.tcss")
    VERTICAL_BREAKPOINTS = HEIGHTS
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,vertical_line,q", "dismiss(None)", show=False),
    ]

    def __init__(self, beside: Beside, copy: BeginCopy) -> None:
        """Make the screen.

        Args:
            beside: has the answers.
            copy: begins to copy a text, named by the next one, and calls the last argument, from
                any thread, with a sentence on what came of it.
        """
        super().__init__()
        self._beside = beside
        self._copy = copy
        self._view = AnswersView(beside, id="answers")
        self._header = Bar(id="header")
        self._hints = Bar(id="hints")
        self._looking: Timer | None = None

    def compose(self) -> ComposeResult:
        """Lay the widgets out from top to bottom."""
        yield self._header
        yield Rule(id="under-header")
        yield self._view
        yield Rule(id="over-hints")
        yield self._hints

    def on_mount(self) -> None:
        """Let the answers take the keys, and follow those that are under way."""
        self.set_focus(self._view)
        self._hint()
        if self._view.under_way:
            self._looking = self.set_interval(_LOOK, self._look)

    def on_answers_view_changed(self) -> None:
        """Say which one it is."""
        at, count = self._view.place
        self._header.show(
            [("answers", Role.ACCENT), (title(self._view.here.run), Role.TEXT)],
            (f"{at:,} of {count:,}", Role.DIM),
        )

    def on_answers_view_chosen(self, message: AnswersView.Chosen) -> None:
        """Go to an answer."""
        self.dismiss((message.run, message.number))

    def on_copy_asked(self, message: CopyAsked) -> None:
        """Copy an answer."""
        message.stop()
        self._copy(message.text, message.what, lambda said: self.post_message(Copied(said)))

    def on_copied(self, message: Copied) -> None:
        """Say what came of it, for a while."""
        self._hints.show([(sanitise(message.said), Role.ACCENT)])
        self.set_timer(_SAID, self._hint)

    def _hint(self) -> None:
        choose = "enter go on from it" if self._beside.turns else "enter go there"
        self._hints.show([(hint, Role.DIM) for hint in (choose, *_HINTS)])

    def _look(self) -> None:
        self._view.look()
        if self._looking is not None and not self._view.under_way:
            self._looking.stop()
