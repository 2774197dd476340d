"""Which runs a run is compared with."""

from __future__ import annotations

from aztui.core.events import RunId
from aztui.core.tree import Session
from aztui.ui.against import nearest, relation, step
from tests.support.trees import run, tree

A, B, C, D, E = map(RunId, "abcde")


def session() -> Session:
    """Three answers to one prompt, and two below the second of them."""
    return tree(
        [(run("a"), None), (run("b"), None), (run("d"), "b"), (run("c"), None), (run("e"), "b")]
    )


def test_the_one_before_it_beside_it_comes_first_then_the_one_it_follows() -> None:
    known = session()
    assert [nearest(known, one) for one in (C, B, E, D, A)] == [B, A, D, B, B]
    assert nearest(tree([(run("a"), None)]), A) is None


def test_the_others_are_gone_through_in_the_order_they_were_sent() -> None:
    known = session()
    there = [step(known, C, other, 1) for other in (A, B, D, E)]
    assert there == [B, D, E, A]
    assert [step(known, C, other, -1) for other in there] == [A, B, D, E]


def test_each_is_called_by_what_it_is_to_the_run() -> None:
    known = session()
    assert relation(known, C, A) == "an earlier one beside it"
    assert relation(known, A, C) == "a later one beside it"
    assert relation(known, D, B) == "the one that it follows"
    assert relation(known, D, C) == "a later one in the session"
