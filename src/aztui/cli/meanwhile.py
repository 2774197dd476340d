"""What happens before an answer begins, on stderr: waits, sign-ins, and what is sent otherwise."""

from __future__ import annotations

import contextlib
import math
import os
import sys
import termios
import threading
import time
from collections.abc import Callable, Sequence
from typing import Final

from aztui.cli.say import say
from aztui.cli.terminals import can_ask, can_rewrite, is_terminal
from aztui.core.data import dataclass
from aztui.core.events import Adapted, Event, Resent, Retrying, SignIn
from aztui.core.lessons import Refused
from aztui.core.ports import Handle
from aztui.core.spans import span

_STDIN: Final = 0
_LONGEST_REPLY: Final = 1000
_WIDTH: Final = 80
"""Columns of a terminal that does not tell."""
_ERASE: Final = "\r\x1b[K"


@dataclass(frozen=True, slots=True)
class Reply:
    """What the user says to a question.

    Attributes:
        agreed: whether it is yes.
    """

    agreed: bool


class Meanwhile:
    """Tells of a run until its answer begins.

    Attributes:
        declined: the wait that was not begun, since nobody could be asked; None for none.
    """

    def __init__(
        self,
        handle: Handle,
        deployment: str,
        tell: Callable[[Reply], None],
        *,
        quiet: bool,
        remembered: bool,
    ) -> None:
        """Begin.

        Args:
            handle: the run's.
            deployment: who is asked.
            tell: takes the user's reply to a question, on another thread.
            quiet: whether to tell only what the user has to wait for or to do.
            remembered: whether what a deployment refuses is kept.
        """
        self.declined: Retrying | None = None
        self._handle = handle
        self._deployment = deployment
        self._tell = tell
        self._quiet = quiet
        self._remembered = remembered
        self._asked: Retrying | None = None
        self._until: float | None = None

    def event(self, event: Event) -> None:
        """Tell of an event."""
        match event:
            case Retrying():
                self._retrying(event)
            case SignIn(url, code):
                say(f"To sign in, open {url} in any browser, and enter the code {code} there.")
            case Adapted(lessons, again) if not self._quiet:
                say(_adapted(self._deployment, lessons, again=again, remembered=self._remembered))
            case Resent():
                self.end()
            case _:
                pass

    def replied(self, reply: Reply) -> None:
        """Do what the user said to the wait that was asked for."""
        asked, self._asked = self._asked, None
        if asked is None:
            return
        if reply.agreed:
            self._count_down(asked.wait)
            self._handle.agree()
        else:
            self._handle.decline()

    def due(self) -> float | None:
        """Seconds until `tick` is to be called; None for never."""
        left = 0.0 if self._until is None else self._until - time.monotonic()
        return left % 1.0 or 1.0 if left > 0 else None

    def tick(self) -> None:
        """Show how much of a wait is left."""
        if self._until is not None:
            left = math.ceil(max(0.0, self._until - time.monotonic()))
            line = f"Trying again in {span(left)}; ctrl+c stops it."
            # A line that wraps could not be rewritten.
            _write(f"{_ERASE}{line[: _columns() - 1]}")

    def end(self) -> None:
        """Take away what is not to stay: nothing more will come, or it will not be told here."""
        if self._until is not None:
            self._until = None
            _write(_ERASE)
        if self._asked is not None:
            self._asked = None
            _write("\n")

    def _retrying(self, told: Retrying) -> None:
        reason = _reason(told)
        if told.resumes and not told.asks:
            self._resuming(reason, told.wait)
        elif not told.asks:
            if can_rewrite():
                say(f"{reason}.")
                self._count_down(told.wait)
            else:
                say(f"{reason}: trying again in {span(told.wait)}; ctrl+c stops it.")
        elif can_ask():
            self._asked = told
            say(f"{reason}.")
            # What was typed before the question is no answer to it.
            with contextlib.suppress(termios.error):
                termios.tcflush(_STDIN, termios.TCIFLUSH)
            _write(f"It may go on after a wait of {span(told.wait)}. Wait that long? [y/N] ")
            threading.Thread(target=self._read_reply, name="reply", daemon=True).start()
        else:
            self.declined = told
            self._handle.decline()

    def _resuming(self, reason: str, wait: float) -> None:
        # The answer may stand in the middle of a line of the same terminal.
        if is_terminal(sys.stdout) and is_terminal(sys.stderr) and not self._quiet:
            _write("\n")
        say(f"{reason}: taking the answer up again in {span(wait)}; ctrl+c stops it.")

    def _count_down(self, wait: float) -> None:
        if can_rewrite():
            self._until = time.monotonic() + wait
            self.tick()

    def _read_reply(self) -> None:
        # Not through sys.stdin: a thread that is left behind in there would hold up the exit.
        try:
            said = os.read(_STDIN, _LONGEST_REPLY)
        except OSError:
            said = b""
        if not said.endswith(b"\n"):
            _write("\n")
        self._tell(Reply(said.strip().lower() in {b"y", b"yes"}))


def unasked(told: Retrying) -> str:
    """Say why a wait was not begun, and how long it would have been."""
    return (
        f"It may go on after a wait of {span(told.wait)}. Waits of more than 2 min in all are only "
        "begun when you agree, and you can only be asked where stdin and stderr are terminals."
    )


def _reason(told: Retrying) -> str:
    status = "" if told.problem.status is None else f" ({told.problem.status})"
    return f"{told.problem.title}{status}"


def _adapted(deployment: str, lessons: Sequence[Refused], *, again: bool, remembered: bool) -> str:
    changes = " and ".join(
        f"with {one.instead} in place of {one.what}" if one.instead else f"without {one.what}"
        for one in lessons
    )
    kept = ("; this is remembered" if again else "; this was remembered") if remembered else ""
    sent = "Sent again" if again else "Sent"
    return f"{sent} {changes}, which {deployment} does not take{kept}."


def _columns() -> int:
    try:
        return os.get_terminal_size(sys.stderr.fileno()).columns or _WIDTH
    except (OSError, ValueError):
        return _WIDTH


def _write(text: str) -> None:
    with contextlib.suppress(OSError, ValueError):
        sys.stderr.write(text)
        sys.stderr.flush()
