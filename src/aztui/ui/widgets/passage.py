"""A text that grows, laid out in lines of a width: only what is looked at is kept laid out.

The text is kept in segments of some thousand characters. Of a finished segment there are its
source, where its reading began, and how many lines it takes; its lines are made when they are
wanted, and forgotten again. So a text costs little more memory than itself, a new word costs the
same wherever it comes, and a new width costs what is on the screen.
"""

from __future__ import annotations

import zlib
from bisect import bisect_right
from collections import deque
from collections.abc import Iterator, Sequence
from itertools import accumulate, count
from typing import Final, NamedTuple

from aztui.core.data import dataclass
from aztui.core.profile import View
from aztui.ui.markdown.leaves import Links
from aztui.ui.markdown.views import READERS, Part, Seam
from aztui.ui.widgets.cuts import cost, fitting, pieces
from aztui.ui.widgets.rows import Line
from aztui.ui.widgets.shelf import Laid, Shelf

SEGMENT: Final = 5_000
"""Characters after which a segment ends at the next leaf, counted as `cost` does."""
STEP: Final = 2_000
"""Characters that are taken in at once, counted so too; keys are looked at in between."""

_KEYS: Final = count()
_COMPARED: Final = 200
"""Lines that are compared at most to find the first that has changed."""


class Spot(NamedTuple):
    """A place in a passage that outlives a change of width.

    Attributes:
        segment: counted from 0.
        part: of the segment.
        line: of the part.
    """

    segment: int
    part: int
    line: int


class Share(NamedTuple):
    """A place in a passage that outlives another view of it as well, though only nearly.

    Attributes:
        text: how many characters stand above it.
    """

    text: float


@dataclass(slots=True)
class _Segment:
    """A part of the text that does not change any more.

    Attributes:
        seam: where its reading begins.
        packed: it, compressed.
        size: how many characters it has.
        may_refer: whether there is anything in it that a link reference could make a link.
        links: the link references to lay it out with.
        height: how many lines it takes in `width` cells; a guess in any other width.
        width: cells; 0 where the height is a guess.
    """

    seam: Seam
    packed: bytes
    size: int
    may_refer: bool
    links: Links
    height: int
    width: int

    @classmethod
    def of(cls, seam: Seam, text: str, height: int, width: int) -> _Segment:
        """Close a part of the text that was laid out."""
        # Much of a model's text comes again: this halves it at least, in a tenth of a millisecond.
        packed = zlib.compress(text.encode("utf-8", "surrogatepass"), level=1)
        may_refer = any("]" in part for part in (text, *seam.tail))
        return cls(seam, packed, len(text), may_refer, seam.links, height, width)

    @property
    def text(self) -> str:
        return zlib.decompress(self.packed).decode("utf-8", "surrogatepass")


class Passage:
    """A text to which more may be added at its end."""

    __slots__ = (
        "_ended",
        "_finished",
        "_key",
        "_laid",
        "_partial",
        "_parts",
        "_reader",
        "_seam",
        "_seam_before",
        "_segments",
        "_shelf",
        "_size",
        "_source",
        "_starts",
        "_tail",
        "_unread",
        "_width",
        "view",
    )

    def __init__(self, width: int, view: View, shelf: Shelf, text: str = "") -> None:
        """Begin a text.

        Args:
            width: cells.
            view: how it is shown.
            shelf: keeps what is laid out.
            text: what there is of it already; it is laid out by `advance`.
        """
        self.view = view
        self._reader = READERS[view]
        self._width = width
        self._shelf = shelf
        self._key = next(_KEYS)
        self._segments: list[_Segment] = []
        self._starts = [0]
        self._unread: deque[str] = deque()
        self._ended = self._finished = False
        self._begin(Seam())
        self._partial = ""
        self._tail = Laid()
        self.feed(text)

    @property
    def height(self) -> int:
        """How many lines it takes; a guess for what was not looked at since the width changed."""
        return self._starts[-1] + len(self._laid.lines) + len(self._tail.lines)

    @property
    def behind(self) -> bool:
        """Whether there is text that was not laid out yet."""
        return bool(self._unread) or (self._ended and not self._finished)

    @property
    def text(self) -> str:
        """All of it, as it came."""
        closed = (segment.text for segment in self._segments)
        return "".join([*closed, *self._source, self._partial, *self._unread])

    def feed(self, text: str) -> None:
        """Add text, to be laid out by `advance`."""
        # In pieces: what is left of a text after a step would be copied at each step.
        self._unread.extend(text[at : at + STEP] for at in range(0, len(text), STEP))

    def end(self) -> None:
        """Say that nothing more comes."""
        self._ended = True

    def advance(self) -> int | None:
        """Lay out more of what was added, a step of it.

        Returns:
            The first line that is new or changed; None where there was nothing to do.
        """
        if not self.behind:
            return None
        before, tail = self._starts[-1] + len(self._laid.lines), self._tail.lines
        lines, self._partial = pieces(self._partial + self._next())
        fresh = [line for batch in self._batches(lines) for line in self._take(batch)]
        linked: int | None = None
        if self._ended and not self._unread:
            end, linked = self._finish()
            fresh += end
        elif self._unread:
            self._tail = Laid()  # what is open is looked at when the rest is there
        else:
            self._preview()
        new = [*fresh[:_COMPARED], *self._tail.lines[:_COMPARED]]
        same = next(
            (at for at, (old, now) in enumerate(zip(tail, new, strict=False)) if old != now),
            min(len(tail), len(new)),
        )
        return before + same if linked is None else min(before + same, linked)

    def fit(self, width: int) -> None:
        """Lay it out for another width in cells, as far as it is looked at."""
        if width == self._width:
            return
        self._width = width
        for number, segment in enumerate(self._segments):
            segment.width = 0
            self._shelf.drop((self._key, number))
        laid = Laid()
        for part in self._parts:
            laid.add(self._reader.lay(part, width, self._seam.links))
        self._laid = laid
        if not self._finished:
            self._preview()

    def settle(self, first: int, last: int) -> bool:
        """Lay out for certain what stands from one line up to another.

        Returns:
            Whether any of it was not; it may take more or fewer lines now.
        """
        begin = max(0, bisect_right(self._starts, first) - 1)
        end = bisect_right(self._starts, max(first, last - 1))
        return self.settle_segments(begin, end)

    def settle_segments(self, first: int, last: int) -> bool:
        """Do so for the segments from one up to another."""
        guessed = [
            number
            for number in range(first, min(last, len(self._segments)))
            if self._segments[number].width != self._width
        ]
        for number in guessed:
            segment = self._segments[number]
            segment.height, segment.width = len(self._lay(number).lines), self._width
        if guessed:
            heights = accumulate(segment.height for segment in self._segments)
            self._starts = [0, *heights]
        return bool(guessed)

    def line(self, index: int) -> Line:
        """Return a line, counted from the top."""
        number = bisect_right(self._starts, index) - 1
        if number < len(self._segments):
            lines, at = self._laid_out(number).lines, index - self._starts[number]
            return lines[at] if at < len(lines) else Line(())
        at = index - self._starts[-1]
        lines = self._laid.lines
        return lines[at] if at < len(lines) else self._tail.lines[at - len(lines)]

    def place(self, index: int) -> Spot:
        """Say what stands in a line."""
        number = min(bisect_right(self._starts, index) - 1, len(self._segments))
        at = index - self._starts[number]
        if number < len(self._segments):
            return Spot(number, *self._laid_out(number).place(at))
        settled = len(self._laid.lines)
        if at < settled:
            return Spot(number, *self._laid.place(at))
        part, line = self._tail.place(at - settled)
        return Spot(number, len(self._parts) + part, line)

    def share(self, index: int) -> Share:
        """Say what stands in a line, whatever the view."""
        number = min(bisect_right(self._starts, index) - 1, len(self._segments))
        start, size = self._extent(number)
        return Share(start + size * (index - self._starts[number]) / self._height_of(number))

    def find(self, place: Spot | Share) -> int:
        """Return the line where something stands now, its segment being laid out for certain."""
        if isinstance(place, Share):
            return self._find_share(place)
        number, part, line = place
        if number < len(self._segments):
            laid = self._laid_out(number)
            if part >= len(laid.starts):
                # It was open when its segment ended, so that it is the next one's.
                return self.find(Spot(number + 1, part - len(laid.starts), line))
            return self._starts[number] + laid.find(part, line)
        first, parts = self._starts[-1], len(self._parts)
        if part < parts:
            return first + self._laid.find(part, line)
        return first + len(self._laid.lines) + self._tail.find(part - parts, line)

    def segment_of(self, place: Spot | Share) -> int:
        """Return the segment that a place is in."""
        if isinstance(place, Spot):
            return place.segment
        number, left = 0, place.text
        while number < len(self._segments) and left >= self._segments[number].size:
            left -= self._segments[number].size
            number += 1
        return number

    @property
    def segments(self) -> int:
        """How many segments there are, the open end counted."""
        return len(self._segments) + 1

    def source(self, segment: int) -> str | None:
        """Return the text that a segment's lines are of, as far as it was laid out.

        None where they show more than stands there: the addresses of link references.
        """
        if segment < len(self._segments):
            one = self._segments[segment]
            links, parts = one.links, [*one.seam.tail, one.text]
        else:
            links = self._seam.links
            parts = [*self._seam_before.tail, "".join([*self._source, self._partial])]
        return None if links.known and any("]" in part for part in parts) else "\n".join(parts)

    def lines(self, segment: int) -> Sequence[Line]:
        """Return all lines of a segment, without keeping what was not kept yet."""
        if segment < len(self._segments):
            laid = self._shelf.get((self._key, segment)) or self._made(segment)
            return laid.lines
        return [*self._laid.lines, *self._tail.lines]

    def start(self, segment: int) -> int:
        """Return the line where a segment begins."""
        return self._starts[segment]

    def segment_at(self, index: int) -> tuple[int, int]:
        """Return the segment of a line, and which of its lines it is."""
        segment = bisect_right(self._starts, index) - 1
        return segment, index - self._starts[segment]

    # The open end.

    def _begin(self, seam: Seam) -> None:
        self._seam_before = self._seam = seam
        self._source: list[str] = []
        self._size = 0
        self._parts: list[Part] = []
        self._laid = Laid()

    def _next(self) -> str:
        """Return the next text to take, at most a step."""
        taken: list[str] = []
        room = STEP
        while self._unread and room > 0:
            text = self._unread.popleft()
            end = fitting(text, room)
            if end < len(text):
                self._unread.appendleft(text[end:])
                text = text[:end]
            taken.append(text)
            room -= cost(text)
        return "".join(taken)

    def _batches(self, lines: Sequence[str]) -> Iterator[list[str]]:
        """Return lines in batches with which a segment may be full."""
        batch: list[str] = []
        size = self._size
        for line in lines:
            batch.append(line)
            size += cost(line)
            if size >= SEGMENT:
                yield batch
                batch, size = [], 0
        if batch:
            yield batch

    def _take(self, lines: Sequence[str]) -> list[Line]:
        """Read whole lines and return those of the screen that are finished with them."""
        parts, seam = self._reader.read(self._seam, lines)
        self._source += lines
        self._size += sum(map(cost, lines))
        fresh = self._put(parts)
        new_links = seam.links is not self._seam.links
        self._seam = seam
        if self._size >= SEGMENT or new_links:
            self._close()
        return fresh

    def _put(self, parts: Sequence[Part]) -> list[Line]:
        fresh: list[Line] = []
        for part in parts:
            lines = self._reader.lay(part, self._width, self._seam.links)
            self._laid.add(lines)
            fresh += lines
        self._parts += parts
        return fresh

    def _preview(self) -> None:
        tail = Laid()
        for part in self._reader.preview(self._seam, self._partial):
            tail.add(self._reader.lay(part, self._width, self._seam.links))
        self._tail = tail

    def _finish(self) -> tuple[list[Line], int | None]:
        """Take what is open as it is, and settle what link references could not know before.

        Returns:
            The lines of the screen that are finished, and the first of the earlier ones that may
            have changed, if any has.
        """
        self._finished = True
        parts, links = self._reader.finish(self._seam, self._partial)
        self._source.append(self._partial)
        self._partial = ""
        fresh = self._put(parts)
        self._tail = Laid()
        self._close()
        linked = [
            number
            for number, segment in enumerate(self._segments)
            if len(segment.links.known) < len(links.known) and segment.may_refer
        ]
        for number in linked:
            self._segments[number].links = links
            self._segments[number].width = 0
            self._shelf.drop((self._key, number))
        return fresh, self._starts[linked[0]] if linked else None

    def _close(self) -> None:
        """End the open segment, all of which knows the same link references; begin another."""
        height = len(self._laid.lines)
        number = len(self._segments)
        self._segments.append(
            _Segment.of(self._seam_before, "".join(self._source), height, self._width)
        )
        self._starts.append(self._starts[-1] + height)
        self._shelf.put((self._key, number), self._laid)
        self._begin(self._seam)

    # Segments.

    def _extent(self, number: int) -> tuple[int, int]:
        """Return where the text of a segment begins, and how long it is, in characters."""
        start = sum(segment.size for segment in self._segments[:number])
        if number < len(self._segments):
            return start, self._segments[number].size
        return start, sum(map(len, (*self._source, self._partial)))

    def _height_of(self, number: int) -> int:
        """Return how many lines a segment takes; one at least."""
        ends = [*self._starts[1:], self.height]
        return max(1, ends[number] - self._starts[number])

    def _find_share(self, place: Share) -> int:
        number = self.segment_of(place)
        start, size = self._extent(number)
        part = min(1.0, (place.text - start) / size) if size else 0.0
        return self._starts[number] + int(part * self._height_of(number) + 0.5)

    def _laid_out(self, number: int) -> Laid:
        return self._shelf.get((self._key, number)) or self._lay(number)

    def _lay(self, number: int) -> Laid:
        laid = self._made(number)
        self._shelf.put((self._key, number), laid)
        return laid

    def _made(self, number: int) -> Laid:
        segment = self._segments[number]
        laid = Laid()
        for part in self._read(segment):
            laid.add(self._reader.lay(part, self._width, segment.links))
        return laid

    def _read(self, segment: _Segment) -> Sequence[Part]:
        lines, rest = pieces(segment.text)
        if not (self._finished and segment is self._segments[-1]):
            # A line that is too long goes on in the next segment.
            return self._reader.read(segment.seam, [*lines, rest] if rest else lines)[0]
        parts, seam = self._reader.read(segment.seam, lines)
        return [*parts, *self._reader.finish(seam, rest)[0]]
