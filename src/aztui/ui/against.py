"""Which runs of a session a run is compared with, and what is said of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from aztui.core.data import dataclass
from aztui.core.events import RunId
from aztui.core.request import Json
from aztui.core.run import Run
from aztui.core.tree import Session
from aztui.core.values import as_json
from aztui.explore.card_diff import Difference, differences, sentence

_LONGEST: Final = 240
"""Characters of a value; where they differ further on is to be seen in the answers themselves."""

_BRIEF: Final = 24
"""Characters of two values that stand in one line."""


@dataclass(frozen=True, slots=True)
class Against:
    """Another run, beside the one that is looked at.

    Attributes:
        run: it.
        relation: which one it is, in a few words.
        place: which run of the session, from 1.
        count: how many there are.
    """

    run: Run
    relation: str
    place: int
    count: int


def nearest(session: Session, run: RunId) -> RunId | None:
    """Return the run to compare with first; None where there is no other.

    That is the one before it beside it, else the one that it follows, else the first of all.
    """
    beside = session.siblings(run)
    earlier = beside[: beside.index(run)]
    if earlier:
        return earlier[-1]
    parent = session.nodes[run].parent
    return parent if parent is not None else next(iter(_others(session, run)), None)


def step(session: Session, run: RunId, other: RunId, by: int) -> RunId:
    """Return the next run to compare with, in the order in which they were sent.

    Args:
        session: theirs.
        run: the run that is looked at.
        other: the one that it is compared with now.
        by: 1 for the next one, -1 for the one before; after the last comes the first.
    """
    others = _others(session, run)
    return others[(others.index(other) + by) % len(others)]


def _others(session: Session, run: RunId) -> list[RunId]:
    return [known for known in session.nodes if known != run]


def relation(session: Session, run: RunId, other: RunId) -> str:
    """Say which run another one is to a run."""
    order = list(session.nodes)
    if other == session.nodes[run].parent:
        return "the one that it follows"
    which = "an earlier one" if order.index(other) < order.index(run) else "a later one"
    return f"{which} beside it" if other in session.siblings(run) else f"{which} in the session"


def told(here: Run, there: Run) -> tuple[str, Sequence[tuple[str, str]]]:
    """Return in what two runs differ: a sentence, and each difference as its name and two lines."""
    found = differences(here, there)
    return sentence(found), [(one.name, _both(one)) for one in found]


def _both(one: Difference) -> str:
    here, there = _shown(one.here), _shown(one.there)
    if len(here) + len(there) <= _BRIEF:
        return f"here {here}, there {there}"
    return f"here   {here}\nthere  {there}"


def _shown(value: Json) -> str:
    if value is None:
        return "not sent"
    text = " ".join(value.split()) if isinstance(value, str) else as_json(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}\u2026"
