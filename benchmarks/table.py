"""Tables of plain text, and the few statistics that stand in them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Table:
    """What a benchmark found.

    Attributes:
        title: what was measured, with its unit.
        header: the columns' names.
        rows: a name, then figures ready to print.
        notes: how to read it, a sentence each.
    """

    title: str
    header: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    notes: Sequence[str] = ()

    def __str__(self) -> str:
        """Names to the left, figures to the right."""
        lines = [self.header, *self.rows]
        widths = [max(len(line[column]) for line in lines) for column in range(len(self.header))]
        body = [_line(line, widths) for line in lines]
        rule = "-" * max(map(len, body))
        return "\n".join([self.title, rule, body[0], rule, *body[1:], rule, *self.notes])

    def markdown(self) -> str:
        """The same for a page of the docs."""
        alignment = ("---", *["---:"] * (len(self.header) - 1))
        lines = [f"| {' | '.join(cells)} |" for cells in (self.header, alignment, *self.rows)]
        return "\n".join([self.title, "", *lines, *[f"\n{note}" for note in self.notes]])


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    name, *figures = cells
    columns = [cell.rjust(width) for cell, width in zip(figures, widths[1:], strict=True)]
    return "  ".join([name.ljust(widths[0]), *columns])


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that at least `percent` of the values do not exceed; nan of none."""
    if not values:
        return math.nan
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]


def median(values: Sequence[float]) -> float:
    """The value in the middle."""
    return percentile(values, 50)


def typical(rounds: Sequence[Sequence[float]], percent: float) -> float:
    """The median, over the rounds in which anything was measured, of a round's percentile."""
    return median([percentile(values, percent) for values in rounds if values])


def brief(value: float, sign: str = "") -> str:
    """A number with three digits that count, to print; `never` for one without end."""
    if math.isinf(value):
        return "never"
    return f"{value:{sign}.0f}" if abs(value) >= 100 else f"{value:{sign}.3g}"


def ms(seconds: float) -> str:
    """Seconds as milliseconds, to print."""
    if math.isinf(seconds):
        return "never"
    return "-" if math.isnan(seconds) else f"{seconds * 1000:.1f}"


def in_ms(seconds: float) -> str:
    """The same with its unit, to stand in a line of text."""
    return ms(seconds) if math.isinf(seconds) else f"{ms(seconds)} ms"


def mebibytes(count: float) -> str:
    """Bytes as MiB, to print."""
    return f"{count / 2**20:.1f}"


def times(value: float, floor: float) -> str:
    """How many times `floor` a value is, to print."""
    return f"{value / floor:.2f} x"
