"""What is looked for, and where it stands in lines of the log."""

from __future__ import annotations

import html
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple, TypeAlias

from aztui.terminal.sanitise import sanitise
from aztui.ui.widgets.rows import Line, told

_BLANKS: Final = r"[^\S\n]+"
_MARKUP: Final = bytes(code for code in range(128) if not chr(code).isalnum())
_FOREIGN: Final = bytes(range(128, 256))
_WORD: Final = re.compile(r"[^\W_]+")
_MARKER: Final = re.compile(r"\d+")
_NUMBERED: Final = re.compile(r"^[ >\t]*\d{1,9}[.)]", re.MULTILINE)


class Span(NamedTuple):
    """Characters of a row.

    Attributes:
        line: which of the lines.
        start: the first character, the row's lead counted.
        end: the one after the last.
    """

    line: int
    start: int
    end: int


Match: TypeAlias = tuple[Span, ...]
"""What matches, a span a row."""


@dataclass(frozen=True)
class Query:
    """What is looked for; `words` has one at least."""

    words: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> Query | None:
        """Read what was typed; None where it is blank."""
        words = tuple(text.split())
        return cls(words) if words else None

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Its words with any run of blanks between; a capital letter makes all letters count."""
        exact = any(letter.isupper() for word in self.words for letter in word)
        words = _BLANKS.join(map(re.escape, self.words))
        return re.compile(words, 0 if exact else re.IGNORECASE)

    def matches(self, lines: Sequence[Line]) -> list[Match]:
        """Return where it stands, from the top; rows that go on with one another are one text."""
        pieces: list[str] = []
        starts: list[int] = []
        at = 0
        for line in lines:
            text = told(line)
            if starts and not line.soft:
                pieces.append("\n")
                at += 1
            pieces.append(text)
            starts.append(at)
            at += len(text)
        text = "".join(pieces)
        places: Sequence[int] = range(len(text))
        if "\0" in text:
            places = [place for place, letter in enumerate(text) if letter != "\0"]
            text = text.replace("\0", "")
        return [
            tuple(_spans(lines, starts, places[found.start()], places[found.end() - 1] + 1))
            for found in self.pattern.finditer(text)
        ]

    def may_be_in(self, source: str) -> bool:
        """Whether it can stand in what a text, as it came, is shown as.

        It says yes too often, but never no where it does, and is a hundred times faster than to
        lay the text out: it compares letters and digits alone, without what marks the text up.
        """
        return any(map(self._may_be_read_in, _readings(source)))

    def _may_be_read_in(self, text: str) -> bool:
        if not self._letters:
            bare = _bare(text, b"")
            return all(word.encode() in bare for word in self._foreign)
        bare = _bare(text, _FOREIGN)
        if self._letters in bare:
            return True
        return self._after_number in bare and _NUMBERED.search(text) is not None

    @cached_property
    def _letters(self) -> bytes:
        return _bare("".join(self.words), _FOREIGN)

    @cached_property
    def _after_number(self) -> bytes:
        """What follows an ordered list's number, which is counted, not read."""
        found = _MARKER.match(self._letters.decode())
        return self._letters[found.end() :] if found else self._letters

    @cached_property
    def _foreign(self) -> Sequence[str]:
        return [run.lower() for word in self.words for run in _WORD.findall(word)]


def _readings(source: str) -> Iterator[str]:
    """Return a text as it is shown where it is code, and with its entities resolved."""
    yield sanitise(source)
    if "&" in source:
        yield sanitise(html.unescape(source))


def _bare(text: str, without: bytes) -> bytes:
    return text.lower().encode("utf-8", "replace").translate(None, _MARKUP + without)


def _spans(lines: Sequence[Line], starts: Sequence[int], start: int, end: int) -> list[Span]:
    """Return where characters of joined lines stand; `starts` says where each line begins."""
    first, last = bisect_right(starts, start) - 1, bisect_right(starts, end - 1) - 1
    spans: list[Span] = []
    for line in range(first, last + 1):
        lead, begin = lines[line].lead, starts[line]
        stop = min(end, begin + len(told(lines[line])))
        if max(start, begin) < stop:
            spans.append(Span(line, max(start, begin) - begin + lead, stop - begin + lead))
    return spans
