"""What the terminal, the locale and tmux let the screen do: checks of where aztui runs."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping
from typing import Final

from aztui.core.checkup import Check, State

SLUGGISH: Final = 50
"""Milliseconds; tmux waits so long after esc whether more follows, and a longer wait is felt."""

_PATIENCE: Final = 2.0
_TMUX_LINE: Final = "set -s escape-time 10"
_MANY_COLOURS: Final = frozenset({"truecolor", "24bit"})


def terminal(environ: Mapping[str, str]) -> Check:
    """Whether the terminal can show the screen, and in which colours."""
    name = environ.get("TERM", "")
    if name in {"", "dumb"}:
        said = "TERM=dumb" if name else "TERM is not set"
        return Check(
            "terminal",
            State.WARN,
            f"{said}: the screen cannot be shown here",
            "Use aztui ask, or set TERM to what your terminal is, such as xterm-256color.",
        )
    return Check("terminal", State.PASS, f"TERM={name}, {_colours(name, environ)}")


def locale(environ: Mapping[str, str]) -> Check:
    """Whether text goes to the terminal as UTF-8."""
    name, value = _ctype(environ)
    says = f"{name}={value}" if value else "none is set"
    if speaks_utf8(environ):
        return Check("locale", State.PASS, says)
    return Check(
        "locale",
        State.WARN,
        f"{says}, which is not UTF-8",
        "Letters outside ASCII may be shown wrong: export LANG=C.UTF-8, or another UTF-8 locale "
        "(locale -a lists them).",
    )


def speaks_utf8(environ: Mapping[str, str]) -> bool:
    """Whether the locale's encoding is UTF-8, by the variables that POSIX names for it."""
    return "utf8" in _ctype(environ)[1].lower().replace("-", "")


def tmux(environ: Mapping[str, str], escape_time: Callable[[], int | None] | None = None) -> Check:
    """Whether tmux passes esc on at once.

    Args:
        environ: tells whether this is in tmux.
        escape_time: asks tmux for its escape-time, in milliseconds; None where it does not say.
    """
    if not environ.get("TMUX"):
        return Check("tmux", State.SKIP, "not in tmux")
    waits = (escape_time or _escape_time)()
    if waits is None:
        return Check("tmux", State.SKIP, "does not tell its escape-time")
    if waits <= SLUGGISH:
        return Check("tmux", State.PASS, f"its escape-time is {waits} ms")
    return Check(
        "tmux",
        State.WARN,
        f"its escape-time is {waits} ms, so esc comes late",
        f"Put this line into ~/.tmux.conf: {_TMUX_LINE}",
    )


def _escape_time() -> int | None:
    try:
        asked = subprocess.run(
            ["tmux", "show", "-sv", "escape-time"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_PATIENCE,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    said = asked.stdout.strip()
    return int(said) if said.isdecimal() else None


def _colours(name: str, environ: Mapping[str, str]) -> str:
    if environ.get("NO_COLOR"):
        return "no colours, since NO_COLOR is set"
    if environ.get("COLORTERM", "").lower() in _MANY_COLOURS:
        return "16 million colours"
    return "256 colours" if "256color" in name else "16 colours or fewer"


def _ctype(environ: Mapping[str, str]) -> tuple[str, str]:
    for name in ("LC_ALL", "LC_CTYPE", "LANG"):
        if value := environ.get(name):
            return name, value
    return "LANG", ""
