"""Styled text: wrapped in rows that keep how every character looks, and set in its frame."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.cells import cell_len

from aztui.ui.markdown.leaves import Frame
from aztui.ui.widgets.rows import BLANK, Line, Piece, Row
from aztui.ui.widgets.wrap import breaks


def plain(row: Row) -> str:
    """Return a row's text."""
    return "".join([text for text, _ in row])


def wrap(spans: Row, width: int, spill: int = 0) -> list[tuple[Row, bool]]:
    r"""Lay a styled text out in rows; they break where plain text does.

    Args:
        spans: a text without tabs; "\n" in it ends a line.
        width: of every row in cells, at least 2.
        spill: cells past the edge that spaces at a break may fill, so that who joins the rows
            again knows that a word ends there.

    Returns:
        The rows, one at least, each with whether it goes on with the row before. Spaces at a
        break that reach farther are gone.
    """
    rows: list[tuple[Row, bool]] = []
    for line in _lines(spans):
        bounds = _bounds(plain(line), width, spill)
        rows += [(row, number > 0) for number, row in enumerate(_slices(line, bounds))]
    return rows


def framed(rows: Iterable[tuple[Row, bool]], frame: Frame, *, gap: bool) -> list[Line]:
    """Put a leaf's frame before its rows.

    Args:
        rows: each with whether it goes on with the row before.
        frame: what stands before them.
        gap: whether a blank row comes above them.
    """
    lines = [Line(frame.above, len(plain(frame.above)))] if gap else []
    further = frame.further
    for row, soft in rows:
        lines.append(Line(frame.first + row, frame.lead, soft))
        frame = further
    return lines


def _lines(spans: Row) -> list[Row]:
    if not any("\n" in text for text, _ in spans):
        return [spans]
    lines: list[list[Piece]] = [[]]
    for text, look in spans:
        part, *others = text.split("\n")
        lines[-1].append((part, look))
        lines += ([(other, look)] for other in others)
    return [tuple(line) for line in lines]


def _bounds(text: str, width: int, spill: int) -> list[tuple[int, int]]:
    """Return where rows begin and end, without the spaces that reach past the edge."""
    cuts = breaks(text, width, width)
    size = len if text.isascii() else cell_len
    bounds: list[tuple[int, int]] = []
    for start, end in zip(cuts, [*cuts[1:], len(text)], strict=True):
        spaces = size(text[start:end]) - width - spill if text[end - 1 : end] == " " else 0
        bounds.append((start, end - max(0, spaces)))
    return bounds


def _slices(line: Row, bounds: Sequence[tuple[int, int]]) -> list[Row]:
    """Return what stands between offsets that ascend."""
    if len(line) == 1:
        text, look = line[0]
        return [((text[start:end], look),) if start < end else BLANK for start, end in bounds]
    rows: list[Row] = []
    piece = begin = 0
    for start, end in bounds:
        row: list[Piece] = []
        while begin < end:
            text, look = line[piece]
            if part := text[max(0, start - begin) : end - begin]:
                row.append((part, look))
            if begin + len(text) > end:
                break
            begin += len(text)
            piece += 1
        rows.append(tuple(row))
    return rows
