"""Frames as Textual hands them to its driver, and what a terminal shows of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, TypeAlias

from rich.cells import cell_len

from tests.support.screen import Picture


class Glyph(NamedTuple):
    """A character with its marks, and the SGR parameters that Rich gives it."""

    text: str
    sgr: str

    @property
    def width(self) -> int:
        """How many cells Rich lays out for it."""
        return cell_len(self.text)


Line: TypeAlias = tuple[Glyph, ...]


def layout(lines: Sequence[Line], cursor: tuple[int, int], *, y: int = 0) -> str:
    """A `LayoutUpdate` of whole rows from row `y` on, and the cursor's place."""
    rows = "\n".join(at(0, y + n) + rendered(line) for n, line in enumerate(lines))
    return rows + at(*cursor)


def chops(parts: Sequence[tuple[int, int, Line]], cursor: tuple[int, int]) -> str:
    """A `ChopsUpdate` of parts of rows, each with its column and row, and the cursor's place."""
    return "\n".join(at(x, y) + rendered(line) for x, y, line in parts) + at(*cursor)


def at(x: int, y: int) -> str:
    """Rich's move to column `x` of row `y`."""
    return f"\x1b[{y + 1};{x + 1}H"


def rendered(line: Line) -> str:
    """What `Strip.render` makes of `line`: one segment for all neighbours of one style."""
    text = ""
    segments: list[Glyph] = []
    for glyph in line:
        if segments and segments[-1].sgr == glyph.sgr:
            segments[-1] = Glyph(segments[-1].text + glyph.text, glyph.sgr)
        else:
            segments.append(glyph)
    for text_of, sgr in segments:
        text += f"\x1b[{sgr}m{text_of}\x1b[0m" if sgr else text_of
    return text


def seen(picture: Picture) -> list[list[tuple[Any, ...]]]:
    """What can be seen on the screen: its cells with their attributes, row by row."""
    cells = picture.cells
    return [[_seen(cells.buffer[y][x]) for x in range(cells.columns)] for y in range(cells.lines)]


def _seen(char: Any) -> tuple[Any, ...]:
    marked = (char.underscore, char.strikethrough, char.reverse, char.blink)
    if char.data == " ":
        seen = (char.fg, char.bold) if any(marked) else ("default", False)
        return (" ", *seen, char.bg, *marked)
    return (char.data, char.fg, char.bg, char.bold, char.italics, *marked)
