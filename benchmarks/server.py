"""The server of the benchmarks, a process of its own: the emulator with a text to measure by.

`python -m benchmarks.server RATE` prints its URL, then a JSON line for each request on stdout: the
emulator's log, and before it what was asked and when each word of the answer had gone out. A prompt
says in digits how many tokens it wants. It ends with its standard input.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Iterator

from aztui.core.request import Api
from aztui.emulator.backend import Ask, Part, Piece, Tally
from aztui.emulator.server import Emulator
from benchmarks.text import tokens

_PRINTING = threading.Lock()


def say(line: str) -> None:
    """Print a whole line, whichever threads print."""
    with _PRINTING:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()


class MeasuredAnswer:
    """As many tokens as were asked for; it tells when each was sent."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._closed = False

    def __iter__(self) -> Iterator[Part]:
        """The tokens; the emulator comes back for the next one when one is out."""
        sent: list[tuple[str, float]] = []
        for token in tokens(self._count):
            if self._closed:
                break
            yield Piece(0, token)
            sent.append((token, time.monotonic()))
        say(json.dumps({"sent": sent}))
        yield Piece(0, "", "stop")
        yield Tally(1, self._count)

    def close(self) -> None:
        """Say no more; nothing here takes long."""
        self._closed = True


class MeasuredBackend:
    """Answers every prompt with the text of the benchmarks."""

    model = "measured"

    def answer(self, ask: Ask) -> MeasuredAnswer:
        """Begin an answer of the length that the prompt names."""
        prompt = _prompt(ask)
        say(json.dumps({"asked": prompt}))
        return MeasuredAnswer(int("".join(filter(str.isdigit, prompt)) or 1))


def _prompt(ask: Ask) -> str:
    if ask.api is Api.CHAT:
        messages = ask.body["messages"]
        return str(messages[-1]["content"]) if isinstance(messages, list) else ""
    return str(ask.body["prompt"])


def main() -> None:
    """Serve until stdin ends."""
    with Emulator(MeasuredBackend(), rate=float(sys.argv[1]), log=say) as emulator:
        say(json.dumps({"url": emulator.url}))
        sys.stdin.read()


if __name__ == "__main__":
    main()
