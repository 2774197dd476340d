from __future__ import annotations

import pytest

from aztui.ui.widgets.bar import fitted
from aztui.ui.widgets.rows import Role, cut, joined

LEFT = [(text, Role.TEXT) for text in ("instruct", "gpt-4o", "contoso")]


def text(width: int, right: str) -> str:
    return "".join(piece for piece, _ in fitted(LEFT, (right, Role.DIM), width)).rstrip()


@pytest.mark.parametrize(
    ("width", "right", "shown"),
    [
        (40, "local", " instruct · gpt-4o · contoso     local"),
        (33, "local", " instruct · gpt-4o        local"),
        (20, "local", " instruct    local"),
        (20, "much too long for it", " instruct"),
        (24, "much too long", " instruct  much too l…"),
        (10, "local", " instru…"),
        (3, "local", ""),
        (0, "local", ""),
    ],
)
def test_what_does_not_fit_is_left_out(width: int, right: str, shown: str) -> None:
    row = text(width, right)
    assert len(row) <= max(0, width - 2)
    assert row == shown


def test_a_cut_text_says_that_something_is_missing() -> None:
    assert cut("hello world", 8) == "hello w…"
    assert cut("世界世界", 6) == "世界…"
    assert cut("hello", 0) == ""
    assert cut("hello", 5) == "hello"


def test_pieces_share_rows_where_they_fit() -> None:
    assert joined(["one", "two", "three"], 9) == ["one · two", "three"]
    assert joined(["much too long"], 6) == ["much…"]
    assert joined([], 6) == []
