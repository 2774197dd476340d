from __future__ import annotations

import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aztui.explore.diff import Count, Piece, Side, count, diff
from aztui.explore.words import tokens

TEXTS = st.one_of(
    st.text(alphabet="ab .,\n\té日本\u0301👍\x00", max_size=60),
    st.lists(st.sampled_from(["the", "keeper", "sat", "by", "a lamp", ".", "\n"]), max_size=60).map(
        " ".join
    ),
)


def shown(pieces: tuple[Piece, ...]) -> str:
    """Both texts in one: [only left] and {only right}."""
    marks = {Side.BOTH: "{}", Side.LEFT: "[{}]", Side.RIGHT: "{{{}}}"}
    return "".join(marks[piece.side].format(piece.text) for piece in pieces)


def side(pieces: tuple[Piece, ...], wanted: Side) -> str:
    return "".join(piece.text for piece in pieces if piece.side in {Side.BOTH, wanted})


@given(TEXTS, TEXTS)
def test_both_texts_are_in_it_whole(left: str, right: str) -> None:
    pieces = diff(left, right)
    assert side(pieces, Side.LEFT) == left
    assert side(pieces, Side.RIGHT) == right
    assert all(piece.text for piece in pieces)


@given(TEXTS, TEXTS)
def test_no_two_pieces_that_follow_are_of_the_same_side(left: str, right: str) -> None:
    sides = [piece.side for piece in diff(left, right)]
    assert all(one is not other for one, other in pairwise(sides))
    assert (Side.RIGHT, Side.LEFT) not in pairwise(sides)


@given(TEXTS)
def test_a_text_is_cut_into_words_that_are_all_of_it(text: str) -> None:
    assert "".join(word + blanks for word, blanks in tokens(text)) == text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("It's 3.14, or 1,000?", ["It's ", "3.14", ", ", "or ", "1,000", "?"]),
        (" a\n\n  b", [" ", "a", "\n", "\n  ", "b"]),
        ("日本は", ["日", "本", "は"]),
        ("f(x)==1", ["f", "(", "x", ")", "=", "=", "1"]),
        ("e\u0301te\u0301 👍🏽", ["e\u0301te\u0301 ", "👍🏽"]),
    ],
)
def test_what_is_a_word(text: str, words: list[str]) -> None:
    assert [word + blanks for word, blanks in tokens(text)] == words


@pytest.mark.parametrize(
    ("left", "right", "said"),
    [
        ("", "", ""),
        ("same", "same", "same"),
        ("", "new", "{new}"),
        ("The lamp is lit.", "The lamp is lit!", "The lamp is lit[.]{!}"),
        ("It is warm today", "It was warm today", "It [is]{was} warm today"),
        ("one two three", "one three", "one [two ]three"),
        ("two  spaces", "two spaces", "two[ ] spaces"),
        ("a line\n", "a line", "a line[\n]"),
        ("Answer: 42", "Answer: 42.0", "Answer: [42]{42.0}"),
        ("日本の首都", "日本の首相", "日本の首[都]{相}"),
    ],
)
def test_what_differs_and_what_is_kept(left: str, right: str, said: str) -> None:
    assert shown(diff(left, right)) == said


def test_a_short_word_between_two_changes_is_read_as_part_of_them() -> None:
    pieces = diff("a quick brown fox", "a slow red fox")
    assert shown(pieces) == "a [quick brown]{slow red} fox"
    pieces = diff("lamps and keepers\nwait", "ships and sailors\nwait")
    assert shown(pieces) == "[lamps and keepers]{ships and sailors}\nwait"


def test_a_line_end_is_kept_between_two_changes() -> None:
    assert shown(diff("lamps\nkeepers", "ships\nsailors")) == "[lamps]{ships}\n[keepers]{sailors}"


def test_what_is_moved_is_kept_where_more_of_it_is() -> None:
    pieces = diff("Zero. One two three four five.", "One two three four five. Zero.")
    assert shown(pieces) == "[Zero. ]One two three four five.{ Zero.}"


def test_a_change_in_the_middle_of_a_long_text_leaves_all_else() -> None:
    words = [f"word{at % 700}" for at in range(5_000)]
    left = " ".join(words)
    right = " ".join([*words[:2_000], "another", *words[2_001:4_000], *words[4_010:]])
    kept = [piece for piece in diff(left, right) if piece.side is Side.BOTH]
    assert count(diff(left, right), Side.LEFT) == Count(11, 5_000)
    assert len(kept) == 3


@pytest.mark.parametrize(
    "alphabet",
    [["a", "b"], [str(number) for number in range(50)], ["x" * size for size in range(9)]],
)
def test_texts_of_few_words_in_no_order_are_compared_all_the_same(alphabet: list[str]) -> None:
    chance = random.Random(3)  # noqa: S311 - any order will do, the same each time
    left, right = (" ".join(chance.choices(alphabet, k=3_000)) for _ in range(2))
    pieces = diff(left, right)
    assert side(pieces, Side.LEFT) == left
    assert side(pieces, Side.RIGHT) == right


@pytest.mark.parametrize(
    ("left", "right", "counts"),
    [
        ("It is warm today", "It was warm today", (Count(1, 4), Count(1, 4))),
        ("one two three", "one three", (Count(1, 3), Count(0, 2))),
        ("the end.", "the end!", (Count(1, 2), Count(1, 2))),
        ("two  spaces", "two spaces", (Count(0, 2), Count(0, 2))),
        ("a\0b c", "a\0b d", (Count(1, 3), Count(1, 3))),
        ("", "x", (Count(0, 0), Count(1, 1))),
    ],
)
def test_how_many_words_differ(left: str, right: str, counts: tuple[Count, Count]) -> None:
    pieces = diff(left, right)
    assert (count(pieces, Side.LEFT), count(pieces, Side.RIGHT)) == counts
