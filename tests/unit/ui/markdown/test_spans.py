"""Styled text in rows: broken where plain text is, and every character looks as it did."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from rich.cells import cell_len

from aztui.terminal.sanitise import sanitise
from aztui.ui.markdown.leaves import NO_FRAME, Frame
from aztui.ui.markdown.spans import framed, plain, wrap
from aztui.ui.widgets.flow import Flow
from aztui.ui.widgets.rows import BLANK, Face, Line, Look, Role, Row
from aztui.ui.widgets.wrap import hang

BOLD = Face(bold=True)
CODE = Face(Role.CODE)

texts = st.text(st.sampled_from("ab cde  \nx1. 世界。é́👍🏽👨‍👩‍👧"), max_size=20).map(sanitise)
looks: st.SearchStrategy[Look] = st.sampled_from([Role.TEXT, BOLD, CODE])
widths = st.integers(2, 20)


spans = st.lists(st.tuples(texts, looks), max_size=6).map(tuple)


def characters(rows: list[Row]) -> list[tuple[str, Look]]:
    """Every character that is no space, with its look."""
    pieces = [piece for row in rows for piece in row]
    return [(mark, look) for text, look in pieces for mark in text if not mark.isspace()]


def test_a_row_breaks_within_a_piece_and_between_pieces() -> None:
    row = (("see ", Role.TEXT), ("the docs", BOLD), (" now", Role.TEXT))
    assert wrap(row, 8) == [
        ((("see ", Role.TEXT), ("the ", BOLD)), False),
        ((("docs", BOLD), (" now", Role.TEXT)), True),
    ]


def test_a_hard_break_begins_a_row_of_its_own() -> None:
    row = (("one two\nthree", Role.TEXT), ("\n", BOLD), ("four", CODE))
    shown = [(plain(part), soft) for part, soft in wrap(row, 4)]
    assert shown == [
        ("one ", False),
        ("two", True),
        ("thre", False),
        ("e", True),
        ("four", False),
    ]


def test_spaces_past_the_edge_are_gone_whichever_pieces_they_are_in() -> None:
    row = (("word ", Role.TEXT), ("  ", CODE), (" next", BOLD))
    assert wrap(row, 6) == [
        ((("word ", Role.TEXT), (" ", CODE)), False),
        ((("next", BOLD),), True),
    ]


def test_nothing_takes_one_empty_row() -> None:
    assert wrap(BLANK, 10) == [(BLANK, False)]
    assert wrap((("", BOLD),), 10) == [(BLANK, False)]


@given(spans, widths)
def test_text_and_looks_stay_and_stay_in_order(row: Row, width: int) -> None:
    assert characters([part for part, _ in wrap(row, width)]) == characters([row])


@given(spans, widths)
def test_rows_are_those_of_plain_text(row: Row, width: int) -> None:
    lines = plain(row).split("\n")
    assume(not any(hang(line, width) for line in lines))
    expected = [
        (part, number > 0) for line in lines for number, part in enumerate(Flow(width, line).rows)
    ]
    assert [(plain(part), soft) for part, soft in wrap(row, width)] == expected


@given(spans, widths)
def test_no_row_is_wider_than_the_width(row: Row, width: int) -> None:
    assert all(cell_len(plain(part)) <= width for part, _ in wrap(row, width))


@pytest.mark.parametrize("gap", [False, True])
def test_a_frame_stands_before_every_row(gap: bool) -> None:
    bar = (("│ ", Role.DIM),)
    frame = Frame((*bar, ("• ", Role.ACCENT)), (*bar, ("  ", Role.TEXT)), bar, lead=2)
    lines = framed(wrap((("one two\nsix", Role.TEXT),), 4), frame, gap=gap)
    above = [Line(bar, lead=2)] if gap else []
    assert lines[: len(above)] == above
    shown = [(plain(line.row), line.lead, line.soft) for line in lines[len(above) :]]
    assert shown == [("│ • one ", 2, False), ("│   two", 4, True), ("│   six", 4, False)]


def test_without_a_frame_rows_stay_as_they_are() -> None:
    row = (("word", BOLD),)
    assert framed([(row, False)], NO_FRAME, gap=False) == [Line(row)]
