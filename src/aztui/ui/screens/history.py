"""The history: what was asked and answered, found by its words, on a page of its own."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass as mutable
from dataclasses import replace
from functools import partial
from typing import ClassVar, Final

from textual import events
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.screen import Screen
from textual.timer import Timer

from aztui.core.data import dataclass
from aztui.core.events import RunId
from aztui.core.history import ALL, Change, HistoryError, Hit, Summary
from aztui.core.inquiry import read
from aztui.core.ports import Archive
from aztui.core.tree import SessionId
from aztui.ui.archivist import Answered, ArchiveFailed, Archivist, LookedUp, Question
from aztui.ui.messages import Remark
from aztui.ui.searching import Search
from aztui.ui.sessions import Sessions, moment_of, session_of
from aztui.ui.styles import HEIGHTS, stylesheet
from aztui.ui.summaries import about, title
from aztui.ui.widgets.bar import Bar, Rule
from aztui.ui.widgets.field import Field
from aztui.ui.widgets.history import HistoryList
from aztui.ui.widgets.notes import Notes
from aztui.ui.widgets.query import QueryBar
from aztui.ui.widgets.rows import Columns, Piece, Role

PAGE: Final = 200
"""Entries that are asked for at first; twice as many each time that the user comes to their end."""
PATIENCE: Final = 0.3
"""Seconds that a search may take before it is said that it goes on."""
_MOST: Final = 1_000
"""Characters that can be pasted."""

_NAMING: Final = ("enter keep the name", "esc leave it", "empty for none")
_NONE_KEPT: Final = (
    ("Nothing is kept yet.", Role.STRONG),
    ("Send a prompt: it is listed here, and found by its words and its answer's.", Role.DIM),
)
_NONE_FOUND: Final = (
    ("Nothing is found.", Role.STRONG),
    ("All words have to stand in one prompt or one answer.", Role.DIM),
    ("Only the last one may be unfinished.", Role.DIM),
)
_GOES: Final = "ctrl+d brings it back; it is deleted when you quit."
_IS_OPEN: Final = "This session is open. Begin another one (ctrl+n), then it can be deleted."
_LOOKING: Final = "It is still being looked up: once more, please."
_NOT_THERE: Final = "This session is not there any more."


@dataclass(frozen=True, slots=True)
class Opening:
    """What the user wants to go on with.

    Attributes:
        session: which session.
        run: the run in which something was found; None where nothing was looked for.
    """

    session: SessionId
    run: RunId | None


@mutable
class Exported(Message):
    """A session was exported, or could not be; `said` is a sentence on it."""

    session: SessionId
    said: str


class HistoryScreen(Screen[Opening | None]):
    """Finds sessions; leaves with what is to be opened, or with nothing."""

    CSS_PATH = stylesheet("history.tcss")
    VERTICAL_BREAKPOINTS = HEIGHTS
    # All letters are typed, and so are the keys that edit a line: home, ctrl+a, ctrl+e, ctrl+u…
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", show=False, priority=True),
        Binding("ctrl+r", "close", show=False),
        Binding("enter", "open", show=False),
        Binding("ctrl+t,f2", "rename", show=False),
        Binding("ctrl+d", "delete", show=False),
        Binding("ctrl+underscore", "undo", show=False),
        Binding("ctrl+x", "export", show=False),
    ]

    def __init__(
        self,
        archive: Archive,
        change: Callable[[Change], object],
        *,
        present: SessionId,
        export: Callable[[SessionId], str] | None = None,
        deleted: list[Summary] | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        """Make the screen.

        Args:
            archive: what is kept; asked on a thread of the screen's own.
            change: takes what the user does to a session, and never blocks.
            present: the session that is open.
            export: writes a session somewhere and returns a sentence that says where, on another
                thread; None where that is not to be had.
            deleted: the sessions deleted since the program began, which can be brought back; it
                is changed. Nothing is deleted yet where it is None.
            now: tells the time in seconds since 1970.
        """
        super().__init__()
        self._present = present
        self._export = export
        self._now = now
        self._archivist = Archivist(archive, self.post_message)
        self._sessions = Sessions(change, [] if deleted is None else deleted)
        self._list = HistoryList(self._sessions, present, now, id="history")
        self._search = Search.of(Field.of(""), {})
        self._question = self._shown = Question((), ALL, 0)
        self._late: Answered | None = None
        self._more = False
        self._eager = False
        self._patience: Timer | None = None
        self._slow = False
        self._faults: Sequence[str] = ()
        self._failed = ""
        self._said: tuple[SessionId | None, str] = (None, "")
        self._looked_for: SessionId | None = None

    def compose(self) -> ComposeResult:
        """Lay the widgets out from top to bottom."""
        yield Bar(id="header")
        yield Rule(id="under-header")
        yield QueryBar(id="query")
        yield Bar(id="about")
        yield self._list
        yield Rule(id="over-notes")
        yield Notes(self._notes, id="notes")
        yield Bar(id="hints")

    def on_mount(self) -> None:
        """Ask for the latest sessions."""
        self.set_focus(self._list)
        self._archivist.begin()
        self._ask(Question((), ALL, PAGE))
        self._show()

    def on_unmount(self) -> None:
        """Ask nothing more."""
        self._archivist.stop()

    def on_key(self, event: events.Key) -> None:
        """Take what is typed: the list has taken what moves."""
        if self._list.editing:
            return
        if event.key == "tab":
            self._type(self._search.completed())
        elif event.character is not None and event.is_printable:
            self._type(self._search.field.insert(event.character))
        elif (field := self._search.field.press(event.key)) is not None:
            self._type(field)
        else:
            return
        event.stop()
        event.prevent_default()

    def on_paste(self, event: events.Paste) -> None:
        """Look for what was pasted."""
        event.stop()
        self._type(self._search.field.insert(" ".join(event.text[:_MOST].split())))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's signature
        """Do nothing else while a name is typed."""
        return action == "leave" or not self._list.editing

    def action_leave(self) -> None:
        """Leave the name that is typed, else clear what is looked for, else leave the page."""
        if self._list.leave():
            return
        if self._search.field.text:
            self._type(Field.of(""))
        else:
            self.dismiss(None)

    def action_close(self) -> None:
        """Go back."""
        self.dismiss(None)

    def action_open(self) -> None:
        """Leave with what the user chose: with the first of what is still being looked for."""
        here = self._list.here
        self._eager = self._patience is not None and self._question.most == PAGE
        if self._eager or here is None:
            return
        if self._sessions.gone(session_of(here)):
            self._say(_GOES)
        else:
            self.dismiss(Opening(session_of(here), here.run if isinstance(here, Hit) else None))

    def action_rename(self) -> None:
        """Let the user type another name."""
        summary = self._chosen()
        if summary is not None:
            self._list.ask_name(summary.name)

    def action_delete(self) -> None:
        """Delete the session when the program ends, or bring it back."""
        summary = self._chosen()
        if summary is None:
            return
        if self._sessions.gone(summary.id):
            self._sessions.restore(summary.id)
        elif summary.id == self._present:
            self._say(_IS_OPEN)
        else:
            self._sessions.delete(summary)
        self._list.renew()

    def action_undo(self) -> None:
        """Bring back what was deleted last."""
        last = self._sessions.deleted_last()
        if last is None:
            self._say("Nothing is deleted.")
            return
        self._sessions.restore(last.id)
        self._list.go(last.id)
        self._say(f"Brought back: {title(last)}")

    def action_export(self) -> None:
        """Have the session written somewhere."""
        here = self._list.here
        if here is not None and self._export is not None:
            work = partial(self._exported, self._export, session_of(here), self.app)
            threading.Thread(target=work, daemon=True, name="export").start()

    def on_answered(self, message: Answered) -> None:
        """Show what was found, unless something else is looked for by now."""
        if message.question is not self._question:
            return
        # The row must not go while a name is typed in it.
        self._late = message if self._list.editing else None
        if self._late is None:
            self._take(message)
            self._show()

    def on_looked_up(self, message: LookedUp) -> None:
        """Tell what is known of the session now."""
        self._sessions.learn(message.session, message.summary)
        self._show()

    def on_archive_failed(self, message: ArchiveFailed) -> None:
        """Say why nothing is found; what was found before stays."""
        if isinstance(message.asked, Question):
            if message.asked is not self._question:
                return
            self._eager = False
            self._waited()
        self._failed = f"{message.why}."
        self._show()

    def on_exported(self, message: Exported) -> None:
        """Say where it is."""
        self._said = (message.session, message.said)
        self._show()

    def on_history_list_changed(self) -> None:
        """Say what there is to know where the user is, and ask for what is not."""
        self._eager = False
        here = self._list.here
        session = None if here is None else session_of(here)
        if session != self._said[0]:
            self._said = (None, "")
        if isinstance(here, Hit) and session != self._looked_for:
            self._looked_for = session
            if not self._sessions.knows(here.session):
                self._archivist.ask(here)
        if self._late is not None:
            self.on_answered(self._late)
        if self._more and self._patience is None and self._list.near_end:
            self._ask(replace(self._shown, most=2 * self._shown.most))
        self._show()

    def on_history_list_renamed(self, message: HistoryList.Renamed) -> None:
        """Keep the name."""
        summary = self._sessions.summary(message.session)
        if summary is not None and summary.name != message.name:
            self._sessions.rename(summary, message.name)
            self._list.renew()

    def _type(self, field: Field) -> None:
        """Go on with what is typed, and look for it where it is something else."""
        self._eager = False
        asked = self._search.asked.split()
        self._search = Search.of(field, self._sessions.values())
        self._faults = read(self._search.settled, self._now()).faults
        self._said = (None, "")
        if self._search.asked.split() != asked:
            inquiry = read(self._search.asked, self._now())
            self._ask(Question(inquiry.words, inquiry.wanted, PAGE))
        self._show()

    def _ask(self, question: Question) -> None:
        self._waited()
        self._question = question
        self._patience = self.set_timer(PATIENCE, self._be_slow)
        self._archivist.ask(question)

    def _waited(self) -> None:
        """Wait for nothing any more."""
        if self._patience is not None:
            self._patience.stop()
        self._patience = None
        self._slow = False

    def _be_slow(self) -> None:
        self._slow = True
        self._show()

    def _take(self, answer: Answered) -> None:
        """List what was found: the first page of it, or what follows it."""
        self._waited()
        self._failed = ""
        self._shown = question = answer.question
        found = answer.entries
        every = not question.words and question.wanted == ALL
        self._more = len(found) >= question.most
        whole = every and not self._more
        if question.most > PAGE:
            self._sessions.join(found, whole=whole)
            self._list.renew()
            return
        self._sessions.take(found, whole=whole)
        untouched = every and self._sessions.deleted_last() is None
        self._list.begin(_NONE_KEPT if untouched else _NONE_FOUND)
        if self._eager:
            self.action_open()

    def _chosen(self) -> Summary | None:
        """The session where the user is; None where it is not known, which is told."""
        here = self._list.here
        if here is None:
            return None
        summary = self._sessions.summary(session_of(here))
        if summary is None and not self._sessions.knows(session_of(here)):
            self._say(_LOOKING)
        return summary

    def _exported(
        self, export: Callable[[SessionId], str], session: SessionId, app: App[object]
    ) -> None:
        """Export a session, in a thread of its own: it is written also when the page is left."""
        try:
            said = export(session)
        except (HistoryError, OSError) as error:
            said = f"It could not be exported: {error}."
        if not self.post_message(Exported(session, said)):
            app.post_message(Remark(said))

    def _say(self, sentence: str) -> None:
        """Show a sentence as long as the user stays where they are."""
        here = self._list.here
        self._said = (None if here is None else session_of(here), sentence)
        self._show()

    def _show(self) -> None:
        header = self.query_one("#header", Bar)
        header.show([("history", Role.ACCENT)], (self._how_many(), Role.DIM))
        slow, typing = "searching…" if self._slow else "", not self._list.editing
        self.query_one(QueryBar).show(self._search.field, slow, caret=typing)
        self.query_one("#about", Bar).show([(self._search.advice(), Role.DIM)])
        self.query_one("#hints", Bar).show([(hint, Role.DIM) for hint in self._hints()])
        self.query_one(Notes).refresh()

    def _how_many(self) -> str:
        """How much is listed; nothing before the first answer."""
        count = len(self._sessions.entries)
        if not self._shown.most:
            return ""
        what = "found" if self._shown.words else "session" if count == 1 else "sessions"
        return f"the latest {count:,} {what}" if self._more else f"{count:,} {what}"

    def _hints(self) -> list[str]:
        """The keys that do something where the user is, the most important first."""
        if self._list.editing:
            return list(_NAMING)
        leave = "esc clear" if self._search.field.text else "esc back"
        here = self._list.here
        undo = ["ctrl+_ undo"] if self._sessions.deleted_last() is not None else []
        if here is None:
            return [leave, *undo]
        export = ["ctrl+x export"] if self._export is not None else []
        if self._sessions.gone(session_of(here)):
            return ["ctrl+d bring it back", leave, *export]
        return ["enter open", leave, "ctrl+t rename", "ctrl+d delete", *undo, *export]

    def _notes(self) -> list[Piece]:
        told: list[Piece] = [(fault, Role.BAD) for fault in (self._failed, *self._faults) if fault]
        here = self._list.here
        said = self._said[1]
        if here is not None and not said and self._sessions.gone(session_of(here)):
            said = _GOES
        if said:
            told.append((said, Role.TEXT))
        if here is None:
            return told
        session = session_of(here)
        summary = self._sessions.summary(session)
        if summary is None:
            return [*told, (_NOT_THERE, Role.TEXT)] if self._sessions.knows(session) else told
        rows = self.query_one(Notes).size.height - len(told)
        width = Columns.of(self.size.width).width
        return [*told, *about(summary, moment_of(here), width, max(1, rows))]
