"""When the pieces of a text came, as an immutable value with a cheap append."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from itertools import pairwise
from typing import final


@final
class Arrivals:
    """The gaps between the pieces of a text, in the order they came.

    A value: adding gives a new one and leaves the old one as it was. Values that grow from one
    another share their gaps, which take four bytes each; only adding to a value that is not the
    newest copies them.
    """

    __slots__ = ("_all", "_count", "last")

    last: float | None
    """When the latest piece came, in seconds; None before the first."""

    def __init__(self, gaps: Iterable[float] = (), last: float | None = None) -> None:
        self._all = array("f", gaps)
        self._count = len(self._all)
        self.last = last

    @property
    def gaps(self) -> tuple[float, ...]:
        """Seconds between each piece and the next one."""
        return tuple(self._all[: self._count])

    def add(self, *moments: float) -> Arrivals:
        """Return these arrivals followed by others, which are not earlier."""
        shared = self._all if self._count == len(self._all) else self._all[: self._count]
        last = self.last
        for at in moments:
            if last is not None:
                shared.append(max(0.0, at - last))
            last = at
        return self._sharing(shared, last)

    def later(self, by: float) -> Arrivals:
        """Return the same as on a clock that is ahead by so many seconds."""
        return self if self.last is None else Arrivals(self.gaps, self.last + by)

    def _sharing(self, shared: array[float], last: float | None) -> Arrivals:
        grown: Arrivals = Arrivals.__new__(Arrivals)
        grown._all, grown._count, grown.last = shared, len(shared), last
        return grown

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Arrivals):
            return NotImplemented
        return (self.gaps, self.last) == (other.gaps, other.last)

    def __hash__(self) -> int:
        return hash((self.gaps, self.last))

    def __repr__(self) -> str:
        return f"Arrivals({list(self.gaps)!r}, {self.last!r})"


def median(gaps: Iterable[float]) -> float:
    """Return the gap than which as many are longer as are shorter; 0 where there is none."""
    ordered = sorted(gaps)
    if not ordered:
        return 0.0
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def longest_of_each(gaps: tuple[float, ...], most: int) -> tuple[float, ...]:
    """Return the longest gap of each stretch, for a row that is too short for all of them.

    Args:
        gaps: all of them.
        most: how many stretches there may be.
    """
    if len(gaps) <= most:
        return gaps
    edges = [len(gaps) * at // most for at in range(most + 1)]
    return tuple(max(gaps[start:end]) for start, end in pairwise(edges))
