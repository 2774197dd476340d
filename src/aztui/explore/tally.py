"""How often which answer was given, as what counts as the same is chosen."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from enum import StrEnum
from typing import Final

from aztui.core.data import dataclass

_SPACE: Final = re.compile(r"\s+")
_NUMBER: Final = re.compile(
    r"(?:(?<![\w.])[-\u2212])?(?:[0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?"
)


class Normaliser(StrEnum):
    """What may be overlooked between two answers, by name; they are applied in this order."""

    LAST_NUMBER = "last number"
    """All but the last number."""
    TRIM = "trim"
    """White space at the beginning and the end."""
    WHITE_SPACE = "white space"
    """How much white space there is, and of which kind."""
    CASE = "case"
    """Whether letters are capital."""


@dataclass(frozen=True, slots=True)
class Group:
    """Answers that are the same.

    Attributes:
        text: what they have in common.
        members: which ones they are, counted from 0, in their order.
    """

    text: str
    members: tuple[int, ...]


def tally(texts: Sequence[str], using: Collection[Normaliser]) -> tuple[Group, ...]:
    """Return which texts are the same, the most frequent first, else the one that came first.

    Args:
        texts: the answers.
        using: what is overlooked.
    """
    groups: dict[str, list[int]] = {}
    for at, text in enumerate(texts):
        groups.setdefault(normalised(text, using), []).append(at)
    largest = sorted(groups.items(), key=lambda group: len(group[1]), reverse=True)
    return tuple(Group(text, tuple(members)) for text, members in largest)


def normalised(text: str, using: Collection[Normaliser]) -> str:
    """Return what is left of a text without what is overlooked."""
    for normaliser in Normaliser:
        if normaliser in using:
            text = _NORMALISERS[normaliser](text)
    return text


def last_number(text: str) -> str:
    """Return the last number of a text; the text itself where there is none.

    The commas of its thousands go, as do zeros that mean nothing: `1,042.50` is `1042.5`. A hyphen
    before it is a minus unless a word or a number stands before that: `3-5` ends in `5`.
    """
    found = _NUMBER.findall(text)
    return _plain(found[-1]) if found else text


def _plain(number: str) -> str:
    """Return a number in the one way that all others that mean the same are written in."""
    number = number.replace(",", "").replace("\u2212", "-").lower()
    digits, exponent, power = number.partition("e")
    whole, _, fraction = digits.lstrip("-").partition(".")
    whole, fraction = whole.lstrip("0") or "0", fraction.rstrip("0")
    value = f"{whole}.{fraction}" if fraction else whole
    sign = "-" if digits.startswith("-") and value != "0" else ""
    return f"{sign}{value}{exponent}{int(power) if power else ''}"


_NORMALISERS: Final[Mapping[Normaliser, Callable[[str], str]]] = {
    Normaliser.LAST_NUMBER: last_number,
    Normaliser.TRIM: str.strip,
    Normaliser.WHITE_SPACE: lambda text: _SPACE.sub(" ", text),
    Normaliser.CASE: str.casefold,
}
