"""How the screen looks: the terminal's own colours, one accent, red for what failed."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Final

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from aztui.ui.widgets.rows import Role, Row

DARK: Final = "ansi-dark"
LIGHT: Final = "ansi-light"
"""Textual's themes that leave foreground and background to the terminal."""

_LIGHT_BACKGROUNDS: Final = frozenset({"7", "9", "10", "11", "12", "13", "14", "15"})


def theme_for(environ: Mapping[str, str]) -> str:
    """Return the theme that fits the terminal's background.

    `COLORFGBG` (rxvt, Konsole, iTerm2 and others set it) ends in the background's colour
    number; without it the background is taken to be dark. Only the accent depends on it.
    """
    background = environ.get("COLORFGBG", "").rpartition(";")[2]
    return LIGHT if background in _LIGHT_BACKGROUNDS else DARK


@cache
def styles(*, dark: bool) -> Mapping[Role, Style]:
    """Return how each role looks; cyan is hard to read on white and blue on black."""
    return {
        Role.TEXT: Style(),
        Role.STRONG: Style(bold=True),
        Role.DIM: Style(dim=True),
        Role.ACCENT: Style(color="cyan" if dark else "blue"),
        Role.BAD: Style(color="red"),
        Role.CARET: Style(reverse=True),
    }


def paint(row: Row, width: int, *, dark: bool) -> Strip:
    """Return a row as the screen takes it, `width` cells wide."""
    looks = styles(dark=dark)
    segments = [Segment(text, looks[role]) for text, role in row if text]
    return Strip(segments).adjust_cell_length(width)
