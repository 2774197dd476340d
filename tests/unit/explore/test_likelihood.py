from __future__ import annotations

import math

import pytest

from aztui.core.events import Chosen, Token
from aztui.explore.likelihood import (
    Sureness,
    entropy,
    is_surprising,
    mass,
    mean,
    place,
    rivals,
    sureness,
    surprisal,
)


def token(text: str, share: float | None, data: bytes | None = None) -> Token:
    return Token(text, None if share is None else math.log(share), data)


def chosen(text: str, **shares: float) -> Chosen:
    """A token that was chosen, and how probable some were."""
    ranked = sorted(
        (token(name, share) for name, share in shares.items()), key=lambda t: -(t.logprob or 0)
    )
    return Chosen(token(text, shares.get(text, 0.01)), tuple(ranked))


COIN = chosen("head", head=0.5, tail=0.5)


def test_a_coin_has_one_bit() -> None:
    assert surprisal(COIN.token) == pytest.approx(1)
    assert entropy(COIN) == pytest.approx(1)
    assert mass(COIN) == pytest.approx(1)
    told = mean([COIN.token.logprob, chosen("a", a=1.0).token.logprob])
    assert told is not None
    assert told.bits == pytest.approx(0.5)
    assert told.perplexity == pytest.approx(math.sqrt(2))


def test_a_token_that_is_not_among_the_likeliest_counts_too() -> None:
    rare = chosen("rare", a=0.6, b=0.3)
    assert place(rare) is None
    assert [rival.text for rival in rivals(rare)] == ["a", "b", "rare"]
    assert mass(rare) == pytest.approx(0.91)


def test_one_that_is_among_them_counts_once() -> None:
    second = chosen("b", a=0.6, b=0.3)
    assert place(second) == 1
    assert [rival.text for rival in rivals(second)] == ["a", "b"]
    assert mass(second) == pytest.approx(0.9)


def test_parts_of_characters_that_look_alike_are_told_apart() -> None:
    first, second = token("\ufffd", 0.6, b"\xf0\x9f"), token("\ufffd", 0.3, b"\xf0\x9e")
    assert place(Chosen(second, (first, second))) == 1


@pytest.mark.parametrize(
    ("share", "level"),
    [
        (1.0, Sureness.SURE),
        (0.8, Sureness.SURE),
        (0.79, Sureness.FAIR),
        (0.49, Sureness.DOUBTFUL),
        (0.19, Sureness.UNLIKELY),
        (0.049, Sureness.RARE),
    ],
)
def test_how_sure_it_was_roughly(share: float, level: Sureness) -> None:
    assert sureness(token("a", share)) is level


def test_a_token_is_surprising_that_was_not_the_likeliest_or_has_many_bits() -> None:
    assert is_surprising(chosen("b", a=0.6, b=0.3), 10)
    assert not is_surprising(chosen("a", a=0.6, b=0.3), 1)
    assert is_surprising(chosen("a", a=0.4, b=0.3), 1)


def test_where_nothing_is_told_nothing_is_said() -> None:
    unknown = Chosen(token("a", None))
    assert surprisal(unknown.token) is None
    assert sureness(unknown.token) is None
    assert mean([None]) is None
    assert entropy(unknown) == 0
    assert not is_surprising(unknown, 1)
