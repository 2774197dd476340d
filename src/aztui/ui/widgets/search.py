"""The log searched through, a slice at a time, from what is looked at outwards."""

from __future__ import annotations

import time
from bisect import bisect_left, bisect_right, insort
from collections.abc import Mapping, Sequence
from operator import gt
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
        self._query = query
        self.at: Hit | None = None
        self.note = ""
        self._document = document
        self._counts: dict[Stretch, int] = {}
        self._order: list[Stretch] = []
        self._total = 0
        self._above = 0
        self._wanted = 0
        self._turn = False
        self._seen: dict[int, list[int]] = {}
        self._drawn: dict[Stretch, Mapping[int, Sequence[tuple[int, int, int]]]] = {}
        found = document.stretch_at(row)
        self._origin, self._offset = found or (Stretch(0, 0, 0), 0)
        self._stale: dict[Stretch, None] = {} if found is None else {self._origin: None}
        self._top = self._bottom = self._origin

    @property
    def over(self) -> bool:
        """Whether all has been searched."""
        return self._all_below and self._all_above and not self._stale

    @property
    def counting(self) -> bool:
        """Whether there is anything to do for `step`."""
        return not self.over and (self._total < MOST or bool(self._wanted) or bool(self._stale))

    def said(self) -> str:
        """Say how many there are, and which of them is here."""
        if self.at is None:
            return "no match" if self.over else "searching …"
        note = f", {self.note}" if self.note else ", searching on …" if self._wanted else ""
        if not self._all_above:
            return f"{self._total:,} found {'so far …' if self.counting else 'or more'}{note}"
        before = bisect_left(self._order, self.at.stretch)
        number = sum(map(self._counts.__getitem__, self._order[:before])) + self.at.number + 1
        more = "" if self.over else " so far …" if self.counting else " or more"
        return f"{number:,} of {self._total:,}{more}{note}"

    def step(self, until: float) -> None:
        """Search on until a time (`time.perf_counter`), or the end of a stretch after it."""
        while self.counting:
            self._look(self._next())
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
        if self.at is None or self.at.stretch not in self._counts:
            return None
        stretch, number = self.at
        start = self._document.start(stretch)
        self._drawn.pop(stretch, None)
        matches = self._look(stretch)
        if not matches:
            return Point(start, 0)
        line, at, _ = matches[min(number, len(matches) - 1)][0]
        return Point(start + line, at)

    def changed(self, row: int, *, whole: bool = False) -> None:
        """Search again what may have changed in a block.

        Args:
            row: the first row of it that has.
            whole: whether all of it is shown in another way.
        """
        self._drawn.clear()
        found = self._document.stretch_at(row)
        if found is None:
            return
        first, _ = found
        block = first.block
        counts = self._document.segments(block)
        seen = self._seen.get(block, [])
        if whole or len(seen) != len(counts) or any(map(gt, seen, counts)):
            self._forget(block)
            first, seen = Stretch(block, 0, 0), [0] * len(counts)
        for section, count in enumerate(counts):
            since = max(0, seen[section] - 1)  # the open end, which has grown
            if section == first.section:
                since = min(since, first.segment)
            for segment in range(since, count) if section >= first.section else ():
                stretch = Stretch(block, section, segment)
                if self._top <= stretch <= self._bottom:
                    self._stale[stretch] = None
        self._seen[block] = counts

    def _forget(self, block: int) -> None:
        """Count nothing of a block any more."""
        for stretch in [one for one in self._order if one.block == block]:
            self._put(stretch, 0)
        self._stale = {one: None for one in self._stale if one.block != block}

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

    @property
    def _all_below(self) -> bool:
        return self._document.after(self._bottom) is None

    @property
    def _all_above(self) -> bool:
        return self._document.before(self._top) is None

    def _next(self) -> Stretch:
        """Return what is to be searched next; there is something."""
        if self._stale:
            first = next(iter(self._stale))
            del self._stale[first]
            return first
        if self._goes_up():
            self._top = self._document.before(self._top) or self._top
            return self._top
        self._bottom = self._document.after(self._bottom) or self._bottom
        return self._bottom

    def _goes_up(self) -> bool:
        """Whether to search upwards next: in turns, once there is somewhere to be."""
        if self._all_above or self._all_below:
            return self._all_below
        if self._wanted or self.at is None:
            return self._wanted < 0
        self._turn = not self._turn
        return self._turn

    def _look(self, stretch: Stretch) -> Sequence[Match]:
        if stretch.block not in self._seen:
            self._seen[stretch.block] = self._document.segments(stretch.block)
        matches = self._matches(stretch)
        self._put(stretch, len(matches))
        if stretch == self._origin and self.at is None:
            self._above = sum(match[0].line < self._offset for match in matches)
        return matches

    def _matches(self, stretch: Stretch) -> Sequence[Match]:
        source = self._document.source(stretch)
        if source is not None and not self._query.may_be_in(source):
            return ()
        return self._query.matches(self._document.lines(stretch))

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
            if not self._stale and not self._document.behind:
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
        return self._last(below) if self._all_below else None

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
        elif self._all_below and self._all_above:
            self.note = "from the top again" if way > 0 else "from the end again"
            self._be(Hit(self._order[0], 0) if way > 0 else self._last(len(self._order)))

    def _be(self, hit: Hit | None) -> None:
        self.at, self._wanted = hit, 0
