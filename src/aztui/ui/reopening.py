"""Sessions of another day, taken up again."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final

from textual.message_pump import MessagePump

from aztui.core.events import RunId
from aztui.core.history import HistoryError, Reopened
from aztui.core.ports import Archive
from aztui.core.run import Phase
from aztui.core.tree import Session, SessionId
from aztui.ui.conversation import Conversation
from aztui.ui.drafts import Drafts
from aztui.ui.messages import Remark, SessionRead
from aztui.ui.setup import Setup
from aztui.ui.travel import Travel

_ANEW: Final = "ctrl+n begins anew."
_INTERRUPTED: Final = f"It was interrupted: tab, then o continues it; f5 asks again; {_ANEW}"
_DRAFTED: Final = f"What you had typed is back; {_ANEW}"

_ELSEWHERE: Final = "An answer was interrupted when aztui ended: ctrl+r finds it."
_WAITS: Final = "A prompt that you did not send waits for the next start."


def read(pump: MessagePump, archive: Archive, session: SessionId, run: RunId | None) -> None:
    """Have a session read, on a thread of its own; `SessionRead` brings it."""

    def work() -> None:
        try:
            pump.post_message(SessionRead(archive.open(session), run))
        except HistoryError as error:
            pump.post_message(Remark(f"{error}."))

    threading.Thread(target=work, daemon=True, name="reopen").start()


class Reopening:
    """Puts a session in the place of the one on the screen."""

    def __init__(
        self,
        talk: Conversation,
        travel: Travel,
        drafts: Drafts,
        setup: Setup,
        say: Callable[[str], None],
    ) -> None:
        """Begin with what is there.

        Args:
            talk: whose session it becomes.
            travel: shows it.
            drafts: gives back what was typed.
            setup: has asked whoever was asked in it.
            say: tells the user something.
        """
        self._talk = talk
        self._travel = travel
        self._drafts = drafts
        self._setup = setup
        self._say = say

    def open(self, found: Reopened, run: RunId | None = None) -> None:
        """Go on with a session; whoever was asked in it is asked from now on.

        Args:
            found: the session.
            run: where in it to go; its last run where none is said.
        """
        self._drafts.keep()
        wrong = self._setup.ask(found.asked) if found.asked else ""
        self._take(found, run)
        self._say(wrong or _state(found.session) or "Taken up again where you left it.")

    def offer(self, found: Reopened, others: int) -> None:
        """Show what was left in the middle of something, unless the user is at something else.

        Args:
            found: the session that was used last of those.
            others: how many more there are.
        """
        talk = self._talk
        if talk.session.nodes or self._drafts.typed:
            self._say(_ELSEWHERE if _state(found.session) else _WAITS)
            return
        if found.asked and found.asked.profile == talk.profile.name:
            self._setup.ask(found.asked)
        self._take(found, None)
        more = f" {others} more: ctrl+r." if others else ""
        self._say((_state(found.session) or _DRAFTED) + more)

    def _take(self, found: Reopened, run: RunId | None) -> None:
        session = found.session
        if run is not None:
            session = session.go(session.leaf(run))
        self._talk.open(session, found.asked)
        self._travel.show(run)
        self._drafts.put(found.draft)


def _state(session: Session) -> str:
    """Say what to do where the last answer was interrupted; empty where it was not."""
    head = session.head
    interrupted = head is not None and session.nodes[head].run.phase is Phase.INTERRUPTED
    return _INTERRUPTED if interrupted else ""
