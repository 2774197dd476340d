from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aztui.emulator.backend import Token
from aztui.emulator.likelihood import Likelihood
from aztui.emulator.replies import LOREM, REPLIES
from aztui.emulator.tokens import tokens

LONG = "".join(REPLIES)


def figures(text: str, ranked: int = 5, before: str = "Hi.") -> list[Token]:
    writer = Likelihood(before, ranked, bytewise=True)
    return [place for token in tokens(text) for place in writer.of(token)]


def probability(logprob: float | None) -> float:
    assert logprob is not None
    return math.exp(logprob)


@given(st.text(max_size=60), st.integers(0, 20), st.text(max_size=10))
def test_the_ranked_ones_are_in_order_and_share_one_probability(
    text: str, ranked: int, before: str
) -> None:
    for place in figures(text, ranked, before):
        chances = [probability(candidate.logprob) for candidate in place.ranked]
        assert len(chances) == ranked
        assert len({candidate.text for candidate in place.ranked}) == ranked
        assert chances == sorted(chances, reverse=True)
        chosen = probability(place.chosen.logprob)
        rest = 0 if place.chosen in place.ranked else chosen
        assert sum(chances) + rest <= 1
        assert rest == 0 or not chances or chosen < chances[-1]


@given(st.text(st.characters(codec="utf-8"), max_size=60))
def test_the_bytes_of_the_tokens_are_the_text(text: str) -> None:
    assert b"".join(place.chosen.data for place in figures(text)) == text.encode()


def test_the_same_text_has_the_same_figures_and_another_context_has_others() -> None:
    assert figures(LOREM) == figures(LOREM)
    chances = [place.chosen.logprob for place in figures(LOREM)]
    assert chances != [place.chosen.logprob for place in figures(LOREM, before="Ho.")]


def test_a_token_depends_on_nothing_that_comes_later() -> None:
    whole = figures(LOREM)
    assert figures("".join(tokens(LOREM)[:9])) == whole[:9]


def test_most_tokens_rank_first_and_some_are_surprising() -> None:
    places = figures(LONG, 20)
    first = sum(place.ranked[0] == place.chosen for place in places)
    nowhere = sum(place.chosen not in place.ranked for place in places)
    assert len(places) / 2 < first < len(places) * 0.9
    assert 0 < nowhere < len(places) / 10


def test_an_emoji_comes_in_two_tokens_that_are_no_characters() -> None:
    first, second = Likelihood("", 0, bytewise=True).of(" 🦊!")
    assert (first.chosen.data, first.chosen.text) == (b" \xf0\x9f", " \\xf0\\x9f")
    assert (second.chosen.data, second.chosen.text) == (b"\xa6\x8a!", "\\xa6\\x8a!")
    [one] = Likelihood("", 0, bytewise=False).of(" 🦊!")
    assert one.chosen.text == " 🦊!"


def test_offsets_count_from_the_beginning_of_the_prompt() -> None:
    assert [place.offset for place in figures("one two", before="12345")] == [5, 8]


def test_a_prompt_is_told_token_by_token_and_its_first_has_no_figures() -> None:
    first, *rest = Likelihood("", 2, bytewise=False).of_prompt("The old lighthouse")
    assert (first.chosen.text, first.chosen.logprob, first.ranked) == ("The", None, ())
    assert "".join(place.chosen.text for place in rest) == " old lighthouse"
    assert all(place.chosen.logprob is not None for place in rest)


@pytest.mark.parametrize("text", ["\ud800", "a\udfff🦊"])
def test_what_is_no_unicode_has_figures_too(text: str) -> None:
    assert figures(text)
