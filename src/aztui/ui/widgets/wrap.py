"""Where a line of text breaks when the terminal is narrower than it: by cells, not characters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from rich.cells import cell_len, get_character_cell_size, split_graphemes

TAB: Final = 4
"""Cells between two tab stops."""

_MARKER: Final = re.compile(r"[ ]*(?:(?:[-*+\u2022\u2023\u2013]|\d{1,3}[.)])[ ]+)?")
_SINGLE: Final = re.compile(
    "[\x20-\x7e\xa0-\xac\xae-\u02ff\u0370-\u0377\u0384-\u0482"
    "\u2010-\u2027\u2030-\u205e\u20a0-\u20bf\u2190-\u21ff\u2200-\u22ff\u2500-\u25fc]*"
)
"""Characters of one cell each: most text, which breaks without a look at every character."""
_NEVER_FIRST: Final = frozenset(
    "\u3001\u3002\uff0c\uff0e\u30fb\uff1a\uff1b\uff1f\uff01\u30fc\u300d"
    "\u300f\uff09\u3011\u3015\u3009\u300b\u2019\u201d\u2026\u3005"
)
"""Punctuation of Chinese and Japanese that no row begins with."""
_OVERHANG: Final = 8
"""How many rows' worth of characters without width (spaces past the edge, stacked accents) one row
may hold; a limit keeps what a hostile text can cost."""


def hang(line: str, width: int) -> int:
    """Return the cells that a line's later rows are indented by.

    They stand under the first row's text: past its indent and its list marker. Where that
    would take more than a third of the width, they are not indented.
    """
    marker = _MARKER.match(line)
    indent = marker.end() if marker else 0
    return indent if indent * 3 <= width else 0


def expand_tabs(text: str, column: int) -> tuple[str, int]:
    """Replace tabs by spaces.

    Args:
        text: what stands in a line from cell `column` on.
        column: cells before it.

    Returns:
        The text without tabs, and the cell after it. Characters count one by one here, so that
        the result does not depend on where the text was cut into pieces.
    """
    first, *others = text.split("\t")
    expanded = [first]
    column += _additive_len(first)
    for part in others:
        gap = TAB - column % TAB
        expanded += (" " * gap, part)
        column += gap + _additive_len(part)
    return "".join(expanded), column


def _additive_len(text: str) -> int:
    return len(text) if text.isascii() else sum(map(get_character_cell_size, text))


def breaks(text: str, first: int, rest: int) -> list[int]:
    """Return the offsets at which the rows of `text` begin; the first is 0.

    Rows break after spaces and around wide characters; a word that is longer than a row is
    broken where the row ends. Spaces at a break may reach past the row's end. Every row but the
    last is final: more text at the end of `text` changes none of them.

    Args:
        text: without line ends and tabs.
        first: the first row's width in cells, at least 2.
        rest: the other rows' width in cells, at least 2.
    """
    if text.isascii() or _SINGLE.fullmatch(text):
        return [0, *_single_breaks(text, first, rest)]
    return [0, *_cell_breaks(text, first, rest)]


def _single_breaks(text: str, width: int, rest: int) -> Iterator[int]:
    start, length = 0, len(text)
    while length - start > width:
        end = start + width
        if text[end] == " ":
            cut = _skip_spaces(text, end, start + _OVERHANG * width)
            if cut == length:
                return
        else:
            cut = text.rfind(" ", start, end) + 1
            if not cut or text[start:cut].isspace():
                cut = end
        yield cut
        start, width = cut, rest


def _skip_spaces(text: str, start: int, limit: int) -> int:
    end = min(len(text), limit)
    while start < end and text[start] == " ":
        start += 1
    return start


def _cell_breaks(text: str, width: int, rest: int) -> Iterator[int]:
    start = cells = 0
    after_space = 0
    graphemes, _ = split_graphemes(text)
    for at, end, size in graphemes:
        if at - start >= _OVERHANG * width:
            yield at
            start, width, cells, after_space = at, rest, 0, 0
        if text[at:end] == " ":
            cells += 1
            after_space = end
            continue
        if size == 2 and at > start and text[at] not in _NEVER_FIRST:
            after_space = at
        while cells + size > width and at > start:
            cut = after_space if after_space > start and text[start:after_space].strip() else at
            yield cut
            start, width, cells, after_space = cut, rest, cell_len(text[cut:at]), 0
        cells += size
        if size == 2 and text[end : end + 1] not in _NEVER_FIRST:
            after_space = end
