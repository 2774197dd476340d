"""Figures about runs: what they took together, what that cost, and how fast they were."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

from aztui.core.cost import Service, Spent, Terms
from aztui.core.data import dataclass
from aztui.core.events import Usage
from aztui.core.run import Run

Known: TypeAlias = Callable[[Service], Terms | None]
"""Returns what a service asks for its tokens; None while that is being looked up."""


@dataclass(frozen=True, slots=True)
class Total:
    """What some runs have taken together.

    Attributes:
        runs: how many there are.
        usage: the tokens of those of which the service has told.
        cost: what those cost whose price is known, in US dollars; None where it is of none.
        left_out: how many of the runs are not in the cost: their tokens or their price are unknown.
    """

    runs: int
    usage: Usage
    cost: float | None
    left_out: int


def spent(runs: Iterable[tuple[Service, Run]]) -> tuple[Spent, ...]:
    """Add up what runs have taken, each that is over, by who was asked."""
    found: dict[Service, Spent] = {}
    for service, run in runs:
        if not run.phase.over:
            continue
        before = found.get(service, Spent(service, 0, 0, Usage(0, 0)))
        usage = before.usage if run.usage is None else _sum((before.usage, run.usage))
        told = before.told + (run.usage is not None)
        found[service] = Spent(service, before.runs + 1, told, usage)
    return tuple(found.values())


def total(parts: Sequence[Spent], known: Known) -> Total:
    """Add up what was taken, and what it cost as far as prices are known."""
    cost: float | None = None
    priced = 0
    for part in parts:
        terms = known(part.service)
        if part.told and terms is not None and terms.price is not None:
            cost = (cost or 0.0) + terms.price.of(part.usage)
            priced += part.told
    runs = sum(part.runs for part in parts)
    return Total(runs, _sum([part.usage for part in parts]), cost, runs - priced)


def by_deployment(parts: Iterable[Spent]) -> tuple[tuple[str, tuple[Spent, ...]], ...]:
    """Return what was taken by each deployment, that which was asked most often first.

    A deployment comes under the profile that it was asked in, too, where others have one of that
    name.
    """
    groups: dict[tuple[str, str], list[Spent]] = {}
    for part in parts:
        service = part.service
        groups.setdefault((service.deployment, service.profile), []).append(part)
    names = [deployment for deployment, _ in groups]
    called = {
        (deployment, profile): (
            deployment if names.count(deployment) == 1 else f"{deployment} · {profile}"
        )
        for deployment, profile in groups
    }
    ranked = sorted(groups.items(), key=lambda group: -sum(part.runs for part in group[1]))
    return tuple((called[key], tuple(group)) for key, group in ranked)


def tokens_a_second(run: Run) -> float | None:
    """Return how fast an answer came, from its first text to its last, by the service's count.

    Returns:
        Tokens a second, without those that were thought; None where nobody has counted them, or
        all came at once.
    """
    if run.usage is None or run.first_text is None or run.last_text is None:
        return None
    said = run.usage.completion_tokens - run.usage.reasoning_tokens
    took = run.last_text - run.first_text
    return said / took if said > 0 and took > 0 else None


def _sum(usages: Iterable[Usage]) -> Usage:
    prompt = completion = thought = cached = 0
    for usage in usages:
        prompt += usage.prompt_tokens
        completion += usage.completion_tokens
        thought += usage.reasoning_tokens
        cached += usage.cached_tokens
    return Usage(prompt, completion, thought, cached)
