"""What differs between two texts, word by word.

First come the words that both begin and end with; then what stands exactly once in either, in the
longest order that both have (a patience diff), first phrases and then words; then, in what is left
between, the shortest way from one to the other (Myers). What is done is limited by the texts'
length, so that twice the text takes twice as long; beyond the limit words that could be kept count
as different.

The standard library's `difflib` knows no such limit. Two answers of 10,000 words, of which every
tenth differs, take it four seconds, thirty times as long as this; with its `autojunk`, which looks
past the words that come often, one and a half times as long.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Hashable, Iterable, Iterator, Sequence
from enum import Enum, auto
from itertools import pairwise
from typing import Final, NamedTuple

from aztui.core.data import dataclass
from aztui.explore.words import tokens

_PHRASE: Final = 3
"""Words of a phrase, punctuation among them: rarely do texts have one in common by chance."""
_FARTHEST: Final = 32
"""Words that are left out or put in on the shortest way that is looked for."""
_WORTH: Final = 16
"""Times as many tokens as a phrase has more than a word, from which on phrases are looked for."""
_EFFORT: Final = 150_000
_EFFORT_A_TOKEN: Final = 12
"""Steps that are taken at most, and as many more for each token."""
_SHORT: Final = 3
"""Characters of what is kept that would tear two changes apart rather than be of use."""
_BLANKS: Final = " \t"
_CLOSING: Final = frozenset(".,;:!?)]}\u2026\u201d\u2019\xbb\u3002\u3001\uff0c\uff01\uff1f\u300d")
"""What ends a sentence, or a part of one."""
_FILLED: Final = re.compile(r"\S+")


class Side(Enum):
    """Where a piece of text stands."""

    BOTH = auto()
    LEFT = auto()
    RIGHT = auto()


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of one of the texts, or of both.

    Attributes:
        text: it; not empty.
        side: where it stands.
    """

    text: str
    side: Side


class Count(NamedTuple):
    """How many words of a text are not in the other.

    Attributes:
        differ: those, or of which a part is not.
        words: all of them.
    """

    differ: int
    words: int


def diff(left: str, right: str) -> tuple[Piece, ...]:
    """Return the pieces of two texts in their order.

    Those of both sides and of the left, joined, are the left text, those of both sides and of the
    right are the right one. No two in a row are of the same side; a left one comes before the right
    one that stands in its place.
    """
    if left == right:
        return (Piece(left, Side.BOTH),) if left else ()
    stretches = _settled(_stretches(_Words.of(left), _Words.of(right)))
    return tuple(_pieces(_readable(stretches)))


def count(pieces: Iterable[Piece], side: Side) -> Count:
    """Count the words of a side, as white space parts them, and those that differ.

    Args:
        pieces: of a comparison.
        side: left or right.
    """
    text = "".join(
        piece.text.replace("\0", " ") if piece.side is Side.BOTH else _FILLED.sub("\0", piece.text)
        for piece in pieces
        if piece.side in {Side.BOTH, side}
    )
    words = text.split()
    return Count(sum("\0" in word for word in words), len(words))


# What both have


class _Block(NamedTuple):
    """Tokens in a row that both have: where they begin, and how many they are."""

    left: int
    right: int
    size: int


class _Gap(NamedTuple):
    """What is left between two blocks: from one token up to another, left and right."""

    left: int
    left_end: int
    right: int
    right_end: int


class _Effort:
    """How much may still be done."""

    def __init__(self, left: int) -> None:
        self.left = left

    def spend(self, steps: int) -> bool:
        """Take so many steps; False where that is too much."""
        self.left -= steps
        return self.left >= 0


def _blocks(left: Sequence[str], right: Sequence[str]) -> list[_Block]:
    """Return what both have, in order."""
    found: list[_Block] = []
    effort = _Effort(_EFFORT + _EFFORT_A_TOKEN * (len(left) + len(right)))
    waiting = [_Gap(0, len(left), 0, len(right))]
    while waiting:
        gap = _trimmed(left, right, waiting.pop(), found)
        if gap.left == gap.left_end or gap.right == gap.right_end:
            continue
        anchors = _anchors(left, right, gap, effort)
        if anchors:
            found += _runs(anchors)
            waiting += _between(gap, anchors)
        else:
            found += _shortest(left, right, gap, effort)
    return sorted(found)


def _trimmed(left: Sequence[str], right: Sequence[str], gap: _Gap, found: list[_Block]) -> _Gap:
    """Put what a gap begins and ends with on both sides among what was found."""
    a, a_end, b, b_end = gap
    while a < a_end and b < b_end and left[a] == right[b]:
        a, b = a + 1, b + 1
    if a > gap.left:
        found.append(_Block(gap.left, gap.right, a - gap.left))
    while a < a_end and b < b_end and left[a_end - 1] == right[b_end - 1]:
        a_end, b_end = a_end - 1, b_end - 1
    if a_end < gap.left_end:
        found.append(_Block(a_end, b_end, gap.left_end - a_end))
    return _Gap(a, a_end, b, b_end)


def _runs(anchors: Iterable[tuple[int, int]]) -> Iterator[_Block]:
    """Yield single tokens as blocks, those in a row as one."""
    left = right = size = 0
    for a, b in anchors:
        if size and a == left + size and b == right + size:
            size += 1
            continue
        if size:
            yield _Block(left, right, size)
        left, right, size = a, b, 1
    yield _Block(left, right, size)


def _between(gap: _Gap, anchors: Sequence[tuple[int, int]]) -> Iterator[_Gap]:
    """Yield what is left before, between and after single tokens."""
    ends = [(gap.left - 1, gap.right - 1), *anchors, (gap.left_end, gap.right_end)]
    for (a, b), (next_a, next_b) in pairwise(ends):
        if next_a - a > 1 and next_b - b > 1:
            yield _Gap(a + 1, next_a, b + 1, next_b)


def _anchors(
    left: Sequence[str], right: Sequence[str], gap: _Gap, effort: _Effort
) -> list[tuple[int, int]]:
    """Return where phrases, or else words, begin that stand once on either side, in order."""
    a, b = left[gap.left : gap.left_end], right[gap.right : gap.right_end]
    for size in (_PHRASE, 1):
        if min(len(a), len(b)) < _WORTH * (size - 1) or not effort.spend(len(a) + len(b)):
            continue
        ones, others = _once(_phrases(a, size)), _once(_phrases(b, size))
        pairs = [(at, others[token]) for token, at in ones.items() if token in others]
        if pairs:
            return [(gap.left + one, gap.right + other) for one, other in _rising(pairs)]
    return []


def _phrases(words: Sequence[str], size: int) -> Sequence[Hashable]:
    if size == 1:
        return words
    return [*zip(*(words[at:] for at in range(size)), strict=False)]


def _once(things: Sequence[Hashable]) -> dict[Hashable, int]:
    """Return where what stands only once does, in its order."""
    last = dict(zip(things, range(len(things)), strict=True))
    if len(last) == len(things):
        return last
    first = dict(zip(reversed(things), range(len(things) - 1, -1, -1), strict=True))
    return {thing: at for thing, at in last.items() if first[thing] == at}


def _rising(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the most of some pairs that rise on both sides; they rise on the left one already."""
    ends: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for at, (_, other) in enumerate(pairs):
        # Most of two similar texts rises as it stands.
        length = bisect_left(ends, other) if ends and other < ends[-1] else len(ends)
        before.append(last[length - 1] if length else -1)
        ends[length : length + 1] = [other]
        last[length : length + 1] = [at]
    at = last[-1]
    rising: list[tuple[int, int]] = []
    while at >= 0:
        rising.append(pairs[at])
        at = before[at]
    return rising[::-1]


def _shortest(
    left: Sequence[str], right: Sequence[str], gap: _Gap, effort: _Effort
) -> Iterator[_Block]:
    """Yield what is kept on the shortest way through a gap; nothing where that is too far.

    Eugene W. Myers, An O(ND) Difference Algorithm and Its Variations, 1986: `reached[k]` is how far
    on the left one gets on the diagonal k with so many words left out or put in.
    """
    a, b = left[gap.left : gap.left_end], right[gap.right : gap.right_end]
    if not effort.spend(len(a) + len(b)) or set(a).isdisjoint(b):
        return
    across, down = len(a), len(b)
    reached = {1: 0}
    steps: list[dict[int, int]] = []
    for far in range(min(across + down, _FARTHEST) + 1):
        if not effort.spend(far + 1):
            return
        steps.append(reached.copy())
        # Beyond the edges there is nothing to find.
        for k in range(max(-far, far - 2 * down), min(far, 2 * across - far) + 1, 2):
            x = _next(reached, k, far)
            while x < across and x - k < down and a[x] == b[x - k]:
                x += 1
            reached[k] = x
            if x >= across and x - k >= down:
                yield from _walked(steps, gap, across, down)
                return


def _next(reached: dict[int, int], k: int, far: int) -> int:
    """Return where one begins on a diagonal: down from the one above, or across from that below."""
    if k == -far or (k != far and reached[k - 1] < reached[k + 1]):
        return reached[k + 1]
    return reached[k - 1] + 1


def _walked(steps: Sequence[dict[int, int]], gap: _Gap, x: int, y: int) -> Iterator[_Block]:
    """Yield what was kept on the way to the end of a gap, from its end."""
    for far in range(len(steps) - 1, -1, -1):
        reached, k = steps[far], x - y
        begun = _next(reached, k, far) if far else 0
        if x > begun:
            yield _Block(gap.left + begun, gap.right + begun - k, x - begun)
        down = k == -far or (k != far and reached[k - 1] < reached[k + 1])
        before = k + 1 if down else k - 1
        if far:
            x = reached[before]
            y = x - before


# What differs


@dataclass(frozen=True, slots=True)
class _Words:
    """A text in words.

    Attributes:
        bare: what is compared.
        whole: the same with the blanks behind them.
    """

    bare: list[str]
    whole: list[str]

    @classmethod
    def of(cls, text: str) -> _Words:
        pairs = tokens(text)
        return cls([word for word, _ in pairs], [word + blanks for word, blanks in pairs])


@dataclass(slots=True)
class _Stretch:
    """What both have, and then what differs: left, and in its place right."""

    kept: str
    left: str = ""
    right: str = ""

    @property
    def weight(self) -> int:
        """How many characters of what differs can be seen."""
        return max(_weight(self.left), _weight(self.right))


def _stretches(left: _Words, right: _Words) -> Iterator[_Stretch]:
    """Yield both texts from their beginning; the first stretch may keep nothing."""
    kept: list[str] = []
    first: list[str] = []
    second: list[str] = []
    a = b = 0
    for block in [*_blocks(left.bare, right.bare), _Block(len(left.bare), len(right.bare), 0)]:
        first += left.whole[a : block.left]
        second += right.whole[b : block.right]
        if (first or second) and block.size:
            yield _Stretch("".join(kept), "".join(first), "".join(second))
            kept, first, second = [], [], []
        a, b = block.left + block.size, block.right + block.size
        mine, others = left.whole[block.left : a], right.whole[block.right : b]
        if mine == others:
            kept += mine
            continue
        for at, (one, other) in enumerate(zip(mine, others, strict=True)):
            if first or second:
                yield _Stretch("".join(kept), "".join(first), "".join(second))
                kept, first, second = [], [], []
            if one == other:
                kept.append(one)
                continue
            # The same word, with other blanks behind it.
            word = left.bare[block.left + at]
            kept.append(word)
            first, second = [one[len(word) :]], [other[len(word) :]]
    yield _Stretch("".join(kept), "".join(first), "".join(second))


def _settled(stretches: Iterable[_Stretch]) -> Iterator[_Stretch]:
    """Have changes end where one would say that they do.

    Blanks that end both sides of a change are kept behind it, and a sentence that is put in begins
    with its first word, not with the full stop of the one before.
    """
    before: _Stretch | None = None
    for stretch in stretches:
        if before is not None:
            _settle(before, stretch)
            yield before
        before = stretch
    if before is not None:
        end = _Stretch("")
        _settle(before, end)
        yield before
        yield end


def _settle(change: _Stretch, after: _Stretch) -> None:
    blanks = 0
    while (
        blanks < min(len(change.left), len(change.right))
        and change.left[-1 - blanks] == change.right[-1 - blanks]
        and change.left[-1 - blanks] in _BLANKS
    ):
        blanks += 1
    if blanks:
        after.kept = change.left[-blanks:] + after.kept
        change.left, change.right = change.left[:-blanks], change.right[:-blanks]
    if change.left and change.right:
        return
    text = change.left or change.right
    most = min(len(text), len(after.kept) - bool(after.left or after.right))
    by = 0
    while by < most and text[by] == after.kept[by] and text[by] in _CLOSING:
        by += 1
    if by:
        change.kept, after.kept = change.kept + text[:by], after.kept[by:]
        text = text[by:] + text[:by]
        change.left, change.right = (text, "") if change.left else ("", text)


def _readable(stretches: Iterable[_Stretch]) -> Iterator[_Stretch]:
    """Join changes that only a short word or blanks keep apart: one reads them as one."""
    run: list[_Stretch] = []
    weight = 0
    for stretch in stretches:
        if run and _tears(weight, stretch):
            weight += _weight(stretch.kept) + stretch.weight
        else:
            yield from _joined(run)
            run, weight = [], stretch.weight
        run.append(stretch)
    yield from _joined(run)


def _tears(weight: int, after: _Stretch) -> bool:
    """Whether what is kept after a change of some weight is worth less than what it parts."""
    if not (after.left or after.right) or "\n" in after.kept:
        return False
    kept = _weight(after.kept)
    return kept <= _SHORT and kept <= min(weight, after.weight)


def _weight(text: str) -> int:
    return len("".join(text.split()))


def _joined(run: Sequence[_Stretch]) -> Iterator[_Stretch]:
    if len(run) < 2:
        yield from run
        return
    first, *others = run
    left = [first.left, *(part for other in others for part in (other.kept, other.left))]
    right = [first.right, *(part for other in others for part in (other.kept, other.right))]
    yield _Stretch(first.kept, "".join(left), "".join(right))


def _pieces(stretches: Iterable[_Stretch]) -> Iterator[Piece]:
    for stretch in stretches:
        for text, side in (
            (stretch.kept, Side.BOTH),
            (stretch.left, Side.LEFT),
            (stretch.right, Side.RIGHT),
        ):
            if text:
                yield Piece(text, side)
