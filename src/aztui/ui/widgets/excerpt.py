"""Texts from the history, which may be of any length, cut to a row or a few; safe to show."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from rich.cells import cell_len, set_cell_size

from aztui.core.history import BEGIN_MARK, END_MARK
from aztui.terminal.sanitise import sanitise
from aztui.ui.widgets.flow import Flow
from aztui.ui.widgets.rows import Look, Piece, Role, Row, cut, length

_MOST: Final = 1_000
"""Characters of a text that are looked at: more than any screen shows of it."""
_BLANKS: Final = re.compile(r"\s+")
_MARKS: Final = re.compile(f"([{BEGIN_MARK}{END_MARK}])")


def one_line(text: str) -> str:
    """Return the beginning of a text as one line."""
    return _flat(text.lstrip()).rstrip()


def paragraph(text: str, width: int, most: int) -> list[str]:
    """Return the beginning of a text in `most` rows of `width` cells."""
    rows = Flow(width, one_line(text)).rows
    if len(rows) <= most:
        return rows
    # What follows stands behind the last row, so that the cut can be seen.
    rest = " ".join(row.strip() for row in rows[most - 1 :])
    return [*rows[: most - 1], cut(rest, width)] if most > 0 else []


def excerpt(words: str, width: int, look: Look) -> Row:
    """Return where something was found in `width` cells, so that the first match can be seen.

    Args:
        words: a part of a text; what was found stands between `BEGIN_MARK` and `END_MARK`.
        width: cells.
        look: how the rest of it looks.
    """
    row = tuple(_pieces(words, look))
    first = next((at for at, (_, its) in enumerate(row) if its is Role.FOUND), 0)
    if length(row) > width:
        before = "".join(text for text, _ in row[:first])
        row = ((_end(before, width // 3), look), *row[first:])
    return _fitting(row, width, look)


def _pieces(words: str, look: Look) -> Iterator[Piece]:
    now = look
    for part in _MARKS.split(words):
        if part in {BEGIN_MARK, END_MARK}:
            now = Role.FOUND if part == BEGIN_MARK else look
        elif part:
            yield _flat(part), now


def _flat(text: str) -> str:
    """Return as much of a text as can be of interest, with a blank for each run of blanks."""
    return sanitise(_BLANKS.sub(" ", text[:_MOST]))


def _end(text: str, width: int) -> str:
    """Return the end of a text in at most `width` cells."""
    if cell_len(text) <= width:
        return text
    # A character takes a cell at least, or belongs to the one before.
    text = text[-width:] if width else ""
    while cell_len(text) > width - 1 and text:
        text = text[1:]
    # No half a word, where there are whole ones.
    return f"…{text.partition(' ')[2] or text}"


def _fitting(row: Row, width: int, look: Look) -> Row:
    """Return as much of a row as `width` cells take, with an ellipsis where there is more."""
    if length(row) <= width:
        return row
    room = width - 1
    pieces: list[Piece] = []
    for text, its in row:
        taken = max(0, min(room, cell_len(text)))
        pieces.append((set_cell_size(text, taken), its))
        room -= taken
    return (*pieces, ("…", look)) if width > 0 else ()
