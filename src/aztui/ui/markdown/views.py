"""The two ways to show an answer: rendered as Markdown, or raw."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Protocol, TypeAlias, TypeVar

from aztui.core.data import dataclass
from aztui.core.profile import View
from aztui.terminal.sanitise import Sanitiser, sanitise
from aztui.ui.markdown import reading
from aztui.ui.markdown.layout import lay
from aztui.ui.markdown.leaves import Leaf, Links
from aztui.ui.markdown.raw import raw_lines
from aztui.ui.widgets.rows import Line


@dataclass(frozen=True, slots=True)
class Plain:
    """A line of a raw text.

    Attributes:
        text: the line without its end; safe to show.
        ended: whether it has one.
        grows: whether more of it may come, so that a space at its end is not its end's.
    """

    text: str
    ended: bool
    grows: bool = False


Part: TypeAlias = Leaf | Plain
"""What is laid out by itself."""
Seam: TypeAlias = reading.Seam
_P = TypeVar("_P", Leaf, Plain)


class Reader(Protocol[_P]):
    """Reads a text step by step; it comes as it came, whole lines with their ends.

    It lays out the parts that it has read itself, and no others.
    """

    def read(self, seam: Seam, lines: Sequence[str]) -> tuple[Sequence[_P], Seam]:
        """Take whole lines; return what is finished now, and where to go on."""

    def preview(self, seam: Seam, partial: str) -> Sequence[_P]:
        """Return what is open, with a line of which more may come."""

    def finish(self, seam: Seam, partial: str) -> tuple[Sequence[_P], Links]:
        """Return what is left when nothing more comes, and all link references."""

    def lay(self, part: _P, width: int, links: Links) -> list[Line]:
        """Return the lines that a part takes in a width in cells."""


class _Rendered:
    def __init__(self) -> None:
        self._open: reading.Preview | None = None

    def read(self, seam: Seam, lines: Sequence[str]) -> tuple[Sequence[Leaf], Seam]:
        return reading.read(seam, [sanitise(bare(line)) for line in lines])

    def preview(self, seam: Seam, partial: str) -> Sequence[Leaf]:
        # Mostly it is the text of a moment ago, with a few more words.
        self._open = reading.preview(seam, Sanitiser().feed(partial), self._open)
        return self._open.leaves

    def finish(self, seam: Seam, partial: str) -> tuple[Sequence[Leaf], Links]:
        out: list[Leaf] = []
        if partial:
            read, seam = self.read(seam, [partial])
            out += read
        return [*out, *reading.finish(seam)], reading.references(seam)

    def lay(self, part: Leaf, width: int, links: Links) -> list[Line]:
        return lay(part, width, links)


class _Raw:
    def read(self, seam: Seam, lines: Sequence[str]) -> tuple[Sequence[Plain], Seam]:
        return [_plain(line) for line in lines], seam

    def preview(self, seam: Seam, partial: str) -> Sequence[Plain]:  # noqa: ARG002 - a Reader's
        shown = Sanitiser().feed(partial)
        return [Plain(shown, ended=False, grows=True)] if shown else []

    def finish(self, seam: Seam, partial: str) -> tuple[Sequence[Plain], Links]:
        return [Plain(sanitise(partial), ended=False)] if partial else [], seam.links

    def lay(self, part: Plain, width: int, links: Links) -> list[Line]:  # noqa: ARG002 - likewise
        return raw_lines(part.text, width, ended=part.ended, grows=part.grows)


def bare(line: str) -> str:
    """Return a line without its end; a CR alone is none."""
    return line.removesuffix("\n").removesuffix("\r") if line.endswith("\n") else line


def _plain(line: str) -> Plain:
    text = line.removesuffix("\n")
    return Plain(sanitise(text), ended=len(text) < len(line))


READERS: Final[dict[View, Reader[Any]]] = {View.RENDERED: _Rendered(), View.RAW: _Raw()}
"""How each view reads a text."""
