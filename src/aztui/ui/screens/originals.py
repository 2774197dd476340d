"""Answers that count as the same, as they came, on a page of their own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen

from aztui.explore.candidates import Candidate
from aztui.explore.tally import Group
from aztui.ui.naming import heading
from aztui.ui.screens.compare import CompareScreen
from aztui.ui.styles import HEIGHTS, stylesheet
from aztui.ui.widgets.bar import Bar, Rule
from aztui.ui.widgets.groups import telling
from aztui.ui.widgets.originals import Originals
from aztui.ui.widgets.rows import Piece, Role

_HINTS: Final = ("n N next, previous", "esc back", "= compare with the next", "↑ ↓ scroll")
_ONE: Final = "There is one answer only: nothing to compare it with."


class OriginalsScreen(Screen[None]):
    """Shows a group's answers; leaves with esc."""

    CSS_PATH = stylesheet("tally.tcss")
    AUTO_FOCUS = "#originals"
    VERTICAL_BREAKPOINTS = HEIGHTS
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,enter", "dismiss(None)", show=False),
        Binding("equals_sign", "compare", show=False),
    ]

    def __init__(self, answers: Sequence[Candidate], group: Group) -> None:
        """Make the screen.

        Args:
            answers: all those that were counted.
            group: which of them to show, and what they have in common.
        """
        super().__init__()
        self._answers = answers
        self._group = group
        self._originals = Originals([answers[at] for at in group.members], id="originals")
        self._header = Bar(id="header")
        self._hints = Bar(id="hints")

    def compose(self) -> ComposeResult:
        """Lay the widgets out from top to bottom."""
        yield self._header
        yield Rule(id="under-header")
        yield self._originals
        yield self._hints

    def on_originals_moved(self) -> None:
        """Say at which answer the user is, and what can be done."""
        place = f"{self._originals.at + 1:,} of {len(self._group.members):,}"
        width = self._header.size.width
        pieces = heading("originals", telling(self._group.text), place, width)
        self._header.show(pieces, (place, Role.DIM))
        self._say()

    def action_compare(self) -> None:
        """Compare the answer where the user is with the one after it, or the one before."""
        if len(self._answers) == 1:
            self._say(_ONE)
            return
        here, members = self._originals.at, self._group.members
        # The only one of its kind is compared with one of another.
        among = members if len(members) > 1 else range(len(self._answers))
        at = among.index(members[here])
        left, right = (at, at + 1) if at + 1 < len(among) else (at - 1, at)
        self.app.push_screen(CompareScreen(self._answers, among[left], among[right]))

    def _say(self, said: str = "") -> None:
        hints: list[Piece] = [(hint, Role.DIM) for hint in _HINTS]
        self._hints.show([(said, Role.ACCENT)] if said else hints)
