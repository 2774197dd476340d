"""A few things to choose from, with the keyboard."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message

from aztui.ui.messages import message
from aztui.ui.widgets.lines import Lines
from aztui.ui.widgets.rows import BLANK, Columns, Role, Row, cut


class Menu(Lines, can_focus=True):
    """Shows one choice a row."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", show=False),
        Binding("down,j", "move(1)", show=False),
        Binding("enter,space", "choose", show=False),
        Binding("q", "app.quit", show=False),
    ]

    @message
    class Chosen(Message):
        """The user chose something.

        Attributes:
            index: which.
        """

        index: int

    def __init__(self, choices: Sequence[tuple[str, str]], *, id: str | None = None) -> None:  # noqa: A002 - Textual's
        """Make a menu.

        Args:
            choices: names and descriptions; safe to show.
            id: for style sheets and queries.
        """
        super().__init__(id=id)
        self._choices = choices
        self._at = 0

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - Textual's signature
        """Return one row a choice."""
        return len(self._choices)

    def action_move(self, step: int) -> None:
        """Move to another choice."""
        self._at = max(0, min(self._at + step, len(self._choices) - 1))
        self.refresh()

    def action_choose(self) -> None:
        """Choose."""
        self.post_message(self.Chosen(self._at))

    def row(self, y: int) -> Row:
        """Return one row of the screen."""
        if y >= len(self._choices):
            return BLANK
        columns = Columns.of(self.size.width)
        name, description = self._choices[y]
        widest = max(len(name) for name, _ in self._choices) + 2
        here = y == self._at
        room = columns.width - widest
        return (
            columns.mark(here=here),
            (f"{name:<{widest}}", Role.STRONG if here else Role.TEXT),
            (cut(description, room), Role.DIM),
        )
