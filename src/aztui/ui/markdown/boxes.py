"""What opens the lists and quotes around a leaf, written in one line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from aztui.ui.markdown.blocks import Box

_TAB: Final = 4
_MARKER: Final = re.compile(r"( *)([-+*]|\d{1,9}[.)])( *)")
_QUOTE: Final = re.compile(r" *> ?")
_WIDEST_GAP: Final = 4
"""Spaces after a marker; with more, all but one belong to the item's text."""


def prefix(lines: Sequence[str], boxes: Sequence[Box]) -> str | None:
    """Return a line's beginning that opens the same boxes as some lines have.

    Args:
        lines: those that the boxes' `line` counts.
        boxes: from the outermost on.

    Returns:
        Markers after which text stands in these boxes; later lines need the same indent as in
        `lines` to be in them too. None where the lines are too odd for that.
    """
    opened: list[tuple[Box, int]] = []
    out = ""
    line, text, at = -1, "", 0
    for box in boxes:
        if box.is_list:
            continue
        if box.line != line:
            line, text = box.line, lines[box.line].expandtabs(_TAB)
            inner = _inside(text, opened)
            if inner is None:
                return None
            at = inner
        found = (_QUOTE if box.kind == "blockquote" else _MARKER).match(text, at)
        if found is None:
            return None
        if box.kind == "blockquote":
            out, width = out + "> ", 0
        else:
            width = _width(found, text)
            out += _marker(found[2], width)
        opened.append((box, width))
        at = found.end() if box.kind == "blockquote" else at + width
    return out


def sibling(item: Box) -> str:
    """Return what opens an item right above another one of the same list."""
    # An item may stand up to three columns further in than the one above, if that has more room.
    return item.mark + " " * _WIDEST_GAP


def _inside(text: str, opened: Sequence[tuple[Box, int]]) -> int | None:
    """Return where in a line the text of boxes begins that were opened before it."""
    at = 0
    for box, width in opened:
        if box.kind != "blockquote":
            at += width
            continue
        bar = _QUOTE.match(text, at)
        if bar is None:
            return None
        at = bar.end()
    return at


def _width(found: re.Match[str], text: str) -> int:
    """The columns from where an item may begin to its text (CommonMark, 5.2)."""
    lead, marker, gap = map(len, found.groups())
    blank = found.end() == len(text)
    return lead + marker + (1 if blank or gap > _WIDEST_GAP else gap)


def _marker(mark: str, width: int) -> str:
    gap = min(_WIDEST_GAP, width - len(mark))
    return " " * (width - len(mark) - gap) + mark + " " * gap
