"""Answers as they came, one below the other, to be gone through one by one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar, Final

from textual.binding import Binding, BindingType
from textual.message import Message

from aztui.explore.candidates import Candidate
from aztui.terminal.sanitise import sanitise
from aztui.ui.markdown.raw import raw_lines
from aztui.ui.naming import described
from aztui.ui.widgets.page import Page
from aztui.ui.widgets.rows import BLANK, Columns, Face, Role, Row, joined

_END: Final = 1
"""Cells for the mark of a line's end."""


class Originals(Page):
    """Shows answers with their white space, and knows at which one the user is."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n,right_square_bracket", "step(1)", show=False),
        Binding("N,left_square_bracket", "step(-1)", show=False),
    ]

    class Moved(Message):
        """The user is at another answer."""

    def __init__(self, answers: Sequence[Candidate], *, id: str | None = None) -> None:  # noqa: A002 - Textual's
        """Begin at the first.

        Args:
            answers: one at least.
            id: for style sheets and queries.
        """
        super().__init__(self._lay_out, id=id)
        self._answers = answers
        self._tops: list[int] = []
        self._here = 0

    @property
    def at(self) -> int:
        """At which of the answers the user is, from 0."""
        return self._here

    def action_step(self, by: int) -> None:
        """Go to the next answer, or the one before."""
        self._here = max(0, min(self._here + by, len(self._answers) - 1))
        self.remake()
        self._top = max(0, min(self._tops[self._here], self._last))

    def remake(self) -> None:
        """Lay the answers out for the width at hand."""
        super().remake()
        self.post_message(self.Moved())

    def _lay_out(self, width: int) -> Sequence[Row]:
        columns = Columns.of(width)
        rows: list[Row] = []
        self._tops = []
        for at, answer in enumerate(self._answers):
            rows += [BLANK] if rows else []
            self._tops.append(len(rows))
            said = described(answer, self._answers)
            rows += _shown(said, answer.text, columns, here=at == self._here)
        return rows


def _shown(said: Sequence[str], text: str, columns: Columns, *, here: bool) -> Iterator[Row]:
    heading, *_ = joined(said, columns.width)
    yield (columns.mark(here=here), (heading, Face(Role.DIM, bold=here)))
    gutter = (" " * columns.indent, Role.TEXT)
    *lines, last = sanitise(text).split("\n")
    for line in lines:
        for row, *_ in raw_lines(line, columns.width - _END, ended=True):
            yield (gutter, *row)
    for row, *_ in raw_lines(last, columns.width, ended=False) if last else ():
        yield (gutter, *row)
