"""The picture's rows, of which only the changed ones are read again."""

from __future__ import annotations

import random

import pytest

from tests.support.screen import Picture

PIECES = (
    *("hello world ", "abc", "e\u0301", "\u0301", "漢字", "\r\n", "\n", "\r", "\t", "\b"),
    *("\x1b[5;1H", "\x1b[H", "\x1b[9;19H", "\x1bM", "\x1bD", "\x1b[2;4r", "\x1b[r"),
    *("\x1b[2J", "\x1b[J", "\x1b[1J", "\x1b[K", "\x1b[1K", "\x1b[4X", "\x1b[2P", "\x1b[3@"),
    *("\x1b[L", "\x1b[M", "\x1b[S", "\x1b[2T", "\x1b[?1049h", "\x1b[?1049l"),
    *("\x1b[4h", "\x1b[4l", "\x1b[?7l", "\x1b[?7h", "\x1bc", "\x1b#8"),
)


@pytest.mark.parametrize("seed", range(20))
def test_a_row_that_is_not_read_again_has_not_changed(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - the same pieces each time
    picture = Picture(8, 20)
    for _ in range(100):
        picture.feed(chance.choice(PIECES).encode())
        if chance.random() < 0.02:
            picture.cells.resize(chance.choice((6, 8, 10)), chance.choice((15, 20, 25)))
        try:
            whole = [line.rstrip() for line in picture.cells.display]
        except IndexError:  # pyte's own, where half of a wide character was written over
            continue
        assert picture.lines == whole
