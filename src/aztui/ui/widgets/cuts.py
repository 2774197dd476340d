"""A text cut where it can be: into lines, long ones into pieces, and into steps of work."""

from __future__ import annotations

from typing import Final

LINE: Final = 40
"""Characters that cost as much as a line does besides its own."""
LONGEST_LINE: Final = 4_000
"""Characters of a line that are read at once; a longer one is read in pieces."""


def cost(text: str) -> int:
    """Return what it costs to lay a text out, in characters."""
    return len(text) + LINE * text.count("\n")


def fitting(text: str, room: int) -> int:
    """Return how many characters of a text cost no more than `room`; one at least."""
    if cost(text) <= room:
        return len(text)
    end = 0
    while (after := text.find("\n", end) + 1) > 0 and after - end + LINE <= room:
        room -= after - end + LINE
        end = after
    return max(1, end, min(end + room, after - 1 if after else len(text)))


def pieces(text: str) -> tuple[list[str], str]:
    """Cut a text into its lines, with their ends, and what follows the last of them.

    A line that is too long is cut into pieces, at a space where it can be; where depends on the
    line alone, not on how much of it is here.
    """
    *lines, rest = text.split("\n")
    whole: list[str] = []
    for line in lines:
        *cut, last = _cut(line)
        whole += [*cut, last + "\n"]
    *cut, rest = _cut(rest)
    return [*whole, *cut], rest


def _cut(line: str) -> list[str]:
    cut: list[str] = []
    while len(line) > LONGEST_LINE:
        at = line.rfind(" ", LONGEST_LINE // 2, LONGEST_LINE) + 1 or LONGEST_LINE
        cut.append(line[:at])
        line = line[at:]
    return [*cut, line]
