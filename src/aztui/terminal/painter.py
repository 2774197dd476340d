"""What the terminal shows, what Textual wants it to show, and the way from the one to the other."""

from __future__ import annotations

import re
from typing import Final, final

from aztui.terminal.abilities import Abilities
from aztui.terminal.cells import Canvas, UnreadableError
from aztui.terminal.difference import write_difference, wrong_rows
from aztui.terminal.moved import Shown
from aztui.terminal.pen import Pen

SYNC_START: Final = "\x1b[?2026h"
SYNC_END: Final = "\x1b[?2026l"
_WORTH_HOLDING: Final = 100
"""Characters from which on a terminal is told to show them at once; fewer come at once anyway."""
_UNSEEN: Final = re.compile(
    r"(?:\x07"
    r"|\x1b\[[<=>?][0-9;]*\$?[@-~]"  # modes, and what asks for them
    r"|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)"  # OSC: titles, the clipboard
    r"|\x1bP(?:[^\x1b]|\x1b[^\\])*\x1b\\"  # DCS: the same, through tmux
    r")*"
)


@final
class Painter:
    """Takes what Textual draws, and says what to write so that the terminal shows it.

    Frames that were taken and never painted are skipped: the next painting is of the present, as a
    difference from what was painted last.

    Attributes:
        synchronises: the terminal can be told to show what is painted at once.
    """

    def __init__(self, abilities: Abilities, width: int, height: int) -> None:
        """Begin with a terminal of that size, in cells, of which nothing is known."""
        self._abilities = abilities
        self._canvas = Canvas(width, height)
        self.synchronises = False
        self._shown: list[Shown]
        self._pen: Pen
        self._know_nothing()

    def take(self, text: str) -> bool:
        """Take `text` in if it draws; else it is to be written as it is."""
        try:
            self._canvas.draw(text)
        except UnreadableError:
            if not _UNSEEN.fullmatch(text):
                self._know_nothing()
            return False
        return True

    def paint(self, cursor: tuple[int, int] | None = None) -> str:
        """Return what to write now; it counts as shown.

        Args:
            cursor: the column and row of the cursor that is to be seen; None where none is.
        """
        pen = self._pen
        x, y = cursor or self._canvas.cursor
        wrong = wrong_rows(self._shown, self._canvas.rows)
        if any(row != y for row in wrong):  # or it would be seen to wander there and back
            pen.show_cursor(on=False)
        write_difference(pen, self._shown, self._canvas.rows, wrong)
        self._shown = list(self._canvas.rows)
        pen.close()
        pen.move(x, y)
        pen.show_cursor(on=cursor is not None)
        text = pen.take()
        if self.synchronises and len(text) > _WORTH_HOLDING:
            return SYNC_START + text + SYNC_END
        return text

    def mark(self) -> str:
        """Return what the terminal answers with where the cursor is, once it has read as far."""
        self._pen.mark()
        return self._pen.take()

    def forget(self, width: int, height: int) -> None:
        """Take it that the terminal has that size, and that anything may be shown on it."""
        self._canvas.resize(width, height)
        self._know_nothing()

    def _know_nothing(self) -> None:
        self._shown = [None] * self._canvas.height
        self._pen = Pen(self._abilities, self._canvas.width, self._canvas.height)
