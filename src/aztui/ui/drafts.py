"""What is typed and not sent: kept within a moment, and given back."""

from __future__ import annotations

from typing import Final

from textual.message_pump import MessagePump
from textual.timer import Timer

from aztui.core.history import Draft
from aztui.core.options import fitting
from aztui.core.request import TRAITS
from aztui.ui.conversation import Conversation
from aztui.ui.widgets.prompt import Prompt

_PAUSE: Final = 0.05
"""Seconds after a change in which more of them are gathered; the journal gathers as long again."""


class Drafts:
    """Keeps what stands in the prompt, with the parameters."""

    def __init__(self, pump: MessagePump, talk: Conversation, prompt: Prompt) -> None:
        """Keep nothing yet.

        Args:
            pump: whose timer it is.
            talk: what is kept with it.
            prompt: where it is typed.
        """
        self._pump = pump
        self._talk = talk
        self._prompt = prompt
        self._waiting: Timer | None = None
        self._kept: tuple[object, ...] = self._now()

    @property
    def typed(self) -> bool:
        """Whether there is anything."""
        return bool(self._prompt.text)

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
            self._talk.draft(self._prompt.text, self._prompt.cursor_location)

    def put(self, draft: Draft | None) -> None:
        """Put a draft back where it was typed, its parameters as far as the present API has them.

        Without one the prompt is emptied, and the parameters stay.
        """
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
        prompt, talk = self._prompt, self._talk
        return talk.session.id, prompt.text, prompt.cursor_location, talk.params, talk.system
