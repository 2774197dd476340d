"""Writing on the terminal: the cheapest moves, and only the attributes that differ."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, final

from aztui.terminal.abilities import Abilities, Scrolling
from aztui.terminal.cells import Cell, settled
from aztui.terminal.sgr import PLAIN, Style, change

_BACKSPACES: Final = 3
"""As many cost as little as a sequence."""


@final
class Pen:
    """Writes as little as it takes, and notes where that leaves the terminal.

    Wrapping must be off. What is not known of the terminal (at first, everything) is set before it
    is relied on.
    """

    def __init__(self, abilities: Abilities, width: int, height: int) -> None:
        """Begin on a terminal of that size, in cells, of which nothing is known."""
        self._abilities = abilities
        self._width = width
        self._height = height
        self._out: list[str] = []
        self._at: tuple[int, int] | None = None
        self._style: Style | None = None
        self._region: tuple[int, int] | None = None
        self._cursor: bool | None = None
        if abilities.scrolls:
            self._confine(0, height - 1)

    def take(self) -> str:
        """Return what was written, and forget it."""
        written = "".join(self._out)
        self._out = []
        return written

    @property
    def region(self) -> tuple[int, int] | None:
        """The first and the last row of the scroll region, if it is known."""
        return self._region

    @property
    def abilities(self) -> Abilities:
        """What the terminal can do."""
        return self._abilities

    def move(self, x: int, y: int) -> None:
        """Go to column `x` of row `y`, from 0."""
        if self._at != (x, y):
            self._out.append(min(self._ways(x, y), key=len))
            self._at = (x, y)

    def put(self, cells: Sequence[Cell]) -> None:
        """Write `cells`, which begin and end with whole characters."""
        for cell in cells:
            if self._style is None or not cell.looks(self._style):
                self._wear(cell.style)
            self._out.append(cell.text)
        self._advance(cells)

    def erase_rest(self) -> None:
        """Erase from here to the end of the row."""
        self._wear(PLAIN)
        self._out.append("\x1b[K")

    def scroll(self, top: int, bottom: int, lines: int) -> None:
        """Move the rows `top` to `bottom` up by `lines`, down where negative; blank ones follow."""
        self._wear(PLAIN)
        self._confine(top, bottom)
        if self._abilities.scrolling is Scrolling.PAN:
            number = "" if abs(lines) == 1 else abs(lines)
            self._out.append(f"\x1b[{number}{'S' if lines > 0 else 'T'}")
        elif lines > 0:
            self.move(0, bottom)
            self._out.append("\n" * lines)
        else:
            self.move(0, top)
            self._out.append("\x1bM" * -lines)

    def show_cursor(self, *, on: bool) -> None:
        """Show the terminal's cursor, or hide it."""
        if self._cursor is not on:
            self._out.append("\x1b[?25h" if on else "\x1b[?25l")
            self._cursor = on

    def mark(self) -> None:
        """Ask where the cursor is, at the second row's beginning: in the first it could be an F3.

        A terminal of one row has no such place and is not asked.
        """
        if self._height > 1:
            before = self._at
            self.move(0, 1)
            self._out.append("\x1b[6n")
            self.move(*(before or (0, 1)))

    def close(self) -> None:
        """Leave no link open, so that nothing that others write becomes part of it."""
        if self._style is not None and self._style.link:
            self._wear(self._style._replace(link=""))

    def _wear(self, style: Style) -> None:
        if style != self._style:
            self._out.append(change(self._style, style, undoes=self._abilities.undoes))
        self._style = style

    def _confine(self, top: int, bottom: int) -> None:
        if self._region != (top, bottom):
            whole = (top, bottom) == (0, self._height - 1)
            self._out.append("\x1b[r" if whole else f"\x1b[{top + 1};{bottom + 1}r")
            self._region = (top, bottom)
            self._at = None  # the top left, in most terminals

    def _advance(self, cells: Sequence[Cell]) -> None:
        """Note where the cursor is after `cells`.

        At the right edge terminals differ: some are on the last column, some just beyond it.
        """
        if self._at is None:
            return
        x, y = self._at
        x += len(cells)
        self._at = (x, y) if x < self._width and settled(cells) else None

    def _ways(self, x: int, y: int) -> list[str]:
        ways = [_absolute(x, y)]
        if self._at is None or not self._abilities.steps:
            return ways
        from_x, from_y = self._at
        if from_y == y:
            ways.append(_sideways(x - from_x))
            if x == 0:
                ways.append("\r")
            if self._abilities.numbers:
                ways.append(f"\x1b[{_number(x + 1)}G")
            return ways
        if self._within(from_y, y) and from_x == x:
            ways.append(_vertically(y - from_y))
        if self._within(from_y, y) and x == 0:
            ways.append("\r" + _vertically(y - from_y))
        if self._abilities.numbers and from_x == x:
            ways.append(f"\x1b[{_number(y + 1)}d")
        return ways

    def _within(self, *rows: int) -> bool:
        """Whether steps lead from row to row: across the scroll region's edges none does.

        Outside of it terminals differ.
        """
        if self._region is None:
            return False
        top, bottom = self._region
        return all(top <= y <= bottom for y in rows)


def _absolute(x: int, y: int) -> str:
    row, column = _number(y + 1), _number(x + 1)
    return f"\x1b[{row};{column}H" if column else f"\x1b[{row}H"


def _sideways(columns: int) -> str:
    if -_BACKSPACES <= columns < 0:
        return "\b" * -columns
    return f"\x1b[{_number(abs(columns))}{'C' if columns > 0 else 'D'}"


def _vertically(rows: int) -> str:
    return f"\x1b[{_number(abs(rows))}{'B' if rows > 0 else 'A'}"


def _number(number: int) -> str:
    """Return `number` as a parameter; one is what is meant where none is given."""
    return "" if number == 1 else str(number)
