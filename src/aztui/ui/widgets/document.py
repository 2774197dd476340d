"""The log's content laid out in rows: runs as blocks, one below the other.

Nothing here knows the screen. All text becomes safe to show on its way in.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate
from typing import Final, NamedTuple

from aztui.core.events import RunId
from aztui.core.run import Run
from aztui.terminal.sanitise import Sanitiser, sanitise
from aztui.ui.widgets.closing import closing
from aztui.ui.widgets.flow import Flow
from aztui.ui.widgets.rows import BLANK, HERE, Columns, Role, Row

CARET: Final = "▌"


class Anchor(NamedTuple):
    """A place in the log that outlives a change of width."""

    block: int
    section: int
    line: int
    part: int


@dataclass(slots=True)
class _Section:
    """Rows of one kind within a block; `flow` is None where they do not depend on a text."""

    height: int
    flow: Flow | None = None


class _Answer:
    """One choice's text."""

    __slots__ = ("flow", "heading", "safe")

    def __init__(self, heading: str, width: int) -> None:
        self.heading = heading
        self.flow = Flow(width)
        self.safe = Sanitiser()


class Block:
    """A run in the log: its prompt, its answers, and how it ended."""

    def __init__(self, run: Run, columns: Columns, note: str = "") -> None:
        """Begin a block.

        Args:
            run: the run, as it was sent.
            columns: where text stands.
            note: said beside the prompt; safe to show.
        """
        self._run = run
        self._note = note
        self._columns = columns
        self._prompt = Flow(columns.width, sanitise(run.request.prompt.strip("\n")))
        self._answers: list[_Answer] = []
        self._closing: list[Row] = []
        self._writing = 0
        self._sections: list[_Section] = []
        for _ in range(run.request.answers):
            self._add_answer()
        self._measure()

    @property
    def over(self) -> bool:
        """Whether the run's end is known."""
        return self._run.phase.over

    @property
    def height(self) -> int:
        """How many rows the block takes, the blank one after it included."""
        return self._starts[-1]

    @property
    def ending(self) -> int:
        """The row that says how the run ended."""
        return self._starts[-2]

    def feed(self, choice: int, text: str) -> int:
        """Add text to an answer and return the first row that is new or changed."""
        while choice >= len(self._answers):
            self._add_answer()
        answer = self._answers[choice]
        before, self._writing = self._writing, choice
        changed = answer.flow.feed(answer.safe.feed(text))
        self._measure()
        first = self._start_of(choice) + changed
        return first if before == choice else min(first, self._start_of(before))

    def finish(self, run: Run) -> int:
        """Close the block with the run as it ended and return the first changed row."""
        first = self._start_of(0)
        self._run = run
        for answer in self._answers:
            answer.flow.feed(answer.safe.flush())
        self._closing = closing(run, self._columns)
        self._measure()
        return first

    def rewrap(self, columns: Columns) -> None:
        """Lay everything out anew."""
        self._columns = columns
        self._prompt.rewrap(columns.width)
        for answer in self._answers:
            answer.flow.rewrap(columns.width)
        if self.over:
            self._closing = closing(self._run, columns)
        self._measure()

    def place(self, row: int) -> tuple[int, int, int]:
        """Say which section, line and part of it stand in a row."""
        section = min(bisect_right(self._starts, row) - 1, len(self._sections) - 1)
        flow, offset = self._sections[section].flow, row - self._starts[section]
        return (section, 0, offset) if flow is None else (section, *flow.place(offset))

    def find(self, section: int, line: int, part: int) -> int:
        """Return the row at a place; the nearest one where it is gone."""
        section = min(section, len(self._sections) - 1)
        flow = self._sections[section].flow
        offset = part if flow is None else flow.find(line, part)
        return min(self._starts[section] + offset, self._starts[section + 1], self.height - 1)

    def row(self, index: int) -> Row:
        """Return a row, counted from the block's top."""
        section = bisect_right(self._starts, index) - 1
        offset = index - self._starts[section]
        return self._section_row(section, offset)

    def _section_row(self, section: int, offset: int) -> Row:
        if section == 0:
            return self._prompt_row(offset)
        if section == len(self._sections) - 1:
            return self._closing[offset] if offset < len(self._closing) else BLANK
        number, is_flow = divmod(section - 1, 2)
        if is_flow:
            return self._answer_row(number, offset)
        heading = self._answers[number].heading
        indent = (" " * self._columns.indent, Role.TEXT)
        return (indent, (heading, Role.DIM)) if heading and offset == 1 else BLANK

    def _prompt_row(self, offset: int) -> Row:
        indent = self._columns.indent
        text = (self._prompt.rows[offset], Role.STRONG)
        if offset:
            return ((" " * indent, Role.TEXT), text)
        note = ((f"  {self._note}", Role.DIM),) if self._note else ()
        return ((f"{HERE:>{indent - 1}} ", Role.ACCENT), text, *note)

    def _answer_row(self, number: int, offset: int) -> Row:
        rows = self._answers[number].flow.rows
        row: Row = ((" " * self._columns.indent, Role.TEXT), (rows[offset], Role.TEXT))
        writes = not self.over and number == self._writing and offset == len(rows) - 1
        return (*row, (CARET, Role.ACCENT)) if writes else row

    def _add_answer(self) -> None:
        count = self._run.request.answers
        number = len(self._answers) + 1
        heading = f"answer {number} of {max(count, number)}" if max(count, number) > 1 else ""
        self._answers.append(_Answer(heading, self._columns.width))

    def _start_of(self, choice: int) -> int:
        return self._starts[2 + 2 * choice]

    def _height_of(self, answer: _Answer) -> int:
        """Blank rows at the end of an answer do not count once it is over."""
        rows = answer.flow.rows
        height = len(rows)
        while self.over and height and not rows[height - 1].strip():
            height -= 1
        return height

    def _measure(self) -> None:
        sections = [_Section(len(self._prompt.rows), self._prompt)]
        for answer in self._answers:
            sections.append(_Section(2 if answer.heading else 1))
            sections.append(_Section(self._height_of(answer), answer.flow))
        sections.append(_Section(len(self._closing) + 1))
        self._sections = sections
        self._starts = [0, *accumulate(section.height for section in sections)]


class Document:
    """Blocks below one another, found by row.

    Attributes:
        height: how many rows there are.
    """

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._blocks: list[Block] = []
        self._starts = [0]
        self._index: dict[RunId, int] = {}

    @property
    def height(self) -> int:
        """How many rows there are; the blank one at the end does not count."""
        return max(0, self._starts[-1] - 1)

    def begin(self, run: Run, note: str = "") -> int:
        """Add a block at the end and return its first row."""
        self._index[run.id] = len(self._blocks)
        self._blocks.append(Block(run, self._columns, note))
        first = self._starts[-1]
        self._starts.append(first + self._blocks[-1].height)
        return first

    def append(self, run: RunId, choice: int, text: str) -> int:
        """Add text to an answer and return the first row that is new or changed."""
        index = self._index[run]
        return self._changed(index, self._blocks[index].feed(choice, text))

    def finish(self, run: RunId, outcome: Run) -> int:
        """Close a block and return the first row that is new or changed."""
        index = self._index[run]
        return self._changed(index, self._blocks[index].finish(outcome))

    def ending(self, run: RunId) -> int:
        """Return the row that says how a run ended."""
        index = self._index[run]
        return self._starts[index] + self._blocks[index].ending

    def rewrap(self, columns: Columns) -> None:
        """Lay everything out anew, if that changes anything."""
        if columns == self._columns:
            return
        self._columns = columns
        for block in self._blocks:
            block.rewrap(columns)
        self._starts = [0, *accumulate(block.height for block in self._blocks)]

    def row(self, index: int) -> Row:
        """Return a row, counted from the top; blank beyond the end."""
        if not 0 <= index < self.height:
            return BLANK
        block = bisect_right(self._starts, index) - 1
        return self._blocks[block].row(index - self._starts[block])

    def place(self, row: int) -> Anchor | None:
        """Return what stands in a row, to be found again after `rewrap`; None in an empty log."""
        if not self._blocks:
            return None
        block = min(bisect_right(self._starts, row) - 1, len(self._blocks) - 1)
        return Anchor(block, *self._blocks[block].place(row - self._starts[block]))

    def find(self, anchor: Anchor) -> int:
        """Return the row where something stands now."""
        block, *place = anchor
        return self._starts[block] + self._blocks[block].find(*place)

    def _changed(self, index: int, row: int) -> int:
        first = self._starts[index] + row
        for later in range(index, len(self._blocks)):
            self._starts[later + 1] = self._starts[later] + self._blocks[later].height
        return first
