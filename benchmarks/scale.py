"""How much is measured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Scale:
    """How much is measured; the labels of the figures say it (`benchmarks.goals.Goal.label`).

    Attributes:
        thorough: whether each figure starts programs of its own, all floors run and both our views
            do. Else figures share programs that are warmed up, only those floors run that a must
            rests on, and only the view that decides.
        rounds: how often each program has its turn; figures are medians of the rounds.
        tokens: of an answer at 200/s.
        short: tokens of the shorter answer at 1,000/s.
        long: of the longer.
        answers: earlier ones, of 1,000 lines each.
        samples: prompts and stops, where one takes no answer's time.
        idle: seconds to do nothing.
        keys: key presses after an extreme.
        prose: megabytes of the longest answer.
        line: megabytes of the longest line.
        rows: of the longest table.
        fence: lines of the longest code block.
        turns: answers of the longest session.
    """

    thorough: bool
    rounds: int
    tokens: int
    short: int
    long: int
    answers: int
    samples: int
    idle: float
    keys: int
    prose: float
    line: float
    rows: int
    fence: int
    turns: int

    @property
    def history(self) -> int:
        """Lines of the earlier answers."""
        return self.answers * 1000


FULL: Final = Scale(
    thorough=True,
    rounds=5,
    tokens=1000,
    short=2000,
    long=10_000,
    answers=100,
    samples=40,
    idle=10,
    keys=40,
    prose=50,
    line=5,
    rows=20_000,
    fence=100_000,
    turns=10_000,
)
QUICK: Final = Scale(
    thorough=False,
    rounds=1,
    tokens=200,
    short=200,
    long=1200,
    answers=5,
    samples=3,
    idle=2,
    keys=10,
    prose=2,
    line=1,
    rows=2000,
    fence=8000,
    turns=1000,
)
