"""One of several answers that stand side by side: its text in rows of a width, and what it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from aztui.core.continuing import beginning
from aztui.core.outcome import describe
from aztui.core.profile import View
from aztui.core.run import Phase
from aztui.explore.answers import tokens
from aztui.explore.candidates import Candidate
from aztui.terminal.sanitise import sanitise_line
from aztui.ui.remarks import withdrawn
from aztui.ui.widgets.flow import Flow
from aztui.ui.widgets.passage import Passage
from aztui.ui.widgets.rows import BLANK, HERE, Face, Piece, Role, Row, cut, joined, length
from aztui.ui.widgets.shelf import Shelf

CARET: Final = "▌"
_MARK: Final = ("  ", f"{HERE} ")
"""Before an answer's name: where the user is not, and is."""
_GUTTER: Final[Piece] = (" " * len(_MARK[False]), Role.TEXT)
"""Before its text."""
_REASONS: Final[Mapping[str, Piece]] = {
    "length": ("▪ token limit", Role.STRONG),
    "content_filter": ("▪ filtered", Role.STRONG),
}
_ENDS: Final[Mapping[Phase, Piece]] = {
    Phase.STOPPED: ("■ stopped", Role.STRONG),
    Phase.FAILED: ("✗ failed", Role.BAD),
    Phase.INTERRUPTED: ("✗ interrupted", Role.BAD),
}
_CUT: Final[Piece] = ("✗ cut short", Role.BAD)


class Column:
    """Shows an answer that may still grow.

    Attributes:
        candidate: the answer as it was last told of.
    """

    def __init__(self, candidate: Candidate, width: int, view: View, shelf: Shelf) -> None:
        """Begin a column.

        Args:
            candidate: the answer.
            width: cells of its rows.
            view: how it is shown.
            shelf: keeps what is laid out.
        """
        self.candidate = candidate
        self._width = width
        self._passage = Passage(_within(width), view, shelf)
        self._passage.feed(beginning(candidate.run))
        self._fed = 0
        self.tell(candidate)

    @property
    def height(self) -> int:
        """How many rows it takes; a guess for what was not looked at since the width changed."""
        writes = self.writes and not self._passage.height
        return self._passage.height + writes + len(self._failure)

    @property
    def writes(self) -> bool:
        """Whether more may come."""
        run, choice = self.candidate.run, self.candidate.choice
        return not run.phase.over and choice.finish_reason is None

    @property
    def behind(self) -> bool:
        """Whether there is text that was not laid out yet."""
        return self._passage.behind

    def tell(self, candidate: Candidate) -> bool:
        """Show the answer as it is now; False where nothing has changed."""
        before, self.candidate = _seen(self.candidate), candidate
        size = candidate.choice.chunks.size
        if size > self._fed:
            self._passage.feed(candidate.choice.text[self._fed :])
            self._fed = size
        if not self.writes:
            self._passage.end()
        return _seen(candidate) != before

    def advance(self) -> None:
        """Lay out more of what has come, a step of it."""
        self._passage.advance()

    def fit(self, width: int) -> None:
        """Lay it out for another width in cells, as far as it is looked at."""
        self._width = width
        self._passage.fit(_within(width))

    def settle(self, first: int, last: int) -> bool:
        """Lay out for certain what stands from one row up to another; whether any of it was not."""
        return self._passage.settle(first, last)

    def row(self, index: int) -> Row:
        """Return a row of the text, as wide as the column."""
        height = self._passage.height
        row: Row = self._passage.line(index).row if index < height else BLANK
        if self.writes and index == max(1, height) - 1:
            row = (*row, (CARET, Role.ACCENT))
        below = index - height
        if below in range(len(self._failure)):
            row = self._failure[below]
        return self._filled((_GUTTER, *row))

    def head(self, place: int, count: int, *, here: bool, followed: bool) -> Row:
        """Return the row above the text: which one it is, and how it is going.

        Args:
            place: of how many, from 1.
            count: of how many.
            here: whether the user is there.
            followed: whether what is asked next follows it.
        """
        state = self._state
        name = f"{place} of {count}" + (" · followed" if followed else "")
        room = max(0, self._width - len(_MARK[here]) - length((state,)) - 1)
        said: Row = (
            (_MARK[here], Role.ACCENT),
            (cut(name, room), Face(Role.ACCENT if here else Role.TEXT, bold=here)),
        )
        gap = " " * max(1, self._width - length(said) - length((state,)))
        return self._filled((*said, (gap, Role.TEXT), state))

    def blank(self) -> Row:
        """Return a row with nothing in it."""
        return self._filled(BLANK)

    def figures(self, differs: Sequence[str]) -> Row:
        """Return the row with what there is to say of it beside that.

        Args:
            differs: what was set for it otherwise than for the others.
        """
        count, counted = tokens(self.candidate)
        size = self.candidate.choice.chunks.size
        said = [
            *map(sanitise_line, differs),
            f"{'' if counted else '~'}{count:,} token{'' if count == 1 else 's'}",
            f"{size:,} character{'' if size == 1 else 's'}",
            *filter(None, [withdrawn(self.candidate.choice)]),
        ]
        first, *_ = joined(said, _within(self._width)) if size or differs else [""]
        return self._filled((_GUTTER, (first, Role.DIM)))

    @property
    def _state(self) -> Piece:
        run, choice = self.candidate.run, self.candidate.choice
        reason = choice.finish_reason
        if reason is not None:
            return _REASONS.get(reason, (sanitise_line(f"done ({reason})"), Role.DIM))
        if run.phase.over:
            return _ENDS.get(run.phase, _CUT)
        said = "streaming" if choice.chunks.size else describe(run)
        waits = said if choice.chunks.size or run.phase is not Phase.STREAMING else "waiting"
        return sanitise_line(waits), Role.DIM

    @property
    def _failure(self) -> list[Row]:
        """Why nothing more came."""
        run = self.candidate.run
        if self.candidate.choice.finish_reason or not run.phase.over or run.problem is None:
            return []
        rows = Flow(_within(self._width), sanitise_line(run.problem.title)).rows
        return [((row, Role.BAD),) for row in rows]

    def _filled(self, row: Row) -> Row:
        return (*row, (" " * max(0, self._width - length(row)), Role.TEXT))


def _seen(candidate: Candidate) -> tuple[object, ...]:
    """Return what is seen of an answer, as far as it may change."""
    run, choice = candidate.run, candidate.choice
    return run.phase, choice.finish_reason, choice.chunks.size, choice.condemned


def _within(width: int) -> int:
    """Return how many cells of a column its text may fill: the caret needs one."""
    return max(2, width - len(_GUTTER[0]) - 1)
