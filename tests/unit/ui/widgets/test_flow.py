"""Breaking and laying out text: no cell too many, nothing lost, the same however it comes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len, get_character_cell_size

from aztui.terminal.sanitise import sanitise
from aztui.ui.widgets import flow as flow_module
from aztui.ui.widgets import wrap as wrap_module
from aztui.ui.widgets.flow import Flow
from aztui.ui.widgets.wrap import breaks, expand_tabs, hang

texts = st.text(st.sampled_from("ab cde  \n\tx-1. 世界。é́👍🏽👨‍👩‍👧"), max_size=80).map(sanitise)
widths = st.integers(2, 20)


def rows(text: str, width: int) -> list[str]:
    return Flow(width, text).rows


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("", 10, [""]),
        ("hello", 10, ["hello"]),
        ("hello world", 10, ["hello ", "world"]),
        ("hello world", 5, ["hello", "world"]),
        ("one\ntwo\n", 10, ["one", "two", ""]),
        ("\n\nx", 10, ["", "", "x"]),
        ("abcdefghijkl", 5, ["abcde", "fghij", "kl"]),
        ("an abcdefghijkl", 5, ["an ", "abcde", "fghij", "kl"]),
        ("世界世界世", 4, ["世界", "世界", "世"]),
        ("世界世界。", 4, ["世界", "世", "界。"]),
        ("1世。 ", 3, ["1", "世", "。 "]),
        ("a 世界", 4, ["a 世", "界"]),
        ("hello      world", 7, ["hello  ", "world"]),
        ("    indented words here", 14, ["    indented ", "    words here"]),
        ("- one two three", 10, ["- one two ", "  three"]),
        ("12. one two three", 12, ["12. one two ", "    three"]),
    ],
)
def test_text_breaks_where_a_reader_expects(text: str, width: int, expected: list[str]) -> None:
    assert rows(text, width) == expected


@given(texts, widths)
def test_no_row_is_wider_than_the_width(text: str, width: int) -> None:
    assert all(cell_len(row) <= width for row in rows(text, width))


@given(texts, widths)
def test_nothing_but_spaces_is_lost(text: str, width: int) -> None:
    shown = "".join(rows(text, width))
    assert "".join(shown.split()) == "".join(text.split())


@given(st.lists(texts, max_size=12), widths)
def test_pieces_give_the_rows_of_the_whole(pieces: list[str], width: int) -> None:
    flow = Flow(width)
    for piece in pieces:
        before = list(flow.rows)
        changed = flow.feed(piece)
        assert flow.rows[:changed] == before[:changed]
    assert flow.rows == rows("".join(pieces), width)


@given(texts, widths)
def test_a_row_knows_its_line_and_which_of_its_rows_it_is(text: str, width: int) -> None:
    flow = Flow(width, text)
    places = [flow.place(row) for row in range(len(flow.rows))]
    parts = [
        [part for line, part in places if line == number] for number in range(places[-1][0] + 1)
    ]
    assert len(parts) == text.count("\n") + 1
    assert all(part == list(range(len(part))) for part in parts)


def test_tabs_reach_the_next_stop() -> None:
    assert expand_tabs("a\tb", 0) == ("a   b", 5)
    assert expand_tabs("\tb", 3) == (" b", 5)
    assert rows("x\ty", 10) == ["x   y"]


def test_a_wide_marker_is_not_repeated_on_narrow_rows() -> None:
    assert hang("123. text", 12) == 0
    assert hang("123. text", 40) == 5


def test_adding_costs_the_same_however_much_came_before(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = 0

    def counting(text: str, first: int, rest: int) -> list[int]:
        nonlocal broken
        broken += len(text)
        return breaks(text, first, rest)

    monkeypatch.setattr(flow_module, "breaks", counting)

    def cost(before: str) -> int:
        nonlocal broken
        flow = Flow(60, before)
        broken = 0
        for _ in range(100):
            flow.feed("word ")
        return broken

    few = cost("a line of text\n" * 10)
    assert cost("a line of text\n" * 10_000) == few
    assert cost("a single very long line of text " * 10_000) <= few * 1.2


def test_a_flood_of_spaces_is_broken_up() -> None:
    flow = Flow(20, "x" + " " * 5_000 + "y")
    assert len(flow.rows) > 10


def test_characters_taken_for_single_are_single() -> None:
    singles = [chr(code) for code in range(0x3000) if wrap_module._SINGLE.fullmatch(chr(code))]
    assert len(singles) > 1_000
    assert {get_character_cell_size(character) for character in singles} == {1}
