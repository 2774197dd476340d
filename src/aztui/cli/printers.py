"""How an answer is written to stdout: as its text, or as one JSON event a line."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final, Protocol

from aztui.cli import as_json
from aztui.core.events import Ended, Stamped, TextDelta
from aztui.core.run import Choice, Run
from aztui.terminal.sanitise import Sanitiser

Put = Callable[[bytes], None]
_FIRST: Final = 0


class Printer(Protocol):
    """Writes one run."""

    def event(self, stamped: Stamped) -> None:
        """Write what is to be seen of an event, at once."""

    def end(self, run: Run, code: int) -> None:
        """Write the rest of a run that is over and leaves the exit code `code`."""


class TextPrinter:
    """Streams the first answer; any others follow whole, each answer under a heading on stderr.

    Into a file or a pipe the text goes as it came. On a terminal its control characters are
    made visible, and the last line is ended where the answer did not end it.
    """

    def __init__(self, put: Put, aside: Put, *, answers: int, terminal: bool) -> None:
        """Begin.

        Args:
            put: takes bytes for stdout.
            aside: takes bytes for stderr, in the same order.
            answers: how many answers were asked for.
            terminal: whether stdout is one.
        """
        self._put = put
        self._aside = aside
        self._answers = answers
        self._safe = Sanitiser() if terminal else None
        self._begun = False
        self._open_line = False

    def event(self, stamped: Stamped) -> None:
        """Write the first answer's text."""
        match stamped.event:
            case TextDelta(choice, text) if choice == _FIRST:
                self._begin(_FIRST)
                self._write(text if self._safe is None else self._safe.feed(text))

    def end(self, run: Run, code: int) -> None:
        """Write the other answers."""
        del code
        self._close()
        for choice in run.choices:
            if choice.index != _FIRST:
                self._whole(choice)

    def _whole(self, choice: Choice) -> None:
        self._begun = False
        self._begin(choice.index)
        self._write(choice.text if self._safe is None else self._safe.feed(choice.text))
        self._close()

    def _begin(self, index: int) -> None:
        if not self._begun and (self._answers > 1 or index != _FIRST):
            self._aside(f"answer {index + 1} of {max(self._answers, index + 1)}\n".encode())
        self._begun = True

    def _write(self, text: str) -> None:
        if text:
            self._put(text.encode("utf-8", "replace"))
            self._open_line = not text.endswith("\n")

    def _close(self) -> None:
        if self._safe is None:
            return
        self._write(self._safe.flush())
        if self._open_line:
            self._write("\n")


class JsonPrinter:
    """Writes every event as one line of JSON, `at` seconds after the request was sent."""

    def __init__(self, put: Put, started: float) -> None:
        """Begin.

        Args:
            put: takes bytes for stdout.
            started: when the request was sent, on the monotonic clock.
        """
        self._put = put
        self._started = started

    def event(self, stamped: Stamped) -> None:
        """Write it, unless it is the last one, which `end` writes."""
        if not isinstance(stamped.event, Ended):
            self._line(as_json.event(stamped.event), stamped.at)

    def end(self, run: Run, code: int) -> None:
        """Write what became of the run."""
        members: dict[str, Any] = {"event": "ended", "phase": run.phase, "exit_code": code}
        if run.problem is not None:
            members["problem"] = as_json.problem(run.problem)
        self._line(members, self._started if run.ended is None else run.ended)

    def _line(self, members: dict[str, Any], at: float) -> None:
        line = {**members, "at": round(at - self._started, 3)}
        self._put(json.dumps(line, separators=(",", ":")).encode() + b"\n")
