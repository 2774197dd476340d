"""Figures about runs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from aztui.core.cost import UNPRICED, Price, Service, Spent, Terms
from aztui.core.events import RunId, Usage
from aztui.core.request import Api, compose
from aztui.core.run import Phase, Run
from aztui.explore.figures import by_deployment, spent, tokens_a_second, total

GPT = Service("work", "https://x", "gpt-4o", "gpt-4o-2024-11-20")
O4 = Service("work", "https://x", "o4-mini")
RUN = Run(RunId("r"), compose(Api.CHAT, "gpt-4o", "Why?"), 0.0, Phase.DONE)


def known(service: Service) -> Terms | None:
    return {GPT: Terms(Price(1.0, 2.0))}.get(service, UNPRICED)


def test_what_runs_have_taken_is_added_up_by_who_was_asked() -> None:
    runs = [
        (GPT, replace(RUN, usage=Usage(10, 5, 1, 4))),
        (O4, replace(RUN, usage=Usage(1, 2))),
        (GPT, replace(RUN, usage=Usage(20, 6))),
        (GPT, replace(RUN, phase=Phase.STOPPED)),
        (GPT, replace(RUN, phase=Phase.STREAMING, usage=Usage(1_000, 1_000))),
    ]
    assert spent(runs) == (Spent(GPT, 3, 2, Usage(30, 11, 1, 4)), Spent(O4, 1, 1, Usage(1, 2)))


def test_a_cost_leaves_out_what_nobody_knows_and_says_so() -> None:
    parts = (Spent(GPT, 3, 2, Usage(1_000_000, 0)), Spent(O4, 4, 4, Usage(7, 7)))
    sums = total(parts, known)
    assert (sums.runs, sums.cost, sums.left_out) == (7, 1.0, 5)
    assert sums.usage == Usage(1_000_007, 7)


@pytest.mark.parametrize("parts", [(), (Spent(O4, 2, 2, Usage(7, 7)),)])
def test_an_unknown_cost_is_none_and_not_nothing(parts: tuple[Spent, ...]) -> None:
    assert total(parts, known).cost is None


def test_a_price_that_is_being_looked_up_counts_as_unknown() -> None:
    assert total((Spent(GPT, 1, 1, Usage(7, 7)),), lambda _: None).cost is None


def test_deployments_of_one_name_are_told_apart_by_their_profiles() -> None:
    lab, other = replace(GPT, profile="lab"), replace(GPT, model="gpt-4o-2024-08-06")
    parts = [Spent(one, 2, 0, Usage(0, 0)) for one in (O4, lab, GPT, other)]
    names = [(name, len(its)) for name, its in by_deployment(parts)]
    assert names == [("gpt-4o · work", 2), ("o4-mini", 1), ("gpt-4o · lab", 1)]


@pytest.mark.parametrize(
    ("usage", "first", "last", "rate"),
    [
        (Usage(7, 100, 50), 1.0, 3.0, 25.0),
        (None, 1.0, 3.0, None),
        (Usage(7, 100), 3.0, 3.0, None),
        (Usage(7, 50, 50), 1.0, 3.0, None),
        (Usage(7, 100), None, None, None),
    ],
)
def test_the_speed_is_of_what_was_said(
    usage: Usage | None, first: float | None, last: float | None, rate: float | None
) -> None:
    run = replace(RUN, usage=usage, first_text=first, last_text=last)
    assert tokens_a_second(run) == rate
