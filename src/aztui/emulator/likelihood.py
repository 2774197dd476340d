"""Probabilities of tokens, made up but consistent.

The same token after the same text always gets the same figures; the alternatives in a place are
ranked, and their probabilities add up to less than 1. Most tokens rank first, some further down,
and a few are so unlikely that they rank nowhere.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from aztui.emulator.backend import Candidate, Token
from aztui.emulator.tokens import tokens

_RANKS: Final = ((170, 0), (212, 1), (234, 2), (245, 5))
"""Up to which byte of chance a token gets a rank; those above are not ranked."""

_UNRANKED: Final = 24
_WORDS: Final = (
    *(" the", " a", " of", " and", " to", " in", ",", ".", " is", " that", " it", "\n", " for"),
    *(" as", " with", " one", " on", " not", ":", " at", " be", " or", " by", " from", " an"),
    *(" so", " this", " which", " all", " but", " its", " was"),
)
"""What might have stood anywhere instead. As many as a power of two, so that an odd stride visits
each of them."""

_PRECISION: Final = 10**7
_FOUR_BYTES: Final = 0xF0
"""The least first byte of a character of four bytes in UTF-8."""


class Likelihood:
    """Figures for the tokens of one choice, each by what stands before it.

    Args:
        before: the text that the choice continues.
        ranked: how many alternatives to tell in each place.
        bytewise: whether a character of four bytes may come in two tokens, as from a model.
    """

    def __init__(self, before: str, ranked: int, *, bytewise: bool) -> None:
        self._ranked = ranked
        self._bytewise = bytewise
        self._offset = len(before)
        self._context = hashlib.blake2b(_bytes(before), digest_size=8)

    def of(self, text: str) -> tuple[Token, ...]:
        """The figures of the next text, which is one token."""
        found = tuple(self._place(*spelt) for spelt in self._spellings(text))
        self._offset += len(text)
        return found

    def of_prompt(self, text: str) -> tuple[Token, ...]:
        """The figures of a whole prompt that is told again; nothing speaks of its first token."""
        found = [place for token in tokens(text) for place in self.of(token)]
        if found:
            first = found[0].chosen
            found[0] = Token(Candidate(first.text, first.data, None), offset=found[0].offset)
        return tuple(found)

    def place(self, own: Iterable[Token]) -> tuple[Token, ...]:
        """The figures that a model gives of its own tokens, put where they belong."""
        placed = []
        for token in own:
            placed.append(replace(token, offset=self._offset))
            self._offset += len(token.chosen.text)
        return tuple(placed)

    def _spellings(self, text: str) -> Iterator[tuple[str, bytes]]:
        data = _bytes(text)
        cut = next((at + 2 for at, byte in enumerate(data) if byte >= _FOUR_BYTES), 0)
        if not (self._bytewise and cut):
            yield text, data
            return
        for part in (data[:cut], data[cut:]):
            yield part.decode("utf-8", "backslashreplace"), part

    def _place(self, text: str, data: bytes) -> Token:
        self._context.update(data)
        chance = self._context.digest()
        rank = next((rank for most, rank in _RANKS if chance[0] <= most), _UNRANKED)
        # The further down a token is to rank, the flatter the distribution must be.
        share = (0.3 + chance[1] / 400) if rank < _RANKS[-1][1] else (0.12 + chance[1] / 2000)
        chosen = Candidate(text, data, _logprob(share, rank))
        return Token(chosen, tuple(self._alternatives(chosen, rank, share, chance)), self._offset)

    def _alternatives(
        self, chosen: Candidate, rank: int, share: float, chance: bytes
    ) -> Iterator[Candidate]:
        start, stride = chance[2], chance[3] | 1
        words = (_WORDS[(start + step * stride) % len(_WORDS)] for step in range(len(_WORDS)))
        others = (word for word in words if word != chosen.text)
        for place in range(self._ranked):
            if place == rank:
                yield chosen
            else:
                word = next(others)
                yield Candidate(word, word.encode(), _logprob(share, place))


def _logprob(share: float, rank: int) -> float:
    """Each rank takes the same share of what the ranks above it leave."""
    # Rounded down, or all of them together would come to a little more than 1.
    return math.floor((math.log(share) + rank * math.log1p(-share)) * _PRECISION) / _PRECISION


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace")
