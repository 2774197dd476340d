"""What is selected, its text, and how its ends move."""

from __future__ import annotations

import pytest

from aztui.ui.widgets.rows import Line, Role, marked
from aztui.ui.widgets.selection import END, Ground, Point, Selection, moved, text_between

LINES = [
    Line((("   ", Role.TEXT), ("One two ", Role.TEXT)), 3),
    Line((("   ", Role.TEXT), ("three.", Role.TEXT)), 3, soft=True),
    Line((("   ", Role.TEXT),), 3),
    Line((("   ", Role.TEXT), ("    x = 1", Role.TEXT)), 3, told="\t\0\0\0x = 1"),
    Line((("   ▎ ", Role.DIM), ("日本 cafe\u0301", Role.TEXT)), 5),
]
GROUND = Ground(LINES.__getitem__, len(LINES), 3)


def after(start: Point, *keys: str) -> Point:
    for key in keys:
        point = moved(start, key, GROUND)
        assert point is not None
        start = point
    return start


def copied(selection: Selection) -> str:
    first, last = selection.first, selection.last
    _, end = selection.part(last.row, LINES[last.row])
    return "".join(text_between(LINES[first.row : last.row + 1], first.at, end))


@pytest.mark.parametrize(
    ("anchor", "cursor", "text"),
    [
        ((0, 3), (0, 5), "One"),
        ((0, 5), (0, 3), "One"),
        ((0, 7), (1, 4), "two th"),
        ((1, 8), (3, 7), ".\n\n\tx"),
        ((3, 7), (4, END), "x = 1\n日本 cafe\u0301"),
        ((4, 5), (4, 5), "日"),
        ((4, 11), (4, 11), "e\u0301"),
        ((2, 0), (2, 0), ""),
    ],
)
def test_the_text_of_characters(anchor: Point, cursor: Point, text: str) -> None:
    assert copied(Selection(Point(*anchor), Point(*cursor), by_line=False)) == text


def test_the_text_of_rows_is_what_was_one_line_before() -> None:
    whole = Selection(Point(1, 5), Point(0, 9), by_line=True)
    assert copied(whole) == "One two three."
    assert copied(Selection(Point(0, 4), Point(4, 4), by_line=True)) == (
        "One two three.\n\n\tx = 1\n日本 cafe\u0301"
    )


def test_what_is_selected_of_a_row_is_marked_without_what_sets_it_off() -> None:
    selection = Selection(Point(0, 7), Point(4, 5), by_line=False)
    parts = [selection.part(row, line) for row, line in enumerate(LINES)]
    assert parts == [(7, 11), (3, 9), (3, 3), (3, 12), (5, 6)]
    assert selection.part(9, LINES[0]) == (0, 0)


@pytest.mark.parametrize(
    ("start", "keys", "end"),
    [
        ((0, 3), ["l"], (0, 4)),
        ((0, 10), ["right"], (1, 0)),
        ((1, 3), ["h"], (0, END)),
        ((0, 3), ["left"], (0, 3)),
        ((4, END), ["l"], (4, END)),
        ((4, 11), ["h"], (4, 10)),
        ((4, 10), ["l"], (4, 11)),
        ((0, 3), ["j"], (1, 3)),
        ((0, 3), ["k"], (0, 3)),
        ((0, 3), ["pagedown"], (3, 3)),
        ((0, 3), [" ", " "], (4, 3)),
        ((4, 3), ["pageup"], (1, 3)),
        ((0, 3), ["$", "j", "j"], (2, END)),
        ((0, 8), ["0"], (0, 0)),
        ((0, 3), ["w"], (0, 7)),
        ((0, 3), ["w", "w"], (1, 3)),
        ((1, 3), ["w"], (3, 7)),
        ((3, 7), ["b"], (1, 3)),
        ((0, 3), ["b"], (0, 0)),
        ((4, 9), ["w"], (4, END)),
        ((0, 3), ["}"], (3, 0)),
        ((4, 3), ["{"], (3, 0)),
        ((1, 3), ["{"], (0, 0)),
        ((1, 3), ["}", "}"], (4, 0)),
        ((1, 3), ["g"], (0, 0)),
        ((1, 3), ["ctrl+end"], (4, END)),
    ],
)
def test_how_a_cursor_moves(start: Point, keys: list[str], end: Point) -> None:
    assert after(Point(*start), *keys) == Point(*end)


def test_other_keys_do_not_move() -> None:
    assert moved(Point(0, 0), "x", GROUND) is None


def test_the_other_end_moves_after_a_turn() -> None:
    selection = Selection(Point(0, 3), Point(1, 4), by_line=False).turned()
    assert (selection.anchor, selection.cursor) == (Point(1, 4), Point(0, 3))


def test_marking_cuts_pieces_where_it_must() -> None:
    row = (("abc", Role.TEXT), ("def", Role.DIM))
    assert marked(row, 2, 4, Role.SELECTED) == (
        ("ab", Role.TEXT),
        ("c", Role.SELECTED),
        ("d", Role.SELECTED),
        ("ef", Role.DIM),
    )
    assert marked(row, 0, 0, Role.SELECTED) == row
