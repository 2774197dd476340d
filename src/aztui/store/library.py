"""The sessions that are kept: listed, found by their words, named by the beginning of their ids."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final, TypeVar

from aztui.core.events import RunId
from aztui.core.history import HistoryError, Hit, Reopened, Summary, Wanted
from aztui.core.tree import SessionId
from aztui.store import reading
from aztui.store.database import connect_to_read, in_words

_T = TypeVar("_T")

SHORT: Final = 8
"""Characters of a session's id that are shown; they name it as long as no other begins so."""

_SESSIONS: Final = """
    SELECT session.uid, session.name, session.used, count(run.id), prompt.body,
        last.profile, last.deployment, last.outcome
    FROM session
    JOIN run ON run.session = session.id
    JOIN run AS first ON first.id = (SELECT min(id) FROM run WHERE session = session.id)
    JOIN run AS last ON last.id = (SELECT max(id) FROM run WHERE session = session.id)
    JOIN text AS prompt ON prompt.id = first.prompt
    GROUP BY session.id ORDER BY session.used DESC, session.id DESC LIMIT ?
"""
_SEARCH: Final = """
    WITH hit AS (
        SELECT rowid AS text, snippet(search, 0, char(2), char(3), '…', 12) AS words
        FROM search WHERE search MATCH ?
    ), said AS (
        SELECT run.id AS run, hit.words FROM hit JOIN run ON run.prompt = hit.text
        UNION ALL
        SELECT choice.run, hit.words FROM hit JOIN choice ON choice.text = hit.text
    )
    SELECT session.uid, run.uid, run.started, said.words
    FROM said JOIN run ON run.id = said.run JOIN session ON session.id = run.session
    ORDER BY run.started DESC LIMIT ?
"""


class Library:
    """The database, open to be read."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def sessions(self, wanted: Wanted, most: int) -> list[Summary]:
        """Return the sessions used last, the latest first."""
        rows = self._connection.execute(_SESSIONS, (most,))
        return [Summary(SessionId(uid), *others) for uid, *others in rows]

    def search(self, words: Sequence[str], wanted: Wanted, most: int) -> list[Hit]:
        """Return where all words are found, the last one perhaps unfinished; the latest first."""
        quoted = ['"{}"'.format(word.replace('"', '""')) for word in words if word.strip()]
        if not quoted:
            return []
        rows = self._connection.execute(_SEARCH, (f"{' '.join(quoted)}*", most))
        return [Hit(SessionId(uid), RunId(run), *others) for uid, run, *others in rows]

    def find(self, beginning: str) -> SessionId:
        """Return the session whose id begins so.

        Raises:
            HistoryError: there is none, or more than one.
        """
        found = self._connection.execute(
            "SELECT uid FROM session WHERE substr(uid, 1, ?) = ? LIMIT 2",
            (len(beginning), beginning),
        ).fetchall()
        if len(found) != 1:
            which = "more than one session" if found else "no session"
            raise HistoryError(
                f"The id of {which} begins with {beginning!r}: aztui history list shows them all"
            )
        return SessionId(found[0][0])

    def open(self, uid: SessionId) -> Reopened:
        """Return a session to go on with.

        Raises:
            HistoryError: there is no such session, or it is damaged.
        """
        try:
            found = reading.session(self._connection, uid)
            asked = reading.asked(self._connection, uid)
            return Reopened(found, asked, reading.draft(self._connection, uid))
        except KeyError:
            raise HistoryError(f"There is no session {uid}") from None
        except ValueError as error:
            raise HistoryError(f"The session {uid} is damaged: {error}") from None

    def prompts(self, most: int) -> list[str]:
        """Return the prompts sent last, each once, the latest last."""
        return reading.prompts(self._connection, most)

    def left(self) -> list[SessionId]:
        """Return the sessions that were left in the middle of something, the latest first."""
        return reading.left(self._connection)


class KeptSessions:
    """A `core.ports.Archive`: what is in a database, which need not be there."""

    def __init__(self, path: Path) -> None:
        """Read a database, each time that something is asked for."""
        self._path = path

    def sessions(self, wanted: Wanted, most: int) -> Sequence[Summary]:
        """Return the sessions used last, the latest first."""
        return self._read(lambda library: library.sessions(wanted, most), ())

    def search(self, words: Sequence[str], wanted: Wanted, most: int) -> Sequence[Hit]:
        """Return where all words are found, the last one perhaps unfinished; the latest first."""
        return self._read(lambda library: library.search(words, wanted, most), ())

    def open(self, session: SessionId) -> Reopened:
        """Return a session to go on with."""
        with open_library(self._path) as library:
            return library.open(session)

    def prompts(self, most: int) -> Sequence[str]:
        """Return the prompts sent last, each once, the latest last."""
        return self._read(lambda library: library.prompts(most), ())

    def left(self) -> Sequence[SessionId]:
        """Return the sessions that were left in the middle of something, the latest first."""
        return self._read(lambda library: library.left(), ())

    def _read(self, read: Callable[[Library], _T], nothing: _T) -> _T:
        if not self._path.exists():
            return nothing
        with open_library(self._path) as library:
            return read(library)


@contextmanager
def open_library(path: Path) -> Iterator[Library]:
    """Open a database to read what is kept.

    Raises:
        HistoryError: it cannot be opened or read, also while it is.
    """
    try:
        with closing(connect_to_read(path)) as connection:
            yield Library(connection)
    except sqlite3.Error as error:
        raise HistoryError(f"{path} cannot be read: {in_words(error)}") from None
