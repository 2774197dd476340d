"""An answer's tokens, each looking as likely as it was, to go about in with the keyboard."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar, Final

from rich.cells import cell_len
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.timer import Timer

from aztui.core.continuing import beginning
from aztui.core.events import Chosen
from aztui.core.run import Choice, Run
from aztui.explore.likelihood import Sureness, is_surprising, sureness
from aztui.explore.places import Place, Places
from aztui.ui.lens import LOOKS, TokenRows, painted, scale
from aztui.ui.messages import message
from aztui.ui.widgets.lines import Lines
from aztui.ui.widgets.rows import BLANK, Columns, Look, Role, Row

_LEAST: Final = 0.5
"""Bits of surprisal that are looked for at least."""
_MOST: Final = 16.0
_AT_ONCE: Final = 150
"""Tokens that are laid out at a time."""
_BETWEEN: Final = 0.005
"""Seconds that everything else has in between."""
_AFTER_A_KEY: Final = 0.1
"""Seconds that the next key has."""


class TokenView(Lines, can_focus=True):
    """Shows the tokens of one answer, those that still come as well.

    Attributes:
        bits: the surprisal from which on a token counts as surprising.
        scaled: whether a scale stands below each row.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "token(-1)", show=False),
        Binding("right,l", "token(1)", show=False),
        Binding("up", "line(-1)", show=False),
        Binding("down", "line(1)", show=False),
        Binding("pageup,b", "page(-1)", show=False),
        Binding("pagedown,space", "page(1)", show=False),
        Binding("home,ctrl+home,g", "to(0)", show=False),
        Binding("end,ctrl+end,G", "to(-1)", show=False),
        Binding("n", "surprising(1)", show=False),
        Binding("N", "surprising(-1)", show=False),
        Binding("less_than_sign", "threshold(-1)", show=False),
        Binding("greater_than_sign", "threshold(1)", show=False),
        Binding("s", "scale", show=False),
    ]

    @message
    class Changed(Message):
        """The user is at another token, or more of them have come.

        The widget is to be drawn again with what is said of it: both would else be drawn one after
        the other, a frame apart.

        Attributes:
            said: why a key did nothing, in a sentence; empty where it did.
        """

        said: str = ""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's
        """Show nothing yet."""
        super().__init__(id=id)
        self.bits = 3.0
        self.scaled = False
        self._start = ""
        self._text = ""
        self._places = Places()
        self._tokens: Sequence[Chosen] = ()
        self._over = False
        self._later: Timer | None = None
        self._told = 0
        self._here = 0
        self._to_end = False
        self._top = 0
        self._rows = TokenRows(80)
        self._shown = 0
        self._width = 0
        self._looks: dict[int, Look] = {-1: Role.DIM}
        self._sure: dict[int, Sureness | None] = {}

    @property
    def count(self) -> int:
        """How many tokens there are."""
        return len(self._places.found)

    @property
    def here(self) -> Place | None:
        """The token where the user is; None where there is none."""
        return self._places.found[self._here] if self._places.found else None

    @property
    def number(self) -> int:
        """Which one that is, from 1."""
        return self._here + 1

    @property
    def before(self) -> str:
        """The answer's text before the token where the user is."""
        place = self.here
        return self._start + (self._text[: place.start] if place else "")

    @property
    def after(self) -> str:
        """The answer's text up to the end of that token."""
        place = self.here
        return self._start + (self._text[: place.end] if place else "")

    def take(self, run: Run, choice: Choice) -> None:
        """Show an answer as it is now; it only grows."""
        changed = (len(choice.text), run.phase.over) != (len(self._text), self._over)
        if (changed or choice.tokens) and not self._tokens:
            self._width = 0  # what was shown of the text without them goes
        self._start, self._text = beginning(run), choice.text
        self._tokens, self._over = choice.tokens, run.phase.over
        if changed or self._behind:
            self._advance()

    @property
    def _behind(self) -> bool:
        """Whether there are tokens that were not laid out yet."""
        return self._told < len(self._tokens)

    def _advance(self) -> None:
        """Lay out some more tokens, and the others afterwards: keys go in between."""
        if self._later is not None:
            self._later.stop()
            self._later = None
        below = len(self._rows.rows) > self._top + self._height
        self._find(_AT_ONCE)
        self._lay_out(seen=not below)
        if self._to_end and not self._behind:
            self._go(self.count - 1)
        # It was a key that opened the lens.
        wait = _BETWEEN if self._told > _AT_ONCE else _AFTER_A_KEY
        self._later = self.set_timer(wait, self._advance) if self._behind else None

    def _find(self, most: int) -> None:
        new = self._tokens[self._told : self._told + most]
        self._told += len(new)
        self._places.extend(self._text, new, over=self._over)
        for number in range(len(self._sure), self.count):
            sure = self._sure[number] = sureness(self._places.found[number].chosen.token)
            self._looks[number] = LOOKS[sure]

    def on_resize(self) -> None:
        """Lay all of it out for another width."""
        self._lay_out()

    def row(self, y: int) -> Row:
        """Return one row of the screen."""
        step = 2 if self.scaled else 1
        index = self._top + y // step
        if index >= len(self._rows.rows):
            return BLANK
        parts = self._rows.rows[index]
        gutter = (" " * Columns.of(self.size.width).indent, Role.TEXT)
        if y % step:
            return gutter, (scale(parts, self._sure), Role.DIM)
        return (gutter, *painted(parts, self._looks, self._here))

    def action_token(self, by: int) -> None:
        """Go to the next token, or to the one before."""
        self._go(self._here + by)

    def action_to(self, token: int) -> None:
        """Go to the first token, or to the last; as far as that is laid out, and then on."""
        self._go(token % self.count if self.count else 0, to_end=token < 0 and self._behind)

    def action_line(self, by: int) -> None:
        """Go to the token above or below."""
        self._to_row(self._row + by)

    def action_page(self, by: int) -> None:
        """Go a page up or down."""
        self._to_row(self._row + by * max(1, self._height - 1))

    def action_surprising(self, way: int) -> None:
        """Go to the next surprising token, or to the one before."""
        tokens, here = self._tokens, self._here
        ahead = range(here + 1, len(tokens)) if way > 0 else range(here - 1, -1, -1)
        at = next((at for at in ahead if is_surprising(tokens[at], self.bits)), None)
        if at is not None and at >= self._told:
            self._find(at + 1 - self._told)
            self._lay_out()
        if at is None or at >= self.count:  # its text has not come yet
            which = "after" if way > 0 else "before"
            self.post_message(self.Changed(f"There is no surprising token {which} this one."))
        else:
            self._go(at)

    def action_threshold(self, way: int) -> None:
        """Look for tokens of more bits, or of fewer."""
        self.bits = max(_LEAST, min(_MOST, self.bits + way * _LEAST))
        self.post_message(self.Changed())

    def action_scale(self) -> None:
        """Show a scale below each row, or none."""
        self.scaled = not self.scaled
        self._scroll()
        self.refresh()

    def _lay_out(self, *, seen: bool = True) -> None:
        """Lay out what has been found; `seen` where that may be in view."""
        width = Columns.of(self.size.width).width
        anew = width != self._width
        if anew:
            self._width, self._rows, self._shown = width, TokenRows(width), 0
            self._rows.feed([(-1, self._start if self._tokens else self._start + self._text)])
        found = self._places.found
        if self._shown < len(found):
            self._rows.feed(self._pieces(self._shown))
            self._shown = len(found)
        if seen or anew:
            self._scroll()
            self.post_message(self.Changed())

    def _pieces(self, first: int) -> Iterator[tuple[int, str]]:
        """Yield each token's text, and what of the answer stands between them."""
        found = self._places.found
        at = found[first - 1].end if first else 0
        for number in range(first, len(found)):
            place = found[number]
            if place.start > at:
                yield -1, self._text[at : place.start]
            yield number, self._text[place.start : place.end]
            at = place.end

    @property
    def _height(self) -> int:
        """How many rows of text are on the screen."""
        return max(1, self.size.height // (2 if self.scaled else 1))

    @property
    def _row(self) -> int:
        return self._rows.row_of.get(self._here, 0)

    def _go(self, token: int, *, to_end: bool = False) -> None:
        """Go to a token; `to_end` goes on to those that are laid out later."""
        self._here, self._to_end = max(0, min(token, self.count - 1)), to_end
        if self._later is not None:
            self._later.stop()
            self._later = self.set_timer(_AFTER_A_KEY, self._advance)
        self._scroll()
        self.post_message(self.Changed())

    def _to_row(self, row: int) -> None:
        rows = self._rows.rows
        row = max(0, min(row, len(rows) - 1))
        column = self._column(self._row)
        at, best = 0, self._here
        for token, text in rows[row]:
            if self._rows.row_of.get(token) == row and token >= 0:
                best = token
                if at + cell_len(text) > column:
                    break
            at += cell_len(text)
        self._go(best)

    def _column(self, row: int) -> int:
        """In which cell of a row the token begins where the user is."""
        at = 0
        for token, text in self._rows.rows[row] if self._rows.rows else ():
            if token == self._here:
                return at
            at += cell_len(text)
        return 0

    def _scroll(self) -> None:
        """Have the token where the user is on the screen."""
        height, row = self._height, self._row
        self._top = max(0, min(self._top, row, len(self._rows.rows) - height))
        self._top = max(self._top, row - height + 1)
