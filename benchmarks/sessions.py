"""A session of each program at 1,000 tokens a second; several figures are read off it.

A short answer, then a long one; in ours as it renders Markdown, then many lines of earlier answers,
and the two answers again: the same process in the same minute, so that a noisy neighbour does not
pass for the history's weight.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Final

from benchmarks.bench import Bench
from benchmarks.filling import fill
from benchmarks.harness import ARTICLE, BARE, Program, warmed_up
from benchmarks.streams import stream
from benchmarks.text import in_parts, words
from tests.support.terminal import Terminal

RATE: Final = 1000


@dataclass(frozen=True, slots=True)
class History:
    """What earlier answers weigh.

    Attributes:
        text: their bytes.
        memory: bytes by which the program grew for them.
        slope: seconds of CPU a token with them in the log.
    """

    text: int
    memory: int
    slope: float


@dataclass(frozen=True, slots=True)
class Session:
    """What one program did.

    Attributes:
        slope: seconds of CPU a token, from the short answer to the long one.
        late: seconds from the server's last token of the long answer to its showing.
        peak: the most memory that the program held up to there, in bytes.
        history: what followed; None where nothing did.
    """

    slope: float
    late: float
    peak: int
    history: History | None


@functools.cache
def sessions(bench: Bench) -> dict[str, list[Session]]:
    """Let each program have its session in each round; by their names."""
    held: dict[str, list[Session]] = {}
    for _ in range(bench.scale.rounds):
        for program in (*bench.floors(ARTICLE, BARE), *bench.views):
            held.setdefault(program.name, []).append(_session(program, bench))
    return held


def _session(program: Program, bench: Bench) -> Session:
    with warmed_up(program, bench.server) as terminal:
        slope, late = _slope(terminal, bench)
        peak = terminal.memory().peak
        history = _history(terminal, bench) if program is bench.ours else None
    return Session(slope, late, peak, history)


def _slope(terminal: Terminal, bench: Bench) -> tuple[float, float]:
    """CPU a token between the two answers' lengths, and how late the long one's end was."""
    scale = bench.scale
    short = stream(terminal, bench.server, words(scale.short, RATE))
    long = stream(terminal, bench.server, words(scale.long, RATE))
    return (long.cpu - short.cpu) / (scale.long - scale.short), long.late


def _history(terminal: Terminal, bench: Bench) -> History:
    before = terminal.memory().now
    answers = in_parts(bench.scale.history, bench.scale.answers)
    fill(terminal, bench.server, answers)
    grown = terminal.memory().now - before
    slope, _ = _slope(terminal, bench)
    return History(sum(answer.bytes for answer in answers), grown, slope)
