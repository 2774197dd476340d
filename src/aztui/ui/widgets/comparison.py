"""Two texts and what differs in them, to be read and gone through change by change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final, TypeAlias

from textual.binding import Binding, BindingType
from textual.message import Message

from aztui.explore.diff import Count, Piece, Side
from aztui.ui.widgets.bar import fitted
from aztui.ui.widgets.lines import Lines
from aztui.ui.widgets.page import Page
from aztui.ui.widgets.rows import BLANK, HERE, MARGIN, Face, Look, Role, Row, length
from aztui.ui.widgets.rows import Piece as Said
from aztui.ui.widgets.versus import BETWEEN, KEPT, Pair, Panes, Part, Parts, laid_out

About: TypeAlias = tuple[Sequence[str], Count | None]
"""What is said of a text, the most important first and safe to show, and how much of it differs;
None while that is not known."""
LaidOut: TypeAlias = tuple[Panes, Sequence[Pair]]
"""A comparison in rows, and the panes that it is laid out for."""

_SIGNS: Final = {Side.LEFT: ("-", Role.LEFT), Side.RIGHT: ("+", Role.RIGHT)}
_BOTH: Final = ("±", Role.TEXT)
_ABOVE: Final = 3
"""A change that is gone to stands so many parts of the screen from the top, at least."""


class Comparison(Page):
    """Shows two texts, and takes the keys that go from change to change."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "change(1)", show=False),
        Binding("N", "change(-1)", show=False),
    ]

    class Moved(Message):
        """The user is at another change, or the texts are shown in another way."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's
        """Begin with two empty texts.

        Args:
            id: for style sheets and queries.
        """
        super().__init__(self._lay_out, id=id)
        self._pieces: Sequence[Piece] = ()
        self._ready: LaidOut | None = None
        self._wanted = True
        self._laid_out: Panes | None = None
        self._fresh = True
        self._pairs: Sequence[Pair] = ()
        self._first: dict[int, int] = {}
        self._here = 0

    @property
    def panes(self) -> Panes:
        """Where the texts stand."""
        return Panes.of(self.size.width, beside=self._wanted)

    @property
    def place(self) -> tuple[int, int]:
        """The change at which the user is, from 1, and how many there are."""
        return self._here + 1, len(self._first)

    def show(self, pieces: Sequence[Piece], ready: LaidOut | None = None) -> None:
        """Show other texts, where they first differ.

        Args:
            pieces: of both.
            ready: the same laid out, if somebody has done that already.
        """
        self._pieces, self._ready = pieces, ready
        self._top = self._here = 0
        self._laid_out, self._fresh = None, True
        self.remake()

    def turn(self) -> None:
        """Show the texts side by side, or as one text again; at the change where the user is."""
        self._wanted = not self._wanted
        self.remake()
        self._bring()

    def remake(self) -> None:
        """Lay the texts out for the width at hand."""
        super().remake()
        if self._fresh and self._pairs:
            self._fresh = False
            self._bring()
        else:
            self.post_message(self.Moved())

    def row(self, y: int) -> Row:
        """Return one row of the screen."""
        index = self._top + y
        if index >= len(self._pairs):
            return BLANK
        return _drawn(self._pairs[index], self.panes, self._here)

    def action_change(self, by: int) -> None:
        """Go to the next change, or the one before; from what is on the screen."""
        if not self._first:
            return
        rows = range(self._top, self._top + self.size.height)
        if self._first[self._here] in rows:
            self._here = max(0, min(self._here + by, len(self._first) - 1))
        elif by > 0:
            below = (at for at, row in self._first.items() if row >= rows.start)
            self._here = next(below, len(self._first) - 1)
        else:
            above = (at for at, row in self._first.items() if row < rows.stop)
            self._here = max(above, default=0)
        self._bring()

    def _bring(self) -> None:
        """Have the change where the user is on the screen."""
        row = self._first.get(self._here)
        height = self.size.height
        if row is not None and not self._top <= row < self._top + height:
            self._top = max(0, min(row - height // _ABOVE, self._last))
        self.refresh()
        self.post_message(self.Moved())

    def _lay_out(self, width: int) -> Sequence[Row]:
        panes = Panes.of(width, beside=self._wanted)
        if width and panes != self._laid_out:
            self._laid_out = panes
            for_these, pairs = self._ready or (None, ())
            self._pairs = pairs if for_these == panes else laid_out(self._pieces, panes)
            self._first = {}
            for row, pair in enumerate(self._pairs):
                for change in sorted(pair.changes):
                    self._first.setdefault(change, row)
        # The page only counts them: they are drawn when they are looked at.
        return [BLANK] * len(self._pairs)


class Heads(Lines):
    """Says what the texts are, each with its sign, above its pane or one below the other."""

    def __init__(self, comparison: Comparison, *, id: str | None = None) -> None:  # noqa: A002 - Textual's
        """Have nothing to say yet.

        Args:
            comparison: what shows the texts.
            id: for style sheets and queries.
        """
        super().__init__(id=id)
        self._comparison = comparison
        self._left: About = ((), None)
        self._right: About = self._left

    def show(self, left: About, right: About) -> None:
        """Say what the two texts are."""
        self._left, self._right = left, right
        self.refresh()

    def row(self, y: int) -> Row:
        """Return one row of the screen."""
        panes = self._comparison.panes
        left = (*_gutter(panes, "", [Side.LEFT]), *_head(self._left, panes.width))
        right = _head(self._right, panes.width)
        if panes.beside:
            return (*left, *_between([Side.RIGHT]), *right) if y == 0 else BLANK
        return (left, (*_gutter(panes, "", [Side.RIGHT]), *right), BLANK)[min(y, 2)]


def _head(about: About, width: int) -> Row:
    parts, count = about
    pieces: list[Said] = [(part, Role.DIM if at else Role.STRONG) for at, part in enumerate(parts)]
    figure = "" if count is None else _in_words(*count)
    # A bar's blank before, and its margin after, belong to the panes here.
    return fitted(pieces, (figure, Role.DIM), width + 1 + MARGIN)[1:]


def _in_words(differ: int, words: int) -> str:
    return f"{differ:,} of {words:,} words differ{'s' if differ == 1 else ''}"


def _drawn(pair: Pair, panes: Panes, here: int) -> Row:
    """Return a row as it is shown, with the change where the user is."""
    mark = HERE if here in pair.changes else ""
    if not panes.beside:
        sides = [side for side in _SIGNS if any(part.side is side for part in pair.left)]
        return (*_gutter(panes, mark, sides), *_pieces(pair.left, here, beside=False))
    left = (*_gutter(panes, mark, _changed(pair.left)), *_pieces(pair.left, here, beside=True))
    filling = " " * (panes.indent + panes.width - length(left))
    right = _pieces(pair.right, here, beside=True)
    return (*left, (filling, Role.TEXT), *_between(_changed(pair.right)), *right)


def _changed(parts: Parts) -> list[Side]:
    return [part.side for part in parts if part.change != KEPT][:1]


def _gutter(panes: Panes, mark: str, sides: Sequence[Side]) -> Row:
    """Return what stands before a row: where the user is, and which text something is only in."""
    sign = _sign(sides)
    if panes.indent > 2:
        return ((f"{mark:1}", Role.ACCENT), sign, (" ", Role.TEXT))
    return ((f"{mark} ", Role.ACCENT),) if mark else (sign, (" ", Role.TEXT))


def _between(sides: Sequence[Side]) -> Row:
    return ((" " * (BETWEEN - 2), Role.TEXT), _sign(sides), (" ", Role.TEXT))


def _sign(sides: Sequence[Side]) -> Said:
    if len(sides) > 1:
        return _BOTH
    return _SIGNS[sides[0]] if sides else (" ", Role.TEXT)


def _pieces(parts: Parts, here: int, *, beside: bool) -> Row:
    return tuple((part.text, _look(part, here, beside=beside)) for part in parts)


def _look(part: Part, here: int, *, beside: bool) -> Look:
    """Return how a part looks: what only one text has is underlined, or in one text struck out."""
    bold = part.change == here
    match part.side:
        case Side.BOTH:
            return Role.TEXT
        case Side.LEFT if not beside:
            return Face(Role.LEFT, bold=bold, strike=True)
        case Side.LEFT:
            return Face(Role.LEFT, bold=bold, underline=True)
        case Side.RIGHT:
            return Face(Role.RIGHT, bold=bold, underline=True)
