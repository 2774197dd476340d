"""Finding rows that only moved up or down."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

from aztui.terminal.cells import BLANK, Row

Shown: TypeAlias = Row | None
"""A row as the terminal shows it; None where that is not known."""


class Move(NamedTuple):
    """Rows that move as one.

    Attributes:
        top: the first row that is touched, from 0.
        bottom: the last.
        lines: how far up they move; down where negative.
    """

    top: int
    bottom: int
    lines: int


def moves(
    shown: Sequence[Shown], wanted: Sequence[Row], region: tuple[int, int] | None
) -> list[Move]:
    """Return what may be worth moving before the rest is written, what costs least first.

    Rows count as the same where they are one object, which is quick, and enough for rows that were
    read from the same text.

    Args:
        shown: the rows that the terminal shows.
        wanted: as many that it is to show.
        region: the first and last row of a move that costs less than others.
    """
    lines = _distance(shown, wanted)
    if lines is None:
        return []
    widest = _widest(shown, wanted, lines)
    found = [widest, _with_next(shown, wanted, widest)]
    if region is not None and abs(lines) <= region[1] - region[0]:
        found.insert(0, Move(*region, lines))
    return found


def moved(shown: Sequence[Shown], move: Move) -> list[Shown]:
    """Return what `shown` becomes by `move`."""
    top, bottom, lines = move
    touched = list(shown[top : bottom + 1])
    blank = [_blank(shown)] * abs(lines)
    touched = touched[lines:] + blank if lines > 0 else blank + touched[:lines]
    return [*shown[:top], *touched, *shown[bottom + 1 :]]


def _blank(shown: Sequence[Shown]) -> Shown:
    known = next((row for row in shown if row is not None), None)
    return None if known is None else (BLANK,) * len(known)


def _distance(shown: Sequence[Shown], wanted: Sequence[Row]) -> int | None:
    """Return how far up most rows went that stand elsewhere now."""
    times = Counter(map(id, shown))
    places = {id(row): y for y, row in enumerate(shown) if times[id(row)] == 1}
    votes = Counter(
        places[id(row)] - y
        for y, row in enumerate(wanted)
        if row is not shown[y] and id(row) in places
    )
    return votes.most_common(1)[0][0] if votes else None


def _with_next(shown: Sequence[Shown], wanted: Sequence[Row], move: Move) -> Move:
    """Return `move` with the rows that come after it, where they are wrong as they are.

    A row that goes on growing while it moves is not the same any more, but mostly.
    """
    top, bottom, lines = move
    for _ in range(abs(lines)):
        if lines > 0 and bottom + 1 < len(shown) and wanted[bottom + 1] is not shown[bottom + 1]:
            bottom += 1
        elif lines < 0 and top > 0 and wanted[top - 1] is not shown[top - 1]:
            top -= 1
    return Move(top, bottom, lines)


def _widest(shown: Sequence[Shown], wanted: Sequence[Row], lines: int) -> Move:
    """Return the move by `lines` that puts the most rows right, less those that it puts wrong."""
    best = score = 0
    start = first = last = max(0, -lines)
    for y in range(start, min(len(shown), len(shown) - lines)):
        right_now = wanted[y] is shown[y]
        score += (wanted[y] is shown[y + lines]) - right_now
        if score <= 0:
            score, start = 0, y + 1
        elif score > best:
            best, first, last = score, start, y
    return Move(min(first, first + lines), max(last, last + lines), lines)
