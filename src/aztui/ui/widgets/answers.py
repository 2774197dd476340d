"""Answers side by side, as many as fit, that scroll together."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import ClassVar, Final

from textual.binding import Binding, BindingType
from textual.message import Message

from aztui.core.continuing import whole
from aztui.core.events import RunId
from aztui.explore.answers import differences
from aztui.explore.candidates import Candidate
from aztui.ui.messages import CopyAsked, message
from aztui.ui.side_by_side import Beside
from aztui.ui.widgets.column import Column
from aztui.ui.widgets.lines import Lines
from aztui.ui.widgets.rows import MAX_TEXT, Piece, Role, Row
from aztui.ui.widgets.shelf import Shelf

LEAST: Final = 36
"""Cells of a column at least; where there is less room, one is shown at a time."""
_BETWEEN: Final[Piece] = (" │ ", Role.DIM)
_EDGE: Final[Piece] = (" ", Role.TEXT)
_KEPT: Final = 4_000
"""Rows that are kept laid out: those of some long answers in narrow columns."""
_TURN: Final = 0.012
_PAUSE: Final = 0.004
"""Seconds that are worked on long texts at a time, and that everything else has in between."""
_HEAD: Final = 3
_HEAD_OF_FEW: Final = 1
"""Rows above the texts; where there are only a few rows in all, one."""
_FEW: Final = 8


class AnswersView(Lines, can_focus=True):
    """Shows some answers to a prompt, and takes the keys that go about in them."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h,left_square_bracket,shift+tab", "step(-1)", show=False),
        Binding("right,l,right_square_bracket,tab", "step(1)", show=False),
        Binding("up,k", "scroll_by(-1)", show=False),
        Binding("down,j", "scroll_by(1)", show=False),
        Binding("pageup,b", "scroll_page(-1)", show=False),
        Binding("pagedown,space", "scroll_page(1)", show=False),
        Binding("home,ctrl+home,g", "top", show=False),
        Binding("end,ctrl+end,G", "bottom", show=False),
        Binding("enter", "choose", show=False),
        Binding("y", "copy", show=False),
    ]

    class Changed(Message):
        """The user is elsewhere, or more has come."""

    @message
    class Chosen(Message):
        """The user goes to an answer."""

        run: RunId
        number: int

    def __init__(self, beside: Beside, *, id: str | None = None) -> None:  # noqa: A002 - Textual's
        """Begin at the answer from which the user comes.

        Args:
            beside: has the answers.
            id: for style sheets and queries.
        """
        super().__init__(id=id)
        self._beside = beside
        self._answers: Sequence[Candidate] = beside.answers
        self._shelf = Shelf(_KEPT)
        self._columns: list[Column] = []
        self._differs = differences([candidate.run for candidate in self._answers])
        self._at = beside.begins
        self._first = self._at
        self._top = 0
        self._follows = self.under_way
        self._working = False

    @property
    def under_way(self) -> bool:
        """Whether more may come."""
        return any(not candidate.run.phase.over for candidate in self._answers)

    @property
    def here(self) -> Candidate:
        """The answer where the user is."""
        return self._answers[self._at]

    @property
    def place(self) -> tuple[int, int]:
        """Which one that is, from 1, and how many there are."""
        return self._at + 1, len(self._answers)

    def on_resize(self) -> None:
        """Lay the columns out for the new width; the answer where the user is stays in view."""
        self._arrange()

    def look(self) -> None:
        """Show the answers as they are now."""
        self._answers = self._beside.answers
        self._follows = self._follows and self.under_way
        if len(self._answers) != len(self._columns):
            self._arrange()
        told = [
            column.tell(candidate)
            for column, candidate in zip(self._columns, self._answers, strict=True)
        ]
        if any(told):
            self._lay_out()
            self._show()

    def row(self, y: int) -> Row:
        """Return one row of the screen."""
        shown = range(self._first, min(self._first + self._count, len(self._columns)))
        if y < self._head:
            return _beside([self._above(place, y) for place in shown])
        return _beside([self._columns[place].row(self._top + y - self._head) for place in shown])

    def action_step(self, by: int) -> None:
        """Go to the next answer, or the one before."""
        self._at = max(0, min(self._at + by, len(self._answers) - 1))
        self._bring()
        self._settle()
        self._show()

    def action_scroll_by(self, rows: int) -> None:
        """Move all columns down, or up for a negative number."""
        self._top = max(0, min(self._top + rows, self._last))
        self._follows = self.under_way and self._top >= self._end
        self._settle()
        self._show()

    def action_scroll_page(self, pages: int) -> None:
        """Do so by pages; a row stays for orientation."""
        self.action_scroll_by(pages * max(1, self._room - 1))

    def action_top(self) -> None:
        """Show the beginning."""
        self.action_scroll_by(-self._top)

    def action_bottom(self) -> None:
        """Show the end, and follow it while more comes."""
        self.action_scroll_by(self._last)

    def action_choose(self) -> None:
        """Go to the answer."""
        self.post_message(self.Chosen(self.here.run.id, self.here.choice.index))

    def action_copy(self) -> None:
        """Copy the answer, as it came."""
        what = f"answer {self._at + 1}"
        over = self.here.choice.finish_reason or self.here.run.phase.over
        text = whole(self.here.run, self.here.choice)
        self.post_message(CopyAsked(text, what if over else f"{what} so far"))

    @property
    def _head(self) -> int:
        return _HEAD if self.size.height >= _FEW else _HEAD_OF_FEW

    @property
    def _room(self) -> int:
        """How many rows of the texts are on the screen."""
        return max(1, self.size.height - self._head)

    @property
    def _count(self) -> int:
        """How many columns are on the screen."""
        return max(1, min(len(self._answers), self.size.width // LEAST))

    @property
    def _width(self) -> int:
        """Cells of a column."""
        between = len(_BETWEEN[0]) * (self._count - 1) + 2 * len(_EDGE[0])
        return max(2, min(MAX_TEXT, (self.size.width - between) // self._count))

    @property
    def _last(self) -> int:
        """The topmost row when the last one of the longest answer in view is at the bottom."""
        return max(0, max((column.height for column in self._shown), default=0) - self._room)

    @property
    def _end(self) -> int:
        """The same of the answers in view that still grow; where one is if none of them does."""
        grown = [column.height for column in self._shown if column.writes]
        return max(0, max(grown) - self._room) if grown else self._top

    @property
    def _shown(self) -> Sequence[Column]:
        return self._columns[self._first : self._first + self._count]

    def _above(self, place: int, y: int) -> Row:
        column = self._columns[place]
        if y == 0:
            followed = self._beside.followed(column.candidate)
            here = place == self._at
            return column.head(place + 1, len(self._columns), here=here, followed=followed)
        differs = self._differs.get(column.candidate.run.id, ())
        return column.figures(differs) if y == 1 else column.blank()

    def _arrange(self) -> None:
        """Have a column for each answer, in the width that there is."""
        for column in self._columns:
            column.fit(self._width)
        for candidate in self._answers[len(self._columns) :]:
            view = self._beside.view(candidate.run)
            self._columns.append(Column(candidate, self._width, view, self._shelf))
        self._bring()
        self._lay_out()
        self._show()

    def _bring(self) -> None:
        """Have the answer where the user is on the screen, and no more room unused than needed."""
        first = max(0, min(self._first, self._at, len(self._columns) - self._count))
        self._first = max(first, self._at - self._count + 1)

    def _lay_out(self) -> None:
        """Lay out what has come; of long texts a step, and the rest a little later."""
        until = time.monotonic() + _TURN
        for column in [*self._shown, *self._columns]:
            while column.behind and time.monotonic() < until:
                column.advance()
        self._settle()
        if any(column.behind for column in self._columns) and not self._working:
            self._working = True
            # Not by `set_timer`, which leaves out what is late.
            asyncio.get_running_loop().call_later(_PAUSE, self.call_later, self._go_on)

    def _go_on(self) -> None:
        self._working = False
        self._lay_out()
        self._show()

    def _settle(self) -> None:
        """Lay out for certain what is on the screen."""
        self._stay()
        for column in self._shown:
            while column.settle(self._top, self._top + self._room):
                self._stay()

    def _stay(self) -> None:
        """Follow what comes, or else stay where the user is, as far as there is so much."""
        self._top = min(self._end if self._follows else self._top, self._last)

    def _show(self) -> None:
        self.refresh()
        self.post_message(self.Changed())


def _beside(rows: Sequence[Row]) -> Row:
    """Return rows side by side."""
    row: list[Piece] = [_EDGE]
    for place, one in enumerate(rows):
        row += [_BETWEEN, *one] if place else one
    return tuple(row)
