"""What a row of the screen is made of, before it has a colour."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final, TypeAlias

from rich.cells import cell_len, set_cell_size

MAX_TEXT: Final = 100
"""Cells; longer lines of prose are hard to read."""
MARGIN: Final = 2
"""Cells that stay free at the right of text, so that a caret fits in."""
_NARROW: Final = 30


class Role(Enum):
    """What a piece of text is to its reader; the theme says how that looks."""

    TEXT = auto()
    """The text itself."""
    STRONG = auto()
    """A heading."""
    DIM = auto()
    """About the text: figures, hints."""
    ACCENT = auto()
    """Where you are."""
    BAD = auto()
    """What failed."""
    CARET = auto()
    """Where the next letter goes."""


Piece: TypeAlias = tuple[str, Role]
Row: TypeAlias = tuple[Piece, ...]

BLANK: Final[Row] = ()
HERE: Final = "\u203a"
"""Marks what the user said, and where the user is."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Where text stands in the log.

    Attributes:
        indent: cells before the text.
        width: cells that the text may fill.
    """

    indent: int
    width: int

    @classmethod
    def of(cls, width: int) -> Columns:
        """Return the columns of a log that is `width` cells wide; a margin and a caret fit in."""
        indent = 3 if width >= _NARROW else 2
        return cls(indent, max(2, min(MAX_TEXT, width - indent - MARGIN)))

    def mark(self, *, here: bool = True) -> Piece:
        """Return what stands before a row's text: a mark where the user is, else nothing."""
        return f"{HERE if here else ' ':>{self.indent - 1}} ", Role.ACCENT


def length(row: Row) -> int:
    """Return how many cells a row fills."""
    return sum(cell_len(text) for text, _ in row)


def cut(text: str, width: int) -> str:
    """Return `text` in at most `width` cells, with an ellipsis where something is missing."""
    if cell_len(text) <= width:
        return text
    return set_cell_size(text, width - 1).rstrip() + "…" if width > 0 else ""


def joined(pieces: Iterable[str], width: int, between: str = " · ") -> list[str]:
    """Join pieces into as few rows of `width` cells as they take; a piece stays whole if it can."""
    rows: list[str] = []
    for piece in pieces:
        longer = f"{rows[-1]}{between}{piece}" if rows else piece
        if rows and cell_len(longer) <= width:
            rows[-1] = longer
        else:
            rows.append(cut(piece, width))
    return rows
