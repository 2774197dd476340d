"""A session's tree in lines."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from aztui.core.events import RunId
from aztui.core.run import Run
from aztui.core.tree import Session
from aztui.ui.branches import DEEPEST, LEAST, STEP, Branches, branches
from tests.support.trees import run, tree


def drawn(session: Session, steps: int = DEEPEST) -> list[str]:
    return [line.guides(steps) + line.run for line in branches(session).lines]


def names(laid: Branches) -> list[RunId]:
    return [line.run for line in laid.lines]


@st.composite
def sessions(draw: st.DrawFn) -> Session:
    """A session of any shape: each run follows an earlier one, or none."""
    count = draw(st.integers(0, 30))
    parents = [draw(st.none() | st.integers(0, at - 1)) if at else None for at in range(count)]
    return tree(
        (run(str(at)), None if parent is None else str(parent)) for at, parent in enumerate(parents)
    )


def test_a_conversation_is_not_set_in() -> None:
    chain = tree((run(str(at)), str(at - 1) if at else None) for at in range(200))
    assert drawn(chain) == [str(at) for at in range(200)]


def test_only_what_branches_is_set_in_with_all_that_follows_it() -> None:
    session = tree(
        [
            *[(run("a"), None), (run("b"), "a"), (run("b1"), "b"), (run("b2"), "b1")],
            *[(run("c"), "a"), (run("c1"), "c"), (run("d"), "c1"), (run("e"), "c1")],
        ]
    )
    assert drawn(session) == [
        "a",
        "├ b",
        "│ b1",
        "│ b2",
        "└ c",
        "  c1",
        "  ├ d",
        "  └ e",
    ]


def test_what_was_asked_again_first_of_all_branches_too() -> None:
    assert drawn(tree([(run("a"), None), (run("a1"), "a"), (run("b"), None)])) == [
        "├ a",
        "│ a1",
        "└ b",
    ]


def test_what_is_very_deep_keeps_its_own_guide_and_says_that_others_are_left_out() -> None:
    pairs: list[tuple[Run, str | None]] = [(run("0"), None)]
    for at in range(5):
        pairs += [(run(f"x{at}"), str(at)), (run(str(at + 1)), str(at))]
    assert drawn(tree(pairs), steps=3)[-6:] == [
        "    ├ x2",
        "    └ 3",
        "  … ├ x3",
        "  … └ 4",
        "  … ├ x4",
        "  … └ 5",
    ]


@given(sessions())
def test_every_run_stands_once_below_the_one_it_follows(session: Session) -> None:
    laid = branches(session)
    assert sorted(names(laid)) == sorted(session.nodes)
    assert [laid.places[run] for run in names(laid)] == list(range(len(laid.lines)))
    for place, line in enumerate(laid.lines):
        parent = session.nodes[line.run].parent
        above = laid.parent(place)
        assert (None if above is None else laid.lines[above].run) == parent
        assert above is None or above < place


@given(sessions())
def test_siblings_stand_in_the_order_in_which_they_were_started(session: Session) -> None:
    laid = branches(session)
    for parent in (None, *session.nodes):
        children = session.children(parent)
        assert list(children) == sorted(children, key=lambda run: laid.places[run])
        for first, second in pairwise(children):
            assert laid.beside(laid.places[first], 1) == laid.places[second]
            assert laid.beside(laid.places[second], -1) == laid.places[first]
        if children:
            assert laid.beside(laid.places[children[-1]], 1) is None
            assert laid.beside(laid.places[children[0]], -1) is None
            if parent is not None:
                assert laid.child(laid.places[parent]) == laid.places[children[0]]
        elif parent is not None:
            assert laid.child(laid.places[parent]) is None


@given(sessions())
def test_only_siblings_have_guides_of_their_own(session: Session) -> None:
    for line in branches(session).lines:
        alone = len(session.siblings(line.run)) == 1
        assert (line.own[:1] in {"├", "└"}) is not alone


@given(sessions(), st.integers(LEAST, 20))
def test_no_guide_is_wider_than_it_may_be(session: Session, steps: int) -> None:
    for line in branches(session).lines:
        guides = line.guides(steps)
        assert len(guides) == STEP * min(line.depth, steps, DEEPEST)
        assert ("…" in guides) is (line.depth > min(steps, DEEPEST))


@given(sessions(), st.data())
def test_bookmarks_are_gone_through_in_their_order_and_from_the_beginning_again(
    session: Session, data: st.DataObject
) -> None:
    laid = branches(session)
    marked = data.draw(st.sets(st.sampled_from(sorted(session.nodes)))) if session.nodes else set()
    places = sorted(laid.places[run] for run in marked)
    for way in (1, -1):
        at, seen = -1 if way > 0 else len(laid.lines), []
        for _ in marked:
            at = laid.nearest(at, marked, way) or 0
            seen.append(at)
        assert seen == places[::way]
        if marked:
            assert laid.nearest(at, marked, way) == seen[0]
        else:
            assert laid.nearest(0, marked, way) is None


def test_a_very_deep_tree_takes_no_more_room_than_a_flat_one() -> None:
    pairs: list[tuple[Run, str | None]] = [(run("0"), None)]
    for at in range(2_000):
        pairs += [(run(f"x{at}"), str(at)), (run(str(at + 1)), str(at))]
    lines = branches(tree(pairs)).lines
    assert max(line.depth for line in lines) == 2_000
    assert max(len(line.outer + line.own) for line in lines) == STEP * DEEPEST
