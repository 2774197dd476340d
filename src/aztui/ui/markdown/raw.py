"""A text as it came: its lines, with the white space that hides made visible."""

from __future__ import annotations

import re
from typing import Final

from aztui.ui.widgets.rows import Line, Piece, Role
from aztui.ui.widgets.wrap import TAB, breaks

END: Final = "↵"
_SPACE: Final = "·"
_ODD: Final = "⍽"
_TAB: Final = "→"
_HIDDEN: Final = re.compile(r"^ +| {2,}| +$|\t|[\xa0\u1680\u2000-\u200a\u202f\u205f]+|\u3000")
"""White space that does not show by itself: a space between two words does."""


def raw_lines(text: str, width: int, *, ended: bool, grows: bool = False) -> list[Line]:
    """Return the lines of the screen that a line of text takes.

    Args:
        text: the line, without its end; safe to show.
        width: cells; the mark of a line's end stands beyond.
        ended: whether the text has a line end there.
        grows: whether more of the line may come, so that one space at its end may stand between
            two words.
    """
    between = " " if grows and text[-1:] == " " and text[-2:-1].strip() else ""
    shown, told = (part + between for part in _visible(text.removesuffix(between)))
    cuts = breaks(shown, width, width)
    lines = [
        Line(_pieces(shown[start:end], told[start:end]), 0, start > 0, told[start:end])
        for start, end in zip(cuts, [*cuts[1:], len(shown)], strict=True)
    ]
    if ended:
        last = lines[-1]
        lines[-1] = last._replace(row=(*last.row, (END, Role.DIM)), told=f"{last.told}\0")
    return lines


def _visible(text: str) -> tuple[str, str]:
    """Return a line as it is shown and, character for character, what each stands for."""
    shown: list[str] = []
    told: list[str] = []
    at = column = 0
    for found in _HIDDEN.finditer(text):
        shown.append(text[at : found.start()])
        told.append(text[at : found.start()])
        column += found.start() - at
        space = found.group()
        if space == "\t":
            gap = TAB - column % TAB - 1
            mark, means = _TAB + " " * gap, "\t" + "\0" * gap
        elif space == "\u3000":
            mark, means = _ODD + " ", "\u3000\0"
        else:
            mark, means = (_SPACE if space[0] == " " else _ODD) * len(space), space
        shown.append(mark)
        told.append(means)
        column += len(mark)
        at = found.end()
    return "".join([*shown, text[at:]]), "".join([*told, text[at:]])


def _pieces(shown: str, told: str) -> tuple[Piece, ...]:
    """Tell marks from text: where both are the same character, it is text."""
    if shown == told:
        return ((shown, Role.TEXT),)
    pieces: list[Piece] = []
    start = 0
    for at in range(1, len(shown) + 1):
        if at == len(shown) or (shown[at] == told[at]) != (shown[start] == told[start]):
            role = Role.TEXT if shown[start] == told[start] else Role.DIM
            pieces.append((shown[start:at], role))
            start = at
    return tuple(pieces)
