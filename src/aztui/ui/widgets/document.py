"""The log's content laid out in rows: runs as blocks, one below the other.

Nothing here knows the screen. All text becomes safe to show on its way in. How high something is
may be a guess, from the last width that it was laid out for, until it is laid out for certain:
`settle`, `settle_end`, `rows` and `start` do that, and nothing else moves what is there.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from itertools import accumulate, chain
from typing import TYPE_CHECKING, Final, NamedTuple

from aztui.core.events import RunId
from aztui.core.profile import View
from aztui.core.run import Run
from aztui.ui.widgets.rows import Columns, Line

if TYPE_CHECKING:
    from aztui.ui.widgets.answer import Answer
    from aztui.ui.widgets.block import Block, Place
    from aztui.ui.widgets.shelf import Shelf

_ARRANGED: Final = 64
"""Blocks whose rows are kept ready."""
_EMPTY: Final = Line(())


class Anchor(NamedTuple):
    """A place in the log that outlives a change of width."""

    block: int
    place: Place


class Stretch(NamedTuple):
    """A part of the log that is laid out as a whole; they compare in the order they stand.

    Attributes:
        block: counted from 0.
        section: of the block: its prompt, an answer's text, and what is said about them.
        segment: of the section.
    """

    block: int
    section: int
    segment: int


class Document:
    """Blocks below one another, found by row.

    Attributes:
        columns: where text stands in what is laid out for certain from now on.
        moves: how often rows came to stand elsewhere, but for those that follow what has changed.
    """

    def __init__(self, columns: Columns) -> None:
        """Make an empty document."""
        self.columns = columns
        self.moves = 0
        self._shelf: Shelf | None = None
        self._blocks: list[Block] = []
        self._starts = [0]
        self._index: dict[RunId, int] = {}
        self._arranged: OrderedDict[int, None] = OrderedDict()
        self._behind: set[int] = set()

    @property
    def height(self) -> int:
        """How many rows there are; the blank one at the end does not count."""
        return max(0, self._starts[-1] - 1)

    @property
    def behind(self) -> bool:
        """Whether there is text that was not laid out yet: `advance` does."""
        return bool(self._behind)

    def begin(self, run: Run, view: View, note: str = "") -> int:
        """Add a block at the end and return its first row.

        Args:
            run: the run, as it was sent.
            view: how its answers are shown.
            note: said beside its prompt; safe to show.
        """
        # They bring all that reads Markdown, which no start should wait for.
        from aztui.ui.widgets.block import Block  # noqa: PLC0415 - see above
        from aztui.ui.widgets.shelf import Shelf  # noqa: PLC0415 - see above

        if self._shelf is None:
            self._shelf = Shelf()
        index = self._index[run.id] = len(self._blocks)
        self._blocks.append(Block(run, self.columns, view, self._shelf, note))
        first = self._starts[-1]
        self._starts.append(first + self._blocks[-1].height)
        self._touch(index)
        return first

    def restore(self, run: Run, view: View, note: str = "", cost: str = "") -> int:
        """Add the block of a run that is over at the end, and return its first row.

        Its text is laid out by `advance`.
        """
        first = self.begin(run, view, note)
        self._blocks[-1].price(cost)
        self._blocks[-1].restore(run)
        self._changed(len(self._blocks) - 1, 0)
        return first

    def lay_out(self, block: int) -> None:
        """Lay out a step of a block's text."""
        self._block(block).advance()
        self._changed(block, 0)

    @property
    def last(self) -> RunId | None:
        """The run at the end; None in an empty log."""
        return self._blocks[-1].run.id if self._blocks else None

    def shared(self, path: Sequence[RunId]) -> int:
        """Return how many blocks from the top on are those of a path."""
        pairs = zip(self._blocks, path, strict=False)
        return next(
            (at for at, (block, run) in enumerate(pairs) if block.run.id != run),
            min(len(self._blocks), len(path)),
        )

    def keep(self, count: int) -> None:
        """Forget all blocks but the first ones."""
        for block in self._blocks[count:]:
            del self._index[block.run.id]
        for index in range(count, len(self._blocks)):
            self._arranged.pop(index, None)
        self._behind -= set(range(count, len(self._blocks)))
        del self._blocks[count:], self._starts[count + 1 :]
        self.moves += 1

    def annotate(self, run: RunId, note: str) -> int | None:
        """Say something else beside a prompt.

        Args:
            run: whose prompt.
            note: safe to show.

        Returns:
            The first row that is changed; None where none is.
        """
        index = self._index[run]
        return self._changed(index, 0) if self._block(index).annotate(note) else None

    def price(self, run: RunId, cost: str) -> int | None:
        """Say what a run cost, if it is here.

        Args:
            run: which one.
            cost: in words; safe to show.

        Returns:
            The first row that is changed; None where none is.
        """
        index = self._index.get(run)
        if index is None or not self._block(index).price(cost):
            return None
        return self._changed(index, self._blocks[index].ending)

    def top(self, run: RunId, answer: int = 0) -> int:
        """Return the first row of a run's block, or of another of its answers than the first.

        Args:
            run: which one.
            answer: the answer's number, from 0; the last one where there are fewer.
        """
        index = self._index[run]
        below = self._block(index).tops()[: answer + 1][-1] if answer else 0
        return self._starts[index] + below

    def append(self, run: RunId, choice: int, text: str) -> int | None:
        """Add text to an answer.

        Returns:
            The first row that is new or changed; None where none is, since text is waiting.
        """
        index = self._index[run]
        row = self._block(index).feed(choice, text)
        first = self._changed(index, 0 if row is None else row)
        return None if row is None else first

    def advance(self) -> int | None:
        """Lay out more of what has come, a step of it.

        Returns:
            The first row that is new or changed; None where none is.
        """
        if not self._behind:
            return None
        index = max(self._behind)
        row = self._block(index).advance()
        return self._changed(index, 0 if row is None else row)

    def update(self, run: RunId, known: Run, now: float) -> int | None:
        """Show what is known of a run besides its text, at a time on the monotonic clock.

        Returns:
            The first row that is new or changed; None where none is.
        """
        index = self._index[run]
        row = self._block(index).update(known, now)
        return None if row is None else self._changed(index, row)

    def finish(self, run: RunId, outcome: Run) -> int:
        """Close a block and return the first row that is new or changed."""
        index = self._index[run]
        return self._changed(index, self._block(index).finish(outcome))

    def show(self, run: RunId, view: View) -> int:
        """Show a run's answers in another way and return the first row that changes."""
        index = self._index[run]
        self._block(index).show(view)
        self._moved(index)
        return self._changed(index, 0)

    def ending(self, run: RunId) -> int:
        """Return the row that says how a run ended."""
        index = self._index[run]
        return self._starts[index] + self._blocks[index].ending

    def settle(self, row: int, above: int, below: int) -> int:
        """Lay out for certain what is looked at.

        Args:
            row: one of the rows looked at.
            above: how many before it are looked at.
            below: how many from it on are.

        Returns:
            The row where what stood in `row` stands now.
        """
        anchor = self.place(row)
        while anchor is not None and self._settle(row - above, row + below):
            (row,) = self.rows(anchor)
        return row

    def settle_end(self, height: int) -> None:
        """Lay out for certain as many rows at the end as are looked at."""
        while self._settle(self._starts[-1] - height - 1, self._starts[-1]):
            pass

    def line(self, index: int) -> Line:
        """Return a row, counted from the top; blank beyond the end."""
        if not 0 <= index < self.height:
            return _EMPTY
        block = bisect_right(self._starts, index) - 1
        return self._block(block).line(index - self._starts[block])

    def run_at(self, row: int) -> RunId | None:
        """Return whose block a row belongs to; None in an empty log."""
        return self._blocks[self.block_at(row)].run.id if self._blocks else None

    def answer_at(self, row: int) -> tuple[Run, int, Answer] | None:
        """Return the run in a row, and which of its answers is there; None in an empty log."""
        if not self._blocks:
            return None
        at = self.block_at(row)
        block = self._block(at)
        number = block.answer_at(row - self._starts[at])
        return block.run, number, block.answers[number]

    def step(self, row: int, way: int) -> int:
        """Return the row of the next answer's beginning after a row, or the one before it.

        Args:
            row: from where.
            way: 1 for the next, -1 for the one before; the last and first row beyond the ends.
        """
        at = self.block_at(row)
        near = range(max(0, at - 1), min(len(self._blocks), at + 2))
        tops = [self._starts[block] + top for block in near for top in self._block(block).tops()]
        if way > 0:
            return min((top for top in tops if top > row), default=self.height)
        return max((top for top in tops if top < row), default=0)

    def place(self, row: int, *, roughly: bool = False) -> Anchor | None:
        """Return what stands in a row, to be found again later; None in an empty log.

        Args:
            row: counted from the top.
            roughly: whether it is to be found in another view of the run as well.
        """
        if not self._blocks:
            return None
        at = self.block_at(row)
        return Anchor(at, self._block(at).place(row - self._starts[at], roughly=roughly))

    def rows(self, *anchors: Anchor) -> list[int]:
        """Return the rows where some things stand now, all of them laid out for certain."""
        for block, place in anchors:
            self._fit(block)
            if self._block(block).settle_place(place):
                self._moved(block)
        return [self._starts[block] + self._block(block).find(place) for block, place in anchors]

    # Stretch by stretch, whatever is looked at.

    @property
    def blocks(self) -> int:
        """How many blocks there are."""
        return len(self._blocks)

    def block_at(self, row: int) -> int:
        """Return which block is in a row, or nearest to it."""
        return max(0, min(bisect_right(self._starts, row) - 1, len(self._blocks) - 1))

    def segments(self, block: int) -> list[int]:
        """Return how many segments each section of a block has."""
        return self._block(block).segments()

    def after(self, stretch: Stretch) -> Stretch | None:
        """Return the stretch that follows; None at the end."""
        block, section, segment = stretch
        if not self._blocks:
            return None
        counts = self.segments(block)
        if segment + 1 < counts[section]:
            return Stretch(block, section, segment + 1)
        if section + 1 < len(counts):
            return Stretch(block, section + 1, 0)
        return Stretch(block + 1, 0, 0) if block + 1 < len(self._blocks) else None

    def before(self, stretch: Stretch) -> Stretch | None:
        """Return the stretch that stands before; None at the top."""
        block, section, segment = stretch
        if segment:
            return Stretch(block, section, segment - 1)
        if section:
            return Stretch(block, section - 1, self.segments(block)[section - 1] - 1)
        if not block:
            return None
        counts = self.segments(block - 1)
        return Stretch(block - 1, len(counts) - 1, counts[-1] - 1)

    def source(self, stretch: Stretch) -> str | None:
        """Return the text that the rows of a stretch are of; None where they show more.

        It may hold more than they show: the end of a segment may stand in the next one.
        """
        block, section, segment = stretch
        return self._block(block).source(section, segment)

    def lines(self, stretch: Stretch) -> Sequence[Line]:
        """Return the rows of a stretch; nothing that is looked at moves.

        They are those of the width that the stretch was looked at in last: `start` has it laid
        out for the present one.
        """
        block, section, segment = stretch
        return self._block(block).lines(section, segment)

    def between(self, first: int, last: int) -> Iterator[Line]:
        """Return the rows from one to another, both laid out for certain, one after the other.

        Where text comes meanwhile they stay the same; nothing may move.
        """
        begin, end = self.stretch_at(first), self.stretch_at(last)
        if begin is None or end is None:
            return iter(())
        (stretch, start), (final, stop) = begin, end
        rows = self.lines(final)[: stop + 1]
        if stretch == final:
            return iter(rows[start:])
        return chain(self._rows_up_to(stretch, start, final), rows)

    def _rows_up_to(self, stretch: Stretch | None, start: int, final: Stretch) -> Iterator[Line]:
        while stretch is not None and stretch < final:
            yield from self.lines(stretch)[start:]
            stretch, start = self.after(stretch), 0

    def start(self, stretch: Stretch) -> int:
        """Return the row where a stretch begins, once it is laid out for certain."""
        block, section, segment = stretch
        self._fit(block)
        if self._block(block).settle_segment(section, segment):
            self._moved(block)
        return self._starts[block] + self._block(block).start(section, segment)

    def stretch_at(self, row: int) -> tuple[Stretch, int] | None:
        """Return the stretch in a row, and which of its rows it is; None in an empty log."""
        if not self._blocks:
            return None
        at = self.block_at(row)
        section, segment, offset = self._block(at).segment_at(row - self._starts[at])
        return Stretch(at, section, segment), offset

    def _block(self, index: int) -> Block:
        """Return a block, which is kept ready to be looked at."""
        self._touch(index)
        return self._blocks[index]

    def _touch(self, index: int) -> None:
        """Keep a block's rows ready, and forget those of others that nobody looked at for long."""
        self._arranged[index] = None
        self._arranged.move_to_end(index)
        if len(self._arranged) > _ARRANGED:
            oldest = next(iter(self._arranged))
            del self._arranged[oldest]
            self._blocks[oldest].forget()

    def _settle(self, first: int, last: int) -> bool:
        """Whether anything from one row up to another was not certain yet; it is afterwards."""
        first = max(0, first)
        for index in range(self.block_at(first), len(self._blocks)):
            start = self._starts[index]
            if start >= last:
                return False
            if self._fit(index):
                return True
            if self._block(index).settle(first - start, last - start):
                self._moved(index)
                return True
        return False

    def _fit(self, index: int) -> bool:
        """Have a block laid out for the columns there are now; False where it was."""
        fitted = self._block(index).fit(self.columns)
        if fitted:
            self._moved(index)
        return fitted

    def _moved(self, index: int) -> None:
        self.moves += 1
        self._measure(index)

    def _changed(self, index: int, row: int) -> int:
        block = self._blocks[index]
        if block.behind:
            self._behind.add(index)
        else:
            self._behind.discard(index)
        self._measure(index)
        return self._starts[index] + row

    def _measure(self, index: int) -> None:
        """Find where the blocks after one begin."""
        start = self._starts[index]
        if start + self._blocks[index].height != self._starts[index + 1]:
            heights = [block.height for block in self._blocks[index:]]
            self._starts[index:] = accumulate([start, *heights])
