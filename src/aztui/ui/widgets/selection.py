"""A part of the log that is selected, and how its ends move."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from rich.cells import split_graphemes

from aztui.ui.widgets.rows import Line, told

END: Final = 1_000_000
"""A character that no row has: the end of any."""
_FARTHEST: Final = 500
"""Rows that are looked through at most for a word or a paragraph."""
_SETS_OFF: Final = " ▎"
_WORD: Final = re.compile(r"\S+")


class Point(NamedTuple):
    """A character of the log.

    Attributes:
        row: where it stands.
        at: which of the row's characters; one beyond its end means its last, so that the end of
            one row leads to the end of the next.
    """

    row: int
    at: int


@dataclass(frozen=True, slots=True)
class Selection:
    """What is selected.

    Attributes:
        anchor: the end that stays.
        cursor: the end that moves.
        by_line: whether whole rows are.
    """

    anchor: Point
    cursor: Point
    by_line: bool

    @property
    def first(self) -> Point:
        """Where it begins."""
        start = min(self.anchor, self.cursor)
        return Point(start.row, 0) if self.by_line else start

    @property
    def last(self) -> Point:
        """The last character of it."""
        end = max(self.anchor, self.cursor)
        return Point(end.row, END) if self.by_line else end

    @property
    def rows(self) -> int:
        """How many rows it touches."""
        return self.last.row - self.first.row + 1

    def turned(self) -> Selection:
        """Return it with the other end moving."""
        return replace(self, anchor=self.cursor, cursor=self.anchor)

    def part(self, row: int, line: Line) -> tuple[int, int]:
        """Return which characters of a row are in it: from one up to another."""
        if not self.first.row <= row <= self.last.row:
            return 0, 0
        start = on(line, self.first.at) if row == self.first.row else line.lead
        end = after(line, on(line, self.last.at)) if row == self.last.row else len(shown(line))
        return start, end


def text_between(lines: Iterable[Line], start: int, end: int) -> Iterator[str]:
    """Yield the text of some rows, piece by piece; those that were one become one again.

    Args:
        lines: from the top.
        start: the first character wanted of the first.
        end: the one after the last wanted of the last.
    """
    following = iter(lines)
    line = next(following, None)
    if line is None:
        return
    for after_it in following:
        yield _told(line, start, END)
        if not after_it.soft:
            yield "\n"
        line, start = after_it, 0
    yield _told(line, start, end)


def _told(line: Line, start: int, end: int) -> str:
    return told(line)[max(0, start - line.lead) : max(0, end - line.lead)].replace("\0", "")


def shown(line: Line) -> str:
    """Return what a row shows."""
    return "".join([text for text, _ in line.row])


def on(line: Line, at: int) -> int:
    """Return the character of a row that is at a place, or the nearest one."""
    starts = _characters(line)
    return max((start for start in starts if start <= at), default=line.lead)


def after(line: Line, at: int) -> int:
    """Return where the character at a place ends, what joins on it included."""
    end = len(shown(line))
    return min((start for start in _characters(line) if start > at), default=end)


def _characters(line: Line) -> Sequence[int]:
    """Return where the characters of a row begin, as a reader counts them; one at least."""
    text = shown(line)[line.lead :]
    if text.isascii():
        return range(line.lead, line.lead + max(1, len(text)))
    graphemes, _ = split_graphemes(text)
    return [line.lead + start for start, _, _ in graphemes]


@dataclass(frozen=True, slots=True)
class Ground:
    """What a cursor moves over.

    Attributes:
        line: returns a row of the log.
        height: how many there are.
        page: how many rows a page goes.
    """

    line: Callable[[int], Line]
    height: int
    page: int


def moved(point: Point, key: str, ground: Ground) -> Point | None:
    """Return where a key leads from a point; None for a key that does not move."""
    move = _MOVES.get(_SAME.get(key, key))
    return None if move is None else move(point, ground)


def paragraph(ground: Ground, row: int, step: int) -> int:
    """Return the row where the next paragraph begins, or for -1 the one before."""
    for _ in range(_FARTHEST):
        row += step
        if not 0 < row < ground.height:
            break
        if _is_blank(ground.line(row - 1)) and not _is_blank(ground.line(row)):
            break
    return max(0, min(row, ground.height - 1))


def _is_blank(line: Line) -> bool:
    return not shown(line).strip(_SETS_OFF)


def _down(point: Point, ground: Ground, rows: int = 1) -> Point:
    return Point(max(0, min(point.row + rows, ground.height - 1)), point.at)


def _left(point: Point, ground: Ground) -> Point:
    line = ground.line(point.row)
    at = on(line, point.at)
    if at > line.lead:
        return Point(point.row, on(line, at - 1))
    return Point(point.row - 1, END) if point.row > 0 else Point(0, at)


def _right(point: Point, ground: Ground) -> Point:
    line = ground.line(point.row)
    at = after(line, on(line, point.at))
    if at < len(shown(line)):
        return Point(point.row, at)
    return Point(point.row + 1, 0) if point.row + 1 < ground.height else point


def _next_word(point: Point, ground: Ground) -> Point:
    at = on(ground.line(point.row), point.at)
    for row in range(point.row, min(point.row + _FARTHEST, ground.height)):
        for start in _words(ground.line(row)):
            if row > point.row or start > at:
                return Point(row, start)
    return Point(point.row, END)


def _word_before(point: Point, ground: Ground) -> Point:
    at = on(ground.line(point.row), point.at)
    for row in range(point.row, max(point.row - _FARTHEST, -1), -1):
        for start in reversed(_words(ground.line(row))):
            if row < point.row or start < at:
                return Point(row, start)
    return Point(point.row, 0)


def _words(line: Line) -> list[int]:
    return [found.start() for found in _WORD.finditer(shown(line), line.lead)]


_MOVES: Final[Mapping[str, Callable[[Point, Ground], Point]]] = {
    "up": lambda point, ground: _down(point, ground, -1),
    "down": _down,
    "left": _left,
    "right": _right,
    "w": _next_word,
    "b": _word_before,
    "home": lambda point, _: Point(point.row, 0),
    "end": lambda point, _: Point(point.row, END),
    "}": lambda point, ground: Point(paragraph(ground, point.row, 1), 0),
    "{": lambda point, ground: Point(paragraph(ground, point.row, -1), 0),
    "pageup": lambda point, ground: _down(point, ground, -ground.page),
    "pagedown": lambda point, ground: _down(point, ground, ground.page),
    "ctrl+home": lambda _point, _ground: Point(0, 0),
    "ctrl+end": lambda _, ground: Point(max(0, ground.height - 1), END),
}
"""What each key does; letters by themselves, other keys by Textual's names."""
_SAME: Final = {
    "k": "up",
    "j": "down",
    "h": "left",
    "l": "right",
    "0": "home",
    "$": "end",
    " ": "pagedown",
    "g": "ctrl+home",
    "G": "ctrl+end",
}
