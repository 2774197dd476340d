"""Two texts and what differs in them, laid out in rows: side by side, or as one text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest
from typing import Final, NamedTuple, TypeAlias

from rich.cells import cell_len

from aztui.core.data import dataclass
from aztui.explore.diff import Piece, Side
from aztui.terminal.sanitise import sanitise
from aztui.ui.markdown.raw import END
from aztui.ui.widgets.rows import MARGIN, MAX_TEXT, Columns
from aztui.ui.widgets.wrap import breaks, expand_tabs, hang

WIDE: Final = 100
"""Cells from which on two texts fit side by side."""
KEPT: Final = -1
"""In place of a change's number, where both texts are the same."""
BETWEEN: Final = 5
"""Cells between two texts: blanks, the right one's sign and a blank."""

_ODD: Final = re.compile(r"[^\S\n ]")


class Part(NamedTuple):
    """A part of a row.

    Attributes:
        text: it; safe to show.
        side: which of the texts has it.
        change: the number of the change that it belongs to, from 0, or `KEPT`.
    """

    text: str
    side: Side
    change: int = KEPT


Parts: TypeAlias = tuple[Part, ...]


class Pair(NamedTuple):
    """A row: what stands at its left and at its right, or in one text only at its left."""

    left: Parts
    right: Parts = ()

    @property
    def changes(self) -> frozenset[int]:
        """The numbers of the changes that it shows a part of."""
        return frozenset(part.change for part in (*self.left, *self.right) if part.change != KEPT)


@dataclass(frozen=True, slots=True)
class Panes:
    """Where two texts stand.

    Attributes:
        indent: cells before the first one.
        width: cells of each; of the one text that they are shown as.
        beside: whether they stand side by side.
    """

    indent: int
    width: int
    beside: bool

    @classmethod
    def of(cls, width: int, *, beside: bool) -> Panes:
        """Return the panes for a width in cells; one text where that is too narrow for two."""
        columns = Columns.of(width)
        if not beside or width < WIDE:
            return cls(columns.indent, columns.width, beside=False)
        room = (width - columns.indent - BETWEEN - MARGIN) // 2
        return cls(columns.indent, min(MAX_TEXT, room), beside=True)


def laid_out(pieces: Iterable[Piece], panes: Panes) -> list[Pair]:
    """Return the rows of a comparison.

    Side by side, a line that begins in both texts at the same place of the comparison begins in the
    same row.
    """
    parts = _parts(pieces)
    pairs = _beside(parts, panes.width) if panes.beside else _inline(parts, panes.width)
    rows = list(pairs)
    while rows and not any(part.text for part in (*rows[-1].left, *rows[-1].right)):
        rows.pop()
    return rows


def _parts(pieces: Iterable[Piece]) -> Iterator[Part]:
    change, changing = -1, False
    for piece in pieces:
        if piece.side is Side.BOTH:
            changing = False
            yield Part(sanitise(piece.text), piece.side)
            continue
        if not changing:
            change, changing = change + 1, True
        yield Part(_visible(piece.text), piece.side, change)


def _visible(text: str) -> str:
    """Return a changed text; where it is white space alone, that shows."""
    shown = sanitise(text)
    if not text.strip():
        shown = _ODD.sub("⍽", shown.replace("\t", "→").replace(" ", "·"))
    return shown.replace("\n", f"{END}\n")


def _inline(parts: Iterable[Part], width: int) -> Iterator[Pair]:
    line: list[Part] = []
    for part in parts:
        first, *others = _lines(part)
        line.append(first)
        for other in others:
            yield from map(Pair, _rows(line, width))
            line = [other]
    yield from map(Pair, _rows(line, width))


def _beside(parts: Iterable[Part], width: int) -> Iterator[Pair]:
    for left, right in _blocks(parts):
        rows = ([row for line in lines for row in _rows(line, width)] for lines in (left, right))
        yield from (Pair(*pair) for pair in zip_longest(*rows, fillvalue=()))


def _blocks(parts: Iterable[Part]) -> Iterator[tuple[list[list[Part]], list[list[Part]]]]:
    """Yield the lines of both sides up to each line end that both have."""
    left: list[list[Part]] = [[]]
    right: list[list[Part]] = [[]]
    for part in parts:
        first, *others = _lines(part)
        if part.side is Side.BOTH:
            left[-1].append(first)
            right[-1].append(first)
            for other in others:
                yield left, right
                left, right = [[other]], [[other]]
        else:
            lines = left if part.side is Side.LEFT else right
            lines[-1].append(first)
            lines += [[other] for other in others]
    yield left, right


def _lines(part: Part) -> list[Part]:
    return [part._replace(text=line) for line in part.text.split("\n")]


def _rows(line: Sequence[Part], width: int) -> list[Parts]:
    """Return the rows that a line takes in `width` cells; one at least."""
    column = 0
    parts: list[Part] = []
    for part in line:
        text, column = expand_tabs(part.text, column)
        parts += [part._replace(text=text)] if text else []
    text = "".join(part.text for part in parts)
    indent = hang(text, width)
    cuts = breaks(text, width, width - indent)
    first, *others = _cut(parts, [*cuts[1:], len(text)])
    lead = Part(" " * indent, Side.BOTH)
    return [_fit(first, width), *((lead, *_fit(row, width - indent)) for row in others)]


def _cut(parts: Iterable[Part], ends: Sequence[int]) -> Iterator[Parts]:
    """Yield what stands up to each of some places."""
    row: list[Part] = []
    at, following = 0, iter(ends)
    end = next(following)
    for part in parts:
        rest = part
        while at + len(rest.text) > end:
            if end > at:
                row.append(rest._replace(text=rest.text[: end - at]))
            yield tuple(row)
            rest = rest._replace(text=rest.text[end - at :])
            row, at, end = [], end, next(following)
        row.append(rest)
        at += len(rest.text)
    yield tuple(row)


def _fit(row: Parts, width: int) -> Parts:
    """Cut off the spaces that reach past the edge."""
    text = "".join(part.text for part in row)
    if not text.endswith(" "):
        return row
    over = cell_len(text) - width
    while row and over > 0:
        *others, last = row
        kept = last.text[: max(0, len(last.text) - over)]
        over -= len(last.text) - len(kept)
        row = (*others, last._replace(text=kept)) if kept else tuple(others)
    return row
