"""What is laid out: parts in lines, and a shelf that keeps the ones looked at last."""

from __future__ import annotations

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import field

from aztui.core.data import dataclass
from aztui.ui.widgets.rows import Line


@dataclass(frozen=True, slots=True)
class Laid:
    """Parts laid out.

    Attributes:
        lines: from the top.
        starts: the first line of each part.
    """

    lines: list[Line] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)

    def add(self, lines: Sequence[Line]) -> None:
        """Put another part below."""
        self.starts.append(len(self.lines))
        self.lines.extend(lines)

    def place(self, line: int) -> tuple[int, int]:
        """Say which part a line belongs to and which of its lines it is."""
        part = max(0, bisect_right(self.starts, line) - 1)
        return part, line - (self.starts[part] if self.starts else 0)

    def find(self, part: int, line: int) -> int:
        """Return the line at a place, or the nearest one."""
        if part >= len(self.starts):
            return max(0, len(self.lines) - 1)
        following = self.starts[part + 1 : part + 2] or [len(self.lines)]
        return max(0, min(self.starts[part] + line, following[0] - 1))


class Shelf:
    """Keeps the segments laid out last, of all passages that share it."""

    def __init__(self, lines: int = 600) -> None:
        """Make an empty shelf.

        Args:
            lines: how many there may be on it before the oldest segments go; one always stays.
        """
        self._most = lines
        self._count = 0
        self._laid: OrderedDict[tuple[int, int], Laid] = OrderedDict()

    def get(self, key: tuple[int, int]) -> Laid | None:
        """Return a segment that is here, and keep it longer for that."""
        laid = self._laid.get(key)
        if laid is not None:
            self._laid.move_to_end(key)
        return laid

    def put(self, key: tuple[int, int], laid: Laid) -> None:
        """Keep a segment."""
        self.drop(key)
        self._laid[key] = laid
        self._count += len(laid.lines)
        while self._count > self._most and len(self._laid) > 1:
            self.drop(next(iter(self._laid)))

    def drop(self, key: tuple[int, int]) -> None:
        """Forget a segment."""
        laid = self._laid.pop(key, None)
        self._count -= len(laid.lines) if laid else 0
