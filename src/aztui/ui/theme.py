"""How the screen looks: the terminal's own colours, one accent, red for what failed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from aztui.ui.widgets.rows import Look, Role, Row

if TYPE_CHECKING:
    from textual.color import Color
    from textual.filter import LineFilter

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


@lru_cache(maxsize=1_024)
def style(look: Look, *, dark: bool) -> Style:
    """Return how something looks; cyan is hard to read on white and blue on black."""
    if isinstance(look, Role):
        return _roles(dark=dark)[look]
    role, bold, italic, strike, underline, link = look
    more = Style(
        bold=bold or None,
        italic=italic or None,
        strike=strike or None,
        underline=underline or None,
        link=link or None,
    )
    return _roles(dark=dark)[role] + more


@cache
def _roles(*, dark: bool) -> Mapping[Role, Style]:
    return {
        Role.TEXT: Style(),
        Role.STRONG: Style(bold=True),
        Role.DIM: Style(dim=True),
        Role.ACCENT: Style(color="cyan" if dark else "blue"),
        Role.BAD: Style(color="red"),
        Role.CARET: Style(reverse=True),
        Role.CODE: Style(color="cyan" if dark else "blue"),
        Role.KEYWORD: Style(color="magenta"),
        Role.NAME: Style(color="blue" if not dark else "cyan"),
        Role.LITERAL: Style(color="green"),
        Role.COMMENT: Style(dim=True, italic=True),
        Role.FOUND: Style(color="cyan" if dark else "blue", bold=True, underline=True),
        Role.CURRENT: Style(color="cyan" if dark else "blue", reverse=True, bold=True),
        Role.SELECTED: Style(reverse=True),
        Role.FAIR: Style(color="green"),
        Role.DOUBTFUL: Style(color="yellow" if dark else "blue"),
        Role.UNLIKELY: Style(color="magenta"),
        Role.LEFT: Style(color="magenta"),
        Role.RIGHT: Style(color="green"),
    }


class Painted(Strip):
    """A row as the screen takes it, which is gone as soon as nobody shows it any more.

    Textual keeps the parts that a strip is divided into with the strip. One that is not divided
    is its own part, and so each row that was ever shown would be left to the garbage collector,
    with the dozen objects that it consists of.
    """

    __slots__ = ()

    def divide(self, cuts: Iterable[int]) -> Sequence[Strip]:
        """Return the parts of it that end at cells."""
        cuts = list(cuts)
        return [self] if cuts == [self.cell_length] else super().divide(cuts)

    def apply_filter(self, filter: LineFilter, background: Color) -> Strip:  # noqa: A002 - its name
        """Return it in other colours."""
        return Painted(super().apply_filter(filter, background), self.cell_length)


def paint(row: Row, width: int, *, dark: bool) -> Strip:
    """Return a row as the screen takes it, `width` cells wide."""
    segments = [Segment(text, style(look, dark=dark)) for text, look in row if text]
    return Painted(Segment.adjust_line_length(segments, width), width)
