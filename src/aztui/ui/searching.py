"""What is typed to look through the history: which word the caret is at, and what it may become."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Final

from aztui.core.data import dataclass
from aztui.core.inquiry import FILTERS, completed, filter_of, offers, read, takes, unfinished
from aztui.ui.widgets.excerpt import one_line
from aztui.ui.widgets.field import Field

_NARROW: Final = f"type to search; {' '.join(f'{name}:' for name in FILTERS)} narrow it"
_LAST_WORD: Final = re.compile(r"\S*\Z")


@dataclass(frozen=True, slots=True)
class Search:
    """What is typed, and what could be.

    Attributes:
        field: the text and the caret.
        before: what stands before the word at the caret.
        word: that word, which is still being typed; empty where the caret is within one.
        after: what stands after it.
        offered: what it may become.
    """

    field: Field
    before: str
    word: str
    after: str
    offered: tuple[str, ...]

    @classmethod
    def of(cls, field: Field, known: Mapping[str, Collection[str]]) -> Search:
        """Look at what is typed.

        Args:
            field: it.
            known: values of filters, such as the deployments that were asked.
        """
        before, after = field.text[: field.at], field.text[field.at :]
        found = None if after[:1].strip() else _LAST_WORD.search(before)
        word = found[0] if found else ""
        before = before.removesuffix(word)
        return cls(field, before, word, after, tuple(offers(word, known)))

    @property
    def settled(self) -> str:
        """What is typed, but for the word that still is."""
        return self.before + self.after

    @property
    def asked(self) -> str:
        """What is to be looked for: a filter's value that is only begun would find nothing."""
        return self.settled if unfinished(self.word, self.offered) else self.field.text

    def completed(self) -> Field:
        """Return what is typed with its word completed, as far as it is clear what is meant."""
        whole = self.before + completed(self.word, self.offered)
        return Field(whole + self.after, len(whole))

    def advice(self) -> str:
        """Say what can be typed: filters, or what the one that is typed takes; safe to show."""
        if not self.field.text.strip():
            return _NARROW
        name = filter_of(self.word)
        if not name:
            return ""
        if unfinished(self.word, self.offered):
            values = (each.partition(":")[2] for each in self.offered)
            return f"tab {' · '.join(map(one_line, values))}"
        # Whatever the time is, it makes sense or makes none.
        return takes(name) if read(self.word, 0.0).faults else ""
