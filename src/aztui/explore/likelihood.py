"""How sure a model was of a token, in the figures of information theory."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable
from enum import IntEnum
from typing import Final

from aztui.core.data import dataclass
from aztui.core.events import Chosen, Token

_BIT: Final = math.log(2)
"""Of a natural logarithm."""


class Sureness(IntEnum):
    """How probable a token was, roughly."""

    RARE = 0
    """Below 5 %."""
    UNLIKELY = 1
    """From 5 % on."""
    DOUBTFUL = 2
    """From 20 % on."""
    FAIR = 3
    """From 50 % on."""
    SURE = 4
    """From 80 % on."""


FROM: Final = (0.0, 0.05, 0.2, 0.5, 0.8)
"""The probability from which on a token is of each sureness, in their order."""
_LEVELS: Final = tuple(Sureness)


@dataclass(frozen=True, slots=True)
class Mean:
    """How sure a model was of an answer.

    Attributes:
        tokens: how many of its tokens are known to have been how likely.
        bits: their mean surprisal.
    """

    tokens: int
    bits: float

    @property
    def perplexity(self) -> float:
        """Among how many equally likely tokens it might have chosen, on the average."""
        return float(2**self.bits)


def probability(token: Token) -> float | None:
    """Return how probable a token was, from 0 to 1; None where the service does not say."""
    return None if token.logprob is None else math.exp(token.logprob)


def surprisal(token: Token) -> float | None:
    """Return how surprising a token was, in bits: 1 for one of two equally likely ones."""
    return None if token.logprob is None else _bits(token.logprob)


def sureness(token: Token) -> Sureness | None:
    """Return how probable a token was, roughly; None where the service does not say."""
    share = probability(token)
    if share is None:
        return None
    return _LEVELS[bisect_right(FROM, share) - 1]


def rivals(chosen: Chosen) -> tuple[Token, ...]:
    """Return the tokens that are known for a place, the likeliest first, the chosen one among them.

    One whose likelihood is not told comes last.
    """
    if place(chosen) is not None:
        return chosen.ranked
    known = (*chosen.ranked, chosen.token)
    return tuple(
        sorted(
            known,
            key=lambda token: -math.inf if token.logprob is None else token.logprob,
            reverse=True,
        )
    )


def place(chosen: Chosen) -> int | None:
    """Return the chosen token's place among the likeliest, from 0; None where it is not there."""
    own = _same(chosen.token)
    return next((at for at, token in enumerate(chosen.ranked) if _same(token) == own), None)


def mass(chosen: Chosen) -> float:
    """Return how probable it was that one of the known tokens is chosen, from 0 to 1."""
    return min(1.0, sum(probability(token) or 0.0 for token in rivals(chosen)))


def entropy(chosen: Chosen) -> float:
    """Return how undecided the model was, in bits, as far as the known tokens tell."""
    shares = (probability(token) or 0.0 for token in rivals(chosen))
    return sum(-share * math.log2(share) for share in shares if share > 0)


def is_surprising(chosen: Chosen, bits: float) -> bool:
    """Whether another token was likelier, or the chosen one has more than so many bits."""
    told = surprisal(chosen.token)
    likelier = bool(chosen.ranked) and place(chosen) != 0
    return likelier or (told is not None and told > bits)


def mean(logprobs: Iterable[float | None]) -> Mean | None:
    """Return how sure a model was of its answer; None where nothing is known.

    Args:
        logprobs: of the tokens that it chose; None for those of which the service does not say.
    """
    known = [_bits(logprob) for logprob in logprobs if logprob is not None]
    return Mean(len(known), sum(known) / len(known)) if known else None


def _bits(logprob: float) -> float:
    return max(0.0, -logprob / _BIT)


def _same(token: Token) -> bytes | str:
    """What tells a token from others: several parts of characters may look alike."""
    return token.text if token.data is None else token.data
