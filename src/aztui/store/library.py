"""The sessions that are kept: listed, found by their words, named by the beginning of their ids."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final, TypeVar

from aztui.core.cost import Service, Spent
from aztui.core.events import RunId, Usage
from aztui.core.history import ALL, HistoryError, Hit, Reopened, Summary, Wanted
from aztui.core.tree import SessionId
from aztui.store import copies, reading
from aztui.store.copies import SessionCopy
from aztui.store.database import connect_to_read, in_words, is_damage, is_later
from aztui.store.texts import MOMENTS

_T = TypeVar("_T")

_WANTED: Final = """
    (:profile = '' OR run.profile = :profile)
    AND (:deployment = '' OR run.deployment = :deployment)
    AND (:outcome = '' OR run.outcome = :outcome)
    AND (:since IS NULL OR run.started >= :since)
    AND (:until IS NULL OR run.started < :until)
"""
_SESSIONS: Final = f"""
    SELECT session.uid, session.name, session.used,
        (SELECT count(*) FROM run WHERE run.session = session.id), prompt.body,
        last.profile, last.deployment, last.outcome
    FROM (
        SELECT * FROM session
        WHERE remover IS NULL
        AND EXISTS (SELECT 1 FROM run WHERE run.session = session.id AND {_WANTED})
        ORDER BY used DESC, id DESC LIMIT :most
    ) AS session
    JOIN run AS first ON first.id = (SELECT min(id) FROM run WHERE run.session = session.id)
    JOIN run AS last ON last.id = (SELECT max(id) FROM run WHERE run.session = session.id)
    JOIN text AS prompt ON prompt.id = first.prompt
    ORDER BY session.used DESC, session.id DESC
"""  # noqa: S608 - constants of ours
_SEARCH: Final = f"""
    SELECT session.uid, run.uid, run.started, snippet(search, 0, char(2), char(3), '…', 12)
    FROM search
    CROSS JOIN said ON said.id = search.rowid
    CROSS JOIN run ON run.id = said.run
    CROSS JOIN session ON session.id = run.session
    WHERE search MATCH :words AND search.rowid BETWEEN :first AND :last
    AND session.remover IS NULL AND {{few}} AND {_WANTED}
    ORDER BY search.rowid DESC LIMIT :most
"""  # noqa: S608 - constants of ours
"""The index gives the latest first, and is left as soon as there are enough: only what is shown is
cut out. Since others follow in that order (CROSS JOIN), nothing is sorted."""
_COUNT: Final = f"""
    SELECT count(*), min(run.started), max(run.started) FROM run WHERE {_WANTED}
"""  # noqa: S608 - constants of ours
_FEW: Final = 20_000
"""Runs, of which the numbers in `said` are gathered before anything is looked for: what is found
elsewhere need not be looked at then. Of more than these the next one is never far."""
_ANY: Final = (_FEW + 1, 0.0, 1e12)
"""Many runs, at any time."""
_AMONG: Final = f"""
    +search.rowid IN (
        SELECT said.id FROM run CROSS JOIN said ON said.run = run.id WHERE {_WANTED}
    )
"""  # noqa: S608 - constants of ours


SPENT: Final = """
    SELECT profile, endpoint, deployment, model, count(*), count(prompt_tokens),
        coalesce(sum(prompt_tokens), 0), coalesce(sum(completion_tokens), 0),
        coalesce(sum(cached_tokens), 0)
    FROM run INDEXED BY run_started
    WHERE started >= ? AND outcome IS NOT NULL
    AND session NOT IN (SELECT id FROM session WHERE remover IS NOT NULL)
    GROUP BY profile, endpoint, deployment, model
"""
"""Read from the index alone, whatever SQLite thinks of how many runs a day has."""


_ADVICE: Final = (
    ". Open aztui once: it sets the damaged file aside, and goes on with what can be read of it"
)


class Library:
    """The database, open to be read."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    @property
    def later(self) -> bool:
        """Whether a later version of aztui wrote it, of which this one knows only a part."""
        return is_later(self._connection)

    def sessions(self, wanted: Wanted, most: int) -> list[Summary]:
        """Return the sessions in which a run is wanted, the one used last first."""
        rows = self._connection.execute(_SESSIONS, {**_values(wanted), "most": most})
        return [Summary(SessionId(uid), *others) for uid, *others in rows]

    def search(self, words: Sequence[str], wanted: Wanted, most: int) -> list[Hit]:
        """Return the wanted runs in which all words are found, the latest first.

        They stand in its prompt or in one of its answers, the last one perhaps unfinished.
        """
        quoted = ['"{}"'.format(word.replace('"', '""')) for word in words if word.strip()]
        if not quoted:
            return []
        values = _values(wanted)
        runs, since, until = (
            _ANY if wanted == ALL else self._connection.execute(_COUNT, values).fetchone()
        )
        if not runs:
            return []
        few = _AMONG if runs <= _FEW else "TRUE"
        sought = {
            "words": f"{' '.join(quoted)}*",
            "first": int(since * MOMENTS),
            "last": int((until + 1) * MOMENTS),  # a moment that was taken led to a later one
            "most": most,
        }
        rows = self._connection.execute(_SEARCH.format(few=few), {**values, **sought})
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

    def find_run(self, beginning: str) -> tuple[SessionId, RunId]:
        """Return the run whose id begins so, and its session.

        Raises:
            HistoryError: there is none, or more than one.
        """
        found = self._connection.execute(
            "SELECT session.uid, run.uid FROM run JOIN session ON session.id = run.session "
            "WHERE substr(run.uid, 1, ?) = ? LIMIT 2",
            (len(beginning), beginning),
        ).fetchall()
        if len(found) != 1:
            which = "more than one run" if found else "no run"
            raise HistoryError(
                f"The id of {which} begins with {beginning!r}: the Markdown of aztui history "
                "export shows them"
            )
        session, run = found[0]
        return SessionId(session), RunId(run)

    def all_sessions(self) -> list[SessionId]:
        """Return the sessions with a run or a draft, the one that was begun first comes first."""
        rows = self._connection.execute(
            "SELECT uid FROM session WHERE remover IS NULL AND (draft IS NOT NULL "
            "OR EXISTS (SELECT 1 FROM run WHERE run.session = session.id)) ORDER BY begun, uid"
        )
        return [SessionId(uid) for (uid,) in rows]

    def open(self, uid: SessionId) -> Reopened:
        """Return a session to go on with.

        Raises:
            HistoryError: there is no such session, or it is damaged.
        """
        with _understood(uid):
            found = reading.session(self._connection, uid)
            asked = reading.asked(self._connection, uid)
            return Reopened(found, asked, reading.draft(self._connection, uid))

    def copy(self, uid: SessionId, only: frozenset[RunId] | None = None) -> SessionCopy:
        """Return all that is known of a session, or of some of its runs.

        Raises:
            HistoryError: there is no such session, or it is damaged.
        """
        with _understood(uid):
            return copies.copy(self._connection, uid, only)

    def prompts(self, most: int) -> list[str]:
        """Return the prompts sent last, each once, the latest last."""
        return reading.prompts(self._connection, most)

    def left(self) -> list[SessionId]:
        """Return the sessions that were left in the middle of something, the latest first."""
        return reading.left(self._connection)

    def spent(self, since: float) -> list[Spent]:
        """Return what the runs have taken that are over, sent from a moment on."""
        rows = self._connection.execute(SPENT, (since,))
        return [
            Spent(Service(*service), runs, told, Usage(prompt, completion, 0, cached))
            for *service, runs, told, prompt, completion, cached in rows
        ]

    @contextmanager
    def unchanging(self) -> Iterator[None]:
        """See nothing of what is written meanwhile."""
        self._connection.execute("BEGIN")
        try:
            yield
        finally:
            self._connection.execute("ROLLBACK")


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

    def spent(self, since: float) -> Sequence[Spent]:
        """Return what the runs have taken that are over, sent from a moment on."""
        return self._read(lambda library: library.spent(since), ())

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
    except (OSError, sqlite3.Error) as error:
        advice = _ADVICE if is_damage(error) else ""
        raise HistoryError(f"{path} cannot be read: {in_words(error)}{advice}") from None


@contextmanager
def _understood(uid: SessionId) -> Iterator[None]:
    """Read a session.

    Raises:
        HistoryError: there is no such session, or what is there makes no sense.
    """
    try:
        yield
    except KeyError as error:
        if error.args == (uid,):
            raise HistoryError(f"There is no session {uid}") from None
        raise HistoryError(f"The session {uid} is damaged: {error} is missing") from None
    except ValueError as error:
        raise HistoryError(f"The session {uid} is damaged: {error}") from None


def _values(wanted: Wanted) -> dict[str, str | float | None]:
    """What `_WANTED` asks for, by name."""
    return {
        "profile": wanted.profile,
        "deployment": wanted.deployment,
        "outcome": wanted.outcome,
        "since": wanted.since,
        "until": wanted.until,
    }
