"""OSC 52, the sequence that asks a terminal to put a text into its clipboard.

xterm's ctlseqs.html defines it. A terminal takes it or not, and tells nobody which.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from enum import Enum, auto
from typing import Final

LIMIT: Final = 100_000
"""Bytes of a sequence beyond which none is sent.

That is hterm's limit (etc/osc52.sh of github.com/chromium/hterm), and the one that most programs
keep: 74,994 bytes of text. Many terminals take more, some only a few thousand (termux/termux-app
issue 5324, Eugeny/tabby issue 10925), and none can be asked.
"""

_START: Final = "\x1b]52;c;"
_END: Final = "\a"
"""Not ST: its ESC would end the string of screen's that the sequence travels in."""
_SCREEN_PIECE: Final = 252
"""Bytes in one string through screen: all versions take 256 with the four around them (hterm's
osc52.sh has their history), and what is too long for it comes out as text."""
_DEAF: Final = frozenset(
    {"", "dumb", "unknown", "linux", "fbterm", "cons25", "eterm", "eterm-color"}
)
"""By TERM: what has no clipboard, or shows unknown sequences as text."""


class Via(Enum):
    """What a sequence passes on its way."""

    TERMINAL = auto()
    """Nothing: the terminal is the next to read it."""
    TMUX = auto()
    SCREEN = auto()


def via(environ: Mapping[str, str]) -> Via | None:
    """Tell how a sequence gets to the terminal; None where it is known to take none.

    Those are consoles, Terminal.app (1jehuang/jcode issue 505 has it tested on macOS 26), and the
    terminals made of VTE, GNOME's among them (GNOME/vte issue 2495; still so in August 2026 by
    gnome-terminator/terminator pull request 1110). In tmux and screen the variables that tell
    these are of the terminal in which those were started, and say nothing. VTE_VERSION alone says
    little too, since other terminals inherit it; VTE itself sets TERM to xterm-256color.

    What may be tmux or screen (one in the other, or on the near side of SSH, where tmux may call
    itself screen) is taken for screen: tmux ignores what is meant for screen, while screen prints
    what is meant for tmux as text.
    """
    term = environ.get("TERM", "")
    in_tmux = environ.get("TMUX") and not environ.get("STY")
    if in_tmux or term.startswith("tmux"):
        return Via.TMUX
    if environ.get("STY") or term.startswith("screen"):
        return Via.SCREEN
    program = environ.get("TERM_PROGRAM", "")
    vte = environ.get("VTE_VERSION") and term == "xterm-256color" and not program
    if term in _DEAF or program == "Apple_Terminal" or vte:
        return None
    return Via.TERMINAL


def sequence(data: bytes, way: Via) -> str | None:
    """Return what to write so that `data` gets into the clipboard; None if that is too long.

    Through tmux it is written twice. The first is wrapped for tmux to pass on as it is, which it
    does up to 3.2 and with `allow-passthrough on` since; the second is for tmux itself, which takes
    it into its own buffer and passes it on with `set-clipboard on`. Taken twice, it does no harm.
    """
    if len(_START) + (len(data) + 2) // 3 * 4 + len(_END) > LIMIT:
        return None
    plain = _START + base64.b64encode(data).decode() + _END
    match way:
        case Via.TERMINAL:
            return plain
        case Via.TMUX:
            return "\x1bPtmux;" + plain.replace("\x1b", "\x1b\x1b") + "\x1b\\" + plain
        case Via.SCREEN:
            starts = range(0, len(plain), _SCREEN_PIECE)
            return "".join(f"\x1bP{plain[at : at + _SCREEN_PIECE]}\x1b\\" for at in starts)
