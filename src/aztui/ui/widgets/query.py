"""What is looked for, while it is typed: a mode of the log, and a row in place of the status."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from rich.cells import cell_len

from aztui.ui.keymap import QUERY_HINTS
from aztui.ui.widgets.field import Field
from aztui.ui.widgets.lines import Lines
from aztui.ui.widgets.modes import Mode
from aztui.ui.widgets.rows import BLANK, MARGIN, Role, Row, cut

_SIGN: Final = "/"
_LEAST: Final = 12
"""Cells that are kept for typing."""
_GAP: Final = 2
"""Cells between that and what is said."""


class Typing(Mode):
    """Takes what to look for; the search itself marks what it finds."""

    hints = QUERY_HINTS

    def __init__(
        self,
        look_for: Callable[[str], object],
        step: Callable[[int], object],
        said: Callable[[], str],
    ) -> None:
        """Begin with nothing.

        Args:
            look_for: takes what is typed each time it changes.
            step: goes to the next match, or for -1 to the one before.
            said: tells what was found.
        """
        self._field = Field.of("")
        self._look_for = look_for
        self._step = step
        self._said = said

    @property
    def field(self) -> Field:
        """What is typed so far."""
        return self._field

    @property
    def said(self) -> str:
        """What was found."""
        return self._said() if self._field.text else ""

    def press(self, key: str) -> bool:
        """Type, step, or be done."""
        match key:
            case "enter":
                self.over = True
            case "up" | "down":
                self._step(1 if key == "down" else -1)
            case _:
                field = self._field.insert(key) if len(key) == 1 else self._field.press(key)
                if field is None:
                    return False
                self._put(field)
        return True

    def paste(self, text: str) -> bool:
        """Take the first line of a text that was pasted."""
        self._put(self._field.insert("".join(text.splitlines()[:1])))
        return True

    def _put(self, field: Field) -> None:
        before, self._field = self._field, field
        if field.text != before.text:
            self._look_for(field.text)


class QueryBar(Lines):
    """Shows what is typed, and beside it what was found."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's
        """Make an empty bar.

        Args:
            id: for style sheets and queries.
        """
        super().__init__(id=id)
        self._shown = Field.of(""), "", True

    def show(self, field: Field, said: str, *, caret: bool = True) -> None:
        """Show something else; `said` must be safe to show. No caret where one types elsewhere."""
        if self._shown != (field, said, caret):
            self._shown = field, said, caret
            self.refresh()

    def row(self, y: int) -> Row:
        """Return the row."""
        room = self.size.width - 1 - MARGIN - cell_len(_SIGN)
        if y or room <= 0:
            return BLANK
        field, said, caret = self._shown
        said = cut(said, max(0, room - _LEAST))
        before, under, after = field.view(room - cell_len(said) - _GAP)
        typed = sum(map(cell_len, (before, under, after)))
        return (
            (f" {_SIGN}", Role.ACCENT),
            (before, Role.TEXT),
            (under, Role.CARET if caret else Role.TEXT),
            (after, Role.TEXT),
            (" " * (room - typed - cell_len(said)), Role.TEXT),
            (said, Role.DIM),
        )
