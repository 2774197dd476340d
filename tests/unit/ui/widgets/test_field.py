from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from aztui.ui.widgets.field import Field, visible


@pytest.mark.parametrize(
    ("keys", "text", "at"),
    [
        (["left", "backspace"], "ac", 1),
        (["home", "delete"], "bc", 0),
        (["home", "left", "right", "right", "ctrl+k"], "ab", 2),
        (["left", "ctrl+u"], "c", 0),
        (["left", "end", "right"], "abc", 3),
        (["home", "backspace"], "abc", 0),
        (["delete"], "abc", 3),
        (["ctrl+a", "ctrl+e", "backspace"], "ab", 2),
    ],
)
def test_keys_edit(keys: list[str], text: str, at: int) -> None:
    field = Field.of("abc")
    for key in keys:
        pressed = field.press(key)
        assert pressed is not None
        field = pressed
    assert field == Field(text, at)


def test_other_keys_do_not() -> None:
    assert Field.of("abc").press("f5") is None


def test_text_goes_in_at_the_caret() -> None:
    assert Field("ad", 1).insert("bc") == Field("abcd", 3)


def test_a_row_shows_line_ends_and_controls_as_marks() -> None:
    assert visible("a\nb\x1b[2J\t.") == "a↵b␛[2J ."


@given(st.text(max_size=40), st.integers(0, 40), st.integers(1, 30))
def test_a_view_fits_and_has_the_caret(text: str, at: int, width: int) -> None:
    field = Field(text, 0).to(at)
    before, under, after = field.view(width)
    assert under
    assert cell_len(before) + cell_len(after) <= max(0, width - cell_len(under))
    if cell_len(visible(text)) < width:
        assert "…" not in before + after or "…" in text
