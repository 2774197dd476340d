"""The answer that every program is given: Markdown in tokens of about four characters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

MARKER: Final = re.compile(r"m\d{5}")
"""What a marker word looks like; no two in an answer are the same."""

_WORDS: Final = ("the ", "log ", "of ", "a ", "ship ", "that ", "nobody ", "saw, ", "and ", "so ")
_BETWEEN_MARKERS: Final = 20
_BETWEEN_ITEMS: Final = 60
_BETWEEN_HEADINGS: Final = 360


def last_word(count: int) -> str:
    """What an answer of `count` tokens ends with, and contains nowhere else."""
    return f"fin{count}."


def tokens(count: int) -> Iterator[str]:
    """The answer's tokens, `count` of them."""
    for number in range(1, count):
        yield _token(number)
    yield last_word(count)


def _token(number: int) -> str:
    if number % _BETWEEN_HEADINGS == 0:
        return "\n\n## Of "
    if number % _BETWEEN_ITEMS == 0:
        return "\n\n- "
    if number % _BETWEEN_MARKERS == 0:
        return f"m{number:05} "
    return _WORDS[number % len(_WORDS)]
