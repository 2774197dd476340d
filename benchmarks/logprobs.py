"""`python -m benchmarks.logprobs [--quick]`: what it costs to ask how likely each token was.

aztui as it is, which asks for the five likeliest tokens in each place, and aztui with
`logprobs = false` in its profile take turns with the same answer at 1,000 tokens a second.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from benchmarks.bench import Bench
from benchmarks.harness import aztui
from benchmarks.table import Table
from benchmarks.with_and_without import run, table

_ASKED: Final = replace(aztui("rendered"), name="asked")
_NOT_ASKED: Final = replace(
    _ASKED, name="logprobs = false", config=f"{_ASKED.config}logprobs = false\n"
)


def measure(bench: Bench) -> Table:
    """Let each stream the answer in each round."""
    return table(bench, "logprobs", _ASKED, _NOT_ASKED)


if __name__ == "__main__":
    run(measure, "logprobs", __doc__)
