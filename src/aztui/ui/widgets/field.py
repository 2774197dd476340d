"""A text that is edited in one row."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from rich.cells import cell_len, set_cell_size

from aztui.core.data import dataclass
from aztui.terminal.sanitise import sanitise

LINE_END: Final = "↵"
"""Stands for a line end, of which a row can have none."""


@dataclass(frozen=True, slots=True)
class Field:
    """A text and where the next character goes.

    Attributes:
        text: what it is so far.
        at: the caret's place, in characters.
    """

    text: str
    at: int

    @classmethod
    def of(cls, text: str) -> Field:
        """Begin at the end of a text."""
        return cls(text, len(text))

    def insert(self, text: str) -> Field:
        """Return the field with more text before the caret."""
        return Field(self.text[: self.at] + text + self.text[self.at :], self.at + len(text))

    def press(self, key: str) -> Field | None:
        """Return the field after a key that edits; None for any other."""
        match key:
            case "backspace":
                return Field(self.text[: max(0, self.at - 1)] + self.text[self.at :], self.at).to(
                    self.at - 1
                )
            case "delete":
                return replace(self, text=self.text[: self.at] + self.text[self.at + 1 :])
            case "left" | "right":
                return self.to(self.at + (1 if key == "right" else -1))
            case "home" | "ctrl+a":
                return self.to(0)
            case "end" | "ctrl+e":
                return self.to(len(self.text))
            case "ctrl+u":
                return Field(self.text[self.at :], 0)
            case "ctrl+k":
                return replace(self, text=self.text[: self.at])
            case _:
                return None

    def to(self, at: int) -> Field:
        """Return the field with the caret elsewhere, as near as there is text."""
        return replace(self, at=max(0, min(at, len(self.text))))

    def view(self, width: int) -> tuple[str, str, str]:
        """Return what is shown before, under and after the caret, in `width` cells at most."""
        before = visible(self.text[: self.at])
        under = visible(self.text[self.at : self.at + 1]) or " "
        after = visible(self.text[self.at + 1 :])
        room = max(0, width - cell_len(under))
        if cell_len(before) > room:
            cut = len(before)
            while cut and cell_len(before[-cut:]) > max(0, room - 1):
                cut -= 1
            before = ("…" if room > 0 else "") + (before[-cut:] if cut else "")
        room -= cell_len(before)
        if cell_len(after) > room:
            after = set_cell_size(after, max(0, room - 1)) + "…" if room > 0 else ""
        return before, under, after


def visible(text: str) -> str:
    """Return a text as it can be shown in one row."""
    return sanitise(text).replace("\n", LINE_END).replace("\t", " ")
