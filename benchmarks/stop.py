"""How long the stop keys take: to the server, and to the screen."""

from __future__ import annotations

import math
import random
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Final

from benchmarks.bench import Bench
from benchmarks.goals import Found
from benchmarks.harness import ARTICLE, BARE, Program, is_request, settle, trial, warmed_up
from benchmarks.report import Report
from benchmarks.table import Table, in_ms, ms, percentile
from benchmarks.text import words
from tests.support.terminal import Terminal

RATES: Final = (200, 1000)
_KEYS: Final = {"ctrl+c": b"\x03", "esc": b"\x1b"}
_STOPPED: Final = "stopped"
_MOST: Final = 100_000
"""Tokens of an answer that nobody waits for."""


@dataclass(slots=True)
class _Way:
    """A way to stop a stream of a program, and how long it took."""

    program: Program
    key: str
    rate: int
    left: list[float] = field(default_factory=list)
    shown: list[float] = field(default_factory=list)

    @property
    def name(self) -> str:
        return f"{self.program.name}, {self.key} at {self.rate}/s"


def measure(bench: Bench) -> Report:
    """From the key's byte on the pty to the server's seeing the client leave."""
    ours = [_Way(bench.ours, key, rate) for key in _KEYS for rate in RATES]
    bare = [_Way(one, "esc", rate) for one in bench.floors(able=(BARE,)) for rate in RATES]
    article = [_Way(one, "ctrl+c", rate) for one in bench.floors(able=(ARTICLE,)) for rate in RATES]
    with ExitStack() as stack:
        terminals = {
            program.name: stack.enter_context(bench.warmed_up(program))
            for program in (bench.ours, *bench.floors(able=(BARE,)))
        }
        pauses = random.Random(1)  # noqa: S311 - the same moments each time
        ways = [*ours, *bare] * bench.scale.samples
        for number, way in enumerate(ways):
            terminal = terminals[way.program.name]
            _stop(way, terminal, bench, number, pauses.uniform(0.2, 0.6))
    for way in article * bench.scale.rounds:
        with warmed_up(ARTICLE, bench.server) as terminal:  # the key ends it
            _stop(way, terminal, bench, 0, 0.4)
    return Report(
        Table(
            f"Stop while text streams, {bench.scale.samples} times (ms)",
            ("program, key", "server p50", "p95", "max", "screen p50", "p95"),
            [
                (way.name, *_figures(way.left), *_figures(way.shown)[:2])
                for way in (*article, *bare, *ours)
            ],
            ["25 ms of esc tell it from the beginning of a sequence."],
        ),
        {f"{way.key} at {way.rate}": _found(way, (*article, *bare)) for way in ours},
    )


def _stop(way: _Way, terminal: Terminal, bench: Bench, number: int, after: float) -> None:
    prompt = words(_MOST + number, way.rate).prompt
    told = len(bench.server.records)
    with trial(way.program):
        terminal.send(f"{prompt}\r")
        bench.server.wait_for(lambda record: record.get("asked") == prompt, told)
        time.sleep(after)
        pressed = terminal.send(_KEYS[way.key])
        request = bench.server.wait_for(is_request, told)
        settle(terminal)
    way.left.append(float(request["client_left"]) - pressed)
    if way.program is bench.ours:
        way.shown.append(_first_shown(terminal, prompt, pressed) - pressed)


def _first_shown(terminal: Terminal, prompt: str, pressed: float) -> float:
    """When the screen first said that the prompt's answer was stopped; endless if never.

    Earlier answers that were stopped stand above the prompt, or are out of view as it is.
    """
    screens = [(at, picture.text.rpartition(prompt)[2]) for at, picture in terminal.review()]
    said = (at for at, below in screens if at >= pressed and _STOPPED in below)
    return next(said, math.inf)


def _found(way: _Way, floors: tuple[_Way, ...]) -> Found:
    said = [
        f"{floor.program.name} {in_ms(percentile(floor.left, 95))}"
        for floor in floors
        if (floor.key, floor.rate) == (way.key, way.rate)
    ]
    return Found(percentile(way.left, 95) * 1000, ", ".join(said))


def _figures(delays: list[float]) -> list[str]:
    return [ms(percentile(delays, percent)) for percent in (50, 95, 100)]
