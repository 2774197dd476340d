"""The log searched through in slices."""

from __future__ import annotations

from dataclasses import replace

import pytest

from aztui.core.events import RunId
from aztui.core.profile import View
from aztui.core.request import Api, Message, Request
from aztui.core.run import Phase, Run
from aztui.ui.widgets.document import Document, Stretch
from aztui.ui.widgets.finding import Query
from aztui.ui.widgets.rows import Columns, told
from aztui.ui.widgets.search import Search

FOREVER = float("inf")


def log(*answers: str, view: View = View.RENDERED, over: bool = True) -> Document:
    document = Document(Columns.of(80))
    for number, answer in enumerate(answers):
        request = Request(Api.CHAT, "d", (Message("user", "Why?"),), {})
        run = Run(RunId(str(number)), request, 0.0)
        document.begin(run, view)
        document.append(run.id, 0, answer)
        if over or number < len(answers) - 1:
            document.finish(run.id, replace(run, phase=Phase.STOPPED, ended=1.0))
        while document.behind:
            document.advance()
    return document


def search(document: Document, text: str, row: int = 0) -> Search:
    query = Query.of(text)
    assert query is not None
    return Search(document, query, row)


def finish(walk: Search) -> None:
    while walk.counting:
        walk.step(FOREVER)


def here(document: Document, walk: Search) -> str:
    place = walk.place()
    assert place is not None
    return "".join(text for text, _ in document.line(place.row).row).strip()


def test_matches_are_counted_and_stepped_through_in_the_order_they_stand() -> None:
    document = log("a fox 1\n\na fox 2", "no", "a fox 3")
    walk = search(document, "fox")
    finish(walk)
    seen = []
    for _ in range(4):
        seen.append((walk.said(), here(document, walk)))
        walk.go(1)
    assert seen == [
        ("1 of 3", "a fox 1"),
        ("2 of 3", "a fox 2"),
        ("3 of 3", "a fox 3"),
        ("1 of 3, from the top again", "a fox 1"),
    ]
    walk.go(-1)
    walk.go(-1)
    assert walk.said() == "3 of 3, from the end again"


@pytest.mark.parametrize(
    ("row", "first"), [(0, "a fox 1"), (2, "a fox 1"), (3, "a fox 2"), (8, "a fox 2")]
)
def test_it_begins_with_the_first_match_from_a_row_on(row: int, first: str) -> None:
    document = log("a fox 1\n\nelse\n\na fox 2\n\nthe end")
    walk = search(document, "fox", row)
    finish(walk)
    assert here(document, walk) == first


def test_with_none_below_the_nearest_above_is_the_first() -> None:
    document = log("a fox 1", "a fox 2\n\nelse\n\nmore", "else")
    for row in (document.height - 1, 11):
        walk = search(document, "fox", row)
        finish(walk)
        assert walk.said() == "2 of 2"


def test_a_slice_is_a_stretch_at_least_and_no_more_than_its_time() -> None:
    document = log("word " * 20_000, view=View.RAW)
    walk = search(document, "word")
    walk.step(0.0)
    walk.step(0.0)
    steps = 2
    while walk.counting:
        walk.step(0.0)
        steps += 1
    assert steps > 5
    assert walk.said().endswith(" or more")


def test_a_step_that_is_not_known_yet_is_made_when_it_is() -> None:
    document = log(*["a fox"] * 3)
    walk = search(document, "fox")
    while walk.at is None:
        walk.step(0.0)
    walk.go(-1)
    assert "searching on" in walk.said()
    while "searching on" in walk.said():
        walk.step(0.0)
    assert walk.said() == "3 of 3, from the end again"


def test_counting_stops_somewhere_and_goes_on_where_more_is_wanted() -> None:
    document = log(*["word " * 1_500] * 10, view=View.RAW)
    walk = search(document, "word")
    finish(walk)
    assert "or more" in walk.said()
    walk.go(-1)
    finish(walk)
    assert walk.said() == "15,000 of 15,000, from the end again"


def test_text_that_comes_later_is_counted_and_the_place_stays() -> None:
    document = log("a fox 1", "a fox 2", over=False)
    walk = search(document, "fox")
    finish(walk)
    walk.go(1)
    row = document.append(RunId("1"), 0, " and a fox 3\n\na fox 4")
    assert row is not None
    walk.changed(row)
    finish(walk)
    assert walk.said() == "2 of 4"
    assert here(document, walk).startswith("a fox 2")


def test_a_match_that_is_no_more_gives_way_to_the_nearest() -> None:
    document = log("a ** fox", "a **fox**")
    walk = search(document, "**", document.height - 1)
    finish(walk)
    assert walk.said() == "1 of 1"
    for view, said in ((View.RAW, "3 of 3"), (View.RENDERED, "1 of 1")):
        row = document.show(RunId("1"), view)
        while document.behind:
            document.advance()
        walk.changed(row, whole=True)
        finish(walk)
        walk.go(-1)
        assert walk.said().startswith(said)


def test_nothing_looked_at_moves_while_other_widths_are_searched() -> None:
    document = log(*["a long line of words " * 30 + "fox"] * 20)
    document.columns = Columns.of(40)
    before = document.height
    walk = search(document, "fox")
    finish(walk)
    assert walk.said() == "1 of 20"
    assert document.height == before


def test_the_address_of_a_link_reference_is_found() -> None:
    document = log("See [this][1].\n\n" + "word " * 3_000 + "\n\n[1]: https://example.com/fox\n")
    walk = search(document, "example.com/fox")
    finish(walk)
    assert walk.said() == "1 of 2"  # and where it is defined


def test_what_stands_at_the_edge_of_a_segment_is_found() -> None:
    document = log("".join(f"Some text with its own word{n}.\n\n" for n in range(500)), over=False)
    for segment in range(1, 5):
        shown = map(told, document.lines(Stretch(0, 3, segment)))
        word = next(filter(None, shown)).split()[-1]
        walk = search(document, word)
        finish(walk)
        assert walk.said() == "1 of 1"


def test_an_empty_log_holds_nothing() -> None:
    walk = search(Document(Columns.of(80)), "fox")
    finish(walk)
    assert walk.said() == "no match"


def test_the_caret_and_a_note_are_no_part_of_the_text() -> None:
    document = log("Half an", over=False)
    assert told(document.line(document.height - 1)) == "Half an\0"
    again = Run(RunId("again"), Request(Api.CHAT, "d", (Message("user", "Why?"),), {}), 0.0)
    row = document.begin(again, View.RENDERED, "again")
    assert told(document.line(row)).rstrip("\0") == "Why?"
