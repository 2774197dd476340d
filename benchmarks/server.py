"""The server of the benchmarks, a process of its own: the emulator with texts to measure by.

`python -m benchmarks.server` prints its URL, then a JSON line for each request on stdout: the
emulator's log, and before it what was asked and when the marked words of the answer went out.
A prompt is a recipe (`benchmarks.text`). It ends with its standard input.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Iterator

from aztui.emulator.asks import prompts_of
from aztui.emulator.backend import Ask, Part, Piece, Tally
from aztui.emulator.server import Emulator
from benchmarks.text import MARKER, Recipe

_PRINTING = threading.Lock()


def say(line: str) -> None:
    """Print a whole line, whichever threads print."""
    with _PRINTING:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()


class MeasuredAnswer:
    """An answer at its own pace; at its end it tells when it began to send each marked word."""

    def __init__(self, recipe: Recipe) -> None:
        self._recipe = recipe
        self._closed = threading.Event()

    def __iter__(self) -> Iterator[Part]:
        """The pieces; the emulator comes back for the next one when one is out."""
        sent: list[tuple[str, float]] = []
        began = time.monotonic()
        count = 0
        try:
            for piece in self._recipe.pieces():
                if self._must_stop(began, count):
                    break
                count += 1
                word = piece.strip()
                if MARKER.fullmatch(word) or word == self._recipe.last_word:
                    sent.append((word, time.monotonic()))
                yield Piece(0, piece)
        finally:  # also where a piece cannot be sent, and nobody comes back for the next
            say(json.dumps({"sent": sent, "asked": self._recipe.prompt}))
        yield Piece(0, "", "stop")
        yield Tally(1, count)

    def close(self) -> None:
        """Say no more."""
        self._closed.set()

    def _must_stop(self, began: float, count: int) -> bool:
        """Wait for a piece's turn: turns are fixed, so a late one delays no other."""
        if not self._recipe.rate:
            return self._closed.is_set()
        return self._closed.wait(max(0.0, began + count / self._recipe.rate - time.monotonic()))


class MeasuredBackend:
    """Answers every prompt with a text of the benchmarks."""

    model = "measured"
    parameters = frozenset({"client_metadata"})
    """What codex sends beside Azure's parameters."""

    def answer(self, ask: Ask) -> MeasuredAnswer:
        """Begin the answer that the prompt asks for."""
        prompt = prompts_of(ask.api, ask.body)[0]
        say(json.dumps({"asked": prompt}))
        return MeasuredAnswer(Recipe.parse(prompt))


def main() -> None:
    """Serve until stdin ends."""
    with Emulator(MeasuredBackend(), log=say) as emulator:
        say(json.dumps({"url": emulator.url}))
        sys.stdin.read()


if __name__ == "__main__":
    main()
