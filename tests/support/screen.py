"""What a terminal shows of the bytes that a program writes, by a terminal emulator."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import pyte
from pyte.screens import wcwidth

# What pyte would print or trip over, though every terminal swallows it: device control and
# application strings, and control sequences with a private marker other than `?`.
_UNKNOWN_TO_PYTE: Final = re.compile(
    rb"\x1b[P_^X].*?\x1b\\|\x1b\[[<=>][0-9;:]*[ -/]*[@-~]|\x1b\[\?[0-9;:]*[ -/]*[mu]", re.DOTALL
)
_UNFINISHED: Final = re.compile(
    rb"\x1b(?:[P_^X](?:(?!\x1b\\).)*|\[[<-?]?[0-9;:]*[ -/]*)?\Z", re.DOTALL
)
_ALTERNATE: Final = 1049


@dataclass(frozen=True, slots=True)
class Arrival:
    """Bytes that the program wrote.

    Attributes:
        at: when they were read, in seconds on the monotonic clock.
        data: as they came.
    """

    at: float
    data: bytes


class _Screen(pyte.Screen):
    """pyte's screen with what it lacks: the alternate screen, and scrolling by SU and SD."""

    _primary: tuple[Any, int, int] | None = None

    def set_mode(self, *modes: int, **kwargs: Any) -> None:
        super().set_mode(*modes, **kwargs)
        if kwargs.get("private") and _ALTERNATE in modes and self._primary is None:
            self._primary = self.buffer, self.cursor.x, self.cursor.y
            self.buffer = copy.copy(self.buffer)
            self.buffer.clear()
            self.dirty.update(range(self.lines))

    def reset_mode(self, *modes: int, **kwargs: Any) -> None:
        super().reset_mode(*modes, **kwargs)
        if kwargs.get("private") and _ALTERNATE in modes and self._primary is not None:
            self.buffer, self.cursor.x, self.cursor.y = self._primary
            self._primary = None
            self.dirty.update(range(self.lines))

    def scroll_up(self, count: int = 1, **_private: bool) -> None:
        self._scroll(count, self.delete_lines)

    def scroll_down(self, count: int = 1, **_private: bool) -> None:
        self._scroll(count, self.insert_lines)

    def _scroll(self, count: int, shift: Callable[[int], None]) -> None:
        x, y = self.cursor.x, self.cursor.y
        for row in range(self.lines):  # pyte leaves in place what a row replaces that it never made
            _ = self.buffer[row]
        self.cursor.y = self.margins.top if self.margins else 0
        shift(count or 1)
        self.cursor.x, self.cursor.y = x, y


class Picture:
    """What a terminal of a given size shows after the bytes fed to it."""

    def __init__(self, rows: int, columns: int) -> None:
        self.cells: Any = _Screen(columns, rows)
        self._stream = pyte.ByteStream()
        self._stream.csi = {**self._stream.csi, "S": "scroll_up", "T": "scroll_down"}
        self._stream.attach(self.cells)
        self._held = b""
        self._lines: list[str] = []

    def feed(self, data: bytes) -> None:
        """Draw `data`; an escape sequence cut off at its end waits for its rest."""
        data = self._held + data
        unfinished = _UNFINISHED.search(data)
        end = unfinished.start() if unfinished else len(data)
        self._held = data[end:]
        self._stream.feed(_UNKNOWN_TO_PYTE.sub(b"", data[:end]))

    @property
    def lines(self) -> list[str]:
        """The rows from the top, without the blanks at their ends.

        Only those are read again that pyte says have changed: reading takes longer than drawing.
        """
        cells = self.cells
        if len(self._lines) != cells.lines:
            self._lines = [""] * cells.lines
            cells.dirty.update(range(cells.lines))
        # A combining mark at a row's beginning changes the end of the row above.
        for row in {row for y in cells.dirty for row in (y - 1, y) if 0 <= row < cells.lines}:
            self._lines[row] = _read(cells.buffer[row], cells.columns)
        cells.dirty.clear()
        return list(self._lines)

    @property
    def text(self) -> str:
        """The rows, joined by newlines."""
        return "\n".join(self.lines)

    @property
    def cursor(self) -> tuple[int, int]:
        """Row and column of the cursor, from 0."""
        return self.cells.cursor.y, self.cells.cursor.x


def _read(line: Mapping[int, Any], columns: int) -> str:
    """The characters of a row, as pyte's own `display` has them, without the blanks at its end."""
    read: list[str] = []
    stub = False
    for x in range(columns):
        character = "" if stub else line[x].data
        stub = bool(character) and wcwidth(character[0]) == 2
        read.append(character)
    return "".join(read).rstrip()
