"""The sessions that are kept: listed, found by their words, named by the beginning of their ids."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from aztui.core.data import dataclass
from aztui.core.tree import Session, SessionId
from aztui.store.database import StoreError, connect_to_read, in_words
from aztui.store.reading import session

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
    SELECT session.uid, run.started, said.words
    FROM said JOIN run ON run.id = said.run JOIN session ON session.id = run.session
    ORDER BY run.started DESC LIMIT ?
"""
BEGIN_MARK: Final = "\x02"
END_MARK: Final = "\x03"
"""Around a word that was looked for."""


@dataclass(frozen=True, slots=True)
class Summary:
    """A session in a line.

    Attributes:
        id: its identity.
        name: what the user calls it; may be empty.
        used: when a prompt was last sent in it, in seconds since 1970.
        runs: how many there are.
        prompt: the first one.
        profile: who was asked last.
        deployment: and which of its deployments.
        outcome: how the last run ended, by the name of its phase; None while it is under way.
    """

    id: SessionId
    name: str
    used: float
    runs: int
    prompt: str
    profile: str
    deployment: str
    outcome: str | None


@dataclass(frozen=True, slots=True)
class Hit:
    """A prompt or an answer in which all words were found.

    Attributes:
        session: where it is.
        started: when its run was sent, in seconds since 1970.
        words: a part of it; what was found stands between `BEGIN_MARK` and `END_MARK`.
    """

    session: SessionId
    started: float
    words: str


class Library:
    """The database, open to be read."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def sessions(self, most: int) -> list[Summary]:
        """Return the sessions used last, the latest first."""
        rows = self._connection.execute(_SESSIONS, (most,))
        return [Summary(SessionId(uid), *others) for uid, *others in rows]

    def search(self, words: Sequence[str], most: int) -> list[Hit]:
        """Return where all words are found, the last one perhaps unfinished; the latest first."""
        quoted = ['"{}"'.format(word.replace('"', '""')) for word in words if word.strip()]
        if not quoted:
            return []
        rows = self._connection.execute(_SEARCH, (f"{' '.join(quoted)}*", most))
        return [Hit(SessionId(uid), started, found) for uid, started, found in rows]

    def find(self, beginning: str) -> SessionId:
        """Return the session whose id begins so.

        Raises:
            StoreError: there is none, or more than one.
        """
        found = self._connection.execute(
            "SELECT uid FROM session WHERE substr(uid, 1, ?) = ? LIMIT 2",
            (len(beginning), beginning),
        ).fetchall()
        if len(found) != 1:
            which = "more than one session" if found else "no session"
            raise StoreError(
                f"The id of {which} begins with {beginning!r}: aztui history list shows them all"
            )
        return SessionId(found[0][0])

    def session(self, uid: SessionId) -> Session:
        """Return a session; the times of each of its runs are seconds since that was sent.

        Raises:
            StoreError: there is no such session, or it is damaged.
        """
        try:
            return session(self._connection, uid)
        except KeyError:
            raise StoreError(f"There is no session {uid}") from None
        except ValueError as error:
            raise StoreError(f"The session {uid} is damaged: {error}") from None


@contextmanager
def open_library(path: Path) -> Iterator[Library]:
    """Open a database to read what is kept.

    Raises:
        StoreError: it cannot be opened or read, also while it is.
    """
    try:
        with closing(connect_to_read(path)) as connection:
            yield Library(connection)
    except sqlite3.Error as error:
        raise StoreError(f"{path} cannot be read: {in_words(error)}") from None
