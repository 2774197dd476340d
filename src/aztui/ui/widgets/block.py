"""One run laid out in rows: its prompt, what it waits for, its answers, and how it ended."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import accumulate
from typing import Final, NamedTuple

from aztui.core.continuing import beginning
from aztui.core.data import dataclass
from aztui.core.profile import View
from aztui.core.run import Run
from aztui.ui.remarks import WITHDRAWN, asked, given
from aztui.ui.widgets.answer import Answer
from aztui.ui.widgets.closing import closing
from aztui.ui.widgets.flow import Flow
from aztui.ui.widgets.opening import opening
from aztui.ui.widgets.passage import Passage, Share, Spot
from aztui.ui.widgets.rows import BLANK, Columns, Line, Piece, Role, Row, told
from aztui.ui.widgets.shelf import Shelf

CARET: Final = "▌"
_BESIDE_WITHDRAWN: Final = "│"


class Place(NamedTuple):
    """What stands in a row of a block.

    Attributes:
        section: which of the block's sections.
        spot: where in its passage; None where it has none.
        row: of the section, where it has none.
    """

    section: int
    spot: Spot | Share | None
    row: int


@dataclass(slots=True)
class _Section:
    """Rows of one kind; `passage` is None where they are not an answer's text."""

    height: int
    line: Callable[[int], Line]
    passage: Passage | None = None

    @classmethod
    def of(cls, rows: Sequence[Row]) -> _Section:
        return cls(len(rows), lambda index: Line(rows[index]))

    @classmethod
    def said(cls, lines: Sequence[Line]) -> _Section:
        return cls(len(lines), lines.__getitem__)


class Block:
    """A run in the log.

    Attributes:
        run: the run as it was last told of.
        answers: its answers, as many as there are.
    """

    def __init__(
        self, run: Run, columns: Columns, view: View, shelf: Shelf, note: str = ""
    ) -> None:
        """Begin a block.

        Args:
            run: the run, as it was sent.
            columns: where text stands.
            view: how its answers are shown.
            shelf: keeps what is laid out.
            note: said beside the prompt; safe to show.
        """
        self.run = run
        self.answers: list[Answer] = []
        self._now = run.started
        self._note = note
        self._cost = ""
        self._columns = columns
        self._view = view
        self._shelf = shelf
        self._writing = 0
        self._begun = False
        self._prompt: list[Line] = []
        self._opening: list[Row] = []
        self._closing: list[Row] = []
        self._sections: list[_Section] = []
        self._starts = [0]
        for _ in range(run.request.answers):
            self._add_answer()
        self._arrange()

    @property
    def over(self) -> bool:
        """Whether the run's end is known."""
        return self.run.phase.over

    @property
    def behind(self) -> bool:
        """Whether there is text that was not laid out yet."""
        return any(passage.behind for passage in self._passages())

    @property
    def height(self) -> int:
        """How many rows the block takes, the blank one after it included.

        A guess where it was not looked at since the width changed.
        """
        return self._starts[-1]

    @property
    def ending(self) -> int:
        """The row that says how the run ended."""
        return self._starts[-2]

    def feed(self, choice: int, text: str) -> int | None:
        """Add text to an answer and lay out a step of it, unless more is waiting for that.

        Returns:
            The first row that is new or changed; None where none is.
        """
        while choice >= len(self.answers):
            self._add_answer()
        before, self._writing = self._writing, choice
        waited, self._begun = self._waits, True
        if waited:
            self._sections = []
        behind = self.behind
        self.answers[choice].feed(text)
        first = None if behind else self.advance()
        if waited:
            return self._starts[1]
        if before != choice:
            return min(self._top(before), self._top(choice))
        return first

    def advance(self) -> int | None:
        """Lay out more of what has come, a step of it.

        Returns:
            The first row that is new or changed, which the caret has left at least; None where
            there is none.
        """
        carets = {passage: passage.height - 1 for passage in self._passages() if passage.behind}
        changed = {passage: passage.advance() for passage in carets}
        self._measure()
        return min(
            (
                self._start(passage) + max(0, min(row, carets[passage]))
                for passage, row in changed.items()
                if row is not None
            ),
            default=None,
        )

    def update(self, run: Run, now: float) -> int | None:
        """Show what is known of the run besides its text.

        Args:
            run: it, as it is now; all its text was fed.
            now: seconds on the monotonic clock.

        Returns:
            The first row that is new or changed; None where none is.
        """
        self.run, self._now = run, now
        above = opening(run, now, self._columns)
        withdrawn = self._withdraw(run)
        if above == self._opening and not withdrawn:
            return None
        self.advance()
        self._arrange()
        return self._starts[1]

    def annotate(self, note: str) -> bool:
        """Say something else beside the prompt; False where it is the same."""
        if note == self._note:
            return False
        self._note, self._prompt = note, []
        self._arrange()
        return True

    def price(self, cost: str) -> bool:
        """Say what it cost where it is said how it ended; False where nothing changes there.

        Args:
            cost: in words; safe to show.
        """
        if cost == self._cost:
            return False
        self._cost = cost
        if self.over:
            self._arrange()
        return self.over

    def finish(self, run: Run) -> int:
        """Close the block with the run as it ended and return the first changed row."""
        self.run = run
        self._withdraw(run)
        for answer in self.answers:
            answer.passages[-1].end()
        self.advance()
        self._arrange()
        return self._starts[1]

    def restore(self, run: Run) -> None:
        """Close the block with a run that is over; all its text is laid out by `advance`."""
        self.run, self._begun = run, True
        for choice in run.choices:
            while choice.index >= len(self.answers):
                self._add_answer()
            if choice.text:
                self.answers[choice.index].feed(choice.text)
        self._withdraw(run)
        for answer in self.answers:
            answer.passages[-1].end()
        self._arrange()

    def show(self, view: View) -> None:
        """Show the answers in another way."""
        self._view = view
        for answer in self.answers:
            answer.show(self._columns.width, view, over=self.over)
        self.advance()
        self._arrange()

    def fit(self, columns: Columns) -> bool:
        """Lay it out for other columns, as far as it is looked at; False for the same."""
        if columns == self._columns:
            return False
        self._columns = columns
        self._prompt = []
        for passage in self._passages():
            passage.fit(columns.width)
        self._arrange()
        return True

    def forget(self) -> None:
        """Keep no more than what it takes to lay it out again, and how high it is."""
        self._prompt, self._opening, self._closing, self._sections = [], [], [], []

    def settle(self, first: int, last: int) -> bool:
        """Lay out for certain what stands from one row up to another.

        Returns:
            Whether any of it was not; it may take more or fewer rows now.
        """
        changed = False
        for start, section in zip(self._starts, self._stacked(), strict=False):
            if section.passage is not None and start < last and first < start + section.height:
                changed |= section.passage.settle(max(0, first - start), last - start)
        return self._settled(changed)

    def settle_segment(self, section: int, segment: int) -> bool:
        """Do so for a segment of a section."""
        passage = self._stacked()[section].passage
        return passage is not None and self._settled(passage.settle_segments(segment, segment + 1))

    def settle_place(self, place: Place) -> bool:
        """Do so for what stands at a place."""
        section, passage = self._passage_at(place)
        if passage is None or place.spot is None:
            return False
        return self.settle_segment(section, passage.segment_of(place.spot))

    def place(self, row: int, *, roughly: bool = False) -> Place:
        """Say what stands in a row, as it was laid out last; `roughly` for any view."""
        section, offset = self._section_at(row)
        passage = self._sections[section].passage
        if passage is None:
            return Place(section, None, offset)
        return Place(section, passage.share(offset) if roughly else passage.place(offset), offset)

    def find(self, place: Place) -> int:
        """Return the row at a place that is laid out for certain; the nearest where it is gone."""
        section, passage = self._passage_at(place)
        offset = place.row if passage is None or place.spot is None else passage.find(place.spot)
        return min(self._starts[section] + offset, self._starts[section + 1], self.height - 1)

    def segments(self) -> list[int]:
        """Return how many segments each section has; one where it is not an answer's text."""
        passages = (section.passage for section in self._stacked())
        return [1 if passage is None else passage.segments for passage in passages]

    def source(self, section: int, segment: int) -> str | None:
        """Return the text that a segment's rows are of; None where they show more, or have none."""
        passage = self._stacked()[section].passage
        return None if passage is None else passage.source(segment)

    def lines(self, section: int, segment: int) -> Sequence[Line]:
        """Return the rows of a segment, in the width that the block was laid out for last."""
        found = self._stacked()[section]
        passage = found.passage
        if passage is None:
            return [found.line(index) for index in range(found.height)]
        number = next(at for at, one in enumerate(self.answers) if passage in one.passages)
        return [self._dressed(number, passage, line) for line in passage.lines(segment)]

    def start(self, section: int, segment: int) -> int:
        """Return the row where a segment begins."""
        passage = self._stacked()[section].passage
        return self._starts[section] + (0 if passage is None else passage.start(segment))

    def segment_at(self, row: int) -> tuple[int, int, int]:
        """Return the section and the segment in a row, and which of the segment's rows it is."""
        section, offset = self._section_at(row)
        passage = self._sections[section].passage
        return section, *((0, offset) if passage is None else passage.segment_at(offset))

    def line(self, index: int) -> Line:
        """Return a row, counted from the block's top."""
        section, offset = self._section_at(index)
        return self._sections[section].line(offset)

    def answer_at(self, row: int) -> int:
        """Return the number of the answer in a row, or of the nearest one."""
        starts = [self._top(number) for number in range(len(self.answers))]
        return max(0, bisect_right(starts, row) - 1)

    def tops(self) -> list[int]:
        """Return the rows where one may begin to read: the block's, and each further answer's."""
        return [0, *[self._top(number) - 1 for number in range(1, len(self.answers))]]

    @property
    def _waits(self) -> bool:
        """Whether it is said above the answers why there is no text yet; they take no room then."""
        return bool(self._opening) and not self._begun and not self.over

    def _passages(self) -> Iterator[Passage]:
        return (passage for answer in self.answers for passage in answer.passages)

    def _start(self, passage: Passage) -> int:
        """The row where a passage begins."""
        at = next(
            (at for at, section in enumerate(self._stacked()) if section.passage is passage), 1
        )
        return self._starts[at]

    def _top(self, answer: int) -> int:
        return self._start(self.answers[answer].passages[0])

    def _withdraw(self, run: Run) -> bool:
        width = self._columns.width
        shown = [choice for choice in run.choices if choice.index < len(self.answers)]
        withdrawn = [self.answers[choice.index].withdraw(choice, width) for choice in shown]
        return any(withdrawn)

    def _add_answer(self) -> None:
        count = self.run.request.answers
        number = len(self.answers) + 1
        which = [f"answer {number} of {max(count, number)}"] if max(count, number) > 1 else []
        heading = " · ".join([*which, *given(self.run)])
        self.answers.append(
            Answer(heading, self._columns.width, self._view, self._shelf, beginning(self.run))
        )
        self._sections = []

    # What stands below one another.

    def _settled(self, changed: bool) -> bool:
        if changed:
            self._measure()
        return changed

    def _passage_at(self, place: Place) -> tuple[int, Passage | None]:
        """Return the section of a place, and its passage."""
        section = min(place.section, len(self._stacked()) - 1)
        return section, self._sections[section].passage

    def _stacked(self) -> Sequence[_Section]:
        """Return the sections, as they were laid out last."""
        if not self._sections:
            self._arrange()
        return self._sections

    def _section_at(self, row: int) -> tuple[int, int]:
        """Return which section a row is in, and which of its rows it is."""
        last = len(self._stacked()) - 1
        section = min(bisect_right(self._starts, row) - 1, last)
        return section, row - self._starts[section]

    def _arrange(self) -> None:
        """Lay out everything but the answers' texts."""
        self._prompt = self._prompt or self._prompt_lines()
        self._opening = opening(self.run, self._now, self._columns)
        self._closing = closing(self.run, self._columns, self._cost) if self.over else []
        self._sections = list(self._stack())
        self._measure()

    def _measure(self) -> None:
        """Find where everything begins."""
        for section in self._stacked():
            if section.passage is not None:
                section.height = self._height_of(section.passage)
        self._starts = [0, *accumulate(section.height for section in self._sections)]

    def _height_of(self, passage: Passage) -> int:
        """Return how many rows a text takes; one for the caret while nothing has come."""
        if self._waits:
            return 0
        grows = not self.over and any(passage is answer.passages[-1] for answer in self.answers)
        return max(1, passage.height) if grows else passage.height

    def _stack(self) -> Iterator[_Section]:
        yield _Section.said(self._prompt)
        yield _Section.of(self._opening)
        for number, answer in enumerate(self.answers):
            yield _Section.of([] if self._waits else self._lead(answer))
            for passage in answer.passages:
                if passage is not answer.passages[0]:
                    yield _Section.of(self._withdrawal())
                yield _Section(0, partial(self._text_line, number, passage), passage)
        yield _Section.of([*self._closing, BLANK])

    def _prompt_lines(self) -> list[Line]:
        columns = self._columns
        flow = Flow(columns.width, asked(self.run))
        note = ((f"  {self._note}", Role.DIM),) if self._note else ()
        lines: list[Line] = []
        for offset, row in enumerate(flow.rows):
            lead: Piece = (" " * columns.indent, Role.TEXT) if offset else columns.mark()
            more = () if offset else note
            soft = flow.place(offset)[1] > 0
            means = row + "\0" * sum(len(text) for text, _ in more)
            lines.append(Line((lead, (row, Role.STRONG), *more), columns.indent, soft, means))
        return lines

    def _text_line(self, number: int, passage: Passage, index: int) -> Line:
        line = passage.line(index) if index < passage.height else Line(())
        line = self._dressed(number, passage, line)
        writes = not self.over and number == self._writing
        if writes and passage is self.answers[number].passages[-1]:
            return _with_caret(line) if index == max(1, passage.height) - 1 else line
        return line

    def _dressed(self, number: int, passage: Passage, line: Line) -> Line:
        """Put before a line of a text what stands at its left."""
        row, indent = line.row, self._columns.indent
        withdrawn = passage is not self.answers[number].passages[0]
        if withdrawn:
            row = tuple((text, Role.DIM) for text, _ in row)
        gutter = f"{_BESIDE_WITHDRAWN if withdrawn else '':>{indent - 1}} "
        row = ((gutter, Role.DIM if withdrawn else Role.TEXT), *row)
        return line._replace(row=row, lead=line.lead + indent)

    def _lead(self, answer: Answer) -> list[Row]:
        if not answer.heading:
            return [BLANK]
        return [BLANK, ((" " * self._columns.indent, Role.TEXT), (answer.heading, Role.DIM))]

    def _withdrawal(self) -> list[Row]:
        """Say where what is withdrawn begins."""
        gutter = (" " * self._columns.indent, Role.TEXT)
        rows = Flow(self._columns.width, WITHDRAWN).rows
        return [(gutter, (row, Role.STRONG)) for row in rows]


def _with_caret(line: Line) -> Line:
    """Show where the next letter goes."""
    return line._replace(row=(*line.row, (CARET, Role.ACCENT)), told=told(line) + "\0")
