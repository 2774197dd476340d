"""The page: prompt and completion are one text, edited in place."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, Final, Protocol

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.timer import Timer

from aztui.core.events import RunId
from aztui.core.manuscript import Written
from aztui.core.outcome import describe
from aztui.core.run import Run
from aztui.core.window import estimate
from aztui.terminal.sanitise import sanitise, sanitise_line
from aztui.ui.conversation import Branch
from aztui.ui.styles import HEIGHTS, stylesheet
from aztui.ui.widgets.bar import Bar, Rule
from aztui.ui.widgets.manuscript import SPACE, Manuscript
from aztui.ui.widgets.rows import Piece, Role
from aztui.ui.words import figures

FRAME: Final = 1 / 30
"""Seconds between two looks at what a model writes."""
_HINTS: Final = (
    "f5 go on from here",
    "f9 cut here",
    "ctrl+_ undo",
    "f3 lens",
    "f2 parameters",
    "esc back",
)
_WRITING: Final = ("esc stop", "f2 parameters")
_SPACE: Final = (
    f"The text ends with a space ({SPACE}): a model's next token usually brings its own, so it may "
    "go on oddly."
)


class Desk(Protocol):
    """What a page needs of the program around it."""

    def find(self, run: RunId) -> Run:
        """Return a run as it is now."""

    def go_on(self, text: str, last: RunId | None) -> Run | str:
        """Have a model go on with a text; return the run, or why that cannot be.

        Args:
            text: what it goes on with.
            last: the run that wrote on it last.
        """

    def stop(self) -> bool:
        """Stop what streams; False where nothing does."""

    def agree(self) -> None:
        """Begin the wait that the run under way asks for, if it does."""

    def told(self, width: int) -> tuple[str, str]:
        """Say what the user is asked, if anything, and how the run under way is going."""

    def begun(self, branch: Branch) -> str:
        """Return the text that an answer goes on from which is to go on from one of its tokens."""

    def keep(self, written: Written) -> None:
        """Keep the page as it is now."""

    def lens(self, run: RunId, chosen: Callable[[Branch | None], None]) -> None:
        """Show how likely the tokens of an answer were; `chosen` gets where it is to go on."""

    def parameters(self) -> None:
        """Show and change what is sent besides the text."""


class PageScreen(Screen[None]):
    """Shows the page; leaves with esc."""

    CSS_PATH = stylesheet("page.tcss")
    AUTO_FOCUS = "#manuscript"
    VERTICAL_BREAKPOINTS = HEIGHTS
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f7", "leave", show=False, priority=True),
        Binding("f5,ctrl+o", "go_on", show=False, priority=True),
        Binding("f9,ctrl+k", "cut", show=False, priority=True),
        Binding("ctrl+home", "to_beginning", show=False, priority=True),
        Binding("ctrl+end", "to_end", show=False, priority=True),
        Binding("f3,ctrl+t", "lens", show=False, priority=True),
        Binding("f2", "parameters", show=False, priority=True),
    ]

    def __init__(self, desk: Desk, written: Written, deployment: str) -> None:
        """Make the screen.

        Args:
            desk: the program around it.
            written: the page.
            deployment: who goes on with it.
        """
        super().__init__()
        self._desk = desk
        self._page = written
        self._deployment = deployment
        self._run = written.run
        self._seen = 0
        self._said = ""
        self._left = ""
        self._writing: Timer | None = None
        self._header = Bar(id="header")
        self._text = Manuscript(placeholder="Write, then f5 has the model go on", id="manuscript")
        self._status = Bar(id="status", wraps=True)
        self._hints = Bar(id="hints")

    def compose(self) -> ComposeResult:
        """Lay the widgets out from top to bottom."""
        yield self._header
        yield Rule(id="under-header")
        yield self._text
        yield self._status
        yield Rule(id="over-hints")
        yield self._hints

    def on_mount(self) -> None:
        """Show the text."""
        page = self._page
        self._text.put(page.text, page.stretches, page.cursor)
        self._show()

    def on_text_area_changed(self) -> None:
        """Keep what is written."""
        if not self._text.writes and self._text.text != self._left:
            self._said = ""
        self._keep()
        self._show()

    def on_text_area_selection_changed(self) -> None:
        """Say what stands before the cursor, if it matters."""
        self._show()

    def action_leave(self) -> None:
        """Stop what streams; else leave the page as it is."""
        if self._text.writes:
            self._desk.stop()
            self._follow()
        else:
            self._keep()
            self.dismiss(None)

    def action_go_on(self) -> None:
        """Have the model go on from the cursor."""
        if self._text.writes:
            self._desk.agree()
            return
        found = self._desk.go_on(self._text.before, self._run)
        if isinstance(found, str):
            self._say(found)
            return
        self._run, self._seen, self._said = found.id, 0, ""
        self._text.begin()
        self._writing = self.set_interval(FRAME, self._follow)
        self._show()

    def action_cut(self) -> None:
        """Cut all off that follows the cursor."""
        if not self._text.writes:
            self._text.cut()

    def action_to_beginning(self) -> None:
        """Go to the text's first character."""
        self._text.move_cursor(self._text.document.start)

    def action_to_end(self) -> None:
        """Go behind the text's last character."""
        self._text.move_cursor(self._text.document.end)

    def action_lens(self) -> None:
        """Show how likely the tokens were of what was written last."""
        if self._run is None:
            self._say("No model has written anything here yet.")
        else:
            self._desk.lens(self._run, self._branch)

    def action_parameters(self) -> None:
        """Show and change what goes with the text."""
        self._desk.parameters()

    def _branch(self, branch: Branch | None) -> None:
        """Go on from another token: what stood from it on goes; undo brings it back."""
        if branch is not None and not self._text.writes:
            self._text.rewrite(self._desk.begun(branch))
            self.action_go_on()

    def _follow(self) -> None:
        """Show what has come."""
        if self._run is None or not self._text.writes:
            return
        run = self._desk.find(self._run)
        new = run.text[self._seen :]
        if new:
            self._seen += len(new)
            self._text.write(new)
        if run.phase.over:
            if self._writing is not None:
                self._writing.stop()
            self._text.end()
            self._left = self._text.text
            ended = describe(run) if run.problem is None else run.problem.title
            self._said = " · ".join([sanitise_line(ended), *figures(run)])
            self._keep()
        self._show()

    def _keep(self) -> None:
        text = self._text
        self._desk.keep(Written(text.text, text.stretches, text.cursor, self._run))

    def _say(self, said: str) -> None:
        self._said = said
        self._show()

    def _show(self) -> None:
        text = self._text
        pieces: list[Piece] = [
            ("page", Role.ACCENT),
            (sanitise_line(self._deployment), Role.TEXT),
        ]
        if text.before and not text.writes:
            pieces.append((f"f5: ~{estimate(text.before):,} tokens", Role.DIM))
        self._header.show(pieces, ("yours bold · │ model's", Role.DIM))
        hints = _WRITING if text.writes else _HINTS
        self._hints.show([(hint, Role.DIM) for hint in hints])
        asked, going = self._desk.told(self.size.width) if text.writes else ("", "")
        said = asked or self._said
        more = "" if said or text.writes or not text.before.endswith(" ") else _SPACE
        shown: list[Piece] = [(sanitise(said or more), Role.ACCENT if said else Role.DIM)]
        self._status.show(shown if said or more else [], (going, Role.DIM))
