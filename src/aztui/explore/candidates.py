"""The answers that can be compared with one another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from aztui.core.continuing import said, whole
from aztui.core.data import dataclass
from aztui.core.events import RunId
from aztui.core.run import Choice, Run


@dataclass(frozen=True, slots=True)
class Candidate:
    """One answer, and where it stands.

    Attributes:
        run: whose answer it is.
        choice: which of the run's.
        place: which of the runs beside one another that is, from 1.
        runs: how many those are.
    """

    run: Run
    choice: Choice
    place: int
    runs: int

    @property
    def text(self) -> str:
        """The answer, with the beginning that was given for it."""
        return whole(self.run, self.choice)

    @property
    def key(self) -> tuple[RunId, int]:
        """Its identity, however much of it has come."""
        return self.run.id, self.choice.index

    @property
    def alone(self) -> bool:
        """Whether its run has no other answer."""
        return max(self.run.request.answers, len(self.run.choices)) == 1


def candidates(siblings: Sequence[Run]) -> tuple[Candidate, ...]:
    """Return the answers of runs beside one another, those of which there is any text."""
    return tuple(
        Candidate(run, choice, place, len(siblings))
        for place, run in enumerate(siblings, 1)
        for choice in run.choices
        if choice.text
    )


def asked_the_same(run: Run, other: Run) -> bool:
    """Whether two runs were asked the same; deployment and parameters may be others."""
    return (said(run), run.continues) == (said(other), other.continues)


def to_the_same(run: Run, others: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """Return the answers to what a run was asked; deployment and parameters may be others."""
    return tuple(other for other in others if asked_the_same(other.run, run))


def neighbour(key: tuple[RunId, int], among: Sequence[Candidate]) -> int | None:
    """Return which answer stands before another, or after it where it is the first.

    Args:
        key: the other's; it is one of them.
        among: all of them.

    Returns:
        Its place, from 0; None where there is no other.
    """
    if len(among) < 2:
        return None
    at = [one.key for one in among].index(key)
    return at - 1 if at else 1
