"""One long answer, streamed by each program in turn; several figures are read off it."""

from __future__ import annotations

import functools
from dataclasses import dataclass

from benchmarks.harness import (
    ARTICLE,
    BARE,
    COLUMNS,
    OURS,
    ROWS,
    CpuTrace,
    Program,
    Server,
    is_sent,
    serve,
    settle,
    warmed_up,
)
from benchmarks.text import MARKER, last_word, tokens
from tests.support.screen import Arrival, replay

PROGRAMS = (ARTICLE, BARE, OURS)


@dataclass(frozen=True, slots=True)
class Stream:
    """What one program did with one answer.

    Attributes:
        program: which.
        cpu: seconds of CPU from Enter to the last word.
        written: bytes it wrote to the terminal in that time.
        text: bytes of the answer.
        delays: seconds from the server's sending to the screen, one for each marker word.
        late: the same for the last word.
    """

    program: Program
    cpu: float
    written: int
    text: int
    delays: tuple[float, ...]
    late: float


@functools.cache
def streams(count: int, rounds: int) -> tuple[Stream, ...]:
    """Let each program stream an answer of `count` tokens, `rounds` times, turn by turn."""
    with serve() as server:
        return tuple(_stream(program, server, count) for _ in range(rounds) for program in PROGRAMS)


def _stream(program: Program, server: Server, count: int) -> Stream:
    with warmed_up(program, server) as terminal:
        told, before, used = len(server.records), len(terminal.arrivals), terminal.cpu()
        terminal.send(f"{count}\r")
        sent = {token.strip(): at for token, at in server.wait_for(is_sent, told)["sent"]}
        with CpuTrace(terminal) as trace:
            # Drawing costs CPU that the program and the reading thread need: it comes last.
            settle(terminal)
            terminal.wait_for(last_word(count))
        arrivals = terminal.arrivals
    seen = _first_seen(arrivals, last_word(count))
    end = seen.pop(last_word(count))
    return Stream(
        program,
        cpu=trace.at(end) - used,
        written=sum(len(arrival.data) for arrival in arrivals[before:] if arrival.at <= end),
        text=sum(len(token.encode()) for token in tokens(count)),
        delays=tuple(at - sent[word] for word, at in seen.items() if word in sent),
        late=end - sent[last_word(count)],
    )


def _first_seen(arrivals: list[Arrival], last: str) -> dict[str, float]:
    """When each marker word, and the last word, first stood on the screen."""
    seen: dict[str, float] = {}
    for at, picture in replay(arrivals, ROWS, COLUMNS):
        words = MARKER.findall(picture.text)
        for word in [*words, last] if last in picture.text else words:
            seen.setdefault(word, at)
    return seen
