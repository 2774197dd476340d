"""The token lens: how likely each token of an answer was, and what else might have stood there."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen

from aztui.core.events import Token
from aztui.core.run import Choice, Run
from aztui.explore import likelihood
from aztui.explore.places import Place, sendable
from aztui.terminal.sanitise import sanitise, sanitise_line
from aztui.ui.conversation import Branch
from aztui.ui.lens import bytes_in_words, decided, facts, mean_in_words, name, rival
from aztui.ui.styles import HEIGHTS, stylesheet
from aztui.ui.widgets.bar import Bar, Rule, fitted
from aztui.ui.widgets.panel import Panel
from aztui.ui.widgets.prose import prose
from aztui.ui.widgets.rows import Columns, Piece, Role, Row
from aztui.ui.widgets.tokens import TokenView

FRAME: Final = 1 / 20
"""Seconds between two looks at an answer that still comes."""
_TOKENS: Final = 32
"""Of several continuations, unless the user wants more or less."""
_FEWEST: Final = 16
"""What the Responses API gives at least."""
_LONGEST: Final = 4096

_MANY: Final = "1-9 so many"
_HINTS: Final = (
    "← → token",
    "n N surprising",
    "j k another",
    "enter go on from it",
    _MANY,
    "s scale",
    "esc back",
)
_LOW: Final = 6
"""Rows about a token from which on there is room for its bytes."""
_NOTHING: Final[Piece] = ("", Role.DIM)
_PART: Final = "This is a part of a character, which cannot be sent: choose another token."


class LensScreen(Screen[Branch | None]):
    """Shows an answer's tokens; leaves with where to go on, or with nothing."""

    CSS_PATH = stylesheet("lens.tcss")
    VERTICAL_BREAKPOINTS = HEIGHTS
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f3,t,q", "leave", show=False),
        Binding("j,tab", "rival(1)", show=False),
        Binding("k,shift+tab", "rival(-1)", show=False),
        Binding("enter", "branch", show=False),
        *[Binding(str(digit), f"answers({digit})", show=False) for digit in range(1, 10)],
        Binding("plus", "tokens(2)", show=False),
        Binding("minus", "tokens(0.5)", show=False),
    ]

    def __init__(
        self,
        find: Callable[[], Run],
        number: int,
        why_none: Callable[[Run], str],
        *,
        several: bool = True,
    ) -> None:
        """Make the screen.

        Args:
            find: returns the run as it is now.
            number: which of its answers, counted from 0.
            why_none: says of a run why nothing is known of its tokens, and what to do.
            several: whether several continuations may be asked for at once.
        """
        super().__init__()
        self._find = find
        self._number = number
        self._why_none = why_none
        self._several = several
        self._rival = 0
        self._answers: int | None = None
        self._tokens = _TOKENS
        self._at = -1
        self._mean: likelihood.Mean | None = None
        self._said = ""
        self._header = Bar(id="header")
        self._view = TokenView(id="tokens")
        self._panel = Panel(self._about, id="about")
        self._hints = Bar(id="hints")

    def compose(self) -> ComposeResult:
        """Lay the widgets out from top to bottom."""
        yield self._header
        yield Rule(id="under-header")
        yield self._view
        yield Rule(id="over-about")
        yield self._panel
        yield self._hints

    def on_mount(self) -> None:
        """Let the tokens take the keys, and follow an answer that still comes."""
        self.set_focus(self._view)
        self._look()
        if not self._find().phase.over:
            self._following = self.set_interval(FRAME, self._follow)

    def on_token_view_changed(self, message: TokenView.Changed) -> None:
        """Say how likely the token was where the user is."""
        if self._at != self._view.number:
            self._at, self._rival, self._answers = self._view.number, self._chosen, None
            self._said = ""
        self._said = message.said or self._said
        self._view.refresh()
        self._show()

    def action_leave(self) -> None:
        """Take a number back that was typed; else leave."""
        if self._answers is None:
            self.dismiss(None)
            return
        self._answers = None
        self._show()

    def action_rival(self, by: int) -> None:
        """Go to another token that could have stood there."""
        rivals = self._rivals
        if rivals:
            self._rival = (self._rival + by) % len(rivals)
            self._show()

    def action_answers(self, digit: int) -> None:
        """Ask for so many continuations."""
        if self._several:
            self._answers = digit
            self._show()

    def action_tokens(self, times: float) -> None:
        """Have continuations be longer, or shorter."""
        self._tokens = int(max(_FEWEST, min(_LONGEST, self._tokens * times)))
        self._show()

    def action_branch(self) -> None:
        """Have the answer go on from the token that is chosen here."""
        run, place = self._find(), self._view.here
        if not run.phase.over:
            self._say("Still streaming: esc and esc again stop it, then enter goes on from here.")
        elif place is None:
            self._say("There is no token to go on from.")
        elif (start := self._begun(place)) is None:
            self._say(_PART)
        else:
            many = self._answers
            tokens = None if many is None else self._tokens
            self.dismiss(Branch(run.id, start, self._view.number, many, tokens))

    def _begun(self, place: Place) -> str | None:
        """How the answer begins that goes on from here; None where it cannot be cut so."""
        if self._marked == self._chosen:
            return self._view.after
        token = self._rivals[self._marked]
        return self._view.before + token.text if place.whole and sendable(token) else None

    @property
    def _rivals(self) -> tuple[Token, ...]:
        place = self._view.here
        return likelihood.rivals(place.chosen) if place else ()

    @property
    def _chosen(self) -> int:
        """The place of the token that was chosen among those that are known."""
        place = self._view.here
        if place is None:
            return 0
        at = likelihood.place(place.chosen)
        return self._rivals.index(place.chosen.token) if at is None else at

    @property
    def _marked(self) -> int:
        """Which of them the user is at: the chosen one of a token that they have just come to."""
        return self._rival if self._at == self._view.number else self._chosen

    def _choice(self, run: Run) -> Choice:
        found = (choice for choice in run.choices if choice.index == self._number)
        return next(found, Choice(self._number))

    def _follow(self) -> None:
        self._look()
        self._show()
        if self._find().phase.over:
            self._following.stop()

    def _look(self) -> None:
        run = self._find()
        choice = self._choice(run)
        self._mean = likelihood.mean(choice.tokens.logprobs())
        self._view.take(run, choice)

    def _say(self, said: str) -> None:
        self._said = said
        self._show()

    def _show(self) -> None:
        run = self._find()
        pieces: list[Piece] = [("lens", Role.ACCENT)]
        if len(run.choices) > 1:
            pieces.append((f"answer {self._number + 1} of {len(run.choices)}", Role.TEXT))
        pieces.append((sanitise_line(run.request.deployment), Role.DIM))
        if tokens := len(self._choice(run).tokens):
            pieces.append((f"{tokens:,} tokens", Role.DIM))
        self._header.show(pieces, (mean_in_words(self._mean), Role.DIM))
        said: list[Piece] = [(sanitise(self._said), Role.ACCENT)]
        self._hints.show(said if self._said else [(hint, Role.DIM) for hint in self._keys()])
        self._panel.refresh()

    def _keys(self) -> list[str]:
        if self._answers is None:
            return [hint for hint in _HINTS if self._several or hint != _MANY]
        many = "1 continuation" if self._answers == 1 else f"{self._answers} continuations"
        return [
            f"enter {many} of {self._tokens} tokens from here",
            "+ - longer, shorter",
            "esc not so",
        ]

    def _about(self, width: int, height: int) -> list[Row]:
        """The rows about the token where the user is."""
        place, columns = self._view.here, Columns.of(width)
        if place is None:
            run = self._find()
            why = "Nothing has come yet." if not run.phase.over else self._why_none(run)
            return prose(sanitise(why), columns, Role.TEXT)
        rivals, marked = self._rivals, self._marked
        gutter = (" " * (columns.indent - 1), Role.TEXT)
        inner = width - columns.indent + 1
        head: list[Piece] = [(name(place.chosen.token), Role.STRONG)]
        head += [(fact, Role.TEXT) for fact in facts(place.chosen)]
        where = f"{self._view.number:,} of {len(self._choice(self._find()).tokens):,}"
        shown = rivals[marked] if rivals else place.chosen.token
        more = f"n: above {self._view.bits:g} bits, or not first"
        below: list[Row] = [
            (gutter, *fitted([(decided(place.chosen), Role.DIM)], (more, Role.DIM), inner)),
            (gutter, *fitted([(f"bytes {bytes_in_words(shown)}", Role.DIM)], _NOTHING, inner)),
        ][: 2 if height > _LOW else 1]
        room = max(0, height - 1 - len(below))
        first = max(0, min(marked - room + 1, len(rivals) - room)) if room else 0
        rows: list[Row] = [(gutter, *fitted(head, (where, Role.DIM), inner))]
        for at, token in enumerate(rivals[first : first + room], first):
            here = at == marked
            row = rival(token, columns.width, here=here, chosen=at == self._chosen)
            rows.append((columns.mark(here=here), *row))
        blank: list[Row] = [()] * (height - len(rows) - len(below))
        return [*rows, *blank, *below]
