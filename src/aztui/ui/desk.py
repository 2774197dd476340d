"""Where a page is written: what it needs of the session and the main screen."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from aztui.core.events import RunId
from aztui.core.manuscript import NO_PAGE, Written
from aztui.core.request import TRAITS, RequestError
from aztui.core.run import Run
from aztui.explore.authorship import of_user, written
from aztui.ui.conversation import Branch, Conversation
from aztui.ui.drafts import Drafts
from aztui.ui.news import news, state

TakeBranch: TypeAlias = Callable[[Branch | None], None]
"""Takes where an answer is to go on; None where the user has only looked."""


class WritingDesk:
    """A `ui.screens.page.Desk` beside a conversation."""

    def __init__(
        self,
        talk: Conversation,
        drafts: Drafts,
        *,
        begin: Callable[[Run], None],
        stop: Callable[[], bool],
        lens: Callable[[RunId, int, TakeBranch], None],
        parameters: Callable[[], None],
        clock: Callable[[], float],
    ) -> None:
        """Have no page yet.

        Args:
            talk: sends, and has the runs.
            drafts: keep the page.
            begin: shows a run that was sent in the log.
            stop: stops what streams.
            lens: shows the tokens of a run's answer, by its number, and calls the last with where
                it is to go on.
            parameters: shows what goes along.
            clock: seconds on the monotonic clock.
        """
        self._talk = talk
        self._drafts = drafts
        self._begin = begin
        self._lens = lens
        self._clock = clock
        self.stop = stop
        self.parameters = parameters

    def page(self, seen: RunId | None, number: int, typed: str) -> Written:
        """Return the page to go on with: the one that was left, or else a new one.

        Args:
            seen: the run in view, whose text it begins with.
            number: which of its answers is, from 0.
            typed: what stands in the prompt, with which it begins where there is no such run.
        """
        if self._drafts.page.text:
            return self._drafts.page
        if seen is not None:
            text, stretches = written(self._talk.session.path(seen), number)
            if text:
                return Written(text, stretches, len(text), seen)
        return Written(typed, of_user(typed), len(typed)) if typed else NO_PAGE

    @property
    def fits(self) -> bool:
        """Whether whoever is asked goes on with any text."""
        return not TRAITS[self._talk.profile.api].turns

    def find(self, run: RunId) -> Run:
        """Return a run as it is now."""
        return self._talk.find(run)

    def go_on(self, text: str, last: RunId | None) -> Run | str:
        """Have a model go on with a text; return the run, or why that cannot be."""
        try:
            run = self._talk.send(self._talk.paging(text, last))
        except RequestError as error:
            return str(error)
        self._begin(run)
        return run

    def agree(self) -> None:
        """Begin the wait that the run under way asks for, if it does."""
        self._talk.agree()

    def told(self, width: int) -> tuple[str, str]:
        """Say what the user is asked, if anything, and how the run under way is going.

        Args:
            width: of the screen, in cells.
        """
        asked, _ = news(self._talk, "", "", 0)
        return asked, state(self._talk, self._clock(), width)

    def begun(self, branch: Branch) -> str:
        """Return the text that an answer goes on from which is to go on from one of its tokens."""
        sending = self._talk.branching(branch)
        return sending.prompt + sending.start

    def keep(self, page: Written) -> None:
        """Keep the page as it is now."""
        self._drafts.page = page
        self._drafts.changed()

    def lens(self, run: RunId, chosen: TakeBranch) -> None:
        """Show how likely the tokens of an answer were; `chosen` gets where it is to go on."""
        self._lens(run, 0, chosen)
