"""Writing what is wanted where something else is shown, and no more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from operator import ne
from typing import Final

from aztui.terminal.cells import BLANK, Row, settled
from aztui.terminal.moved import Move, Shown, moved, moves
from aztui.terminal.pen import Pen

_WORTH_ERASING: Final = 4
"""Blanks that cost more than the sequence that erases them."""
_WORTH_LEAPING: Final = 4
"""Cells that are right already and cost more than the sequence that leaps over them."""


def write_difference(
    pen: Pen, shown: Sequence[Shown], wanted: Sequence[Row], wrong: Sequence[int]
) -> None:
    """Write what makes of `shown` what is `wanted`, after moving rows where that leaves less.

    Args:
        pen: writes it.
        shown: the rows that the terminal shows.
        wanted: as many that it is to show.
        wrong: which of them are not as wanted (`wrong_rows`).
    """
    if pen.abilities.scrolls and len(wrong) > 1:
        shown, wrong = _move(pen, shown, wanted, wrong)
    for y in wrong:
        old, new = shown[y], wanted[y]
        if old is None or not settled(old) or not settled(new):
            _write_whole(pen, y, new)
        else:
            _write_changes(pen, y, old, new)


def _move(
    pen: Pen, shown: Sequence[Shown], wanted: Sequence[Row], wrong: Sequence[int]
) -> tuple[Sequence[Shown], Sequence[int]]:
    """Move rows if that puts any right; return what is shown then, and which rows are wrong."""
    ways: list[tuple[Move, Sequence[Shown], Sequence[int]]] = []
    for move in moves(shown, wanted, pen.region):
        after = moved(shown, move)
        left = wrong_rows(after, wanted)
        if len(left) < len(wrong):
            ways.append((move, after, left))
    if not ways:
        return shown, wrong
    best, shown, wrong = min(ways, key=lambda way: _costs(way[1], way[2], wanted))
    pen.scroll(*best)
    return shown, wrong


def _costs(shown: Sequence[Shown], wrong: Sequence[int], wanted: Sequence[Row]) -> tuple[int, int]:
    """Return how many rows have to be written, and how many cells of them."""
    return len(wrong), sum(_changed(shown[y], wanted[y]) for y in wrong)


def _changed(old: Shown, new: Row) -> int:
    """Return how many cells have to be written."""
    return len(new) if old is None else sum(map(ne, old, new))


def wrong_rows(shown: Sequence[Shown], wanted: Sequence[Row]) -> list[int]:
    """Return which rows are not as wanted."""
    return [
        y
        for y, (old, new) in enumerate(zip(shown, wanted, strict=True))
        if old is not new and old != new
    ]


def _write_whole(pen: Pen, y: int, row: Row) -> None:
    """Write all of `row`: what stood there is not known, or not where."""
    pen.move(0, y)
    if not pen.abilities.steps:
        if not settled(row):
            pen.put((BLANK,) * len(row))
            pen.move(0, y)
        pen.put(row)
    elif settled(row):
        end = _end(row)
        pen.put(row[:end])
        if end < len(row):
            pen.erase_rest()
    else:
        pen.erase_rest()
        pen.put(row)


def _write_changes(pen: Pen, y: int, old: Row, new: Row) -> None:
    changed = [x for x, (was, cell) in enumerate(zip(old, new, strict=True)) if was != cell]
    end = _end(new)
    tail = [x for x in changed if x >= end]
    erases = pen.abilities.steps and len(tail) >= _WORTH_ERASING
    if erases:
        changed = changed[: -len(tail)]
    for start, stop in _spans(new, changed):
        pen.move(start, y)
        pen.put(new[start:stop])
    if erases:
        pen.move(tail[0], y)
        pen.erase_rest()


def _spans(row: Row, changed: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield where to begin and stop writing so that all that `changed` is written.

    What lies between two places is written too where that costs less than to leap over it.
    """
    start: int | None = None
    stop = 0
    for x in changed:
        if start is None:
            start = x
        elif x > stop and not _worth_writing(row, stop, x):
            yield start, stop
            start = x
        stop = max(stop, x + _width(row, x))
    if start is not None:
        yield start, stop


def _worth_writing(row: Row, start: int, stop: int) -> bool:
    style = row[start - 1].style
    return stop - start < _WORTH_LEAPING and all(
        cell.looks(style) and cell.text.isascii() for cell in row[start:stop]
    )


def _width(row: Row, x: int) -> int:
    """Return how many cells the character at `x` takes."""
    return 2 if x + 1 < len(row) and not row[x + 1].text else 1


def _end(row: Row) -> int:
    """Return the column after which nothing can be seen."""
    end = len(row)
    while end and row[end - 1] == BLANK:
        end -= 1
    return end
