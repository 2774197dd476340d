from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from aztui.core.history import BEGIN_MARK, END_MARK
from aztui.ui.widgets.excerpt import excerpt, one_line, paragraph
from aztui.ui.widgets.rows import Role, Row, length


def marked(text: str) -> str:
    """A text in which what was found stands between brackets."""
    return text.replace("[", BEGIN_MARK).replace("]", END_MARK)


def shown(row: Row) -> str:
    return "".join(f"[{text}]" if role is Role.FOUND else text for text, role in row)


@pytest.mark.parametrize(
    ("words", "width", "said"),
    [
        ("the [sky] is [blue]", 40, "the [sky] is [blue]"),
        ("the\n\n [sky]\tis", 40, "the [sky] is"),
        ("[sky] and sea", 8, "[sky] and…"),
        ("one two three four five [sky] and sea", 20, "…five [sky] and sea"),
        ("one two three four five [sky] and the sea", 20, "…five [sky] and the s…"),
        ("a" * 50 + " [sky]", 20, "…aaaa [sky]"),
        ("a [" + "sky" * 20 + "]", 10, "a [skyskys]…"),
        ("no mark at all in it", 10, "no mark a…"),
        ("日本の首都は[東京]です", 15, "…都は[東京]です"),
        ("", 10, ""),
    ],
)
def test_the_first_match_is_seen(words: str, width: int, said: str) -> None:
    assert shown(excerpt(marked(words), width, Role.TEXT)) == said


def test_controls_become_marks() -> None:
    words = f"a \x1b[31m {BEGIN_MARK}b\x9b{END_MARK}"
    assert shown(excerpt(words, 40, Role.TEXT)) == "a ␛[31m [b\u2039U+009B\u203a]"


@given(st.text(alphabet="ab 日\u0301\x02\x03\x1b\n…", max_size=80), st.integers(0, 40))
def test_an_excerpt_fits_and_is_safe(words: str, width: int) -> None:
    row = excerpt(words, width, Role.TEXT)
    assert length(row) <= width
    assert all(text.isprintable() or not text for text, _ in row)


@given(
    st.text(alphabet="ab 日", max_size=80),
    st.text(alphabet="cd", min_size=1, max_size=3),
    st.text(alphabet="ab 日", max_size=80),
    st.integers(20, 60),
)
def test_a_match_is_there_whole(before: str, found: str, after: str, width: int) -> None:
    row = excerpt(f"{before}{BEGIN_MARK}{found}{END_MARK}{after}", width, Role.TEXT)
    assert [text for text, role in row if role is Role.FOUND] == [found]


def test_a_text_of_any_length_is_one_line() -> None:
    assert one_line("  why\n\nis\tthe \x1bsky ") == "why is the ␛sky"
    assert len(one_line("x" * 1_000_000)) == 1_000


@pytest.mark.parametrize(
    ("text", "most", "rows"),
    [
        ("why is the sky blue", 3, ["why is the", "sky blue"]),
        ("why is the sky blue", 1, ["why is th…"]),
        ("why is the sky blue at noon", 2, ["why is the", "sky blue…"]),
        ("why", 0, []),
        ("why is the sky", 0, []),
    ],
)
def test_a_paragraph_takes_no_more_rows_than_it_may(text: str, most: int, rows: list[str]) -> None:
    assert [row.rstrip() for row in paragraph(text, 10, most)] == rows
    assert all(cell_len(row) <= 10 for row in paragraph(text, 10, most))
