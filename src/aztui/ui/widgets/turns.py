"""The earlier turns of a request, one a row, to choose from what to leave out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, Final

from rich.cells import cell_len
from textual.binding import Binding, BindingType
from textual.message import Message

from aztui.core.events import RunId
from aztui.core.run import Run
from aztui.core.window import Load
from aztui.ui.titles import title
from aztui.ui.widgets.rows import BLANK, Columns, Face, Role, Row, cut
from aztui.ui.widgets.walk import WALKING, Walk

_TOKENS: Final = 16
"""Cells of the figures, which line up at the right."""
_ROOMY: Final = 60
"""Cells of a row from which on there is room for more than a word."""


class Turns(Walk):
    """Shows the turns and about how much they take, and takes the keys that choose."""

    BINDINGS: ClassVar[list[BindingType]] = [*WALKING, Binding("space,x", "leave_out", show=False)]

    class Changed(Message):
        """The user is elsewhere, or something else is left out."""

    def __init__(self, load: Load, path: Sequence[Run], *, id: str | None = None) -> None:  # noqa: A002 - Textual's
        """Leave out the oldest to begin with, as many as must go.

        Args:
            load: what the request takes; it has a turn at least.
            path: the runs whose turns they are, and others.
            id: for style sheets and queries.
        """
        super().__init__(id=id)
        self._load = load
        self._runs: Mapping[RunId, Run] = {run.id: run for run in path}
        self.left_out = load.oldest

    @property
    def here(self) -> Run:
        """The run whose turn the user is at."""
        return self._runs[self._load.turns[self._at].run]

    def row(self, y: int) -> Row:
        """Return one row of the screen."""
        index = self._top + y
        if index >= self._count:
            return BLANK
        columns = Columns.of(self.size.width)
        turn, here = self._load.turns[index], index == self._at
        out = turn.run in self.left_out
        word = ("left out" if columns.width >= _ROOMY else "out") if out else ""
        figures = f"{f'~{turn.tokens:,} tokens':>{_TOKENS}}"
        room = max(0, columns.width - cell_len(word + figures))
        text = cut(title(self._runs[turn.run]), max(0, room - 1))
        look = Face(Role.DIM if out else Role.TEXT, bold=here, strike=out)
        gap = " " * (room - cell_len(text))
        said = f"{gap}{word}{figures}"
        return (columns.mark(here=here), (text, look), (said, Role.DIM))

    def action_leave_out(self) -> None:
        """Leave a turn out, or take it along."""
        self.left_out ^= {self._load.turns[self._at].run}
        self._show()

    @property
    def _count(self) -> int:
        return len(self._load.turns)

    def _show(self) -> None:
        self.refresh()
        self.post_message(self.Changed())
