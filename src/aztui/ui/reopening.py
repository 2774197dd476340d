"""Sessions of another day, taken up again."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable
from dataclasses import field
from typing import Final

from textual.message_pump import MessagePump
from textual.screen import Screen

from aztui.core.data import dataclass
from aztui.core.events import RunId
from aztui.core.history import Change, HistoryError, Named, Reopened, Summary
from aztui.core.ports import Archive, Journal, Unwritten
from aztui.core.run import Phase, Run
from aztui.core.tree import Session, SessionId
from aztui.ui.conversation import Conversation
from aztui.ui.drafts import Drafts
from aztui.ui.messages import Remark, SessionRead
from aztui.ui.setup import Setup
from aztui.ui.travel import Travel

_ANEW: Final = "ctrl+n begins anew."
_INTERRUPTED: Final = f"This was interrupted; {_ANEW}"
_DRAFTED: Final = f"What you had typed is back; {_ANEW}"

_WENT_ON: Final = "The service went on with this answer: it is taken up where you left it."
_ELSEWHERE: Final = "An answer was interrupted when aztui ended: ctrl+r finds it."
_WAITS: Final = "A prompt that you did not send waits for the next start."


@dataclass(frozen=True, slots=True)
class Keeping:
    """Who keeps sessions, and gives them back.

    Attributes:
        journal: keeps all that is sent and comes.
        archive: returns what reads all that is kept; None where nothing is.
        export: writes a session that is kept into a file, and returns a sentence that says where;
            None where that is not to be had.
    """

    journal: Journal = field(default_factory=Unwritten)
    archive: Callable[[], Archive] | None = None
    export: Callable[[SessionId], str] | None = None


class Reopening:
    """Puts a session in the place of the one on the screen."""

    def __init__(
        self,
        talk: Conversation,
        keeping: Keeping,
        travel: Travel,
        drafts: Drafts,
        *,
        setup: Setup,
        begin: Callable[[Run], None],
        say: Callable[[str], None],
    ) -> None:
        """Begin with what is there.

        Args:
            talk: whose session it becomes.
            keeping: has the others.
            travel: shows it.
            drafts: gives back what was typed.
            setup: has asked whoever was asked in it.
            begin: shows a run that goes on.
            say: tells the user something.
        """
        self._talk = talk
        self._keeping = keeping
        self._deleted: list[Summary] = []
        self._travel = travel
        self._drafts = drafts
        self._setup = setup
        self._begin = begin
        self._say = say

    def browse(self, screen: Screen[None]) -> None:
        """Look through all that is kept, on a page of its own; `SessionRead` brings what is chosen.

        Args:
            screen: the one below that page.
        """
        from aztui.ui.screens.history import HistoryScreen, Opening  # noqa: PLC0415 - rarely needed

        archive = self._keeping.archive
        if archive is None:
            self._say("No session is kept: aztui was started with --no-history, or has no home.")
            return

        def chosen(opening: Opening | None) -> None:
            if opening is not None:
                self._go(screen, archive(), opening.session, opening.run)

        self._drafts.keep()
        page = HistoryScreen(
            archive(),
            self._change,
            present=self._talk.session.id,
            export=self._keeping.export,
            deleted=self._deleted,
        )
        screen.app.push_screen(page, chosen)

    def open(self, found: Reopened, run: RunId | None = None) -> None:
        """Go on with a session; whoever was asked in it is asked from now on.

        Args:
            found: the session.
            run: where in it to go; its last run where none is said.
        """
        if any(not node.run.phase.over for node in found.session.nodes.values()):
            self._say("Another aztui is writing this session: it can be opened when that is done.")
            return
        if found.session.id in {summary.id for summary in self._deleted}:
            self._say("This session is deleted: bring it back first (ctrl+r, ctrl+_).")
            return
        self._drafts.keep()
        wrong = self._setup.ask(found.asked) if found.asked else ""
        talk = self._talk
        talk.params, talk.system = talk.profile.params, talk.profile.system
        self._take(found, run)
        if wrong or not self._taken_up(found):
            self._say(wrong or _state(found.session) or "Opened as you left it.")

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
        if not self._taken_up(found):
            more = f" {others} more: ctrl+r." if others else ""
            self._say((_state(found.session) or _DRAFTED) + more)

    def _taken_up(self, found: Reopened) -> bool:
        """Whether the last answer goes on, since the service went on with it by itself."""
        head = found.session.head
        if head is None or found.asked != self._talk.asked or not _state(found.session):
            return False
        run = self._talk.take_up(head)
        if run is not None:
            self._begin(run)
            self._say(_WENT_ON)
        return run is not None

    def _go(
        self, pump: MessagePump, archive: Archive, session: SessionId, run: RunId | None
    ) -> None:
        """Go to a session, and in it to a run; one that is kept is read on a thread of its own."""
        if session == self._talk.session.id:
            if self._talk.live is not None:
                self._say("Still streaming: esc stops it, then you can go elsewhere.")
            elif run is not None and run in self._talk.session.nodes:
                self._travel.find(run)
            return

        def read() -> None:
            try:
                pump.post_message(SessionRead(archive.open(session), run))
            except HistoryError as error:
                pump.post_message(Remark(f"{error}."))

        threading.Thread(target=read, daemon=True, name="reopen").start()

    def _change(self, change: Change) -> None:
        """Take what the user does to a session that is kept; the one that is open is one too."""
        if isinstance(change, Named) and change.session == self._talk.session.id:
            self._talk.rename(change.name)
        else:
            self._keeping.journal.change(change)

    def _take(self, found: Reopened, run: RunId | None) -> None:
        self._travel.leave()
        self._talk.open(found.session, found.asked)
        if run is None:
            self._travel.show()
        else:
            self._travel.find(run)
        self._drafts.put(found.draft)
        gc.unfreeze()  # the log of the session before is garbage now


def _state(session: Session) -> str:
    """Say what to do where the last answer was interrupted; empty where it was not."""
    head = session.head
    interrupted = head is not None and session.nodes[head].run.phase is Phase.INTERRUPTED
    return _INTERRUPTED if interrupted else ""
