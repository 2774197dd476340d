from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from aztui.explore.diff import Side, diff
from aztui.ui.widgets.versus import KEPT, WIDE, Pair, Panes, Parts, laid_out

TEXTS = st.text(alphabet="ab c\n\t日\x1bé", max_size=80)


def shown(parts: Parts) -> str:
    marks = {Side.BOTH: "{}", Side.LEFT: "[{}]", Side.RIGHT: "{{{}}}"}
    return "".join(marks[part.side].format(part.text) for part in parts)


def inline(left: str, right: str, width: int = 40) -> list[str]:
    pairs = laid_out(diff(left, right), Panes(3, width, beside=False))
    return [shown(pair.left) for pair in pairs]


def beside(left: str, right: str, width: int = 40) -> list[tuple[str, str]]:
    pairs = laid_out(diff(left, right), Panes(3, width, beside=True))
    return [(shown(pair.left), shown(pair.right)) for pair in pairs]


def text(rows: Sequence[Parts]) -> str:
    return "".join(part.text for row in rows for part in row)


def test_in_one_text_what_is_only_left_stands_before_what_is_only_right() -> None:
    assert inline("It is warm\ntoday", "It was warm\nhere") == [
        "It [is]{was} warm",
        "[today]{here}",
    ]


def test_side_by_side_lines_that_both_have_begin_in_one_row() -> None:
    left = "One two three four five six\nThe end"
    assert beside(left, "One two\nThe end.", 12) == [
        ("One two[ ]", "One two"),
        ("[three four ]", ""),
        ("[five six]", ""),
        ("The end", "The end{.}"),
    ]


def test_a_line_end_that_only_one_has_shows() -> None:
    assert inline("a\nb", "a b") == ["a[↵]", "{·}b"]
    assert beside("a\nb", "a b") == [("a[↵]", "a{·}b"), ("b", "")]


def test_white_space_that_only_one_has_shows() -> None:
    assert inline("a\tb", "a  b") == ["a[→]{··}b"]
    assert inline("end \xa0", "end") == ["end[·⍽]"]


def test_controls_become_marks() -> None:
    assert inline("\x1b[31mred", "red") == ["[␛[31mred]{red}"]


def test_changes_are_numbered_in_their_order() -> None:
    pairs = laid_out(diff("one two\nthree", "one 2\n3"), Panes(3, 40, beside=False))
    assert [pair.changes for pair in pairs] == [{0}, {1}]


@pytest.mark.parametrize("width", [WIDE - 1, WIDE])
def test_side_by_side_takes_a_wide_screen(width: int) -> None:
    assert Panes.of(width, beside=True).beside == (width == WIDE)
    assert not Panes.of(width, beside=False).beside


@given(TEXTS, TEXTS, st.integers(2, 30), st.booleans())
def test_no_row_is_wider_than_its_pane_and_nothing_is_left_out(
    left: str, right: str, width: int, wide: bool
) -> None:
    pieces = diff(left, right)
    pairs = laid_out(pieces, Panes(3, width, beside=wide))
    for pair in pairs:
        for side in pair:
            assert cell_len("".join(part.text for part in side)) <= max(2, width)
    changed = {part.change for pair in pairs for side in pair for part in side} - {KEPT}
    kept = "".join("=" if piece.side is Side.BOTH else "x" for piece in pieces)
    assert changed == set(range(len([run for run in kept.split("=") if run])))


@given(TEXTS, TEXTS)
def test_a_wide_pane_has_every_letter(left: str, right: str) -> None:
    pairs: list[Pair] = laid_out(diff(left, right), Panes(3, 90, beside=True))
    for given_text, rows in ((left, [p.left for p in pairs]), (right, [p.right for p in pairs])):
        letters = [letter for letter in given_text if letter in "abc日é"]
        assert [letter for letter in text(rows) if letter in "abc日é"] == letters
