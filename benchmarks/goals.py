"""The goals, and whether what was measured reaches them.

A goal is a number that must not be exceeded. Where it is said in terms of a floor (twice the
article, the bare app plus 15 %), the figure is too.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Final

from benchmarks.scale import Scale
from benchmarks.table import Table, brief


@dataclass(frozen=True, slots=True)
class Goal:
    """What a figure must be, and what it is to become.

    Attributes:
        figure: what is measured, in words; `{NAME}` stands for a size of the scale.
        form: how a value is said: `{}` stands for it, `{:+}` for it with its sign.
        must: the most it may be; nan where only the measurement can tell (`Found.must`).
        aim: the most we want it to be.
    """

    figure: str
    form: str
    must: float
    aim: float

    def label(self, scale: Scale) -> str:
        """What is measured, to print: with the sizes that it is measured at."""
        return self.figure.format_map({**asdict(scale), "history": scale.history})

    def say(self, value: float) -> str:
        """A value in the goal's terms, to print."""
        if math.isnan(value):
            return "-"
        if math.isinf(value):
            return "never"
        return self.form.replace("{:+}", brief(value, sign="+")).replace("{}", brief(value))


@dataclass(frozen=True, slots=True)
class Found:
    """What was measured for a goal.

    Attributes:
        value: in the goal's terms; nan where nothing could be measured.
        floor: what the floors did, to print.
        must: the most it may be, where the goal does not know.
    """

    value: float
    floor: str = ""
    must: float = field(default=math.nan)


GOALS: Final[Mapping[str, Goal]] = {
    "first paint": Goal("first paint with the prompt typable", "bare {:+} %", 15, 5),
    "send": Goal("Enter to the request at the server", "article {:+} ms", 15, 5),
    "cpu": Goal("CPU a token at 200/s", "{} x article", 2, 1.5),
    "slope": Goal("CPU slope at 1,000/s", "{} x article", 1.5, 1),
    "slope after history": Goal(
        "the same with {history:,} lines in the log", "empty log {:+} %", 10, 0
    ),
    "bytes": Goal("bytes written at 200/s", "{} x the text", 5, 3),
    "token": Goal("token to screen at 200/s, p95", "{} ms", 50, 33),
    "late": Goal("last word late at 1,000/s", "{} ms", 100, 50),
    "key": Goal("key to screen at 200/s, p95", "{} ms", 33, 20),
    "ctrl+c at 200": Goal("ctrl+c to the close at 200/s, p95", "{} ms", 10, 5),
    "ctrl+c at 1000": Goal("ctrl+c to the close at 1,000/s, p95", "{} ms", 50, 5),
    "esc at 200": Goal("lone esc to the close at 200/s, p95", "{} ms", 40, 35),
    "esc at 1000": Goal("lone esc to the close at 1,000/s, p95", "{} ms", 40, 35),
    "idle bytes": Goal("idle for {idle:g} s: written", "{} bytes", 0, 0),
    "idle cpu": Goal("idle for {idle:g} s: CPU a second", "{} ms", 2, 2),
    "peak": Goal("peak RSS after {long:,} tokens", "{} MiB", math.nan, 75),
    "history": Goal("memory of {history:,} earlier lines", "{} x its text", 4, 4),
    "gone idle": Goal("terminal gone while idle: exits within", "{} s", 1, 0.2),
    "gone streaming": Goal("terminal gone while streaming: exits within", "{} s", 1, 0.2),
    "slow screen": Goal("a terminal that takes 2 kB/s: what it shows is as old as", "{} s", 3, 1),
    "slow keys": Goal("a terminal that takes 2 kB/s: keys act within", "{} s", 0.5, 0.2),
    "50 MB": Goal("an answer of {prose:g} MB: slowest key", "{} ms", 100, 100),
    "one line": Goal("a line of {line:g} MB: slowest key", "{} ms", 100, 100),
    "table": Goal("a table of {rows:,} rows: slowest key", "{} ms", 100, 100),
    "fence": Goal("a code block of {fence:,} lines: slowest key", "{} ms", 100, 100),
    "session": Goal("{turns:,} answers in a session: slowest key", "{} ms", 100, 100),
}
"""Every row of the last table by its name."""

RAW: Final = ", raw"
"""Ends the name of a goal that is looked at once more with our raw view."""


def goal(name: str) -> Goal:
    """The goal of a name, which may end with `RAW`."""
    found = GOALS[name.removesuffix(RAW)]
    return replace(found, figure=found.figure + RAW) if name.endswith(RAW) else found


def holds(name: str, found: Found | None) -> str:
    """Whether a goal's must is reached, to print: yes, no, or not measured."""
    if found is None or math.isnan(found.value):
        return "not measured"
    return "yes" if found.value <= _must(name, found) else "no"


def _must(name: str, found: Found | None) -> float:
    must = goal(name).must
    return found.must if math.isnan(must) and found is not None else must


def summary(names: Sequence[str], found: Mapping[str, Found], scale: Scale, title: str) -> Table:
    """The last table: a row for each of `names`, and for each further thing found of it."""
    rows = [
        name for plain in names for name in (plain, plain + RAW) if name in found or name == plain
    ]
    return Table(
        title,
        ("figure", "must", "aim", "aztui", "floor", "holds"),
        [_row(name, found.get(name), scale) for name in rows],
    )


def _row(name: str, found: Found | None, scale: Scale) -> tuple[str, ...]:
    its = goal(name)
    return (
        its.label(scale),
        its.say(_must(name, found)),
        its.say(its.aim),
        its.say(found.value if found else math.nan),
        (found.floor if found else "") or "-",
        holds(name, found),
    )
