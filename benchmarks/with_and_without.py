"""What a part of aztui costs: with it and without it, taking turns with the same answer."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from benchmarks.bench import Bench
from benchmarks.harness import Program, is_request
from benchmarks.run import bench
from benchmarks.scale import FULL, QUICK
from benchmarks.sessions import RATE
from benchmarks.streams import Stream, stream
from benchmarks.table import Table, brief, median, ms, times, typical
from benchmarks.text import words

_HEADER: Final = ("CPU a token", "of that without", "token to screen p50", "p95", "last word late")


@dataclass(frozen=True, slots=True)
class _Turn:
    """One answer: how it streamed, and the bytes a token that the server sent for it."""

    stream: Stream
    received: float


def table(bench: Bench, part: str, with_it: Program, without: Program) -> Table:
    """Let both stream the answer in each round.

    Args:
        bench: where, and how much.
        part: what is looked at, for the title.
        with_it: aztui as it is.
        without: aztui without the part.
    """
    tokens = bench.scale.long
    turns: dict[Program, list[_Turn]] = {with_it: [], without: []}
    for _ in range(bench.scale.rounds):
        for program, taken in turns.items():
            taken.append(_turn(bench, program, tokens))
    costs = {
        program: median([turn.stream.cpu / tokens for turn in taken])
        for program, taken in turns.items()
    }
    return Table(
        f"What {part} cost, {tokens} tokens at {RATE:,}/s (ms)",
        ("", *_HEADER, "bytes a token received"),
        [
            (program.name, *_costs(costs, program, without), *_figures(taken))
            for program, taken in turns.items()
        ],
    )


def run(measure: Callable[[Bench], Table], module: str, says: str | None) -> None:
    """Be a program that prints the table that `measure` makes.

    Args:
        measure: what to do.
        module: its module's name below `benchmarks`.
        says: what `--help` says.
    """
    parser = argparse.ArgumentParser(prog=f"python -m benchmarks.{module}", description=says)
    parser.add_argument("--quick", action="store_true", help="one short round, rough figures")
    with bench(QUICK if parser.parse_args().quick else FULL) as measured:
        print(measure(measured))


def _turn(bench: Bench, program: Program, tokens: int) -> _Turn:
    with bench.warmed_up(program) as terminal:
        told = len(bench.server.records)
        streamed = stream(terminal, bench.server, words(tokens, RATE))
        _, received = bench.server.wait_for(is_request, told)["sent"][-1]
    return _Turn(streamed, received / tokens)


def _costs(costs: Mapping[Program, float], program: Program, without: Program) -> tuple[str, str]:
    return f"{costs[program] * 1000:.3f}", times(costs[program], costs[without])


def _figures(taken: list[_Turn]) -> tuple[str, ...]:
    delays = [turn.stream.delays for turn in taken]
    return (
        *(ms(typical(delays, percent)) for percent in (50, 95)),
        ms(median([turn.stream.late for turn in taken])),
        brief(median([turn.received for turn in taken])),
    )
