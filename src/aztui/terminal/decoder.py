"""From the bytes that a terminal sends, and when they came, to Textual's events."""

from __future__ import annotations

import codecs
import re
from typing import Final, final

from textual.message import Message

from aztui.terminal.burst import Burst, paste
from aztui.terminal.keys import ESC, alt_events, escape_events, sequence_events

ESCAPE_DELAY: Final = 0.025
"""Seconds after which an ESC that nothing follows is the esc key."""
SEQUENCE_DELAY: Final = 0.1
"""Seconds that the rest of a longer sequence has to come, on a slow link."""
PASTE_DELAY: Final = 5.0
"""Seconds of silence after which a bracketed paste counts as over though its end never came."""
MOST_PENDING: Final = 65_536
"""Characters of an unfinished sequence beyond which it is dropped."""

_TEXT: Final = re.compile(r"[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]+")
_SEQUENCE: Final = re.compile(
    r"\x1b(?:"
    r"\[(?:\[.|\d+\$|[0-?]*[ -/]*[@-~])"  # CSI; the Linux console's and rxvt's odd ones first
    r"|O[ -~]"  # SS3
    r"|[\]P_^X][^\x07\x1b]*(?:\x07|\x1b\\)"  # OSC, DCS, APC, PM, SOS
    r")",
    re.DOTALL,
)
_UNFINISHED: Final = re.compile(
    r"\x1b(?:\[(?:\[|[0-?]*[ -/]*)|O|[\]P_^X][^\x07\x1b]*\x1b?)?\Z", re.DOTALL
)
_PASTE_START: Final = "\x1b[200~"
_PASTE_END: Final = "\x1b[201~"


@final
class Decoder:
    """Turns bytes into events. Knows the time only as it is told: seconds on any one clock.

    Attributes:
        deadline: when `expire` must be called unless more bytes come before; None if never.
    """

    def __init__(self) -> None:
        self.deadline: float | None = None
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        self._pending = ""
        self._paste: list[str] | None = None
        self._burst = Burst()

    def feed(self, data: bytes, now: float) -> list[Message]:
        """Return the events that `data`, which came at `now`, makes certain."""
        self._pending += self._decode(data)
        return self._advance(now)

    def expire(self, now: float) -> list[Message]:
        """Return the events that are certain now that the deadline has passed without bytes."""
        if self._paste is not None:
            found = self._end_paste(self._pending, "")
        elif self._pending:
            found = self._take_alt()
        else:
            found = self._burst.settle(now)
        return found + self._advance(now)

    def _advance(self, now: float) -> list[Message]:
        found: list[Message] = []
        undecided = False
        while self._pending and not undecided:
            if self._paste is not None:
                step = self._take_paste(self._paste)
            elif text := _TEXT.match(self._pending):
                self._pending = self._pending[text.end() :]
                self._burst.add(text.group())
                continue
            else:
                found += self._burst.settle(now)
                step = self._take_sequence()
            undecided = step is None
            found += step or []
        if self._paste is not None:
            self.deadline = now + PASTE_DELAY
        elif self._pending:
            short = len(self._pending) <= len("\x1b[")
            self.deadline = now + (ESCAPE_DELAY if short else SEQUENCE_DELAY)
        else:
            found += self._burst.pause(now)
            self.deadline = self._burst.deadline
        return found

    def _take_sequence(self) -> list[Message] | None:
        """Take a control character or a sequence; None when its rest must come first."""
        if self._pending[0] != ESC:
            control, self._pending = self._pending[0], self._pending[1:]
            return sequence_events(control)
        if sequence := _SEQUENCE.match(self._pending):
            return self._take_whole(sequence.group())
        if not _UNFINISHED.match(self._pending):
            return self._take_alt()
        if len(self._pending) <= MOST_PENDING:
            return None
        self._pending = ""
        return []

    def _take_whole(self, sequence: str) -> list[Message]:
        meaning = sequence_events(sequence)
        if not meaning and sequence.startswith("\x1bO"):
            return self._take_alt()
        self._pending = self._pending[len(sequence) :]
        if sequence == _PASTE_START:
            self._paste = []
        return meaning

    def _take_alt(self) -> list[Message]:
        """Take an ESC that begins no sequence: the esc key, or alt and the next character."""
        follower = self._pending[1:2]
        if follower in {"", ESC}:
            self._pending = self._pending[1:]
            return escape_events()
        self._pending = self._pending[2:]
        return alt_events(follower)

    def _take_paste(self, parts: list[str]) -> list[Message] | None:
        text, end, rest = self._pending.partition(_PASTE_END)
        if end:
            return self._end_paste(text, rest)
        kept = next(n for n in range(len(_PASTE_END), -1, -1) if text.endswith(_PASTE_END[:n]))
        parts.append(text[: len(text) - kept])
        self._pending = text[len(text) - kept :]
        return None

    def _end_paste(self, text: str, rest: str) -> list[Message]:
        whole = "".join([*(self._paste or ()), text])
        self._paste = None
        self._pending = rest
        return [paste(whole)]
