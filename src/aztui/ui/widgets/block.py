"""One run laid out in rows: its prompt, what it waits for, its answers, and how it ended."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import accumulate
from typing import Final

from aztui.core.run import Choice, Run
from aztui.terminal.sanitise import Sanitiser, sanitise
from aztui.ui.remarks import WITHDRAWN
from aztui.ui.widgets.closing import closing
from aztui.ui.widgets.flow import Flow
from aztui.ui.widgets.opening import opening
from aztui.ui.widgets.rows import BLANK, Columns, Role, Row

CARET: Final = "▌"
_BESIDE_WITHDRAWN: Final = "│"


@dataclass(slots=True)
class _Section:
    """Rows of one kind; `flow` is None where they do not depend on a text."""

    height: int
    row: Callable[[int], Row]
    flow: Flow | None = None

    @classmethod
    def of(cls, rows: Sequence[Row]) -> _Section:
        return cls(len(rows), rows.__getitem__)


class _Answer:
    """One choice's text, and from some character on what the filter withdrew of it.

    Attributes:
        heading: stands above it; may be empty.
        texts: one flow, or two where a part is withdrawn.
        section: the number of the section that the last of them is.
    """

    __slots__ = ("_safe", "heading", "section", "texts")

    def __init__(self, heading: str, width: int) -> None:
        self.heading = heading
        self.texts = [Flow(width)]
        self.section = 0
        self._safe = Sanitiser()

    def feed(self, text: str) -> int:
        """Add text and return the first changed row of the last flow."""
        return self.texts[-1].feed(self._safe.feed(text))

    def finish(self) -> None:
        """Show what was held back as unsure."""
        self.texts[-1].feed(self._safe.flush())

    def withdraw(self, choice: Choice, width: int) -> bool:
        """Set apart what is condemned of the text that has come; False where nothing changes."""
        first = choice.condemned
        if first is None or len(self.texts) > 1:
            return False
        text = choice.text
        if first >= len(text):
            return False
        condemned = text[first:].lstrip("\n")
        kept = text[: len(text) - len(condemned)]
        self._safe = Sanitiser()
        self.texts = [Flow(width, sanitise(kept)), Flow(width)]
        self.feed(condemned)
        return True


class Block:
    """A run in the log."""

    def __init__(self, run: Run, columns: Columns, note: str = "") -> None:
        """Begin a block.

        Args:
            run: the run, as it was sent.
            columns: where text stands.
            note: said beside the prompt; safe to show.
        """
        self.run = run
        self._now = run.started
        self._note = note
        self._columns = columns
        self._prompt = Flow(columns.width, sanitise(run.request.prompt.strip("\n")))
        self._opening: list[Row] = []
        self._answers: list[_Answer] = []
        self._closing: list[Row] = []
        self._writing = 0
        self._begun = False
        self._sections: list[_Section] = []
        for _ in range(run.request.answers):
            self._add_answer()
        self._measure()

    @property
    def over(self) -> bool:
        """Whether the run's end is known."""
        return self.run.phase.over

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
        waited, self._begun = self._waits, True
        changed = answer.feed(text)
        self._measure()
        if waited:
            return self._starts[1]
        first = self._starts[answer.section] + changed
        return (
            first if before == choice else min(first, self._starts[self._answers[before].section])
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
        self._opening = above
        self._measure()
        return self._starts[1]

    def finish(self, run: Run) -> int:
        """Close the block with the run as it ended and return the first changed row."""
        self.run = run
        self._withdraw(run)
        for answer in self._answers:
            answer.finish()
        self._opening = opening(run, self._now, self._columns)
        self._closing = closing(run, self._columns)
        self._measure()
        return self._starts[1]

    def rewrap(self, columns: Columns) -> None:
        """Lay everything out anew."""
        self._columns = columns
        self._prompt.rewrap(columns.width)
        for answer in self._answers:
            for text in answer.texts:
                text.rewrap(columns.width)
        self._opening = opening(self.run, self._now, columns)
        if self.over:
            self._closing = closing(self.run, columns)
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
        return self._sections[section].row(index - self._starts[section])

    @property
    def _waits(self) -> bool:
        """Whether it is said above the answers why there is no text yet; they take no room then."""
        return bool(self._opening) and not self._begun and not self.over

    def _withdraw(self, run: Run) -> bool:
        width = self._columns.width
        shown = [choice for choice in run.choices if choice.index < len(self._answers)]
        return any([self._answers[choice.index].withdraw(choice, width) for choice in shown])  # noqa: C419 - each of them is to be done

    def _prompt_row(self, offset: int) -> Row:
        indent = self._columns.indent
        text = (self._prompt.rows[offset], Role.STRONG)
        if offset:
            return ((" " * indent, Role.TEXT), text)
        note = ((f"  {self._note}", Role.DIM),) if self._note else ()
        return (self._columns.mark(), text, *note)

    def _text_row(self, number: int, flow: Flow, offset: int) -> Row:
        answer, indent = self._answers[number], self._columns.indent
        withdrawn = flow is not answer.texts[0]
        role, mark = (Role.DIM, _BESIDE_WITHDRAWN) if withdrawn else (Role.TEXT, "")
        row: Row = ((f"{mark:>{indent - 1}} ", role), (flow.rows[offset], role))
        writes = not self.over and number == self._writing and flow is answer.texts[-1]
        return (*row, (CARET, Role.ACCENT)) if writes and offset == len(flow.rows) - 1 else row

    def _add_answer(self) -> None:
        count = self.run.request.answers
        number = len(self._answers) + 1
        heading = f"answer {number} of {max(count, number)}" if max(count, number) > 1 else ""
        self._answers.append(_Answer(heading, self._columns.width))

    def _measure(self) -> None:
        sections = [
            _Section(len(self._prompt.rows), self._prompt_row, self._prompt),
            _Section.of(self._opening),
        ]
        for number, answer in enumerate(self._answers):
            if not self._waits:
                sections.append(_Section.of(self._lead(answer)))
            for text in answer.texts:
                if text is not answer.texts[0]:
                    sections.append(_Section.of(self._withdrawal()))
                row = partial(self._text_row, number, text)
                sections.append(_Section(self._height_of(text, answer), row, text))
            answer.section = len(sections) - 1
        sections.append(_Section.of([*self._closing, BLANK]))
        self._sections = sections
        self._starts = [0, *accumulate(section.height for section in sections)]

    def _lead(self, answer: _Answer) -> list[Row]:
        if not answer.heading:
            return [BLANK]
        return [BLANK, ((" " * self._columns.indent, Role.TEXT), (answer.heading, Role.DIM))]

    def _withdrawal(self) -> list[Row]:
        """Say where what is withdrawn begins."""
        gutter = (" " * self._columns.indent, Role.TEXT)
        rows = Flow(self._columns.width, WITHDRAWN).rows
        return [(gutter, (row, Role.STRONG)) for row in rows]

    def _height_of(self, text: Flow, answer: _Answer) -> int:
        """Blank rows at the end do not count where nothing is added to them any more."""
        if self._waits:
            return 0
        height = len(text.rows)
        final = self.over or text is not answer.texts[-1]
        while final and height and not text.rows[height - 1].strip():
            height -= 1
        return height
