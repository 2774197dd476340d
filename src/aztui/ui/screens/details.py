"""A run's card: everything that is known of an answer, on a page of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.events import Key
from textual.screen import Screen

from aztui.core.events import RunId
from aztui.core.profile import Profile
from aztui.core.run import Run
from aztui.core.tree import Session
from aztui.terminal.link import Trips
from aztui.ui.against import Against, nearest, relation, step
from aztui.ui.code import copy_of
from aztui.ui.details import details
from aztui.ui.keymap import CARD_ACTIONS, CARD_HINTS
from aztui.ui.messages import BeginCopy, Copied, CopyAsked
from aztui.ui.widgets.bar import Bar
from aztui.ui.widgets.page import Page
from aztui.ui.widgets.rows import Role, Row

LOOK: Final = 1.0
"""Seconds between two looks at a run that is under way."""


class DetailsScreen(Screen[None]):
    """Shows a run's card, of one under way as it is now; leaves with esc."""

    AUTO_FOCUS = "#page"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,d,q", "dismiss", show=False),
        *(Binding(key, action, show=False) for key, action in CARD_ACTIONS),
    ]

    def __init__(
        self,
        run: RunId,
        find: Callable[[RunId], Run],
        session: Session,
        *,
        profile: Profile,
        trips: Callable[[RunId], Trips | None],
        copy: BeginCopy,
        clock: Callable[[], float],
    ) -> None:
        """Make the screen.

        Args:
            run: whose card it is.
            find: returns a run of the session as it is now.
            session: the runs that it can be compared with.
            profile: who is asked now.
            trips: returns what the way to the terminal was like while a run streamed.
            copy: begins to copy a text, as `MainScreen` says.
            clock: seconds on the monotonic clock.
        """
        super().__init__()
        self._whose = run
        self._find = find
        self._session = session
        self._profile = profile
        self._trips = trips
        self._copy = copy
        self._clock = clock
        self._other: RunId | None = None
        self._page = Page(self._rows, id="page")
        self._status = Bar(wraps=True, id="status")
        self._hints = Bar(id="hints")

    def compose(self) -> ComposeResult:
        """Lay out the page and what can be done."""
        yield self._page
        yield self._status
        yield self._hints

    def on_mount(self) -> None:
        """Say what can be done, and follow a run that goes on."""
        self._hints.show([(f"{key} {words}", Role.DIM) for key, words in CARD_HINTS])
        self._say("")
        if not self._run.phase.over:
            self._following = self.set_interval(LOOK, self._follow)

    def on_key(self, _event: Key) -> None:
        """Show what can be done again, after something was said."""
        self._say("")

    def action_copy(self, form: str) -> None:
        """Copy the run in one of three forms: `python`, `curl` or `json`."""
        self.post_message(copy_of(self._run, self._profile, form))

    def action_compare(self) -> None:
        """Say what differs from another run, or do so no more."""
        if self._other is not None:
            self._against(None)
            return
        self._against(nearest(self._session, self._whose))

    def action_beside(self, by: int) -> None:
        """Compare with the next run, or the one before."""
        if self._other is None:
            self._against(nearest(self._session, self._whose))
        else:
            self._against(step(self._session, self._whose, self._other, by))

    def on_copy_asked(self, message: CopyAsked) -> None:
        """Copy something."""
        message.stop()
        self._say(f"Copying {message.what} …")
        self._copy(message.text, message.what, lambda said: self.post_message(Copied(said)))

    def on_copied(self, message: Copied) -> None:
        """Say what came of it."""
        message.stop()
        self._say(message.said)

    @property
    def _run(self) -> Run:
        return self._find(self._whose)

    def _against(self, other: RunId | None) -> None:
        if other is None and self._other is None:
            self._say("There is no other run in this session to compare with: f5 asks again.")
            return
        self._other = other
        self._page.action_move(-1_000_000)
        self._page.remake()

    def _say(self, sentence: str) -> None:
        self._status.display, self._hints.display = bool(sentence), not sentence
        if sentence:
            self._status.show([(sentence, Role.ACCENT)])

    def _follow(self) -> None:
        if self._run.phase.over:
            self._following.stop()
        self._page.remake()

    def _rows(self, width: int) -> list[Row]:
        trips = self._trips(self._whose)
        return details(self._run, self._clock(), width, against=self._compared, trips=trips)

    @property
    def _compared(self) -> Against | None:
        if self._other is None:
            return None
        place = list(self._session.nodes).index(self._other) + 1
        said = relation(self._session, self._whose, self._other)
        return Against(self._find(self._other), said, place, len(self._session.nodes))
