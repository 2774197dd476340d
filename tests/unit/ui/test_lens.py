from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from aztui.core.events import Chosen, Token
from aztui.explore.likelihood import Sureness
from aztui.ui.lens import (
    LINE_END,
    Part,
    TokenRows,
    bytes_in_words,
    decided,
    facts,
    name,
    percent,
    scale,
)


def shown(rows: TokenRows) -> list[str]:
    return ["".join(part.text for part in row) for row in rows.rows]


def test_rows_break_between_words_and_at_line_ends() -> None:
    rows = TokenRows(10)
    rows.feed(enumerate(["One", " two", " three", "\n", "four"]))
    assert shown(rows) == ["One two ", f"three{LINE_END}", "four"]
    assert rows.row_of == {0: 0, 1: 0, 2: 0, 3: 1, 4: 2}


def test_a_token_of_several_lines_begins_in_the_first_of_them() -> None:
    rows = TokenRows(10)
    rows.feed(enumerate(["a", ".\n\n", "b"]))
    assert shown(rows) == [f"a.{LINE_END}", LINE_END, "b"]
    assert rows.row_of == {0: 0, 1: 0, 2: 2}


def test_white_space_and_what_would_act_on_the_terminal_is_visible() -> None:
    rows = TokenRows(20)
    rows.feed(enumerate(["a\tb", "\x1b[2J"]))
    assert shown(rows) == ["a→b␛[2J"]


words = st.text(st.sampled_from("ab \n字é"), max_size=6)


@given(st.lists(words, max_size=12), st.integers(2, 12))
def test_rows_are_the_same_however_the_tokens_came(tokens: list[str], width: int) -> None:
    whole, parts = TokenRows(width), TokenRows(width)
    whole.feed(enumerate(tokens))
    for number, token in enumerate(tokens):
        parts.feed([(number, token)])
    if tokens:
        assert parts.rows == whole.rows
        assert parts.row_of == whole.row_of
    text = "".join(tokens).replace("\n", LINE_END)
    assert "".join(shown(whole)) == text


def test_the_scale_is_as_wide_as_the_text_and_higher_where_it_is_less_likely() -> None:
    row = [Part(0, "ab"), Part(-1, "x"), Part(1, "字")]
    assert scale(row, {0: Sureness.SURE, 1: Sureness.RARE}) == "   ██"


def test_a_part_of_a_character_is_named_by_its_bytes() -> None:
    part = Token("\ufffd", -1.0, b"\xf0\x9f")
    assert name(part) == "<F0><9F>"
    assert bytes_in_words(part) == "f0 9f  a part of a character"
    assert name(Token(" a\n", -1.0)) == '" a↵"'


def test_what_is_said_of_a_token() -> None:
    coin = tuple(Token(text, math.log(0.5)) for text in ("head", "tail"))
    assert facts(Chosen(coin[1], coin)) == [
        "50.0 %",
        "1.00 bits",
        "rank 2",
    ]
    assert decided(Chosen(coin[1], coin)) == "entropy 1.00 bits over the 100.0 % seen"
    assert facts(Chosen(Token("a", None))) == ["nothing is known of how likely it was"]
    assert percent(Token("a", math.log(0.00004))) == "0.004 %"
