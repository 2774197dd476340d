"""Two answers and what differs in them, on a page of its own."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Thread
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.screen import Screen

from aztui.core.events import RunId
from aztui.explore import diff
from aztui.explore.candidates import Candidate
from aztui.ui.messages import message
from aztui.ui.naming import described, heading, shared_prompt
from aztui.ui.styles import HEIGHTS, stylesheet
from aztui.ui.widgets.bar import Bar, Rule
from aztui.ui.widgets.comparison import Comparison, Heads, LaidOut
from aztui.ui.widgets.rows import Piece, Role
from aztui.ui.widgets.versus import WIDE, Panes, laid_out

_HINTS: Final = ("n N difference", "esc back", "[ ] another +", "{ } another -", "↑ ↓ scroll")
_AT_ONCE: Final = 30_000
"""Characters of both answers that are compared before the next key; more are while keys go on."""
_SEARCHING: Final = "comparing …"
_NO_OTHER: Final = "There is no third answer to compare: f5 asks again, x marks one elsewhere."
_NARROW: Final = f"Side by side takes {WIDE} columns; this screen has fewer."


class CompareScreen(Screen[None]):
    """Compares two of some answers; leaves with esc."""

    CSS_PATH = stylesheet("compare.tcss")
    AUTO_FOCUS = "#comparison"
    VERTICAL_BREAKPOINTS = HEIGHTS
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,equals_sign", "dismiss(None)", show=False),
        Binding("left_square_bracket", "right(-1)", show=False),
        Binding("right_square_bracket", "right(1)", show=False),
        Binding("left_curly_bracket", "left(-1)", show=False),
        Binding("right_curly_bracket", "left(1)", show=False),
        Binding("v", "turn", show=False),
    ]

    @message
    class Found(Message):
        """It is known in what two answers differ.

        Attributes:
            shown: the two.
            pieces: of both.
            ready: the same laid out.
        """

        shown: tuple[Candidate, Candidate]
        pieces: Sequence[diff.Piece]
        ready: LaidOut

    def __init__(
        self,
        answers: Sequence[Candidate],
        left: int,
        right: int,
        marked: tuple[RunId, int] | None = None,
    ) -> None:
        """Make the screen.

        Args:
            answers: those that can be compared, as they are now.
            left: which of them to begin with, from 0.
            right: which one to compare it with.
            marked: the one that the user has marked.
        """
        super().__init__()
        self._answers = answers
        self._left = left
        self._right = right
        self._marked = marked
        self._searching = False
        self._comparison = Comparison(id="comparison")
        self._heads = Heads(self._comparison, id="heads")
        self._header = Bar(id="header")
        self._hints = Bar(id="hints")

    def compose(self) -> ComposeResult:
        """Lay the widgets out from top to bottom."""
        yield self._header
        yield Rule(id="under-header")
        yield self._heads
        yield Rule(id="under-heads")
        yield self._comparison
        yield Rule(id="over-hints")
        yield self._hints

    def on_mount(self) -> None:
        """Compare the two."""
        self._compare()

    def on_comparison_moved(self) -> None:
        """Say where the user is, and what can be done there."""
        self.set_class(self._comparison.panes.beside, "-beside")
        self._heads.refresh()
        at, changes = self._comparison.place
        said = f"difference {at:,} of {changes:,}" if changes else "the same text"
        said = _SEARCHING if self._searching else said
        width = self._header.size.width
        pieces = heading("compare", shared_prompt(self._shown), said, width)
        self._header.show(pieces, (said, Role.DIM))
        self._say()

    def action_right(self, by: int) -> None:
        """Have another answer at the right."""
        if self._enough():
            self._right = self._next(self._right, by, self._left)
            self._compare()

    def action_left(self, by: int) -> None:
        """Have another answer at the left."""
        if self._enough():
            self._left = self._next(self._left, by, self._right)
            self._compare()

    def action_turn(self) -> None:
        """Show the answers side by side, or as one text again."""
        if self.size.width < WIDE:
            self._say(_NARROW)
        else:
            self._comparison.turn()

    def _enough(self) -> bool:
        if len(self._answers) == 2:
            self._say(_NO_OTHER)
        return len(self._answers) > 2

    def _next(self, at: int, by: int, kept: int) -> int:
        """Return the answer after or before one; not the one that stays."""
        following = (at + by) % len(self._answers)
        return (following + by) % len(self._answers) if following == kept else following

    def _compare(self) -> None:
        left, right = shown = self._shown
        self._searching = len(left.text) + len(right.text) > _AT_ONCE
        if not self._searching:
            self._show(diff.diff(left.text, right.text))
            return
        self._heads.show((self._called(left), None), (self._called(right), None))
        self._comparison.show(())
        panes = self._comparison.panes
        Thread(target=self._search, args=(shown, panes), daemon=True, name="comparing").start()

    def _search(self, shown: tuple[Candidate, Candidate], panes: Panes) -> None:
        left, right = shown
        pieces = diff.diff(left.text, right.text)
        self.post_message(self.Found(shown, pieces, (panes, laid_out(pieces, panes))))

    def on_compare_screen_found(self, message: Found) -> None:
        """Show what was found, unless other answers are compared by now."""
        if self._searching and message.shown == self._shown:
            self._searching = False
            self._show(message.pieces, message.ready)

    def _show(self, pieces: Sequence[diff.Piece], ready: LaidOut | None = None) -> None:
        left, right = self._shown
        self._heads.show(
            (self._called(left), diff.count(pieces, diff.Side.LEFT)),
            (self._called(right), diff.count(pieces, diff.Side.RIGHT)),
        )
        self._comparison.show(pieces, ready)

    @property
    def _shown(self) -> tuple[Candidate, Candidate]:
        return self._answers[self._left], self._answers[self._right]

    def _called(self, answer: Candidate) -> Sequence[str]:
        return described(answer, self._shown, marked=answer.key == self._marked)

    def _say(self, said: str = "") -> None:
        """Say why a key did nothing, else which keys there are."""
        other = "as one text" if self._comparison.panes.beside else "side by side"
        hints = [*_HINTS, *([f"v {other}"] if self.size.width >= WIDE else [])]
        pieces: list[Piece] = [(hint, Role.DIM) for hint in hints]
        self._hints.show([(said, Role.ACCENT)] if said else pieces)
