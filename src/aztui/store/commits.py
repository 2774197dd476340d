"""Commits of the journal: an open database, and the runs that are being written to it."""

from __future__ import annotations

import contextlib
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from aztui.core.data import dataclass
from aztui.core.events import Ended, RunId, Stamped
from aztui.core.history import HistoryError
from aztui.core.ports import Begun
from aztui.store import writing
from aztui.store.database import connect, in_words, is_damage, is_whole, transaction
from aztui.store.journal import Note
from aztui.store.owners import RUNNING, Owner, is_there
from aztui.store.recovery import Identity, identity, recover
from aztui.store.sweeping import sweep_quickly
from aztui.store.wire import Entry

_MOST_RECOVERIES: Final = 3
"""Of one process: what is damaged again and again is not the file."""


@dataclass(frozen=True, slots=True)
class _Writing:
    """A run that is being written.

    Attributes:
        begun: it, as it was sent.
        when: the moment of that, in seconds since 1970.
        number: its number in the database.
        written: what was written of it, so that it can be once more where that is lost.
        over: whether its end is among that.
    """

    begun: Begun
    when: float
    number: int
    written: tuple[bytes, ...] = ()
    over: bool = False


class _ReplacedError(HistoryError):
    """Another process has put a new database in the place of the one that is open."""


class Commits:
    """Writes what was noted to a database, which is opened when there is something to write."""

    def __init__(
        self,
        path: Path,
        clock: Callable[[], float],
        wall: Callable[[], float],
        tell: Callable[[str], None],
    ) -> None:
        """Prepare to write.

        Args:
            path: the database.
            clock: the clock of the events, in seconds.
            wall: seconds since 1970.
            tell: tells the user, in a sentence, that the database was damaged.
        """
        self._path = path
        self._clock = clock
        self._wall = wall
        self._tell = tell
        self._connection: sqlite3.Connection | None = None
        self._identity: Identity = None
        self._recoveries = 0
        self._owner: Owner | None = None
        self._runs: Mapping[RunId, _Writing] = {}
        self._tidy = False

    def close(self) -> None:
        """Write no more; what was removed is deleted now, and its words go as far as is quick."""
        if self._connection is not None and self._owner is not None:
            with contextlib.suppress(HistoryError, sqlite3.Error):
                if self._left_behind(self._connection, self._owner.name):
                    sweep_quickly(self._connection)
        self._let_go()
        if self._owner is not None:
            self._owner.close()

    def commit(self, notes: Sequence[Note]) -> str:
        """Write all of what was noted, or nothing; a database that is damaged is recovered.

        Returns:
            Why nothing was written; empty where it was.
        """
        # What is taken up again has to be over.
        if any(isinstance(note, Begun) and note.again for note in notes):
            self.settle()
        return self._done(lambda: self._write(notes))

    def settle(self) -> str:
        """Fold the runs that are over, and put in order what processes that ended had open.

        That may take a while, but holds nobody up who writes.

        Returns:
            Why that was not done; empty where it was.
        """
        return self._done(self._settle)

    def check(self, interrupted: Callable[[], bool]) -> bool:
        """Look for damage in the parts of the database that nobody reads today, and recover it.

        Args:
            interrupted: whether there is something better to do.

        Returns:
            Whether that was done; else it is to be tried again.
        """
        if self._connection is None:
            return False
        try:
            return is_whole(self._connection, interrupted)
        except sqlite3.DatabaseError as error:
            try:
                self._recover(error)
            except (HistoryError, OSError, ValueError, sqlite3.Error) as why:
                self._tell(f"The history is damaged, and is not recovered: {in_words(why)}.")
            return True

    def _done(self, work: Callable[[], None]) -> str:
        """Do something; where the database is damaged or was replaced, on the new one."""
        try:
            try:
                work()
            except _ReplacedError:
                self._let_go()
                work()
            except sqlite3.DatabaseError as error:
                self._recover(error)
                work()
        except HistoryError as error:
            self._let_go()
            return str(error)
        except (OSError, sqlite3.Error, ValueError) as error:
            self._let_go()
            return f"{self._path}: {in_words(error)}"
        return ""

    def _write(self, notes: Sequence[Note]) -> None:
        connection = self._connected()
        with self._transaction(connection):
            runs = self._written(connection, notes)
        self._runs = runs

    def _settle(self) -> None:
        connection = self._connected()
        for run in [run for run in self._runs.values() if run.over]:
            # What makes no sense stays as it is.
            with contextlib.suppress(ValueError):
                self._fold(connection, run)
            self._runs = {uid: other for uid, other in self._runs.items() if other is not run}
        if not self._tidy:
            self._tidy_up(connection)
            self._tidy = True

    def _fold(self, connection: sqlite3.Connection, run: _Writing) -> None:
        """Fold a run that is over, also where SQLite has not seen that what it kept is damaged."""
        try:
            over = writing.over(connection, run.number)
        except ValueError:
            with self._transaction(connection):
                writing.write_anew(connection, run.number, run.written)
            over = writing.over(connection, run.number)
        with self._transaction(connection):
            writing.close(connection, over)

    def _tidy_up(self, connection: sqlite3.Connection) -> None:
        """Put in order what processes that ended had open."""
        there = self._is_there
        for number, owner in writing.unfinished(connection):
            # An imported run may have no owner.
            if not (owner and there(owner)):
                with contextlib.suppress(ValueError):
                    over = writing.over(connection, number)
                    with self._transaction(connection):
                        writing.close(connection, over)
        for owner in writing.owners(connection):
            if not there(owner) and self._left_behind(connection, owner):
                sweep_quickly(connection)

    def _left_behind(self, connection: sqlite3.Connection, owner: str) -> bool:
        """Put in order what a process that ends, or has ended, had open; whether it removed any.

        A session that another process has open stays.
        """
        with self._transaction(connection):
            writing.leave(connection, owner)
        gone = False
        for session in writing.removed(connection, owner):
            with self._transaction(connection):
                others = writing.opened_by(connection, session) - {owner}
                if any(map(self._is_there, others)):
                    writing.keep_removed(connection, session)
                else:
                    writing.delete(connection, session)
                    gone = True
        return gone

    def _is_there(self, owner: str) -> bool:
        return owner == self._name or is_there(self._folder, owner)

    @contextlib.contextmanager
    def _transaction(self, connection: sqlite3.Connection) -> Iterator[None]:
        """Do all that is inside, or nothing of it.

        Raises:
            _ReplacedError: another process has put a new database in the place of this one.
            sqlite3.Error: it cannot be done.
        """
        with transaction(connection):
            # Who recovers it does so with nobody writing.
            if identity(self._path) != self._identity:
                raise _ReplacedError(f"{self._path} has just been replaced")
            yield

    def _connected(self) -> sqlite3.Connection:
        if self._connection is not None and identity(self._path) != self._identity:
            self._let_go()
        return self._connection or self._open()

    def _open(self) -> sqlite3.Connection:
        before = self._identity = identity(self._path)
        self._connection = connection = connect(self._path)
        self._identity = identity(self._path)
        if before not in {None, self._identity}:
            raise _ReplacedError(f"{self._path} has just been replaced")
        self._owner = self._owner or Owner(self._folder)
        with self._transaction(connection):
            runs = {uid: self._resumed(connection, run) for uid, run in self._runs.items()}
        self._runs = runs
        return connection

    def _recover(self, error: sqlite3.DatabaseError) -> None:
        """Have a damaged database set aside, so that what was noted can be written to a new one.

        Raises:
            sqlite3.DatabaseError: it is not damaged.
            HistoryError: another process recovers it.
            OSError: it cannot be set aside.
        """
        self._let_go()
        if not is_damage(error) or self._recoveries == _MOST_RECOVERIES:
            raise error
        recovered = recover(self._path, self._identity)
        if recovered is not None:
            self._recoveries += 1
            self._tell(str(recovered))

    def _let_go(self) -> None:
        """Close the database: it is opened anew, and looked at again."""
        if self._connection is not None:
            with contextlib.suppress(sqlite3.Error):
                self._connection.close()
        self._connection = None

    def _written(
        self, connection: sqlite3.Connection, notes: Sequence[Note]
    ) -> Mapping[RunId, _Writing]:
        """Write notes, and return the runs that are being written then."""
        runs = dict(self._runs)
        news: dict[RunId, list[Entry]] = defaultdict(list)
        for note in notes:
            if isinstance(note, Begun):
                begun = self._begun(connection, note)
                if begun is not None:
                    runs[note.run.id] = begun
            elif not isinstance(note, Stamped):
                writing.change(connection, note, self._wall(), self._name)
            elif note.run in runs:
                news[note.run].append((note.at - runs[note.run].begun.run.started, note.event))
        for uid, entries in news.items():
            run = runs[uid]
            data = writing.append(connection, run.number, entries)
            over = isinstance(entries[-1][1], Ended)
            runs[uid] = replace(run, written=(*run.written, data), over=over)
        return runs

    def _begun(self, connection: sqlite3.Connection, begun: Begun) -> _Writing | None:
        """Begin to write a run; None where another process writes it."""
        when = self._wall() - (self._clock() - begun.run.started)
        put = writing.take_up if begun.again else writing.begin
        number = put(connection, begun, when, self._name)
        return None if number is None else _Writing(begun, when, number)

    def _resumed(self, connection: sqlite3.Connection, run: _Writing) -> _Writing:
        """Go on with a run in a database that was opened anew, and may have lost some of it."""
        number = writing.number(connection, run.begun.run.id)
        if number is None:
            number = writing.begin(connection, run.begun, run.when, self._name)
        writing.write_anew(connection, number, run.written)
        return replace(run, number=number)

    @property
    def _folder(self) -> Path:
        """Where the files are that say which processes write."""
        return self._path.with_name(RUNNING)

    @property
    def _name(self) -> str:
        return self._owner.name if self._owner else ""
