"""Code blocks laid out: a heading row that names the key which copies them, then their lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from rich.cells import cell_len

from aztui.ui.markdown.highlight import UNKNOWN, Lexed, highlight, lexing
from aztui.ui.markdown.leaves import Code
from aztui.ui.widgets.rows import Line, Piece, Role, Row, cut, length
from aztui.ui.widgets.wrap import breaks, expand_tabs, hang

INDENT: Final = 2
"""Cells that code is set off by."""
_LEAST: Final = 2
"""Cells that code gets of any width: a wide character fits in."""
_AROUND_TABS: Final = re.compile("(\t)")
_NOTHING: Final = "\0"
"""Stands in `Line.told` for what is shown and stands for nothing."""


def code_lines(leaf: Code, width: int) -> list[Line]:
    """Lay out a code block, or a piece of one.

    Args:
        leaf: safe to show.
        width: cells that its rows may fill, at least 2 more than its frame does.

    Returns:
        A blank row where there is a gap, a heading row where a numbered block begins, and the
        rows of the code. Indents and heading are neither found nor copied; tabs are copied as
        tabs.
    """
    first, rest, above, _ = leaf.frame
    lines = [_decoration(above)] if leaf.gap else []
    if leaf.number and not leaf.goes_on:
        lines.append(_decoration((*first, *_heading(leaf, width - length(first)))))
        first = rest
    rows, _ = _highlighted(leaf)
    for row in rows:
        lines += _wrapped(row, first, rest, width)
        first = rest
    return lines


def lexed_after(leaf: Code) -> Lexed:
    """Return the lexer's state after a leaf's lines, from which the block's next piece goes on."""
    return _highlighted(leaf)[1]


def _highlighted(leaf: Code) -> tuple[list[Row], Lexed]:
    state = leaf.lexed
    if not isinstance(state, Lexed):
        state = lexing(leaf.info) if leaf.number else UNKNOWN
    rows = []
    for line in leaf.lines:
        row, state = highlight(line, state)
        rows.append(row)
    return rows, state


def _heading(leaf: Code, width: int) -> Row:
    key = cut(f"c {leaf.number}", width)
    language = cut("".join(leaf.info.split()[:1]), width - cell_len(key) - 1)
    gap = width - cell_len(language) - cell_len(key)
    return ((f"{language}{' ' * gap}{key}", Role.DIM),)


def _decoration(row: Row) -> Line:
    return Line(row, lead=sum(len(text) for text, _ in row))


def _wrapped(row: Row, first: Row, rest: Row, width: int) -> Iterator[Line]:
    """Break a line of code into rows.

    Args:
        row: the whole line.
        first: the frame of its first row.
        rest: the frame of its other rows, in as many cells.
        width: cells that the rows may fill, the frame included.
    """
    shown, told = _without_tabs(row)
    text = "".join(piece for piece, _ in shown)
    room = width - length(first)
    indent = INDENT if room >= INDENT + _LEAST else 0
    room -= indent
    hanging = hang(text, room)
    starts = _starts(text, room, room - hanging)
    for start, end in pairwise((*starts, len(text))):
        before = rest if start else first
        spaces = indent + (hanging if start else 0)
        lead = (*before, (" " * spaces, Role.TEXT)) if spaces else before
        part = _slice(shown, start, end)
        if length(part) > room:
            # Colours may split what is one character on the screen, which makes it wider.
            part = ((text[start:end], Role.TEXT),)
        yield Line(
            (*lead, *part),
            lead=sum(len(piece) for piece, _ in lead),
            soft=start > 0,
            told=told[start:end] if told[start:end] != text[start:end] else None,
        )


def _without_tabs(row: Row) -> tuple[Row, str]:
    """Return a row with spaces for its tabs, and what its characters stand for."""
    shown: list[Piece] = []
    told: list[str] = []
    column = 0
    for text, look in row:
        for part in _AROUND_TABS.split(text):
            expanded, column = expand_tabs(part, column)
            shown.append((expanded, look))
            told.append(part.ljust(len(expanded), _NOTHING))
    return tuple(shown), "".join(told)


def _starts(text: str, first: int, rest: int) -> Iterator[int]:
    """Yield the offsets at which the rows of `text` begin; no space is lost past an edge.

    Args:
        text: without tabs.
        first: the first row's width in cells, at least 2.
        rest: the other rows' width in cells, at least 2.
    """
    yield 0
    if cell_len(text) <= first:
        return
    # A cell is kept for the space that a row breaks at; more of them go to rows of their own.
    cuts = breaks(text, max(_LEAST, first - 1), max(_LEAST, rest - 1))
    for start, end in pairwise((*cuts, len(text))):
        if start:
            yield start
        over = cell_len(text[start:end]) - (rest if start else first)
        yield from range(end - over, end, rest)


def _slice(row: Row, start: int, end: int) -> Row:
    """Return the pieces between two offsets in characters."""
    pieces: list[Piece] = []
    at = 0
    for text, look in row:
        part = text[max(0, start - at) : max(0, end - at)]
        if part:
            pieces.append((part, look))
        at += len(text)
    return tuple(pieces)
