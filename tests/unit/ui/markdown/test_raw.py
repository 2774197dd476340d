"""A text as it came: what hides is made visible, and nothing else changes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aztui.ui.markdown.raw import raw_lines
from aztui.ui.widgets.rows import Line, Role, length


def shown(text: str, width: int = 40, *, ended: bool = False) -> list[str]:
    lines = raw_lines(text, width, ended=ended)
    return ["".join(text for text, _ in line.row) for line in lines]


def told(line: Line) -> str:
    text = "".join(text for text, _ in line.row) if line.told is None else line.told
    return text.replace("\0", "")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("a b", "a b"),
        ("  a  b ", "··a··b·"),
        ("\ta\tb", "→   a→  b"),
        ("a\xa0b", "a⍽b"),
        ("a\u3000b", "a⍽ b"),
        ("", ""),
    ],
)
def test_white_space_that_hides_is_shown(text: str, wanted: str) -> None:
    assert shown(text) == [wanted]
    assert shown(text, ended=True) == [f"{wanted}↵"]


def test_marks_are_dim_and_text_is_not() -> None:
    (line,) = raw_lines("  a·", 40, ended=True)
    assert line.row == (("··", Role.DIM), ("a·", Role.TEXT), ("↵", Role.DIM))


@given(text=st.text("ab \t\xa0世·→↵", max_size=40), width=st.integers(2, 30), ended=st.booleans())
def test_what_is_copied_is_the_text(text: str, width: int, *, ended: bool) -> None:
    lines = raw_lines(text, width, ended=ended)
    assert "".join(map(told, lines)) == text
    assert [line.soft for line in lines] == [False] + [True] * (len(lines) - 1)
    assert all(length(line.row) <= width * 9 for line in lines)
