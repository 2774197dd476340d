"""One answer, streamed by each program in turn at 200 tokens a second; several figures use it."""

from __future__ import annotations

import functools
import math
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from benchmarks.bench import Bench
from benchmarks.harness import ARTICLE, PATIENCE, CpuTrace, Program, Server, enter, is_sent, settle
from benchmarks.text import MARKER, Recipe, words
from tests.support.screen import Picture
from tests.support.terminal import Terminal

RATE = 200


@dataclass(frozen=True, slots=True)
class Stream:
    """What one program did with one answer.

    Attributes:
        cpu: seconds of CPU from Enter to the last word.
        written: bytes it wrote to the terminal in that time.
        text: bytes of the answer.
        delays: seconds from the server's sending to the screen, one for each marker word; endless
            for one that never showed.
        late: the same for the last word.
    """

    cpu: float
    written: int
    text: int
    delays: tuple[float, ...]
    late: float


@functools.cache
def streams(bench: Bench) -> dict[str, list[Stream]]:
    """Let each program stream the answer in each round; by their names."""
    runs: dict[str, list[Stream]] = {}
    for _ in range(bench.scale.rounds):
        for program in (*bench.floors(ARTICLE), *bench.peers, *bench.views):
            runs.setdefault(program.name, []).append(_run(program, bench))
    return runs


def _run(program: Program, bench: Bench) -> Stream:
    with bench.warmed_up(program) as terminal:
        return stream(terminal, bench.server, words(bench.scale.tokens, RATE))


def stream(terminal: Terminal, server: Server, recipe: Recipe) -> Stream:
    """Let a program that waits for a prompt stream an answer of words.

    Raises:
        TimeoutError: the last word did not show.
        ValueError: it shows already, in an earlier answer; the new one could not be told from it.
    """
    if recipe.last_word in terminal.screen:
        raise ValueError(f"{recipe.last_word} was asked for before, and still shows.")
    told = len(server.records)
    with CpuTrace(terminal) as trace:
        began = enter(terminal, recipe)
        record = server.wait_for(lambda one: is_sent(one, recipe.prompt), told)
        sent = dict(record["sent"])
        shown = _shown(terminal, recipe.last_word)
    end = shown[recipe.last_word]
    delays = delays_of(sent, shown)
    late = delays.pop(recipe.last_word)
    return Stream(
        cpu=trace.at(end) - trace.at(began),
        written=sum(len(one.data) for one in terminal.arrivals if began <= one.at <= end),
        text=recipe.bytes,
        delays=tuple(delays.values()),
        late=late,
    )


def delays_of(sent: Mapping[str, float], shown: Mapping[str, float]) -> dict[str, float]:
    """How long each word that was sent took to show; endless for one that never did."""
    return {word: shown.get(word, math.inf) - at for word, at in sent.items()}


def _shown(terminal: Terminal, last: str) -> dict[str, float]:
    """When each marker word, and the last word, first stood on the screen."""
    seen: dict[str, float] = {}
    deadline = time.monotonic() + PATIENCE
    while last not in seen:
        if time.monotonic() > deadline:
            raise TimeoutError(f"{last} does not show.")
        # Drawing costs CPU that the program and the reading thread need: it comes last.
        settle(terminal)
        for at, picture in terminal.review():
            for word in _marked(unwrapped(picture), last):
                seen.setdefault(word, at)
    return seen


def unwrapped(picture: Picture) -> str:
    """The screen's text; a row that is full to its end goes on in the next, as with a plain print.

    A marker word may be in two rows.
    """
    columns = picture.cells.columns
    return "".join(line if len(line) == columns else f"{line}\n" for line in picture.lines)


def _marked(text: str, last: str) -> Iterable[str]:
    words = MARKER.findall(text)
    return [*words, last] if last in text else words
