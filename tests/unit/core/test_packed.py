"""Tokens that are kept packed are what they were, and nothing for the garbage collector."""

from __future__ import annotations

import gc

from hypothesis import given
from hypothesis import strategies as st

from aztui.core.events import Chosen, Token
from aztui.core.packed import PackedTokens

TOKENS = st.builds(
    Token, st.text(max_size=3), st.none() | st.floats(-9, 0), st.none() | st.binary(max_size=3)
)
CHOSEN = st.lists(st.builds(Chosen, TOKENS, st.lists(TOKENS, max_size=5).map(tuple)), max_size=6)


@given(st.lists(CHOSEN, max_size=4), st.slices(12))
def test_it_is_a_sequence_like_any(parts: list[list[Chosen]], cut: slice) -> None:
    packed = PackedTokens()
    for part in parts:
        packed = packed.extend(part)
    flat = [one for part in parts for one in part]
    assert list(packed) == flat
    assert list(packed[cut]) == flat[cut]
    assert [packed[at] for at in range(len(packed))] == flat
    assert list(packed.logprobs()) == [one.token.logprob for one in flat]
    assert packed == PackedTokens(flat)
    assert hash(packed) == hash(PackedTokens(flat))


def test_extending_leaves_the_older_value_as_it_was() -> None:
    one = PackedTokens([Chosen(Token("a", -0.1))])
    assert len(one.extend([Chosen(Token("b", None))])) == 2
    assert len(one) == 1


def test_the_garbage_collector_has_nothing_to_look_through() -> None:
    gc.collect()
    before = len(gc.get_objects())
    packed = PackedTokens(
        Chosen(
            Token(f"t{at}", -0.1, b"t"), tuple(Token(f"r{rank}", -1.5, b"r") for rank in range(5))
        )
        for at in range(1000)
    )
    gc.collect()
    assert len(gc.get_objects()) - before < 100
    assert len(packed) == 1000
