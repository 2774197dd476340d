"""What a terminal shows that takes 2 kB a second, and when keys act there."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from benchmarks.bench import Bench
from benchmarks.goals import Found
from benchmarks.harness import (
    BARE,
    COLUMNS,
    ROWS,
    Program,
    Record,
    is_request,
    is_sent,
    settle,
    trial,
    warmed_up,
)
from benchmarks.report import Report, of_others
from benchmarks.table import Table, in_ms, median, ms
from benchmarks.text import MARKER, words
from tests.support.screen import Arrival, Picture
from tests.support.terminal import Terminal

TAKES: Final = 2000
"""Bytes a second that the terminal reads."""
RATE: Final = 200
STREAMED: Final = 5.0
"""Seconds of the answer before keys are pressed."""
TYPED: Final = "qzj"
"""Letters that stand nowhere in the answer, typed one by one."""
PATIENCE: Final = 25.0
"""Seconds after which what a key does counts as never shown."""
MOST: Final = 100_000
"""Tokens of an answer that is stopped before."""


@dataclass(frozen=True, slots=True)
class Slow:
    """What one program did on a slow terminal, in seconds.

    Attributes:
        oldest: how long something that was sent was missing on the screen, at most.
        keys: until each typed letter showed.
        left: from esc until the server saw the connection close.
    """

    oldest: float
    keys: tuple[float, ...]
    left: float


def measure(bench: Bench) -> Report:
    """200 tokens a second stream; letters are typed after five seconds, then esc."""
    others = (*bench.floors(able=(BARE,)), *bench.peers)
    runs = {one.name: [_run(one, bench)] for one in others}
    runs[bench.ours.name] = [_run(bench.ours, bench) for _ in range(bench.scale.rounds)]
    rows = [
        (
            name,
            ms(median([run.oldest for run in found])),
            ms(median([max(run.keys) for run in found])),
            ms(median([run.left for run in found])),
        )
        for name, found in runs.items()
    ]
    ours = runs[bench.ours.name]
    age = median([run.oldest for run in ours])
    acts = median([max(*run.keys, run.left) for run in ours])
    olds = {one.name: runs[one.name][0].oldest for one in others}
    acting = {one.name: max(*runs[one.name][0].keys, runs[one.name][0].left) for one in others}
    return Report(
        Table(
            f"A terminal that takes {TAKES:,} bytes a second, {RATE} tokens/s (ms)",
            ("program", "oldest", "letter shown", "esc at the server"),
            rows,
            [f"What did not show within {PATIENCE:g} s never did."],
        ),
        {
            "slow screen": Found(age, of_others(olds, in_ms)),
            "slow keys": Found(acts, of_others(acting, in_ms)),
        },
    )


def _run(program: Program, bench: Bench) -> Slow:
    with warmed_up(program, bench.server) as terminal, trial(program):
        for _ in terminal.review():
            pass
        told = len(bench.server.records)
        prompt = words(MOST, RATE).prompt
        terminal.send(prompt)
        settle(terminal, 0.15)
        terminal.rate = TAKES
        began = terminal.send("\r")
        time.sleep(STREAMED)
        keys = tuple(typed(terminal, TYPED[: number + 1]) for number in range(len(TYPED)))
        pressed = terminal.send("\x1b")
        left = _left(bench, prompt, told) - pressed
        arrivals = terminal.arrivals
    # Its end is the stream's, if esc was not.
    sent = bench.server.wait_for(lambda one: is_sent(one, prompt), told)
    return Slow(oldest(markers_sent(sent), markers_shown(arrivals, began), pressed), keys, left)


def _left(bench: Bench, prompt: str, told: int) -> float:
    """When the server saw the client leave; never if it takes too long."""
    try:
        request = bench.server.wait_for(lambda one: is_request(one, prompt), told, PATIENCE)
    except TimeoutError:
        return math.inf
    return float(request["client_left"])


def typed(terminal: Terminal, text: str) -> float:
    """Type the last letter of `text`; return how long it took to show, endless if it did not."""
    pressed = terminal.send(text[-1])
    try:
        return terminal.wait_for(text, PATIENCE) - pressed
    except AssertionError:
        return math.inf


def markers_sent(record: Record) -> list[tuple[str, float]]:
    """The marker words that the server sent, in order, and when."""
    return [(word, at) for word, at in record["sent"] if MARKER.fullmatch(word)]


def markers_shown(arrivals: Sequence[Arrival], since: float) -> Iterator[tuple[float, set[str]]]:
    """Yield the marker words on the screen after each piece that the terminal read."""
    picture = Picture(ROWS, COLUMNS)
    for arrival in arrivals:
        picture.feed(arrival.data)
        if arrival.at >= since:
            yield arrival.at, set(MARKER.findall(picture.text))


def oldest(
    sent: Sequence[tuple[str, float]], shown: Iterable[tuple[float, set[str]]], until: float
) -> float:
    """Return for how long at most the screen lacked something, before `until`.

    What it lacks is what was sent after the newest of the words that it shows.
    """
    most, newest = 0.0, -1
    for at, markers in shown:
        if at > until:
            break
        if newest + 1 < len(sent):
            most = max(most, at - sent[newest + 1][1])
        newest = max([newest, *(n for n, (word, _) in enumerate(sent) if word in markers)])
    if newest + 1 < len(sent):
        most = max(most, until - sent[newest + 1][1])
    return most
