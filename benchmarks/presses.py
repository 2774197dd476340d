"""Keys pressed one after the other, and when the screen showed what each does.

Nothing is drawn while keys are pressed: what the program wrote is drawn afterwards, with its times.
"""

from __future__ import annotations

import itertools
import math
import random
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias

from benchmarks.text import NUMBER
from tests.support.terminal import Terminal

Shows: TypeAlias = Callable[[str, str], bool]
"""Whether a key has done its work, by the screen's text before the key and now."""

EVERY: Final = 0.13
"""Seconds between two keys, about; the moments must not keep step with the program's frames."""
_MOST_TYPED: Final = 50
EMPTY: Final = b"\x7f" * _MOST_TYPED
"""Deletes all of that."""
_TYPED: Final = "0123456789abcdefghijklmnopqrstuvwxyz"
_FIRST: Final = "~^"
"""What a typed text begins with: characters that the screen shows nowhere else."""


class Sort(StrEnum):
    """What a key does."""

    TYPES = "typed"
    SCROLLS = "scroll"


@dataclass(frozen=True, slots=True)
class Key:
    """A key to press.

    Attributes:
        data: its bytes.
        sort: what it does, in a word.
        shows: whether it is done.
        first: what is sent a little before it, to prepare, and a little after the key before.
    """

    data: bytes
    sort: str
    shows: Shows
    first: bytes = b""


@dataclass(frozen=True, slots=True)
class Press:
    """A key that was pressed.

    Attributes:
        key: which.
        at: when, in seconds on the monotonic clock.
    """

    key: Key
    at: float


def typing() -> Iterator[Key]:
    """Characters typed into the prompt, which is emptied first, and now and then."""
    for beginning in itertools.cycle(_FIRST):
        typed = beginning
        yield _types(typed, first=EMPTY)
        for more in itertools.islice(itertools.cycle(_TYPED), _MOST_TYPED - 1):
            typed += more
            yield _types(typed)


def _types(typed: str, first: bytes = b"") -> Key:
    """The key that makes the last character of `typed`."""
    return Key(typed[-1].encode(), Sort.TYPES, lambda _before, now: typed in now, first)


def _up(before: str, now: str) -> bool:
    return _top(now) < _top(before)


def _down(before: str, now: str) -> bool:
    return _top(before) < _top(now) < math.inf


PAGE_UP: Final = Key(b"\x1b[5~", Sort.SCROLLS, _up)
PAGE_DOWN: Final = Key(b"\x1b[6~", Sort.SCROLLS, _down)
HOME: Final = Key(b"\x1b[1;5H", Sort.SCROLLS, _up)
END: Final = Key(b"\x1b[1;5F", Sort.SCROLLS, _down)


def _top(screen: str) -> float:
    """The number of the first part in view; endless where there is none."""
    return min(map(int, NUMBER.findall(screen)), default=math.inf)


def scrolling(moves: Sequence[Key]) -> Iterator[Key]:
    """Move through the log again and again, and type a character before each move."""
    characters = typing()
    while True:
        for move in moves:
            yield next(characters)
            yield move


def press(terminal: Terminal, keys: Iterator[Key], go_on: Callable[[int], bool]) -> list[Press]:
    """Press keys while `go_on`, asked with how many there were, says so."""
    pauses = random.Random(1)  # noqa: S311 - the same moments each time
    pressed: list[Press] = []
    while go_on(len(pressed)):
        key = next(keys)
        if key.first:
            time.sleep(EVERY)
            terminal.send(key.first)
        time.sleep(EVERY * pauses.uniform(0.7, 1.3))
        pressed.append(Press(key, terminal.send(key.data)))
    return pressed


def delays(terminal: Terminal, pressed: Sequence[Press]) -> Mapping[str, list[float]]:
    """Draw what the program wrote, and return how long each key took to show.

    Where a key's work was undone by a later key of its sort before anybody could see it, it took
    as long as that one did. One that never showed took for ever.
    """
    took: dict[str, list[float]] = defaultdict(list)
    to_come, waiting = deque(pressed), list[_Waiting]()
    screen = ""
    for at, picture in terminal.review():
        while to_come and to_come[0].at <= at:
            waiting.append(_Waiting(to_come.popleft(), screen))
        screen = picture.text
        for sort in {one.press.key.sort for one in waiting}:
            of_sort = [one for one in waiting if one.press.key.sort == sort]
            done = [one.press.key.shows(one.before, screen) for one in of_sort]
            over = of_sort[: len(done) - done[::-1].index(True)] if True in done else []
            took[sort] += [at - one.press.at for one in over]
            waiting = [one for one in waiting if one not in over]
    for one in (*(one.press for one in waiting), *to_come):
        took[one.key.sort].append(math.inf)
    return took


@dataclass(frozen=True, slots=True, eq=False)
class _Waiting:
    """A key whose work is not seen yet, and the screen before it."""

    press: Press
    before: str
