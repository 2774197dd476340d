"""Which of the answers to a prompt are the same, on a page of its own."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen

from aztui.explore.candidates import Candidate
from aztui.explore.tally import Group, Normaliser, tally
from aztui.ui.naming import heading
from aztui.ui.screens.compare import CompareScreen
from aztui.ui.screens.originals import OriginalsScreen
from aztui.ui.styles import HEIGHTS, stylesheet
from aztui.ui.titles import title
from aztui.ui.widgets.bar import Bar, Rule
from aztui.ui.widgets.groups import Groups
from aztui.ui.widgets.notes import Notes
from aztui.ui.widgets.rows import Columns, Piece, Role, joined

AT_FIRST: Final = frozenset({Normaliser.TRIM})
"""What is overlooked unless the user says otherwise."""
_KEYS: Final = {
    "t": Normaliser.TRIM,
    "w": Normaliser.WHITE_SPACE,
    "c": Normaliser.CASE,
    "l": Normaliser.LAST_NUMBER,
}
_HINTS: Final = ("enter originals", "esc back", "t w c l what counts as the same", "= compare")
_ONE: Final = "There is one answer only: f5 asks again, and n (f2) asks for many at once."


class TallyScreen(Screen[frozenset[Normaliser]]):
    """Shows groups of answers, the largest first; leaves with what was overlooked."""

    CSS_PATH = stylesheet("tally.tcss")
    VERTICAL_BREAKPOINTS = HEIGHTS
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,number_sign", "leave", show=False),
        Binding("equals_sign", "compare", show=False),
        *(Binding(key, f"overlook('{key}')", show=False) for key in _KEYS),
    ]

    def __init__(
        self, answers: Sequence[Candidate], overlooked: frozenset[Normaliser] | None = None
    ) -> None:
        """Make the screen.

        Args:
            answers: one at least, to the same prompt.
            overlooked: what makes no difference between them, to begin with.
        """
        super().__init__()
        self._answers = answers
        self._overlooked = AT_FIRST if overlooked is None else overlooked
        self._found: Sequence[Group] = ()
        self._groups = Groups(id="groups")
        self._header = Bar(id="header")
        self._notes = Notes(self._told, id="notes")
        self._hints = Bar(id="hints")

    def compose(self) -> ComposeResult:
        """Lay the widgets out from top to bottom."""
        yield self._header
        yield Rule(id="under-header")
        yield self._groups
        yield Rule(id="over-notes")
        yield self._notes
        yield self._hints

    def on_mount(self) -> None:
        """Count, and let the groups take the keys."""
        self.set_focus(self._groups)
        self._count()

    def on_groups_changed(self) -> None:
        """Say how many there are, and what can be done."""
        answers, groups = len(self._answers), len(self._found)
        said = f"{answers:,} answer{'' if answers == 1 else 's'} · {groups:,} different"
        asked = title(self._answers[0].run)
        pieces = heading("tally", asked, said, self._header.size.width)
        self._header.show(pieces, (said, Role.DIM))
        self._say()

    def on_groups_chosen(self, message: Groups.Chosen) -> None:
        """Show the originals of a group."""
        self.app.push_screen(OriginalsScreen(self._answers, message.group))

    def action_overlook(self, key: str) -> None:
        """Overlook something between the answers, or do so no more."""
        self._overlooked ^= {_KEYS[key]}
        self._count()

    def action_compare(self) -> None:
        """Compare the group where the user is with the largest other one."""
        if len(self._answers) == 1:
            self._say(_ONE)
            return
        here = self._found[self._groups.at].members
        others = [group.members[0] for group in self._found if group.members != here]
        left, right = (others[0], here[0]) if others else here[:2]
        self.app.push_screen(CompareScreen(self._answers, left, right))

    def action_leave(self) -> None:
        """Go back."""
        self.dismiss(self._overlooked)

    def _count(self) -> None:
        self._found = tally([answer.text for answer in self._answers], self._overlooked)
        self._groups.show(self._found)
        self._notes.refresh()

    def _told(self) -> list[Piece]:
        """What is overlooked, and with which keys it is."""
        width = Columns.of(self._notes.size.width).width
        return [(row, Role.TEXT) for row in joined(switches(self._overlooked), width, "  ")]

    def _say(self, said: str = "") -> None:
        hints: list[Piece] = [(hint, Role.DIM) for hint in _HINTS]
        self._hints.show([(said, Role.ACCENT)] if said else hints)


def switches(overlooked: Collection[Normaliser]) -> list[str]:
    """Return each thing that may be overlooked with its key, and whether it is."""
    return [f"[{'x' if one in overlooked else ' '}] {key} {one}" for key, one in _KEYS.items()]
