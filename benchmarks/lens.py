"""`python -m benchmarks.lens [--quick]`: how long the token lens takes to open on a long answer.

It is opened again and again, and keys go about in it: by token, to the next surprising one, by row,
and to the end, which has all of it laid out. Each is timed from writing the key to the pty until
the screen shows what it does; opening, until it says how likely a token was.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from benchmarks.bench import Bench
from benchmarks.harness import calm, settle
from benchmarks.presses import Key, delays, press
from benchmarks.sessions import RATE
from benchmarks.streams import stream
from benchmarks.table import Table, ms, percentile
from benchmarks.text import words
from benchmarks.with_and_without import run

_F3: Final = b"\x1bOR"
"""Opens and closes it."""
_CLOSE: Final = "close"
_ROUNDS: Final = 3
"""Times that each key is pressed while the lens is open."""
_PLACE: Final = re.compile(r"\b([\d,]+ of [\d,]+) *$", re.MULTILINE)


def measure(bench: Bench) -> Table:
    """Let an answer stream, and open the lens on it again and again."""
    tokens = bench.scale.long
    with bench.warmed_up(bench.ours) as terminal:
        stream(terminal, bench.server, words(tokens, RATE))
        settle(terminal)
        keys = list(_keys(bench.scale.rounds))
        pressed = press(terminal, iter(keys), lambda done: done < len(keys))
        calm(terminal)
        took = delays(terminal, pressed)
    return Table(
        f"The token lens on {tokens:,} tokens, key to screen (ms)",
        ("", "median", "slowest"),
        [
            (name, ms(percentile(times, 50)), ms(max(times)))
            for name, times in took.items()
            if name != _CLOSE
        ],
    )


def _keys(rounds: int) -> Iterator[Key]:
    """Open the lens, go about in it, and close it."""
    moves = (
        Key(b"\x1b[C", "token", _elsewhere),
        Key(b"n", "surprising", _elsewhere),
        Key(b"\x1b[B", "row", _elsewhere),
        # That goes on while more is laid out: only the beginning tells the next key's work from it.
        Key(b"\x1b[F", "to the end", _elsewhere),
        Key(b"\x1b[H", "to the beginning", lambda _before, now: _place(now).startswith("1 of")),
    )
    for _ in range(rounds):
        yield Key(_F3, "open", lambda _before, now: bool(_place(now)))
        for _ in range(_ROUNDS):
            yield from moves
        yield Key(_F3, _CLOSE, lambda _before, now: not _place(now))


def _elsewhere(before: str, now: str) -> bool:
    return _place(now) not in {_place(before), ""}


def _place(screen: str) -> str:
    """Return at which token the lens is, of how many; empty where it is not open."""
    found = _PLACE.search(screen) if "n: above" in screen else None
    return found[1] if found else ""


if __name__ == "__main__":
    run(measure, "lens", __doc__)
