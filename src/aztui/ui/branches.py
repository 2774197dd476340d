"""A session's tree in lines: one a run, whatever branches off drawn below it and set in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Final

from aztui.core.data import dataclass
from aztui.core.events import RunId
from aztui.core.tree import Session

STEP: Final = 2
"""Cells that a branch is set in by."""
DEEPEST: Final = 12
"""Steps that are drawn at most: a tree may be as deep as it has runs, and no screen as wide."""
LEAST: Final = 2
"""Steps that are drawn at least: the mark that others are left out, and a branch's own."""

_LAST: Final = ("└ ", "  ")
_OTHER: Final = ("├ ", "│ ")
"""What stands before a branch's first run, and before all that follows in it."""
_MORE: Final = "… "
"""Stands for steps that are not drawn."""


@dataclass(frozen=True, slots=True)
class Line:
    """Where a run stands.

    Attributes:
        run: which.
        depth: how many branches it is in, one within the other.
        outer: the guides of those around the innermost, the outermost first; not all of very many.
        own: the guide of the innermost; empty where it is in none.
    """

    run: RunId
    depth: int = 0
    outer: str = ""
    own: str = ""

    def guides(self, steps: int) -> str:
        """Return what stands before the run, of so many steps at most; `LEAST` or more."""
        if self.depth <= min(steps, DEEPEST):
            return self.outer + self.own
        return self.outer[: STEP * (min(steps, DEEPEST) - LEAST)] + _MORE + self.own


@dataclass(frozen=True, slots=True)
class Branches:
    """A session's tree, laid out. Places are lines, counted from 0.

    Attributes:
        lines: every run once; each after the one it follows, siblings in their order.
        places: where each run is.
        parents: the place of the run that each follows; None at a root.
        children: the runs that follow each, in the order they were started; the roots for None.
    """

    lines: tuple[Line, ...]
    places: Mapping[RunId, int]
    parents: tuple[int | None, ...]
    children: Mapping[RunId | None, tuple[RunId, ...]]

    def parent(self, at: int) -> int | None:
        """Where the run is that this one follows; None at a root."""
        return self.parents[at]

    def child(self, at: int) -> int | None:
        """Where the first run is that follows this one; None where none does."""
        following = self.children.get(self.lines[at].run)
        return self.places[following[0]] if following else None

    def beside(self, at: int, by: int) -> int | None:
        """Where the run is that stands so many siblings after this one; None for none."""
        parent = self.parents[at]
        siblings = self.children[None if parent is None else self.lines[parent].run]
        other = siblings.index(self.lines[at].run) + by
        return self.places[siblings[other]] if other in range(len(siblings)) else None

    def nearest(self, at: int, runs: Collection[RunId], by: int) -> int | None:
        """Where the next of some runs is, or the one before; from the other end on after the last.

        Args:
            at: where to begin.
            runs: which of them.
            by: 1 for the next, -1 for the one before.

        Returns:
            None where there are none.
        """
        places = sorted((self.places[run] for run in runs if run in self.places), reverse=by < 0)
        return next((place for place in places if (place - at) * by > 0), next(iter(places), None))


def branches(session: Session) -> Branches:
    """Lay a session's tree out; takes as long as it has runs.

    Runs that follow one another stand below one another. Only where several follow the same are
    they set in, each with all that follows it.
    """
    children = _children(session)
    lines: list[Line] = []
    # A stack of our own: a long conversation is deeper than Python's.
    waiting = _below(children[None], Line(RunId("")), "")
    while waiting:
        line, onward = waiting.pop()
        lines.append(line)
        waiting += _below(children.get(line.run, ()), line, onward)
    places = {line.run: place for place, line in enumerate(lines)}
    above = [session.nodes[line.run].parent for line in lines]
    parents = tuple(None if parent is None else places[parent] for parent in above)
    return Branches(tuple(lines), places, parents, children)


def _children(session: Session) -> Mapping[RunId | None, tuple[RunId, ...]]:
    found: defaultdict[RunId | None, list[RunId]] = defaultdict(list)
    for run, node in session.nodes.items():
        found[node.parent].append(run)
    return {None: (), **{parent: tuple(runs) for parent, runs in found.items()}}


def _below(runs: tuple[RunId, ...], above: Line, onward: str) -> list[tuple[Line, str]]:
    """Return the lines of what follows a run, the last first, each with the guide of what follows.

    Args:
        runs: what follows it.
        above: the run's own line.
        onward: the guide of what follows it in its branch.
    """
    if len(runs) == 1:
        return [(Line(runs[0], above.depth, above.outer, onward), onward)]
    outer = (above.outer + onward)[: STEP * (DEEPEST - 1)]
    return [
        (Line(run, above.depth + 1, outer, own), following)
        for run in reversed(runs)
        for own, following in [_LAST if run == runs[-1] else _OTHER]
    ]
