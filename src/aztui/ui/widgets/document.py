"""The log's content laid out in rows: runs as blocks, one below the other.

Nothing here knows the screen. All text becomes safe to show on its way in.
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from typing import NamedTuple

from aztui.core.events import RunId
from aztui.core.run import Run
from aztui.ui.widgets.block import Block
from aztui.ui.widgets.rows import BLANK, Columns, Row


class Anchor(NamedTuple):
    """A place in the log that outlives a change of width."""

    block: int
    section: int
    line: int
    part: int


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

    def update(self, run: RunId, known: Run, now: float) -> int | None:
        """Show what is known of a run besides its text, at a time on the monotonic clock.

        Returns:
            The first row that is new or changed; None where none is.
        """
        index = self._index[run]
        row = self._blocks[index].update(known, now)
        return None if row is None else self._changed(index, row)

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

    def run_at(self, row: int) -> RunId | None:
        """Return whose block a row belongs to; None in an empty log."""
        if not self._blocks:
            return None
        block = min(bisect_right(self._starts, row) - 1, len(self._blocks) - 1)
        return self._blocks[block].run.id

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
