"""What a terminal's escape sequences and characters mean, as Textual's events."""

from __future__ import annotations

import re
from typing import Final

from textual import events
from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual._keyboard_protocol import FUNCTIONAL_KEYS
from textual._xterm_parser import XTermParser
from textual.keys import Keys
from textual.message import Message
from textual.messages import TerminalSupportsSynchronizedOutput

ESC: Final = "\x1b"

_MODIFY_OTHER_KEYS: Final = re.compile(r"\x1b\[27;(\d+);(\d+)~")
"""XTerm's report of a key with modifiers: their bits plus one, then the code point."""
_SYNCHRONISED_OUTPUT: Final = re.compile(r"\x1b\[\?2026;[1-9]\$y")
"""A DECRPM report that the terminal knows synchronised updates."""
_WELL: Final = "\x1b[0n"
"""What a probe is answered."""
_MARKED: Final = "\x1b[2;1R"
"""What a mark is answered; `Pen.mark` sees to it that it is no F3."""
_NUMBERED: Final = re.compile(r"\x1b\[(\d*)[\d:;]*([~A-Z])")
"""A functional key in the form it has with and without kitty's protocol."""


class TerminalAnswered(Message):
    """The terminal has read as far as a probe (`aztui.terminal.link`).

    Attributes:
        mark: whether it was a mark.
    """

    def __init__(self, *, mark: bool) -> None:
        self.mark = mark
        super().__init__()


# Textual's own tables of keys, kitty's keyboard protocol included. Only its pure function from a
# sequence to keys is used: its parser cuts the input by other rules than ours.
_to_keys = XTermParser()._sequence_to_key_events  # noqa: SLF001 - see above


def sequence_events(sequence: str) -> list[Message]:
    """Return what a character or a whole escape sequence says; nothing for an unknown one."""
    if sequence in {"\x1b\r", "\x1b\n"}:
        return [events.Key("alt+enter", None)]
    if sequence == "\x1b[I":
        return [events.AppFocus()]
    if sequence == "\x1b[O":
        return [events.AppBlur()]
    if sequence in {_WELL, _MARKED}:
        return [TerminalAnswered(mark=sequence == _MARKED)]
    if _SYNCHRONISED_OUTPUT.fullmatch(sequence):
        return [TerminalSupportsSynchronizedOutput()]
    if _is_unknown(sequence):
        return []
    keys = _to_keys(_MODIFY_OTHER_KEYS.sub("\x1b[\\2;\\1u", sequence))
    return [key for key in keys if key.key != Keys.Ignore]


def alt_events(character: str) -> list[Message]:
    """Return what a character with an ESC before it says: the key with alt, where it has one."""
    return sequence_events(ESC + character) or [*_to_keys(character, alt=True)]


def escape_events() -> list[Message]:
    """Return what an ESC says that nothing follows."""
    return [events.Key("escape", ESC)]


def _is_unknown(sequence: str) -> bool:
    """Whether it has a functional key's form and is none: Textual would take it for a letter."""
    if sequence in ANSI_SEQUENCES_KEYS or _MODIFY_OTHER_KEYS.fullmatch(sequence):
        return False
    numbered = _NUMBERED.fullmatch(sequence)
    return numbered is not None and f"{numbered[1] or 1}{numbered[2]}" not in FUNCTIONAL_KEYS
