"""A text laid out in rows of one width while it grows."""

from __future__ import annotations

from bisect import bisect_right

from rich.cells import cell_len, set_cell_size

from aztui.ui.widgets.wrap import breaks, expand_tabs, hang


class Flow:
    """Rows of a text to which more may be added at its end.

    Adding text costs what the text and the last row cost, however much came before: all rows but
    the last are final. The text must be safe to show.

    Attributes:
        rows: what stands in each row, at most `width` cells.
    """

    __slots__ = ("_column", "_first_rows", "_hang", "_tail", "_width", "rows")

    def __init__(self, width: int, text: str = "") -> None:
        self._width = max(2, width)
        self.rows = [""]
        self._first_rows = [0]
        self._begin_line()
        if text:
            self.feed(text)

    def feed(self, text: str) -> int:
        """Add `text` and return the first row that is new or changed."""
        changed = len(self.rows) - 1
        line, *others = text.split("\n")
        self._extend(line)
        for other in others:
            self._end_line()
            self._extend(other)
        return changed

    def place(self, row: int) -> tuple[int, int]:
        """Say which line a row belongs to and which of its rows it is."""
        line = bisect_right(self._first_rows, row) - 1
        return line, row - self._first_rows[line]

    def _begin_line(self) -> None:
        self._tail = ""
        self._column = 0
        self._hang = 0

    def _end_line(self) -> None:
        self._begin_line()
        self._first_rows.append(len(self.rows))
        self.rows.append("")

    def _extend(self, text: str) -> None:
        if not text:
            return
        is_first = self._first_rows[-1] == len(self.rows) - 1
        text, self._column = expand_tabs(text, self._column)
        tail = self._tail + text
        if is_first:
            self._hang = hang(tail, self._width)
        rest = self._width - self._hang
        first = self._width if is_first else rest
        cuts = breaks(tail, first, rest)
        indent = " " * self._hang
        self.rows.pop()
        for start, end in zip(cuts, [*cuts[1:], len(tail)], strict=True):
            row = _fit(tail[start:end], first if start == 0 else rest)
            self.rows.append(row if start == 0 and is_first else indent + row)
        self._tail = tail[cuts[-1] :]


def _fit(row: str, width: int) -> str:
    """Cut off the spaces that reach past the edge."""
    if not row.endswith(" ") or cell_len(row) <= width:
        return row
    return set_cell_size(row, width)
