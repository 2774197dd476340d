"""What is typed and not sent: kept within a moment, and given back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from textual.message_pump import MessagePump
from textual.timer import Timer

from aztui.core.history import Draft
from aztui.core.manuscript import NO_PAGE
from aztui.core.options import fitting
from aztui.core.request import TRAITS
from aztui.ui.conversation import Conversation
from aztui.ui.widgets.prompt import Prompt

_PAUSE: Final = 0.05
"""Seconds after a change in which more of them are gathered; the journal gathers as long again."""


class Drafts:
    """Keeps what stands in the prompt, with the parameters and the page.

    Attributes:
        page: the page as it is.
    """

    def __init__(
        self,
        pump: MessagePump,
        talk: Conversation,
        prompt: Prompt,
        put_aside: Callable[[], str | None] = lambda: None,
    ) -> None:
        """Keep nothing yet.

        Args:
            pump: whose timer it is.
            talk: what is kept with it.
            prompt: where it is typed.
            put_aside: returns what stood there before an earlier prompt took its place; None while
                none has. Where there is anything it is kept: the earlier prompt is kept already.
        """
        self._pump = pump
        self._talk = talk
        self._prompt = prompt
        self._put_aside = put_aside
        self.page = NO_PAGE
        self._waiting: Timer | None = None
        self._kept: tuple[object, ...] = self._now()

    @property
    def typed(self) -> bool:
        """Whether there is anything."""
        return bool(self._prompt.text or self.page.text)

    def changed(self) -> None:
        """Keep what is there now, a moment later."""
        if self._waiting is None:
            self._waiting = self._pump.set_timer(_PAUSE, self.keep)

    def keep(self) -> None:
        """Keep what is there now."""
        if self._waiting is not None:
            self._waiting.stop()
            self._waiting = None
        now = self._now()
        if now != self._kept:
            self._kept = now
            text, cursor = self._typed()
            self._talk.draft(text, cursor, self.page)

    def put(self, draft: Draft | None) -> None:
        """Put a draft back where it was typed, its parameters as far as the present API has them.

        Without one the prompt is emptied, and the parameters stay.
        """
        self.page = NO_PAGE if draft is None else draft.page
        if draft is None:
            self._prompt.put("")
            return
        talk = self._talk
        api = talk.profile.api
        talk.params, _ = fitting(api, draft.params, draft.asked.api)
        talk.system = draft.system if TRAITS[api].system else None
        self._prompt.put(draft.text)
        self._prompt.move_cursor(draft.cursor)

    def _now(self) -> tuple[object, ...]:
        talk = self._talk
        return talk.session.id, *self._typed(), talk.params, talk.system, self.page

    def _typed(self) -> tuple[str, tuple[int, int]]:
        """What is to be kept, and where in it the user is."""
        aside = self._put_aside()
        if aside:
            lines = aside.split("\n")
            return aside, (len(lines) - 1, len(lines[-1]))
        return self._prompt.text, self._prompt.cursor_location
