"""The answers to one prompt, whichever run they came with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from aztui.core.events import RunId
from aztui.core.metrics import CHARACTERS_A_TOKEN, completion_tokens
from aztui.core.options import brief
from aztui.core.request import Params
from aztui.core.run import Choice, Run
from aztui.core.tree import Session
from aztui.explore.candidates import Candidate, asked_the_same

_ASIDE: Final = frozenset({"n", "logprobs", "top_logprobs"})
"""Parameters that make no other answer."""


def same_prompt(session: Session, run: RunId) -> tuple[RunId, ...]:
    """Return a run and those beside it that were asked the same, in the order they were started.

    Raises:
        KeyError: the run is not in the session.
    """
    asked = session.nodes[run].run
    return tuple(
        beside
        for beside in session.siblings(run)
        for other in [session.nodes[beside].run]
        if asked_the_same(other, asked)
    )


def asked_for(runs: Sequence[Run]) -> tuple[Candidate, ...]:
    """Return the answers of runs, one after the other, also those of which nothing has come."""
    return tuple(
        Candidate(run, choice, place, len(runs))
        for place, run in enumerate(runs, 1)
        for choice in _choices(run)
    )


def differences(runs: Sequence[Run]) -> Mapping[RunId, tuple[str, ...]]:
    """Say of each of some runs what was set for it that was not set so for all: `temp 0.7`."""
    each = {run.id: _set(run) for run in runs}
    common = set.intersection(*map(set, each.values())) if each else set()
    return {
        run: tuple(setting for setting in settings if setting not in common)
        for run, settings in each.items()
    }


def tokens(candidate: Candidate) -> tuple[int, bool]:
    """Return how many tokens an answer has, and whether that was counted, or else estimated.

    Where several came at once the service tells only what all of them cost.
    """
    choice = candidate.choice
    if len(choice.tokens):
        return len(choice.tokens), True
    if candidate.run.request.answers == 1:
        return completion_tokens(candidate.run)
    return round(choice.chunks.size / CHARACTERS_A_TOKEN), False


def _choices(run: Run) -> list[Choice]:
    known = {choice.index: choice for choice in run.choices}
    indexes = sorted({*range(run.request.answers), *known})
    return [known.get(index) or Choice(index) for index in indexes]


def _set(run: Run) -> tuple[str, ...]:
    request = run.request
    own: Params = {name: value for name, value in request.params.items() if name not in _ASIDE}
    return (request.deployment, *brief(request.api, own))
