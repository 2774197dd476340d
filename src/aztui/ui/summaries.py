"""A session of the history, in words; safe to show."""

from __future__ import annotations

from typing import Final

from aztui.core.dates import full
from aztui.core.history import Summary
from aztui.ui.widgets.excerpt import one_line, paragraph
from aztui.ui.widgets.rows import Piece, Role, cut, joined

UNDER_WAY: Final = "under way"


def title(summary: Summary) -> str:
    """Return a session's name, or else how its first prompt begins."""
    return one_line(summary.name) or one_line(summary.prompt)


def outcome(summary: Summary) -> str:
    """Return how a session's last run ended, by the name that its filter takes."""
    return one_line(summary.outcome or UNDER_WAY)


def about(summary: Summary, at: float, width: int, most: int) -> list[Piece]:
    """Tell a session in `most` rows of `width` cells: its name, its first prompt, its figures.

    Args:
        summary: it.
        at: the moment that is of interest, in seconds since 1970.
        width: cells in a row.
        most: rows; the figures always have one of them.
    """
    name = [cut(one_line(summary.name), width)] if summary.name.strip() and most > 2 else []
    prompt = paragraph(summary.prompt, width, most - len(name) - 1)
    return [
        *((row, Role.STRONG) for row in name),
        *((row, Role.TEXT) for row in prompt),
        (figures(summary, at, width), Role.DIM),
    ]


def figures(summary: Summary, at: float, width: int) -> str:
    """Return who was asked, how it ended, how many runs there are and when, as far as that fits."""
    asked = f"{one_line(summary.profile)} · {one_line(summary.deployment)}"
    runs = "1 run" if summary.runs == 1 else f"{summary.runs} runs"
    first, *_ = joined((asked, outcome(summary), runs, full(at)), width)
    return first
