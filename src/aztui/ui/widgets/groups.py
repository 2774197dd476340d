"""Which answers are the same, one group a row."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import ClassVar, Final

from rich.cells import cell_len
from textual.binding import Binding, BindingType
from textual.message import Message

from aztui.explore.tally import Group
from aztui.terminal.sanitise import sanitise_line
from aztui.ui.markdown.raw import END
from aztui.ui.messages import message
from aztui.ui.widgets.rows import BLANK, Columns, Face, Role, Row, cut
from aztui.ui.widgets.walk import WALKING, Walk

_READ: Final = 1_000
"""Characters of a text that are looked at: more than any row shows of it."""
_GAP: Final = 2
_HIDDEN: Final = re.compile(r"^ +| {2,}| +$", re.MULTILINE)
_BLANK: Final = "no text but white space"


class Groups(Walk):
    """Shows groups, and takes the keys that go about in them."""

    BINDINGS: ClassVar[list[BindingType]] = [*WALKING, Binding("enter", "choose", show=False)]

    class Changed(Message):
        """The user is elsewhere, or there are other groups."""

    @message
    class Chosen(Message):
        """The user wants to see the originals of a group."""

        group: Group

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's
        """Begin with nothing.

        Args:
            id: for style sheets and queries.
        """
        super().__init__(id=id)
        self._groups: Sequence[Group] = ()
        self._answers = 0

    @property
    def at(self) -> int:
        """In which group the user is, from 0."""
        return self._at

    def show(self, groups: Sequence[Group]) -> None:
        """Show other groups; the user stays with the answer that was first in the row."""
        first = self._groups[self._at].members[0] if self._groups else 0
        self._groups = groups
        self._answers = sum(len(group.members) for group in groups)
        self._go(next(at for at, group in enumerate(groups) if first in group.members))

    def row(self, y: int) -> Row:
        """Return one row of the screen."""
        index = self._top + y
        if index >= self._count:
            return BLANK
        columns = Columns.of(self.size.width)
        here, group = index == self._at, self._groups[index]
        widest = len(f"{self._answers:,}")
        share = f"{len(group.members):>{widest},} of {self._answers:,}"
        text = telling(group.text)
        role = Role.TEXT if text else Role.DIM
        shown = cut(text or _BLANK, max(0, columns.width - cell_len(share) - _GAP))
        gap = " " * _GAP
        return (
            columns.mark(here=here),
            (share, Role.ACCENT if here else Role.DIM),
            (gap, Role.TEXT),
            (shown, Face(role, bold=here)),
        )

    def action_choose(self) -> None:
        """See the originals."""
        self.post_message(self.Chosen(self._groups[self._at]))

    @property
    def _count(self) -> int:
        return len(self._groups)

    def _show(self) -> None:
        self.refresh()
        self.post_message(self.Changed())


def telling(text: str) -> str:
    """Return the beginning of a text in a line, in which white space that hides is visible."""
    text = text[:_READ].replace("\r\n", "\n")
    shown = _HIDDEN.sub(lambda found: "·" * len(found.group()), text)
    return sanitise_line(shown.replace("\n", END).replace("\t", "→"))
