"""The answers that programs are given, and the prompts that ask for them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import count
from typing import Final, Self

MARKER: Final = re.compile(r"m\d{5}")
"""What a marker word looks like; no two in an answer of words are the same."""
NUMBER: Final = re.compile(r"\bn(\d{8})\b")
"""What numbers the parts of any other answer, in order: so one sees where a log is scrolled to."""

_WORDS: Final = ("the ", "log ", "of ", "a ", "ship ", "that ", "nobody ", "saw, ", "and ", "so ")
_BETWEEN_MARKERS: Final = 20
"""Tokens, about."""
_BETWEEN_ITEMS: Final = 60
_BETWEEN_HEADINGS: Final = 360
_PIECE: Final = 1000
"""Bytes, about, that a long answer comes in at a time."""
_PROMPT: Final = re.compile(r"(\w+) (\d+) from (\d+) at (\d+)")


class Kind(StrEnum):
    """What an answer is made of."""

    WORDS = "words"
    """Markdown in tokens of about four characters; its size counts them."""
    LINES = "lines"
    """Markdown, each line numbered; its size counts them."""
    PROSE = "prose"
    """Long paragraphs; its size is in bytes, about."""
    LINE = "line"
    """A single line; its size is in bytes, about."""
    TABLE = "table"
    """A single table; its size counts the rows."""
    FENCE = "fence"
    """A single code block; its size counts the lines."""
    TURN = "turn"
    """A paragraph: one of as many answers as its size says (`benchmarks.loaded`)."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """An answer to ask for.

    Attributes:
        kind: what it is made of.
        size: how much of that.
        rate: pieces a second; 0 for as fast as they are taken.
        first: the number of its first part.
    """

    kind: Kind
    size: int
    rate: int
    first: int = 0

    @property
    def prompt(self) -> str:
        """What to type for it."""
        return f"{self.kind} {self.size} from {self.first} at {self.rate}"

    @classmethod
    def parse(cls, prompt: str) -> Self:
        """Read a prompt; any that is none of ours asks for two words."""
        found = _PROMPT.fullmatch(prompt.strip())
        if found is None:
            return cls(Kind.WORDS, 2, 0)
        return cls(Kind(found[1]), int(found[2]), int(found[4]), int(found[3]))

    @property
    def last_word(self) -> str:
        """What the answer ends with, and contains nowhere else."""
        return f"fin{self.size}."

    @property
    def bytes(self) -> int:
        """How long the answer is."""
        return sum(len(piece.encode()) for piece in self.pieces())

    def pieces(self) -> Iterator[str]:
        """The answer as it is sent, piece by piece."""
        yield from _PIECES[self.kind](self)
        yield self.last_word


def numbered(part: int) -> str:
    """The number of a part as it stands in an answer."""
    return f"n{part:08}"


def words(size: int, rate: int) -> Recipe:
    """An answer of `size` tokens, `rate` of them a second."""
    return Recipe(Kind.WORDS, size, rate)


def in_parts(lines: int, answers: int) -> list[Recipe]:
    """So many numbered lines in so many answers, as fast as they are taken."""
    each = lines // answers
    return [Recipe(Kind.LINES, each, 0, number * each) for number in range(answers)]


def _tokens(recipe: Recipe) -> Iterator[str]:
    return map(_token, range(1, recipe.size))


def _token(number: int) -> str:
    if number % _BETWEEN_HEADINGS == 0:
        return "\n\n## Of "
    if number % _BETWEEN_ITEMS == 0:
        return "\n\n- "
    if _is_marked(number):
        return f"m{number:05} "
    return _WORDS[number % len(_WORDS)]


def _is_marked(number: int) -> bool:
    """Whether a token is a marker word: one of each twenty is, at distances of 8 and of 27.

    At 200 tokens a second even distances of 20 would keep step with frames of 1/30 s: all markers
    would come at the same moment of a frame. Lists and headings are at multiples of 20.
    """
    block, place = divmod(number, _BETWEEN_MARKERS)
    return place == 1 + block * 7 % (_BETWEEN_MARKERS - 1)


def _lines(recipe: Recipe) -> Iterator[str]:
    numbers = range(recipe.first, recipe.first + recipe.size)
    return _gathered(_line(number) for number in numbers)


def _line(number: int) -> str:
    """One of twenty lines, each shown as one row of a screen, or two with the blank below it."""
    sort = number % 20
    if sort == 0:
        return f"\n## {numbered(number)} the log of a ship\n\n"
    if sort < 9:
        return f"- {numbered(number)} the *log* of a ship that nobody saw, and so\n"
    if sort == 9:
        return f"\n{numbered(number)} the log of a **ship** that nobody saw:\n\n```python\n"
    if sort < 19:
        return f'log["{numbered(number)}"] = ship.saw(nobody, of=the_log)  # and so\n'
    return f"```\n\n{numbered(number)} the log of a ship with `code` that nobody saw.\n\n"


def _prose(recipe: Recipe) -> Iterator[str]:
    return _up_to(recipe.size, (f"{_sentences(number)}\n\n" for number in count(recipe.first)))


def _turn(recipe: Recipe) -> Iterator[str]:
    yield f"{_sentences(recipe.first)}\n\n"


def _one_line(recipe: Recipe) -> Iterator[str]:
    return _up_to(recipe.size, (_sentences(number) for number in count(recipe.first)))


def _sentences(number: int) -> str:
    return f"{numbered(number)} {''.join(_WORDS) * 4}and *again* the log. "


def _table(recipe: Recipe) -> Iterator[str]:
    yield "| number | of | a ship |\n| --- | --- | ---: |\n"
    for number in range(recipe.first, recipe.first + recipe.size):
        yield f"| {numbered(number)} | the `log` of a ship | that nobody saw {number % 97} |\n"
    yield "\n"


def _fence(recipe: Recipe) -> Iterator[str]:
    yield "```python\n"
    numbers = range(recipe.first, recipe.first + recipe.size)
    yield from _gathered(
        f'    log["{numbered(number)}"] = ship.saw("nobody")\n' for number in numbers
    )
    yield "```\n\n"


def _gathered(parts: Iterator[str]) -> Iterator[str]:
    held = ""
    for part in parts:
        held += part
        if len(held) >= _PIECE:
            yield held
            held = ""
    if held:
        yield held


def _up_to(size: int, parts: Iterator[str]) -> Iterator[str]:
    for piece in _gathered(parts):
        yield piece
        size -= len(piece)
        if size <= 0:
            return


_PIECES: Final[Mapping[Kind, Callable[[Recipe], Iterator[str]]]] = {
    Kind.WORDS: _tokens,
    Kind.LINES: _lines,
    Kind.PROSE: _prose,
    Kind.LINE: _one_line,
    Kind.TABLE: _table,
    Kind.FENCE: _fence,
    Kind.TURN: _turn,
}
