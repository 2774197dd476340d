"""`python -m benchmarks.journal [--quick]`: what it costs that everything is kept.

aztui with its journal and aztui with `--no-history` take turns with the same answer at 1,000 tokens
a second. The engine's thread and the screen's loop leave what comes in a queue, and the journal's
thread writes it: what that costs shows in the CPU a token, and whether it holds anything up in how
long a token takes to the screen and how late the last word is.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from typing import Final

from benchmarks.bench import Bench
from benchmarks.harness import Program, aztui
from benchmarks.run import bench
from benchmarks.scale import FULL, QUICK
from benchmarks.sessions import RATE
from benchmarks.streams import Stream, stream
from benchmarks.table import Table, median, ms, times, typical
from benchmarks.text import words

_KEPT: Final = replace(aztui("rendered"), name="kept")
_NOT_KEPT: Final = replace(_KEPT, name="--no-history", command=(*_KEPT.command, "--no-history"))


def measure(bench: Bench) -> Table:
    """Let each stream the answer in each round."""
    runs: dict[Program, list[Stream]] = {_KEPT: [], _NOT_KEPT: []}
    tokens = bench.scale.long
    for _ in range(bench.scale.rounds):
        for program, found in runs.items():
            with bench.warmed_up(program) as terminal:
                found.append(stream(terminal, bench.server, words(tokens, RATE)))
    costs = {
        program: median([run.cpu / tokens for run in found]) for program, found in runs.items()
    }
    return Table(
        f"What the journal costs, {tokens} tokens at {RATE:,}/s (ms)",
        ("", "CPU a token", "of --no-history", "token to screen p50", "p95", "last word late"),
        [
            (
                program.name,
                f"{costs[program] * 1000:.3f}",
                times(costs[program], costs[_NOT_KEPT]),
                *(ms(typical([run.delays for run in found], percent)) for percent in (50, 95)),
                ms(median([run.late for run in found])),
            )
            for program, found in runs.items()
        ],
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.journal", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one short round, rough figures")
    with bench(QUICK if parser.parse_args().quick else FULL) as measured:
        print(measure(measured))


if __name__ == "__main__":
    main()
