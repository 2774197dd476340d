"""Which runs of `*`, `_` and `~` open emphasis and which close it, by CommonMark's rules.

(CommonMark 0.31, 6.2; `~~` is paired as markdown-it pairs it.)
"""

from __future__ import annotations

import unicodedata
from itertools import groupby
from typing import Final, NamedTuple, TypeAlias

_DEEPEST: Final = 16
"""Emphasis within emphasis of which account is kept."""
_FACTORS: Final = frozenset(")]}^")
"""With ASCII letters and digits, what a `*` that opens nothing comes after: `5*3`, `f(x)*y`."""


class Run(NamedTuple):
    """Markers of one kind side by side.

    Attributes:
        at: where they begin in the text.
        size: how many there are.
        mark: which.
    """

    at: int
    size: int
    mark: str

    @property
    def end(self) -> int:
        """Where they end in the text."""
        return self.at + self.size


class Opener(NamedTuple):
    """A run that opened emphasis which is not closed yet.

    Attributes:
        run: the run.
        left: how many of its markers are not closed.
        closes: whether it could have closed something.
        likely: whether it was probably meant to open.
    """

    run: Run
    left: int
    closes: bool
    likely: bool

    def fits(self, run: Run, *, opens: bool) -> bool:
        """Whether a run closes it; `opens` says whether that could open something as well."""
        if self.run.mark != run.mark:
            return False
        sizes = (self.run.size, run.size)
        odd = sum(sizes) % 3 == 0 and any(size % 3 for size in sizes)
        return run.mark == "~" or not (odd and (self.closes or opens))


Openers: TypeAlias = tuple[Opener, ...]
"""The outermost first."""


def take(openers: Openers, text: str, run: Run, end: int) -> tuple[Openers, bool]:
    """Return what is open after a run, and whether it did nothing but to close others wholly.

    An unlikely opener counts as closed by what is in the same word only: `un*believ*able`, but not
    `5*3 and 2*`, which will probably go on.

    Args:
        openers: what is open before it.
        text: where it stands.
        run: the run.
        end: where the text is taken to end.
    """
    opens, closes = _flanks(text, run, end)
    odd = run.mark == "~" and run.size % 2
    left = run.size - odd
    whole = False
    while closes and left:
        depth = len(openers) - 1
        while depth >= 0 and not openers[depth].fits(run, opens=opens):
            depth -= 1
        if depth < 0:
            break
        inner = openers[depth]
        used = 2 if left > 1 and inner.left > 1 else 1
        left -= used
        rest = inner.left - used
        openers = openers[:depth]
        if rest:
            openers = (*openers, inner._replace(left=rest))
        whole = not rest and (inner.likely or _is_word(text[inner.run.end : run.at]))
    if opens and left:
        before = text[run.at - 1 : run.at]
        likely = not (before.isascii() and before.isalnum()) and before not in _FACTORS
        openers = (*openers[-_DEEPEST:], Opener(run, left, closes, likely))
    return openers, whole and not (left or odd)


def closing(openers: Openers, text: str, run: Run | None = None, before: Openers = ()) -> str:
    """Return what closes all that was probably meant to open, when it is put at a text's end.

    Args:
        openers: what is open there.
        text: all that comes before.
        run: markers at the very end of the text, which the new ones would join.
        before: what is open before those.
    """
    closers = _closers(openers)
    joins = run is not None and closers[:1] == run.mark
    closed = before if joins else openers
    at = run.at if run is not None and joins else len(text)
    text += closers
    for mark, group in groupby(text[at:]):
        size = len(list(group))
        closed = take(closed, text, Run(at, size, mark), len(text))[0]
        at += size
    # Some runs close nothing because of their sizes (the rule of three): better none than those.
    return "" if _closers(closed) else closers


def _closers(openers: Openers) -> str:
    closers: list[str] = []
    marks: set[str] = set()
    for opener in openers:
        if opener.likely:
            marks.add(opener.run.mark)
        # An unlikely one within would take the markers that are meant for the one around it.
        if opener.run.mark in marks:
            closers.insert(0, opener.run.mark * opener.left)
    return "".join(closers)


def _flanks(text: str, run: Run, end: int) -> tuple[bool, bool]:
    """Return whether a run can open emphasis, and whether it can close some."""
    before = text[run.at - 1] if run.at else " "
    behind = text[run.end] if run.end < end else " "
    left = _leans(before, behind)
    right = _leans(behind, before)
    if run.mark == "_":
        opens = left and (not right or _is_punctuation(before))
        return opens, right and (not left or _is_punctuation(behind))
    return left, right


def _leans(away: str, toward: str) -> bool:
    """Whether a run belongs to the character on one side of it more than to the other."""
    if toward.isspace():
        return False
    return not _is_punctuation(toward) or away.isspace() or _is_punctuation(away)


def _is_word(text: str) -> bool:
    return not any(map(str.isspace, text))


def _is_punctuation(character: str) -> bool:
    return unicodedata.category(character)[0] in "PS"
