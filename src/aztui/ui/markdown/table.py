"""Tables: columns where they fit, else each row as a list of names and values.

All widths follow from what was settled and from the room, never from a later row: rows that are
drawn stay where they are, and a table is the same however its rows come in pieces.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from itertools import zip_longest
from typing import Final, TypeAlias

from rich.cells import cell_len, get_character_cell_size

from aztui.ui.markdown.leaves import Align, Frame, Table
from aztui.ui.markdown.spans import framed, plain, wrap
from aztui.ui.widgets.rows import BLANK, Face, Line, Look, Role, Row, length

Widths: TypeAlias = tuple[tuple[int, int], ...]
"""The columns' natural and least widths in cells."""

_BETWEEN: Final = 2
"""Cells between two columns."""
_NARROWEST: Final = 2
"""Cells; any character fits in."""
_READABLE: Final = 6
"""Cells that a column must have if it has something for them."""
_WORD: Final = 10
"""Cells; where words of this length would break in a column, the table is a list instead."""
_INDENT: Final = 2
"""Cells before a value that stands below its name."""


def settle(leaf: Table, cells: Callable[[str], Row]) -> Widths:
    """Return the widths that the header and these rows give the columns.

    Args:
        leaf: the table's first rows.
        cells: returns what a cell's inline Markdown looks like.

    Returns:
        For each column how many cells it takes where nothing wraps, and where no word breaks.
    """
    return _settled([tuple(map(cells, row)) for row in (leaf.head, *leaf.rows)])


def table_lines(leaf: Table, width: int, cells: Callable[[str], Row]) -> list[Line]:
    """Lay a table out, or some of its rows.

    Args:
        leaf: the table; where it goes on, its header stands above other rows, and only its rows
            are drawn.
        width: in cells, what stands before the rows included.
        cells: returns what a cell's inline Markdown looks like.
    """
    head = tuple(map(cells, leaf.head))
    rows = [tuple(map(cells, row)) for row in leaf.rows]
    settled = leaf.widths or _settled([head, *rows])
    room = max(_NARROWEST, width - length(leaf.frame.rest))
    columns = _fitted(settled, room)
    above = framed((), leaf.frame, gap=leaf.gap)
    if columns is None:
        listed = _listed(head, rows, settled, room, leaf.frame, begins=not leaf.goes_on)
        return above + listed
    grid = [] if leaf.goes_on else _heading(head, leaf.aligns, columns)
    apart = columns != [natural for natural, _ in settled]
    for number, row in enumerate(rows):
        if apart and (number or leaf.goes_on):
            grid.append(BLANK)
        grid += _band(row, leaf.aligns, columns)
    return above + framed([(row, False) for row in grid], leaf.frame, gap=False)


def _settled(rows: Sequence[Sequence[Row]]) -> Widths:
    columns = [[plain(cell) for cell in column] for column in zip(*rows, strict=True)]
    return tuple((max(map(_natural, texts)), max(map(_least, texts))) for texts in columns)


def _natural(text: str) -> int:
    return max(_NARROWEST, *map(cell_len, text.split("\n")))


def _least(text: str) -> int:
    if text.isascii():
        return max(_NARROWEST, *map(len, text.replace("\n", " ").split(" ")))
    apart = "".join([_alone(character) for character in text])
    return max(_NARROWEST, *map(cell_len, apart.replace("\n", " ").split(" ")))


def _alone(character: str) -> str:
    """Set a wide character apart: a row may end on both sides of it."""
    return f" {character} " if get_character_cell_size(character) == 2 else character


def _fitted(settled: Widths, room: int) -> list[int] | None:
    """Return the columns' widths in a room; None where they would be too narrow to read."""
    room -= _BETWEEN * (len(settled) - 1)
    if len(settled) == 1:
        return [min(settled[0][0], room)]
    natural = [most for most, _ in settled]
    readable = [min(most, max(_READABLE, min(word, _WORD))) for most, word in settled]
    whole = [max(low, word) for low, (_, word) in zip(readable, settled, strict=True)]
    if sum(readable) > room:
        return None
    if sum(whole) > room:
        return _shrunk(whole, readable, room)
    return _shrunk(natural, whole, room)


def _shrunk(widths: Sequence[int], least: Sequence[int], room: int) -> list[int]:
    """Make the widest columns narrower, down to a common width, until all fit.

    Args:
        widths: what the columns would take.
        least: what each is given at least; together no more than the room.
        room: cells for all columns.
    """

    def at(level: int) -> list[int]:
        return [max(low, min(width, level)) for width, low in zip(widths, least, strict=True)]

    level = bisect_right(range(room + 1), room, key=lambda level: sum(at(level))) - 1
    fitted, wider = at(level), at(level + 1)
    spare = room - sum(fitted)
    for column, width in enumerate(wider):
        if spare and width > fitted[column]:
            fitted[column] = width
            spare -= 1
    return fitted


def _heading(head: Sequence[Row], aligns: Sequence[Align], widths: Sequence[int]) -> list[Row]:
    rule: list[Row] = [(("─" * width, Role.DIM),) for width in widths]
    return [
        *_band([_looking(cell, _bold) for cell in head], aligns, widths),
        _beside(rule, aligns, widths),
    ]


def _band(cells: Sequence[Row], aligns: Sequence[Align], widths: Sequence[int]) -> Iterator[Row]:
    """Wrap a table's row, each cell in its column."""
    columns = [
        [_stripped(row) for row, _ in wrap(cell, width)]
        for cell, width in zip(cells, widths, strict=True)
    ]
    for parts in zip_longest(*columns, fillvalue=BLANK):
        yield _beside(parts, aligns, widths)


def _beside(parts: Sequence[Row], aligns: Sequence[Align], widths: Sequence[int]) -> Row:
    """Put one row of every cell side by side; nothing follows the last one that has text."""
    row: Row = ()
    skipped = 0
    for part, align, width in zip(parts, aligns, widths, strict=True):
        free = width - length(part)
        before = {Align.LEFT: 0, Align.CENTER: free // 2, Align.RIGHT: free}[align]
        if part:
            row += (*_blank(skipped + before), *part)
            skipped = 0
            free -= before
        skipped += free + _BETWEEN
    return row


def _blank(cells: int) -> Row:
    return ((" " * cells, Role.TEXT),) if cells > 0 else BLANK


def _stripped(row: Row) -> Row:
    """Return a row without the spaces at its end."""
    while row and row[-1][0].endswith(" "):
        *others, (text, look) = row
        kept = text.rstrip(" ")
        row = (*others, (kept, look)) if kept else tuple(others)
    return row


def _listed(
    head: Sequence[Row],
    rows: Sequence[Sequence[Row]],
    settled: Widths,
    room: int,
    frame: Frame,
    *,
    begins: bool,
) -> list[Line]:
    """Draw each row as a list of names and values, with a rule between two rows.

    Args:
        head: the names.
        rows: the values.
        settled: the columns' widths.
        room: cells beside the frame.
        frame: what stands before the rows.
        begins: whether no row of the table stands above.
    """
    names = [_name(cell) for cell in head]
    first = max(map(length, names)) + _BETWEEN
    widest = max(natural for natural, _ in settled)
    rule: Row = (("─" * min(room, first + widest), Role.DIM),)
    if first * 2 > room:
        first = 0
    lines: list[Line] = []
    for number, row in enumerate(rows if rows or not begins else [(BLANK,) * len(head)]):
        if number or not begins:
            lines += framed([(rule, False)], frame, gap=False)
        for name, value in zip(names, row, strict=True):
            lines += _entry(name, value, first, room, frame)
            frame = frame.further
    return lines


def _entry(name: Row, value: Row, first: int, room: int, frame: Frame) -> list[Line]:
    """Draw a name and beside it, past its `first` cells, the value; below it where that is 0."""
    if first and value:
        name += _blank(first - length(name))
        beside = frame._replace(first=frame.first + name, rest=frame.rest + _blank(first))
        return framed(wrap(value, room - first), beside, gap=False)
    lines = framed(wrap(name, room), frame, gap=False)
    if value:
        indent = _INDENT if room > _READABLE else 0
        below = frame._replace(rest=frame.rest + _blank(indent)).further
        lines += framed(wrap(value, room - indent), below, gap=False)
    return lines


def _name(cell: Row) -> Row:
    """Return a header's cell as it stands before a value, in one line."""
    return _looking(tuple((text.replace("\n", " "), look) for text, look in cell), _dim)


def _looking(row: Row, change: Callable[[Face], Face]) -> Row:
    return tuple((text, change(_face(look))) for text, look in row)


def _face(look: Look) -> Face:
    return look if isinstance(look, Face) else Face(look)


def _bold(face: Face) -> Face:
    return face._replace(bold=True)


def _dim(face: Face) -> Face:
    return face._replace(role=Role.DIM) if face.role is Role.TEXT else face
