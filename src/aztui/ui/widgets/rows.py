"""What a row of the screen is made of, before it has a colour."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum, auto
from typing import Final, NamedTuple, TypeAlias

from rich.cells import cell_len, set_cell_size

from aztui.core.data import dataclass

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
    CODE = auto()
    """Code within a sentence."""
    KEYWORD = auto()
    """In a code block, what the language reserves."""
    NAME = auto()
    """In a code block, what is being defined."""
    LITERAL = auto()
    """In a code block, a text or a number."""
    COMMENT = auto()
    """In a code block, what is meant for its readers."""
    FOUND = auto()
    """What was looked for."""
    CURRENT = auto()
    """Where the user is in what was found or selected."""
    SELECTED = auto()
    """What would be copied."""
    FAIR = auto()
    """A token that was likelier than not."""
    DOUBTFUL = auto()
    """One that was not."""
    UNLIKELY = auto()
    """One that hardly any other would have been more surprising than."""
    LEFT = auto()
    """Of two texts that are compared, what only the first has."""
    RIGHT = auto()
    """What only the second has."""


class Face(NamedTuple):
    """A role, and what Markdown adds to it.

    Attributes:
        role: what the text is.
        bold: strong emphasis, or a heading.
        italic: emphasis.
        strike: struck through.
        underline: set off as a link or a title.
        link: an address that the terminal may open (OSC 8); the same as the text shows.
    """

    role: Role = Role.TEXT
    bold: bool = False
    italic: bool = False
    strike: bool = False
    underline: bool = False
    link: str = ""


Look: TypeAlias = Role | Face
Piece: TypeAlias = tuple[str, Look]
Row: TypeAlias = tuple[Piece, ...]


class Line(NamedTuple):
    """A row of a text that can be searched and copied.

    Attributes:
        row: what stands in it.
        lead: how many characters at its beginning only set it off (indents, a quote's bar): they
            are neither found nor copied.
        soft: whether it goes on with the text of the row above, which was too long for one.
        told: what is found and copied instead of the characters shown, one for one from the
            `lead`-th on, with NUL where one stands for nothing; None where they are the same.
    """

    row: Row
    lead: int = 0
    soft: bool = False
    told: str | None = None


def told(line: Line) -> str:
    """Return what is found and copied of a line, one for one, with NUL for nothing."""
    if line.told is not None:
        return line.told
    return "".join([text for text, _ in line.row])[line.lead :]


def marked(row: Row, start: int, end: int, look: Look) -> Row:
    """Return a row in which some characters look otherwise."""
    pieces: list[Piece] = []
    at = 0
    for text, own in row:
        first, last = (max(0, min(edge - at, len(text))) for edge in (start, end))
        cuts = ((text[:first], own), (text[first:last], look), (text[last:], own))
        pieces += [piece for piece in cuts if piece[0]]
        at += len(text)
    return tuple(pieces)


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
