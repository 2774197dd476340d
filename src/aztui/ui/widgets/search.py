"""The log searched through, a slice at a time, from what is looked at outwards."""

from __future__ import annotations

import time
from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from aztui.ui.widgets.document import Document, Stretch
from aztui.ui.widgets.finding import Match, Query
from aztui.ui.widgets.rows import Look, Role, Row, marked
from aztui.ui.widgets.selection import Point

MOST: Final = 10_000
"""Matches after which no more are counted until they are wanted."""
_KEPT: Final = 16
"""Stretches whose matches are kept for drawing: more than fit on a screen."""


class Hit(NamedTuple):
    """A match.

    Attributes:
        stretch: where it is.
        number: which of the stretch's matches, counted from 0.
    """

    stretch: Stretch
    number: int


class Search:
    """Where something stands in the log, and at which place of it the user is.

    It goes down from where it began until something is found, then up as well. What is counted
    lies in one run of stretches around the beginning, so that the next match in either direction
    is known for certain, or known to be wanting.

    Attributes:
        query: what is looked for.
        at: the match where the user is.
        note: said of the last step, where it went around an end.
    """

    def __init__(self, document: Document, query: Query, row: int) -> None:
        """Begin to search.

        Args:
            document: the log.
            query: what is looked for.
            row: where to begin; the first match from there on is the first to be at.
        """
        self.query = query
        self.at: Hit | None = None
        self.note = ""
        self._document = document
        self._counts: dict[Stretch, int] = {}
        self._order: list[Stretch] = []
        self._total = 0
        self._above = 0
        self._wanted = 0
        self._turn = False
        self._seen: dict[tuple[int, int], int] = {}
        self._stale: dict[Stretch, None] = {}
        self._drawn: dict[Stretch, Mapping[int, Sequence[tuple[int, int, int]]]] = {}
        found = document.stretch_at(row)
        self._origin, self._offset = found or (Stretch(0, 0, 0), 0)
        self._low = self._high = self._origin.block
        self._down: Iterator[Stretch] | None = self._downwards()
        self._up: Iterator[Stretch] | None = self._upwards()

    @property
    def over(self) -> bool:
        """Whether all has been searched."""
        return self._down is None and self._up is None and not self._stale

    @property
    def counting(self) -> bool:
        """Whether there is anything to do for `step`."""
        return not self.over and (self._total < MOST or bool(self._wanted) or bool(self._stale))

    def said(self) -> str:
        """Say how many there are, and which of them is here."""
        if self.at is None:
            return "no match" if self.over else "searching …"
        note = f", {self.note}" if self.note else ", searching on …" if self._wanted else ""
        if self._up is not None:
            return f"{self._total:,} found {'so far …' if self.counting else 'or more'}{note}"
        before = bisect_left(self._order, self.at.stretch)
        number = sum(map(self._counts.__getitem__, self._order[:before])) + self.at.number + 1
        more = "" if self.over else " so far …" if self.counting else " or more"
        return f"{number:,} of {self._total:,}{more}{note}"

    def step(self, until: float) -> None:
        """Search on until a time (`time.perf_counter`), or the end of a stretch after it."""
        while self.counting:
            stretch = self._next()
            if stretch is not None:
                self._look(stretch)
            self._choose()
            if time.perf_counter() >= until:
                break

    def go(self, way: int) -> None:
        """Be at the next match, or for -1 at the one before; around the ends, where need be.

        Where that is not known yet, `step` goes there when it is.
        """
        self.note = ""
        if self.at is not None:
            self._wanted = way
            self._choose()

    def place(self) -> Point | None:
        """Return where the match stands at which the user is, laid out for certain."""
        if self.at is None:
            return None
        stretch, number = self.at
        start = self._document.start(stretch)
        self._drawn.pop(stretch, None)
        matches = self._look(stretch)
        if not matches:
            return Point(start, 0)
        line, at, _ = matches[min(number, len(matches) - 1)][0]
        return Point(start + line, at)

    def changed(self, block: int, *, whole: bool = False) -> None:
        """Search again what may have changed in a block: its open ends, or all of it."""
        self._drawn.clear()
        if block < self._low or (block > self._high and self._down is not None):
            return  # it is still to be searched
        counts = self._document.segments(block)
        if whole or any(
            self._seen.get((block, section), 0) > count for section, count in enumerate(counts)
        ):
            self._forget(block)
        for section, count in enumerate(counts):
            seen = self._seen.get((block, section), 0)
            for segment in range(max(0, seen - 1), count):
                self._stale[Stretch(block, section, segment)] = None
            self._seen[block, section] = count

    def _forget(self, block: int) -> None:
        """Count nothing of a block any more."""
        for stretch in [one for one in self._order if one.block == block]:
            self._put(stretch, 0)
        self._stale = {one: None for one in self._stale if one.block != block}
        self._seen = {place: count for place, count in self._seen.items() if place[0] != block}

    def moved(self) -> None:
        """Note that rows may stand elsewhere now, or break elsewhere."""
        self._drawn.clear()

    def mark(self, index: int, row: Row) -> Row:
        """Return the row of an index with its matches marked."""
        found = self._document.stretch_at(index)
        if found is None:
            return row
        stretch, offset = found
        for start, end, number in self._spans(stretch).get(offset, ()):
            look: Look = Role.CURRENT if self.at == (stretch, number) else Role.FOUND
            row = marked(row, start, end, look)
        return row

    def _spans(self, stretch: Stretch) -> Mapping[int, Sequence[tuple[int, int, int]]]:
        spans = self._drawn.get(stretch)
        if spans is None:
            found: dict[int, list[tuple[int, int, int]]] = {}
            for number, match in enumerate(self._matches(stretch)):
                for line, start, end in match:
                    found.setdefault(line, []).append((start, end, number))
            if len(self._drawn) >= _KEPT:
                self._drawn.clear()
            spans = self._drawn[stretch] = found
        return spans

    # The way through the log.

    def _downwards(self) -> Iterator[Stretch]:
        block = self._origin.block
        while block < self._document.blocks:
            self._high = block
            yield from (one for one in self._stretches(block) if one >= self._origin)
            block += 1

    def _upwards(self) -> Iterator[Stretch]:
        if self._document.blocks:
            for block in range(self._origin.block, -1, -1):
                self._low = block
                yield from (one for one in reversed(self._stretches(block)) if one < self._origin)

    def _stretches(self, block: int) -> list[Stretch]:
        stretches = self._document.stretches(block)
        for stretch in stretches:
            self._seen[block, stretch.section] = stretch.segment + 1
        return stretches

    def _next(self) -> Stretch | None:
        """Return what is to be searched next, if it is known which way to go."""
        if self._stale:
            first = next(iter(self._stale))
            del self._stale[first]
            return first
        up = self._goes_up()
        way = self._up if up else self._down
        stretch = None if way is None else next(way, None)
        if stretch is None and up:
            self._up = None
        elif stretch is None:
            self._down = None
        return stretch

    def _goes_up(self) -> bool:
        """Whether to search upwards next: in turns, once there is somewhere to be."""
        if self._up is None or self._down is None:
            return self._down is None
        if self._wanted or self.at is None:
            return self._wanted < 0
        self._turn = not self._turn
        return self._turn

    def _look(self, stretch: Stretch) -> Sequence[Match]:
        matches = self._matches(stretch)
        self._put(stretch, len(matches))
        if stretch == self._origin and self.at is None:
            self._above = sum(match[0].line < self._offset for match in matches)
        return matches

    def _matches(self, stretch: Stretch) -> Sequence[Match]:
        source = self._document.source(stretch)
        if source is not None and not self.query.may_be_in(source):
            return ()
        return self.query.matches(self._document.lines(stretch))

    def _put(self, stretch: Stretch, count: int) -> None:
        before = self._counts.pop(stretch, 0)
        self._total += count - before
        if count:
            self._counts[stretch] = count
        if count and not before:
            insort(self._order, stretch)
        elif before and not count:
            del self._order[bisect_left(self._order, stretch)]

    # Where to be.

    def _choose(self) -> None:
        if self.at is None:
            self.at = self._first()
        elif self.at.stretch not in self._counts:
            self.at = self._nearest(self.at.stretch)
        elif self._wanted:
            self._go_on(*self.at)

    def _first(self) -> Hit | None:
        """Return the first match from where the search began; with none below, the last above."""
        here = bisect_left(self._order, self._origin)
        count = self._counts.get(self._origin, 0)
        if self._above < count:
            return Hit(self._origin, self._above)
        below = here + (count > 0)
        if below < len(self._order):
            return Hit(self._order[below], 0)
        return self._last(below) if self._down is None else None

    def _nearest(self, gone: Stretch) -> Hit | None:
        at = bisect_left(self._order, gone)
        return Hit(self._order[at], 0) if at < len(self._order) else self._last(at)

    def _last(self, before: int) -> Hit | None:
        """Return the last match of the stretches before a place in their order."""
        if not before:
            return None
        stretch = self._order[before - 1]
        return Hit(stretch, self._counts[stretch] - 1)

    def _go_on(self, stretch: Stretch, number: int) -> None:
        """Go to the match that is wanted, if it is known."""
        way = self._wanted
        if 0 <= number + way < self._counts[stretch]:
            self._be(Hit(stretch, number + way))
            return
        after = bisect_right(self._order, stretch)
        beyond = Hit(self._order[after], 0) if after < len(self._order) else None
        target = beyond if way > 0 else self._last(after - 1)
        if target is not None:
            self._be(target)
        elif self._down is None and self._up is None:
            self.note = "from the top again" if way > 0 else "from the end again"
            self._be(Hit(self._order[0], 0) if way > 0 else self._last(len(self._order)))

    def _be(self, hit: Hit | None) -> None:
        self.at, self._wanted = hit, 0
