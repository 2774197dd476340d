"""What a Markdown text is made of once its blocks are told apart: leaves, one below the other.

A leaf is a block without blocks in it. The lists and quotes around it are its frame, which is
what stands before its rows. Leaves are cheap, and everything a leaf needs to be laid out is in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final, NamedTuple, TypeAlias

from aztui.core.data import dataclass
from aztui.ui.widgets.rows import BLANK, Row

References: TypeAlias = Mapping[str, Mapping[str, Any]]
"""Link reference definitions by normalised label, as markdown-it keeps them."""

NO_REFERENCES: Final[References] = MappingProxyType({})


class Align(StrEnum):
    """Where the text of a table's column stands."""

    LEFT = "left"
    CENTER = "center"
    RIGHT = "right"


class Frame(NamedTuple):
    """What the lists and quotes around a leaf put before its rows.

    Attributes:
        first: before its first row: bars, indents, and the marker of an item that begins.
        rest: before its other rows, in as many cells.
        above: before a blank row above it: the bars of the quotes that it shares with the leaf
            before.
        lead: how many characters of `first` come before a marker: all where there is none.
    """

    first: Row = BLANK
    rest: Row = BLANK
    above: Row = BLANK
    lead: int = 0

    @property
    def further(self) -> Frame:
        """What stands before rows that go on with the leaf."""
        return Frame(self.rest, self.rest, self.above, sum(len(text) for text, _ in self.rest))


NO_FRAME: Final = Frame()


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text.

    Attributes:
        text: inline Markdown; may be empty where link references are defined.
        frame: what stands before its rows.
        gap: whether a blank row is above it.
        level: 1 to 6 for a heading, 0 for a paragraph.
        defined: definitions of link references right above the text, as they stand in the source.
        grows: whether more of it may come, so that no address in it is sure to be whole.
    """

    text: str
    frame: Frame = NO_FRAME
    gap: bool = False
    level: int = 0
    defined: str = ""
    grows: bool = False


@dataclass(frozen=True, slots=True)
class Code:
    """Lines of code, or of HTML, which is shown as what it is; a long block comes in several.

    Attributes:
        lines: without their line ends.
        frame: what stands before its rows.
        gap: whether a blank row is above it.
        info: the fence's info string, of which the first word names the language.
        number: counts the code blocks of an answer from 1; 0 for HTML, which has no heading row.
        goes_on: whether lines of the block stand right above.
        lexed: what the lexer knows from those.
    """

    lines: tuple[str, ...]
    frame: Frame = NO_FRAME
    gap: bool = False
    info: str = ""
    number: int = 0
    goes_on: bool = False
    lexed: object = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table, or some of its rows; a long one comes in several.

    Attributes:
        head: the header's cells, inline Markdown.
        rows: the body's cells; each row has as many as the header.
        aligns: one a column.
        widths: the columns' natural and least widths in cells, settled by the table's first rows;
            None where it has no others.
        goes_on: whether rows of the table stand right above, with its header.
        frame: what stands before its rows.
        gap: whether a blank row is above it.
        grows: whether more of it may come, so that no address in it is sure to be whole.
    """

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    aligns: tuple[Align, ...]
    widths: tuple[tuple[int, int], ...] | None = None
    goes_on: bool = False
    frame: Frame = NO_FRAME
    gap: bool = False
    grows: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """A thematic break."""

    frame: Frame = NO_FRAME
    gap: bool = False


Leaf: TypeAlias = Paragraph | Code | Table | Rule


@dataclass(frozen=True, slots=True, eq=False)
class Links:
    """What is known of an answer's link references, compared by identity.

    Attributes:
        known: the definitions.
    """

    known: References = field(default_factory=lambda: NO_REFERENCES)
