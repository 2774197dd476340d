"""The two ways to show an answer: rendered as Markdown, or raw."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Protocol, TypeAlias

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


class Reader(Protocol):
    """Reads a text step by step; texts are as they came, lines are without their `\\n`."""

    def read(self, seam: Seam, lines: Sequence[str]) -> tuple[Sequence[Part], Seam]:
        """Take whole lines; return what is finished now, and where to go on."""

    def preview(self, seam: Seam, partial: str) -> Sequence[Part]:
        """Return what is open, with a line of which more may come."""

    def finish(self, seam: Seam, partial: str) -> tuple[Sequence[Part], Links]:
        """Return what is left when nothing more comes, and all link references."""

    def lay(self, part: Part, width: int, links: Links) -> list[Line]:
        """Return the lines that a part takes in a width in cells."""


class _Rendered:
    def read(self, seam: Seam, lines: Sequence[str]) -> tuple[Sequence[Part], Seam]:
        return reading.read(seam, [sanitise(line.rstrip("\r\n")) for line in lines])

    def preview(self, seam: Seam, partial: str) -> Sequence[Part]:
        return reading.preview(seam, Sanitiser().feed(partial))

    def finish(self, seam: Seam, partial: str) -> tuple[Sequence[Part], Links]:
        out: list[Part] = []
        if partial:
            read, seam = self.read(seam, [partial])
            out += read
        return [*out, *reading.finish(seam)], reading.references(seam)

    def lay(self, part: Part, width: int, links: Links) -> list[Line]:
        assert not isinstance(part, Plain)
        return lay(part, width, links)


class _Raw:
    def read(self, seam: Seam, lines: Sequence[str]) -> tuple[Sequence[Part], Seam]:
        return [_plain(line) for line in lines], seam

    def preview(self, seam: Seam, partial: str) -> Sequence[Part]:
        shown = Sanitiser().feed(partial)
        return [Plain(shown, ended=False, grows=True)] if shown else []

    def finish(self, seam: Seam, partial: str) -> tuple[Sequence[Part], Links]:
        return [Plain(sanitise(partial), ended=False)] if partial else [], seam.links

    def lay(self, part: Part, width: int, links: Links) -> list[Line]:
        assert isinstance(part, Plain)
        return raw_lines(part.text, width, ended=part.ended, grows=part.grows)


def _plain(line: str) -> Plain:
    text = line.removesuffix("\n")
    return Plain(sanitise(text), ended=len(text) < len(line))


READERS: Final[dict[View, Reader]] = {View.RENDERED: _Rendered(), View.RAW: _Raw()}
"""How each view reads a text."""
