"""`python -m benchmarks.journal [--quick]`: what it costs that everything is kept.

aztui with its journal and aztui with `--no-history` take turns with the same answer at 1,000 tokens
a second. The engine's thread and the screen's loop leave what comes in a queue, and the journal's
thread writes it: what that costs shows in the CPU a token, and whether it holds anything up in how
long a token takes to the screen and how late the last word is.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from benchmarks.bench import Bench
from benchmarks.harness import aztui
from benchmarks.table import Table
from benchmarks.with_and_without import run, table

_KEPT: Final = replace(aztui("rendered"), name="kept")
_NOT_KEPT: Final = replace(_KEPT, name="--no-history", command=(*_KEPT.command, "--no-history"))


def measure(bench: Bench) -> Table:
    """Let each stream the answer in each round."""
    return table(bench, "the journal", _KEPT, _NOT_KEPT)


if __name__ == "__main__":
    run(measure, "journal", __doc__)
