"""Texts in tokens, without a model's vocabulary."""

from __future__ import annotations

import re
from typing import Final

_TOKEN: Final = re.compile(r" ?[A-Za-z]{1,6}|[^A-Za-z]{1,3}?(?= ?[A-Za-z])|[^A-Za-z]{1,4}")
_CHARACTERS_A_TOKEN: Final = 4


def tokens(text: str) -> list[str]:
    """Part a text into tokens of about four characters; joined, they are the text again."""
    return _TOKEN.findall(text)


def estimate(text: str) -> int:
    """About how many tokens a text has."""
    return -(-len(text) // _CHARACTERS_A_TOKEN)
