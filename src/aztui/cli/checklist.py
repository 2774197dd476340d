"""How a checkup is written: quiet lines, or one JSON document."""

from __future__ import annotations

import json
import shutil
import textwrap
from collections.abc import Mapping, Sequence
from typing import Final

import aztui
from aztui.core.checkup import NEEDS, Check, State
from aztui.core.profile import Profile
from aztui.terminal.sanitise import sanitise
from aztui.terminal.surroundings import speaks_utf8
from aztui.ui.checks import MARKS

_NAMES: Final = max(map(len, NEEDS))
_INDENT: Final = " " * (2 + _NAMES + 2)
_WIDEST: Final = 100
_PLAIN_MARKS: Final = {State.PASS: "+", State.WARN: "!", State.FAIL: "x", State.SKIP: "-"}
_PLAIN: Final = str.maketrans({"…": "...", "·": "-"})
"""Letters of our own sentences that ASCII lacks; others become question marks."""
_RED: Final = "\x1b[31m"
_DIM: Final = "\x1b[2m"
_RESET: Final = "\x1b[0m"


class Style:
    """How lines are to look.

    Args:
        environ: tells the locale, and whether colours are wanted.
        terminal: whether the lines go to one.
    """

    def __init__(self, environ: Mapping[str, str], *, terminal: bool) -> None:
        self._unicode = speaks_utf8(environ)
        self._coloured = (
            terminal and not environ.get("NO_COLOR") and environ.get("TERM") not in {None, "dumb"}
        )
        columns = shutil.get_terminal_size((_WIDEST, 24)).columns if terminal else 0
        self._width = min(columns, _WIDEST)

    def lines(self, check: Check) -> str:
        """Return a check as lines, each ended."""
        mark = (MARKS if self._unicode else _PLAIN_MARKS)[check.state]
        head = self._wrapped(f"{mark} {check.name:<{_NAMES}}  {check.says}")
        colour = {State.FAIL: _RED, State.SKIP: _DIM}.get(check.state, "")
        shown = [self._painted(line, colour) for line in head]
        for paragraph in filter(None, check.fix.split("\n")):
            shown += self._wrapped(f"{_INDENT}{paragraph}")
        for paragraph in filter(None, check.detail.split("\n")):
            shown += [self._painted(line, _DIM) for line in self._wrapped(f"{_INDENT}{paragraph}")]
        return "".join(f"{line}\n" for line in shown)

    def _wrapped(self, text: str) -> list[str]:
        text = sanitise(text)
        if not self._unicode:
            text = text.translate(_PLAIN).encode("ascii", "replace").decode("ascii")
        if not self._width:
            return [text]
        return textwrap.wrap(
            text,
            max(self._width, len(_INDENT) + 20),
            subsequent_indent=_INDENT,
            break_long_words=False,
            break_on_hyphens=False,
            drop_whitespace=True,
            replace_whitespace=False,
        )

    def _painted(self, line: str, colour: str) -> str:
        return f"{colour}{line}{_RESET}" if colour and self._coloured else line


def document(checks: Sequence[Check], profile: Profile | None, exit_code: int) -> str:
    """Return the whole checkup as one JSON document in ASCII; docs/doctor.md has its schema."""
    members = {
        "aztui": aztui.__version__,
        "profile": profile.name if profile else None,
        "checks": [_members(check) for check in checks],
        "exit_code": exit_code,
    }
    return json.dumps(members, indent=2)


def _members(check: Check) -> dict[str, str | list[str] | None]:
    return {
        "name": check.name,
        "state": check.state,
        "says": check.says,
        "fix": check.fix,
        "detail": check.detail.split("\n") if check.detail else [],
        "stopped_by": check.stopped_by or None,
    }
