"""Commits of the journal: an open database, and the runs that are being written to it."""

from __future__ import annotations

import contextlib
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from aztui.core.data import dataclass
from aztui.core.events import Ended, RunId, Stamped
from aztui.core.history import HistoryError
from aztui.core.ports import Begun
from aztui.store import writing
from aztui.store.database import connect, in_words, transaction
from aztui.store.journal import Note
from aztui.store.owners import Owner, is_there
from aztui.store.wire import Entry

_RUNNING: Final = "running"
"""The folder, beside the database, of the files that say which processes write to it."""


@dataclass(frozen=True, slots=True)
class _Writing:
    """A run that is being written: its number, and when it was sent on the events' clock."""

    number: int
    started: float


class Commits:
    """Writes what was noted to a database, which is opened when there is something to write."""

    def __init__(self, path: Path, clock: Callable[[], float], wall: Callable[[], float]) -> None:
        """Prepare to write.

        Args:
            path: the database.
            clock: the clock of the events, in seconds.
            wall: seconds since 1970.
        """
        self._path = path
        self._clock = clock
        self._wall = wall
        self._connection: sqlite3.Connection | None = None
        self._owner: Owner | None = None
        self._runs: Mapping[RunId, _Writing] = {}

    def close(self) -> None:
        """Write no more; what was removed is deleted now."""
        if self._connection is not None and self._owner is not None:
            with contextlib.suppress(sqlite3.Error):
                _left_behind(self._connection, self._owner.name)
        self._let_go()
        if self._owner is not None:
            self._owner.close()

    def commit(self, notes: Sequence[Note]) -> str:
        """Write all of what was noted, or nothing.

        Returns:
            Why nothing was written; empty where it was.
        """
        try:
            connection = self._connection or self._open()
            with transaction(connection):
                runs = self._written(connection, notes)
        except HistoryError as error:
            self._let_go()
            return str(error)
        except (OSError, sqlite3.Error, ValueError) as error:
            self._let_go()
            return f"{self._path}: {in_words(error)}"
        self._runs = runs
        return ""

    def _open(self) -> sqlite3.Connection:
        connection = connect(self._path)
        self._connection = connection
        folder = self._path.with_name(_RUNNING)
        self._owner = self._owner or Owner(folder)
        mine = self._owner.name
        with transaction(connection):
            for number, owner in writing.unfinished(connection):
                if owner != mine and not is_there(folder, owner):
                    with contextlib.suppress(ValueError):
                        writing.close(connection, number)
        for owner in writing.owners(connection):
            if owner != mine and not is_there(folder, owner):
                _left_behind(connection, owner)
        return connection

    def _let_go(self) -> None:
        """Close the database: it is opened anew, and looked at again."""
        if self._connection is not None:
            with contextlib.suppress(sqlite3.Error):
                self._connection.close()
        self._connection = None

    def _written(
        self, connection: sqlite3.Connection, notes: Sequence[Note]
    ) -> Mapping[RunId, _Writing]:
        """Write notes, and return the runs that are to go on."""
        runs = dict(self._runs)
        news: dict[RunId, list[Entry]] = defaultdict(list)
        for note in notes:
            if isinstance(note, Begun):
                runs[note.run.id] = self._begun(connection, note)
            elif not isinstance(note, Stamped):
                writing.change(connection, note, self._wall(), self._name)
            elif note.run in runs:
                news[note.run].append((note.at - runs[note.run].started, note.event))
        for run, entries in news.items():
            number = runs[run].number
            writing.append(connection, number, entries)
            if isinstance(entries[-1][1], Ended):
                writing.close(connection, number)
                del runs[run]
        return runs

    def _begun(self, connection: sqlite3.Connection, begun: Begun) -> _Writing:
        started = begun.run.started
        if begun.again:
            return _Writing(writing.take_up(connection, begun.run.id, self._name), started)
        when = self._wall() - (self._clock() - started)
        return _Writing(writing.begin(connection, begun, when, self._name), started)

    @property
    def _name(self) -> str:
        return self._owner.name if self._owner else ""


def _left_behind(connection: sqlite3.Connection, owner: str) -> None:
    """Put in order what a process that ends, or has ended, had open."""
    with transaction(connection):
        writing.leave(connection, owner)
    for session in writing.removed(connection, owner):
        with transaction(connection):
            writing.delete(connection, session)
