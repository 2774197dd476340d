"""What the log does at keys while something is being chosen in it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

from aztui.core.parameters import MOST_ANSWERS
from aztui.ui.keymap import CHOOSE_HINTS, TIMES_HINTS, Hints
from aztui.ui.widgets.field import Field
from aztui.ui.widgets.rows import Line, Row

Copy: TypeAlias = Callable[[str, str], object]
"""Copies a text; the other one says what it is."""
_DIGITS: Final = "0123456789"


class Mode(ABC):
    """Takes the log's keys until it is over; this one neither marks anything nor is typed into.

    Attributes:
        hints: its keys.
        over: whether there is nothing left to choose.
    """

    hints: Hints
    over: bool = False

    @property
    @abstractmethod
    def said(self) -> str:
        """What there is to say meanwhile; safe to show."""

    @property
    def field(self) -> Field | None:
        """What is typed in place of the status line, if anything."""
        return None

    @property
    def row(self) -> int | None:
        """The row that is to be seen, if one is."""
        return None

    @abstractmethod
    def press(self, key: str) -> bool:
        """Take a key, by Textual's name; False where it means nothing here."""

    def paste(self, text: str) -> bool:  # noqa: ARG002 - nothing is typed
        """Take a text that was pasted; False where none is typed."""
        return False

    def mark(self, index: int, line: Line, row: Row) -> Row:  # noqa: ARG002 - nothing is marked
        """Return how a line in a row looks, which would look like `row` otherwise."""
        return row

    def moved(self) -> None:  # noqa: B027 - where rows stand need not matter
        """Note that rows may stand elsewhere now."""


class WhichCode(Mode):
    """Asks which of an answer's code blocks to copy; what is typed before they are known counts."""

    hints = CHOOSE_HINTS

    def __init__(self, copy: Copy, say: Callable[[str], object]) -> None:
        """Begin to ask.

        Args:
            copy: takes the block.
            say: tells the user where there is none.
        """
        self._copy = copy
        self._say = say
        self._blocks: Sequence[str] | None = None
        self._typed = ""
        self._entered = False
        self._wrong = 0

    @property
    def said(self) -> str:
        """The question."""
        if self._blocks is None:
            return "Looking for code blocks …"
        wrong = f"There is no code block {self._wrong:,}. " if self._wrong else ""
        typed = f": {self._typed}" if self._typed else ""
        return f"{wrong}Copy which code block? 1 to {len(self._blocks):,}; esc leaves{typed}"

    def found(self, blocks: Sequence[str]) -> None:
        """Take the answer's blocks."""
        self._blocks = blocks
        if not blocks:
            self.over = True
            self._say("There is no code block in this answer.")
        elif len(blocks) == 1:
            self.over = True
            self._copy(blocks[0], "the code block")
        else:
            self._decide()

    def press(self, key: str) -> bool:
        """Take a digit, or what goes with digits."""
        match key:
            case "backspace":
                self._typed = self._typed[:-1]
            case "enter":
                self._entered = True
            case _ if key in [*_DIGITS]:
                self._typed += key
            case _:
                return len(key) == 1  # letters mean nothing while a number is asked for
        self._decide()
        return True

    def _decide(self) -> None:
        """Copy the block of the number that was typed, once no other can be meant."""
        if self._blocks is None:
            return
        entered, self._entered = self._entered, False
        if not self._typed:
            return
        number = int(self._typed)
        if not 0 < number <= len(self._blocks):
            self._wrong, self._typed = number, ""
        elif entered or number * 10 > len(self._blocks):
            self.over = True
            self._copy(self._blocks[number - 1], f"code block {number}")


class Times(Mode):
    """Asks for how many answers the last prompt is to be asked again."""

    hints = TIMES_HINTS

    def __init__(
        self, ask: Callable[[int], object], leave: Callable[[], object], typed: str = ""
    ) -> None:
        """Begin to ask.

        Args:
            ask: takes the number.
            leave: ends this, since the user does something else.
            typed: what was typed already.
        """
        self._ask = ask
        self._leave = leave
        self._typed = typed

    @property
    def said(self) -> str:
        """The question."""
        if not self._typed:
            return f"Ask the last prompt again for how many answers at once? 2 to {MOST_ANSWERS}"
        number = int(self._typed)
        if not 1 < number <= MOST_ANSWERS:
            return f"{number}: 2 to {MOST_ANSWERS} answers can be asked for at once"
        return f"{number} answers to the last prompt: r asks for them, esc leaves"

    def press(self, key: str) -> bool:
        """Take a digit, or what goes with digits; any other key ends this, and is not taken."""
        match key:
            case "backspace":
                self._typed = self._typed[:-1]
            case "r" | "enter":
                self._decide()
            case _ if key in [*_DIGITS]:
                self._typed = f"{int(self._typed + key)}"[: len(str(MOST_ANSWERS))]
            case _:
                self._leave()
                return False
        return True

    def _decide(self) -> None:
        if self._typed and 1 < int(self._typed) <= MOST_ANSWERS:
            self.over = True
            self._ask(int(self._typed))
