"""Sessions, or where in them something was found, one a row, to go through with the keyboard."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from textual import events
from textual.message import Message

from aztui.core.dates import brief
from aztui.core.history import Hit, Summary
from aztui.core.run import Phase
from aztui.core.tree import SessionId
from aztui.ui.archivist import Entry
from aztui.ui.messages import message
from aztui.ui.sessions import Sessions, moment_of, session_of
from aztui.ui.summaries import outcome, title
from aztui.ui.widgets.excerpt import excerpt, one_line
from aztui.ui.widgets.field import Field
from aztui.ui.widgets.form import Form
from aztui.ui.widgets.prose import prose
from aztui.ui.widgets.rows import BLANK, Columns, Face, Look, Piece, Role, Row, cut, length

_DATE: Final = len("today 14:02") + 2
_LEAST: Final = 30
"""Cells of a row that has its date."""
_LEAST_RIGHT: Final = 45
"""Cells beside the date that leave room for something at the right."""
_DELETED: Final = "deleted"
_LEAST_DELETED: Final = 16
"""The same where it says that."""
_DEPLOYMENT: Final = 24
"""Cells of a deployment's name, at most."""
_GAP: Final = 2
_BETWEEN: Final[Piece] = (" · ", Role.DIM)
_LEAVING: Final = frozenset({"up", "down", "pageup", "pagedown"})
"""Keys that end typing and go on to another row."""


class HistoryList(Form):
    """Shows what is listed, and takes the keys that move, and a name while one is typed."""

    @message
    class Changed(Message):
        """The user is elsewhere, or types a name or none any more."""

    @message
    class Renamed(Message):
        """The user gave a session another name; an empty one for none."""

        session: SessionId
        name: str

    def __init__(
        self,
        sessions: Sessions,
        present: SessionId,
        now: Callable[[], float],
        *,
        id: str | None = None,  # noqa: A002 - Textual's
    ) -> None:
        """Make the list.

        Args:
            sessions: what is listed.
            present: the session that is open.
            now: tells the time in seconds since 1970.
            id: for style sheets and queries.
        """
        super().__init__(id=id)
        self._sessions = sessions
        self._present = present
        self._now = now
        self._instead: Sequence[tuple[str, Role]] = ()

    @property
    def here(self) -> Entry | None:
        """Where the user is; None where nothing is listed."""
        entries = self._sessions.entries
        return entries[self._at] if entries else None

    @property
    def near_end(self) -> bool:
        """Whether a page further down there is nothing more."""
        return self._at + 2 * max(1, self.size.height) >= self._count

    def begin(self, instead: Sequence[tuple[str, Role]] = ()) -> None:
        """Show what is listed now, from its top.

        Args:
            instead: sentences that stand there where nothing is listed.
        """
        self._at = self._top = 0
        self._instead = instead
        self.renew()

    def renew(self) -> None:
        """Show what is listed now, and stay."""
        self._move(0)

    def go(self, session: SessionId) -> None:
        """Go to a session's first row, where it is listed."""
        listed = map(session_of, self._sessions.entries)
        at = next((at for at, each in enumerate(listed) if each == session), self._at)
        self._move(at - self._at)

    def ask_name(self, name: str) -> None:
        """Have the user change the name of the session where they are, which is this now."""
        self._edit(Field.of(name))

    def leave(self) -> bool:
        """End typing, and keep nothing; False where nobody types."""
        if self._field is None:
            return False
        self._edit(None)
        return True

    def on_paste(self, event: events.Paste) -> None:
        """Take a text that was pasted into a name; any other goes to the screen."""
        # Textual would have a form take it too.
        event.prevent_default()
        if self.editing:
            super().on_paste(event)

    def row(self, y: int) -> Row:
        """Return one row of the screen."""
        columns = Columns.of(self.size.width)
        entries = self._sessions.entries
        if not entries:
            return self._blank(columns, y)
        index = self._top + y
        if index >= len(entries):
            return BLANK
        entry, here = entries[index], index == self._at
        head: list[Piece] = [columns.mark(here=here)]
        room = columns.width
        if room >= _LEAST:
            date = brief(moment_of(entry), self._now())
            head.append((f"{date:<{_DATE}}", Role.TEXT if here else Role.DIM))
            room -= _DATE
        if here and self._field is not None:
            before, under, after = self._field.view(room)
            return (*head, (before, Role.TEXT), (under, Role.CARET), (after, Role.TEXT))
        return (*head, *self._told(entry, room, here=here))

    def _blank(self, columns: Columns, y: int) -> Row:
        """What stands there where nothing is listed."""
        said = [row for text, role in self._instead for row in prose(text, columns, role)]
        rows = [BLANK, *said] if len(said) < self.size.height else said
        return rows[y] if y < len(rows) else BLANK

    def _told(self, entry: Entry, room: int, *, here: bool) -> Row:
        """An entry in `room` cells: what it is, and at the right what there is to say of it."""
        look: Look = Role.STRONG if here else Role.TEXT
        right = self._right(entry, room)
        left = room - length(right) - _GAP * bool(right)
        if self._sessions.gone(session_of(entry)):
            look = Face(Role.DIM, strike=True)
        if isinstance(entry, Hit):
            said = excerpt(entry.words, left, look)
        else:
            said = ((cut(title(entry), left), look),)
        return (*said, (" " * (room - length(said) - length(right)), Role.TEXT), *right)

    def _right(self, entry: Entry, room: int) -> Row:
        if self._sessions.gone(session_of(entry)) and room >= _LEAST_DELETED:
            return ((_DELETED, Role.DIM),)
        if room < _LEAST_RIGHT:
            return ()
        pieces: list[Piece] = []
        if isinstance(entry, Summary):
            if entry.outcome != Phase.DONE:
                role = Role.BAD if entry.outcome == Phase.FAILED else Role.DIM
                pieces.append((outcome(entry), role))
            pieces.append((cut(one_line(entry.deployment), _DEPLOYMENT), Role.DIM))
        if session_of(entry) == self._present:
            pieces.append(("now", Role.ACCENT))
        return _between(pieces)

    @property
    def _count(self) -> int:
        return len(self._sessions.entries)

    def _chosen(self, event: events.Key) -> bool:
        way = self._way(event.key)
        if way is not None:
            self._move(way)
        return way is not None

    def _way(self, key: str) -> int | None:
        """How far a key goes; those that are needed to type go nowhere."""
        far = {"ctrl+home": -self._count, "ctrl+end": self._count}
        return super()._way(key) if key in _LEAVING else far.get(key)

    def _typed(self, event: events.Key, field: Field) -> bool:
        if event.key == "enter":
            self._keep(field)
        elif event.key in _LEAVING:
            self._keep(field)
            self._move(self._way(event.key) or 0)
        else:
            return super()._typed(event, field)
        return True

    def _fitting(self, text: str) -> str:
        return " ".join(text.split())

    def _keep(self, field: Field) -> None:
        """End typing, and tell what the name is now."""
        here = self.here
        self._edit(None)
        if here is not None:
            self.post_message(self.Renamed(session_of(here), self._fitting(field.text)))

    def _show(self) -> None:
        self.refresh()
        self.post_message(self.Changed())


def _between(pieces: Sequence[Piece]) -> Row:
    """Return pieces with a sign between each two."""
    row: list[Piece] = []
    for piece in pieces:
        row += [_BETWEEN, piece] if row else [piece]
    return tuple(row)
