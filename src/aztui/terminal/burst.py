"""Telling a paste from typing, where the terminal does not say which it is."""

from __future__ import annotations

import re
from typing import Final, final

from textual import events
from textual.message import Message

from aztui.terminal.keys import sequence_events

LINE_DELAY: Final = 0.01
"""Seconds that an enter right after other text waits for more: people do not type that fast."""
PASTE_DELAY: Final = 0.03
"""Seconds of silence that end a paste."""
STRAGGLER_DELAY: Final = 0.3
"""Seconds after a paste in which a line with its end is still a part of it."""
MOST_KEYS: Final = 128
"""Characters in one burst that are key presses; more are inserted as text."""
MOST_LINE: Final = 1024
"""Characters in one burst that an enter at its end sends; a longer line was pasted."""

_INNER_LINE_END: Final = re.compile(r"[\r\n][^\r\n]")


@final
class Burst:
    r"""Text that comes without pause.

    A line end with text after it in the same burst was pasted, and so was all of the burst: it
    must not send a prompt for each line. `hello\r` was typed ahead, by somebody on a slow link
    or by a script such as tmux's send-keys: it sends.

    Attributes:
        deadline: when to `settle` unless more text comes before; None if nothing is undecided.
    """

    def __init__(self) -> None:
        self.deadline: float | None = None
        self._parts: list[str] = []
        self._pasting = False
        self._typed_at = self._pasted_at = float("-inf")

    def add(self, text: str) -> None:
        """Take more text: printable characters, tabs and line ends."""
        self._parts.append(text)

    def pause(self, now: float) -> list[Message]:
        """Return the events that are certain although more text may follow at once."""
        if self._parts and not self._pasting:
            text = "".join(self._parts)
            self._pasting = len(text) > MOST_KEYS or _INNER_LINE_END.search(text) is not None
            if not self._pasting:
                if not self._may_go_on(text, now):
                    return self.settle(now)
                self.deadline = now + LINE_DELAY
        if self._pasting:
            self.deadline = now + PASTE_DELAY
        return []

    def settle(self, now: float) -> list[Message]:
        """Return the events of all text so far, now that no more follows at once."""
        text = "".join(self._parts)
        self._parts = []
        self._pasting = False
        self.deadline = None
        if not text:
            return []
        line = text.rstrip("\r\n")
        straggler = line != text and line and now - self._pasted_at < STRAGGLER_DELAY
        if _INNER_LINE_END.search(line) or len(line) > MOST_LINE or straggler:
            self._pasted_at = now
            return [paste(text)]
        self._typed_at = now
        if len(line) > MOST_KEYS:
            return [paste(line), *_keys(text[len(line) :])]
        return _keys(text)

    def _may_go_on(self, text: str, now: float) -> bool:
        if not text.endswith(("\r", "\n")):
            return False
        return text.strip("\r\n") != "" or now - self._typed_at < LINE_DELAY


def paste(text: str) -> events.Paste:
    """Return the event of pasting `text`; terminals send line ends in every form."""
    return events.Paste(text.replace("\r\n", "\n").replace("\r", "\n"))


def _keys(text: str) -> list[Message]:
    typed = text.replace("\r\n", "\r")
    return [event for character in typed for event in sequence_events(character)]
