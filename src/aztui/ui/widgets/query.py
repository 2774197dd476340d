"""Where what to look for is typed: a row in place of the status line."""

from __future__ import annotations

from typing import Final

from rich.cells import cell_len
from textual import events

from aztui.ui.messages import QueryKept, QueryStepped, QueryTyped
from aztui.ui.widgets.field import Field
from aztui.ui.widgets.lines import Lines
from aztui.ui.widgets.rows import BLANK, MARGIN, Role, Row, cut

_SIGN: Final = "/"
_LEAST: Final = 12
"""Cells that are kept for typing."""
_GAP: Final = 2
"""Cells between that and what is said."""


class QueryField(Lines, can_focus=True):
    """A text to look for, and beside it what was found."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's
        """Make an empty field.

        Args:
            id: for style sheets and queries.
        """
        super().__init__(id=id)
        self._field = Field.of("")
        self._said = ""

    def begin(self) -> None:
        """Begin with nothing."""
        self._field, self._said = Field.of(""), ""
        self.refresh()

    def say(self, said: str) -> None:
        """Say what was found; safe to show."""
        if said != self._said:
            self._said = said
            self.refresh()

    def on_key(self, event: events.Key) -> None:
        """Type, step, or be done."""
        match event.key:
            case "enter":
                self.post_message(QueryKept())
            case "up" | "down":
                self.post_message(QueryStepped(1 if event.key == "down" else -1))
            case _ if event.character is not None and event.is_printable:
                self._put(self._field.insert(event.character))
            case _:
                changed = self._field.press(event.key)
                if changed is None:
                    return
                self._put(changed)
        event.stop()
        event.prevent_default()

    def on_paste(self, event: events.Paste) -> None:
        """Take the first line of a text that was pasted."""
        event.stop()
        self._put(self._field.insert("".join(event.text.splitlines()[:1])))

    def row(self, y: int) -> Row:
        """Return the row."""
        room = self.size.width - 1 - MARGIN - cell_len(_SIGN)
        if y or room <= 0:
            return BLANK
        said = self._said if self._field.text else ""
        said = cut(said, max(0, room - _LEAST))
        before, under, after = self._field.view(room - cell_len(said) - _GAP)
        typed = sum(map(cell_len, (before, under, after)))
        return (
            (f" {_SIGN}", Role.ACCENT),
            (before, Role.TEXT),
            (under, Role.CARET),
            (after, Role.TEXT),
            (" " * (room - typed - cell_len(said)), Role.TEXT),
            (said, Role.DIM),
        )

    def _put(self, field: Field) -> None:
        if field.text != self._field.text:
            self.post_message(QueryTyped(field.text))
        self._field = field
        self.refresh()
