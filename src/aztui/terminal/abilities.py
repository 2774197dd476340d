"""What a terminal can be relied on to do, by its name."""

from __future__ import annotations

import re
from enum import Enum, auto
from typing import Final, NamedTuple


class Scrolling(Enum):
    """How some rows of the screen can be moved at once."""

    PAN = auto()
    """A scroll region, with SU and SD: the cursor stays."""
    FEED = auto()
    """A scroll region, with line feeds at its end and reverse ones at its start."""
    NONE = auto()
    """Rows have to be written again."""


class Abilities(NamedTuple):
    """What is used of a terminal beyond absolute moves, text and SGR that starts from plain.

    Attributes:
        scrolling: how rows are moved.
        steps: the cursor can be moved from where it is, and the rest of a row erased (EL).
        undoes: single attributes can be switched off (SGR 22 to 29), and colours set back (39, 49).
        numbers: the cursor can be moved within its row or column by number (CHA, VPA).
    """

    scrolling: Scrolling = Scrolling.NONE
    steps: bool = False
    undoes: bool = False
    numbers: bool = False

    @property
    def scrolls(self) -> bool:
        """Whether rows can be moved at all."""
        return self.scrolling is not Scrolling.NONE


UNKNOWN: Final = Abilities()

_PANNING: Final = Abilities(Scrolling.PAN, steps=True, undoes=True, numbers=True)
_FEEDING: Final = Abilities(Scrolling.FEED, steps=True, undoes=True, numbers=True)
_OLD: Final = Abilities(Scrolling.FEED, steps=True)

# By the names and capabilities (indn and rin, csr, el, hpa and vpa) in ncurses' terminfo.
_KNOWN: Final = (
    (re.compile(r"screen|linux|vt5\d\d"), _FEEDING),
    (re.compile(r"rxvt(?!-unicode)|vt[2-4]\d\d"), _FEEDING._replace(numbers=False)),
    (re.compile(r"vt1\d\d|xterm-(?:color$|r)"), _OLD),
    (
        re.compile(
            r"alacritty|contour|foot|ghostty|gnome|iterm|kitty|konsole|mintty|ms-terminal|putty"
            r"|rio|rxvt|st(?:erm)?(?:-|$)|tmux|vte|wezterm|xterm"
        ),
        _PANNING,
    ),
)


def abilities(name: str) -> Abilities:
    """Return what the terminal that calls itself so (its TERM) can do; little where unknown."""
    return next((found for pattern, found in _KNOWN if pattern.match(name)), UNKNOWN)
