"""How a text that is edited wraps: an edit costs what it changes, however long the line is."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from rich.cells import cell_len
from textual._wrap import compute_wrap_offsets
from textual.document._document import Location
from textual.document._wrapped_document import WrappedDocument

from aztui.explore.authorship import ends_in_common

LONG: Final = 2000
"""Characters of a line from which on no more of it is wrapped than an edit changes."""
_REACH: Final = 1000
"""Characters behind an edit that are wrapped before one looks whether the rest is as it was."""


class Wrapping(WrappedDocument):
    """Wraps as Textual does; only long lines, which that wraps whole at each key, in less time."""

    def wrap(self, width: int, tab_width: int | None = None) -> None:
        """Wrap everything; arguments as Textual gives them."""
        super().wrap(width, tab_width)
        self._lines = list(self.document.lines)

    def wrap_range(self, start: Location, old_end: Location, new_end: Location) -> None:
        """Wrap what an edit changed; arguments as Textual gives them."""
        top, old_bottom, bottom = start[0], old_end[0], new_end[0]
        if not (top == old_bottom == bottom and self._width and self._rewrap(top)):
            super().wrap_range(start, old_end, new_end)
        self._lines = list(self.document.lines)

    def get_sections(self, line_index: int) -> list[str]:
        """Return a line's rows."""
        line = self.document.get_line(line_index)
        edges = [0, *self.get_offsets(line_index), len(line)]
        return [line[start:end] for start, end in pairwise(edges)]

    def row(self, y: int) -> tuple[int, int, int] | None:
        """Return which line a row shows, and from which character of it up to which.

        Args:
            y: the row, counted from the text's beginning; None is returned for one behind its end.
        """
        if not 0 <= y < len(self._offset_to_line_info):
            return None
        line, section = self._offset_to_line_info[y]
        breaks = self.get_offsets(line)
        start = breaks[section - 1] if section else 0
        last = section == len(breaks)
        return line, start, len(self.document.get_line(line)) if last else breaks[section]

    def _rewrap(self, number: int) -> bool:
        """Wrap what changed in a line; False where it must be wrapped whole."""
        if number >= len(self._lines):
            return False
        before, line = self._lines[number], self.document.get_line(number)
        # How wide a tab is depends on all that stands before it.
        if len(line) <= LONG or "\t" in before or "\t" in line:
            return False
        self._put(number, self._rewrapped(before, line, self._wrap_offsets[number]))
        return True

    def _rewrapped(self, before: str, line: str, breaks: Sequence[int]) -> list[int]:
        """Return where a line breaks now, given where it broke.

        From two rows above the first change on the line is wrapped until it breaks, behind the last
        change, where it did. A row may end where it does for the width of the word that begins the
        next one, and a word that takes more than that row is too wide for any.
        """
        same, same_at_end = ends_in_common(before, line)
        longer = len(line) - len(before)
        kept = list(breaks[: max(0, bisect_right(breaks, same) - 2)])
        start, changed = kept[-1] if kept else 0, len(line) - same_at_end
        reach = _REACH
        while True:
            part = line[start : changed + reach]
            found = [start + at for at in compute_wrap_offsets(part, self._width, self._tab_width)]
            if start + len(part) == len(line):
                return kept + found
            sure = start + _sure(part, self._width)
            for count, place in enumerate(found):
                at = bisect_left(breaks, place - longer)
                if changed <= place < sure and breaks[at : at + 1] == [place - longer]:
                    return kept + found[:count] + [one + longer for one in breaks[at:]]
            reach *= 8

    def _put(self, line: int, breaks: list[int]) -> None:
        """Have a line break elsewhere."""
        rows = self._line_index_to_offsets[line]
        top, grown = rows[0], len(breaks) + 1 - len(rows)
        self._wrap_offsets[line] = breaks
        self._tab_width_cache[line] = [0]
        self._offset_to_line_info[top : top + len(rows)] = [
            (line, section) for section in range(len(breaks) + 1)
        ]
        self._line_index_to_offsets[line] = list(range(top, top + len(breaks) + 1))
        if grown:
            for below in range(line + 1, len(self._line_index_to_offsets)):
                self._line_index_to_offsets[below] = [
                    row + grown for row in self._line_index_to_offsets[below]
                ]


def _sure(part: str, width: int) -> int:
    """Return up to where a text breaks as it does whatever follows it.

    Its last word, to which the blanks behind it belong, may go on; one that is wider than a row
    already breaks all the same.
    """
    bare = part.rstrip()
    last = len(bare) - sum(map(len, bare.rsplit(None, 1)[-1:]))
    return len(part) if cell_len(part[last:]) > width else last
