"""Reading what Textual wants on the screen: from ANSI text to rows of styled cells."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple, TypeAlias, final

from rich.cells import cell_len, split_graphemes

from aztui.terminal.sgr import PLAIN, Style, UnknownSgrError, on_blank, styled


class Cell(NamedTuple):
    """One place on the screen.

    Attributes:
        text: a character with its marks; empty in the right half of a wide one.
        style: how it looks.
        settled: all terminals give it the same width.
    """

    text: str
    style: Style
    settled: bool = True

    def looks(self, style: Style) -> bool:
        """Whether `style` would show it the same: there is less to be seen of one on a blank."""
        return self.style == style or (self.text == " " and self.style == on_blank(style))


Row: TypeAlias = tuple[Cell, ...]

BLANK: Final = Cell(" ", PLAIN)

_MOVE: Final = re.compile(r"\x1b\[(\d+);(\d+)H")
_PART: Final = re.compile(
    r"\x1b\[(?P<sgr>[0-9;]*)m|\x1b\]8;(?P<link>[^\x07\x1b]*)\x1b\\|(?P<text>[^\x00-\x1f\x7f-\x9f]+)"
    r"|[^\x1b]"  # a control character, which shows nothing
)
_MOST_CELLS: Final = 4096
"""Different characters in one style that are remembered."""
_DOUBTFUL: Final = frozenset({"Mn", "Mc", "Me", "Cf", "Cn", "Co", "Zl", "Zp"})
_FLAGS: Final = range(0x1F1E6, 0x1F200)
_SKINS: Final = range(0x1F3FB, 0x1F400)


class UnreadableError(ValueError):
    """A text that does more than draw: it holds something else than moves, SGR, links and text."""


@final
class Canvas:
    """What Textual has drawn so far.

    Attributes:
        width: of the screen, in cells.
        rows: from the top, each as wide as the screen.
        cursor: the column and row of the cursor, from 0.
    """

    def __init__(self, width: int, height: int) -> None:
        """Begin blank, with a width and height in cells."""
        self.width = width
        self.rows: list[Row] = [(BLANK,) * width] * height
        self.cursor = (0, 0)

    @property
    def height(self) -> int:
        """How many rows the screen has."""
        return len(self.rows)

    def resize(self, width: int, height: int) -> None:
        """Keep what fits, from the top left."""
        fill = (BLANK,) * (width - self.width)
        rows = [_whole(row[:width]) + fill for row in self.rows[:height]]
        self.width = width
        self.rows = rows + [(BLANK,) * width] * (height - len(rows))
        self._go(*self.cursor)

    def draw(self, text: str) -> None:
        """Draw `text`, which consists of moves, each with what is written from there.

        Raises:
            UnreadableError: it does something else; nothing of it was drawn.
        """
        head, *parts = _MOVE.split(text)
        if head or not parts:
            raise UnreadableError(text)
        pieces = [read(piece.removesuffix("\n")) for piece in parts[2::3]]
        for line, column, piece in zip(parts[::3], parts[1::3], pieces, strict=True):
            x, y = int(column) - 1, int(line) - 1
            self._go(x, y)
            if piece:
                self._put(x, y, piece)

    def _go(self, x: int, y: int) -> None:
        """Have the cursor there; at the edge where there is no such place."""
        self.cursor = (min(x, self.width - 1), min(y, self.height - 1))

    def _put(self, x: int, y: int, piece: Row) -> None:
        if y >= self.height:
            return
        end = x + len(piece)
        if x or end != self.width:
            row = self.rows[y]
            piece = (*_whole(row[:x]), *piece, *_whole(row[end:]))
        if len(piece) > self.width:
            piece = _whole(piece[: self.width])
        self.rows[y] = piece


@lru_cache(maxsize=1024)
def read(piece: str) -> Row:
    """Return the cells of `piece`: text with SGR and links, which starts plain and does not move.

    Raises:
        UnreadableError: there is something else in it.
    """
    cells: list[Cell] = []
    style = PLAIN
    at = 0
    while at < len(piece):
        part = _PART.match(piece, at)
        if part is None:
            raise UnreadableError(piece)
        at = part.end()
        if text := part["text"]:
            first = text[0]
            if not first.isascii() and not cell_len(first):
                marks = text[: split_graphemes(text)[0][0][1]]
                cells = _with_marks(cells, marks)
                text = text[len(marks) :]
            cells += _cells(text, style)
        elif (link := part["link"]) is not None:
            style = style._replace(link="" if link == ";" else link)
        elif (sgr := part["sgr"]) is not None:
            style = _styled(style, sgr)
    return tuple(cells)


def settled(row: Sequence[Cell]) -> bool:
    """Whether all terminals agree on where each cell of `row` is."""
    return all(cell.settled for cell in row)


def _styled(style: Style, parameters: str) -> Style:
    try:
        return styled(style, parameters)
    except UnknownSgrError as error:
        raise UnreadableError(parameters) from error


def _cells(text: str, style: Style) -> list[Cell]:
    seen = _seen(style)
    if len(seen) > _MOST_CELLS:
        seen.clear()
    if text.isascii():
        return [seen[character][0] for character in text]
    spans, _ = split_graphemes(text)
    return [cell for start, end, _ in spans for cell in seen[text[start:end]]]


def _with_marks(cells: list[Cell], marks: str) -> list[Cell]:
    """Return `cells` with `marks` on the last: they came apart from it, in a style of their own."""
    at = next((at for at in range(len(cells) - 1, -1, -1) if cells[at].text), None)
    if at is None:  # nothing to sit on
        return cells
    base = cells[at]
    return [*cells[:at], Cell(base.text + marks, base.style, settled=False), *cells[at + 1 :]]


@final
class _Seen(dict[str, Row]):
    """The cells of each character with its marks, in one style."""

    def __init__(self, style: Style) -> None:
        super().__init__()
        self._style = style
        self._right_half = Cell("", style)

    def __missing__(self, text: str) -> Row:
        width = cell_len(text)
        style = on_blank(self._style) if text == " " else self._style
        agreed = len(text) == 1 and _agreed(text, width)
        cells = (Cell(text, style, agreed), *[self._right_half] * (width - 1))
        self[text] = cells
        return cells


_seen = lru_cache(maxsize=256)(_Seen)


def _agreed(character: str, width: int) -> bool:
    """Whether terminals old and new find `character` so wide, alone and beside any other."""
    if unicodedata.category(character) in _DOUBTFUL:
        return False
    if ord(character) in _FLAGS or ord(character) in _SKINS:
        return False
    return width == (2 if unicodedata.east_asian_width(character) in "WF" else 1)


def _whole(row: Row) -> Row:
    """Return `row`, a part of one, with blanks for the halves of wide characters that were cut."""
    if row and not row[0].text:
        row = (Cell(" ", on_blank(row[0].style)), *row[1:])
    if row and cell_len(row[-1].text) > 1:
        row = (*row[:-1], Cell(" ", on_blank(row[-1].style)))
    return row
