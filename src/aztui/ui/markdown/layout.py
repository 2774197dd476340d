"""A leaf laid out in lines of a width."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Final

from rich.cells import cell_len, set_cell_size

from aztui.ui.markdown.code import code_lines
from aztui.ui.markdown.inline import spans, verbatim
from aztui.ui.markdown.leaves import Code, Frame, Leaf, Links, Paragraph, Rule, Table
from aztui.ui.markdown.spans import framed, wrap
from aztui.ui.markdown.table import table_lines
from aztui.ui.widgets.rows import Face, Line, Look, Piece, Role, Row, length

_LEAST: Final = 8
"""Cells that a leaf's text has at least, where the screen has them, however deep it stands."""
_FACES: Final = (
    Role.TEXT,
    Face(bold=True, underline=True),
    Face(bold=True),
    Face(bold=True),
    Face(bold=True, italic=True),
    Face(italic=True),
    Face(italic=True),
)
"""How text looks by its level: a paragraph, then headings."""


def lay(leaf: Leaf, width: int, links: Links) -> list[Line]:
    """Return the lines of a leaf, with its frame and the blank line above it.

    Args:
        leaf: what is to be shown.
        width: cells, the frame included.
        links: the link references that are known.
    """
    frame = _fitting(leaf.frame, width)
    leaf = replace(leaf, frame=frame)
    match leaf:
        case Paragraph():
            room = max(2, width - length(frame.rest))
            rows = wrap(verbatim(leaf.defined, Role.DIM), room, spill=1) if leaf.defined else []
            if leaf.text or not rows:
                face = _FACES[leaf.level]
                rows += wrap(_spans(leaf.text, links, face, grows=leaf.grows), room, spill=1)
            return framed(rows, frame, gap=leaf.gap)
        case Code():
            return code_lines(leaf, width)
        case Table():
            return table_lines(leaf, width, partial(_spans, links=links, grows=leaf.grows))
        case Rule():
            rule: Row = (("─" * (width - length(frame.rest)), Role.DIM),)
            return framed([(rule, False)], frame, gap=leaf.gap)


def _spans(text: str, links: Links, base: Look = Role.TEXT, *, grows: bool) -> Row:
    """Return inline Markdown as pieces; where it grows, with no address to be opened."""
    row = spans(text, links, base)
    return tuple((piece, _unlinked(look)) for piece, look in row) if grows else row


def _unlinked(look: Look) -> Look:
    return look._replace(link="") if isinstance(look, Face) else look


def _fitting(frame: Frame, width: int) -> Frame:
    """Leave out the outer parts of a frame that leaves too little room."""
    over = length(frame.rest) - max(0, width - _LEAST)
    if over <= 0:
        return frame
    first, rest, above = (_cropped(row, over) for row in (frame.first, frame.rest, frame.above))
    return Frame(first, rest, above, min(frame.lead, sum(len(text) for text, _ in first)))


def _cropped(row: Row, cells: int) -> Row:
    """Leave out cells at a row's left."""
    out: list[Piece] = []
    for text, look in row:
        size = cell_len(text)
        if cells < size:
            kept = text if cells <= 0 else set_cell_size(text[::-1], size - cells)[::-1]
            out.append((kept, look))
        cells -= size
    return tuple(out)
