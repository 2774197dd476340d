"""The database file: how it is made, opened and brought up to date."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

from aztui.core.history import HistoryError
from aztui.store.replacing import in_place
from aztui.store.schema import APPLICATION, MIGRATIONS, VERSION

_PATIENCE: Final = 5.0
"""Seconds to wait for another process that writes."""
_OFTEN: Final = 10_000
"""Steps of SQLite's between two questions whether it is to go on: a millisecond, about."""
_IN_WORDS: Final[Mapping[str, str]] = {
    "database or disk is full": "the disk is full",
    "database is locked": "another program does not let go of it",
    "attempt to write a readonly database": "it may not be written",
    "unable to open database file": "it cannot be opened",
    "file is not a database": "it is no database",
    "disk I/O error": "the disk cannot be read or written, or is full",
    "database disk image is malformed": "it is damaged",
}
"""SQLite's messages that a user may see (sqlite3.c, `sqlite3ErrStr`)."""


def connect(path: Path) -> sqlite3.Connection:
    """Open the database to write to it, made or brought up to date where that is needed.

    It is written ahead (WAL), so that whoever reads is not held up, and a commit is on the disk
    before it is done (`synchronous=FULL`): `docs/adr/0012-sqlite.md` says why.

    Raises:
        HistoryError: it is another program's or a later version's.
        OSError: its folder cannot be made, or the file.
        sqlite3.Error: it cannot be opened, or is damaged.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if path.exists():
        _check_before(path)
    # SQLite gives the files beside it the same mode.
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    connection = _opened(path, "rw")
    try:
        _check_known(connection, path)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA secure_delete = ON")
        _bring_up_to_date(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def connect_to_read(path: Path) -> sqlite3.Connection:
    """Open the database to read what is there; a later version's too, as far as it is understood.

    An earlier version's is brought up to date before.

    Raises:
        HistoryError: it is another program's.
        OSError: it cannot be brought up to date.
        sqlite3.Error: it is not there, or is damaged.
    """
    connection = _opened(path, "ro")
    try:
        if _check_ours(connection, path) < VERSION:
            connection.close()
            connect(path).close()
            connection = _opened(path, "ro")
    except BaseException:
        connection.close()
        raise
    return connection


@contextlib.contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Do all that is inside, or nothing of it.

    Raises:
        sqlite3.Error: it cannot be done; nothing was.
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        with contextlib.suppress(sqlite3.Error):
            connection.execute("ROLLBACK")
        raise


def in_words(error: Exception) -> str:
    """Say what is wrong with a database or its file, for the end of a sentence."""
    if isinstance(error, OSError):
        return error.strerror or str(error)
    return _IN_WORDS.get(str(error), str(error))


def is_damage(error: Exception) -> bool:
    """Whether an error says that the file is damaged, or is no database at all."""
    code = getattr(error, "sqlite_errorcode", None)
    # What more it says of the kind stands in the higher bits (rescode.html).
    return code is not None and code & 0xFF in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


def is_whole(connection: sqlite3.Connection, interrupted: Callable[[], bool]) -> bool:
    """Read the database through; some hundreds of megabytes a second, without Python's lock.

    Args:
        connection: it.
        interrupted: whether to leave it at that.

    Returns:
        Whether all of it was read, and is sound.

    Raises:
        sqlite3.DatabaseError: it is damaged.
    """
    connection.set_progress_handler(lambda: int(interrupted()), _OFTEN)
    try:
        (found,) = connection.execute("PRAGMA quick_check (1)").fetchone()
    except sqlite3.OperationalError:
        return False
    finally:
        connection.set_progress_handler(None, 0)
    if found != "ok":
        damage = sqlite3.DatabaseError(found)
        damage.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
        raise damage
    return True


def _opened(path: Path, mode: str) -> sqlite3.Connection:
    uri = f"{path.as_uri()}?mode={mode}"
    connection = sqlite3.connect(uri, timeout=_PATIENCE, isolation_level=None, uri=True)
    try:
        with in_place(path):
            # This opens the files.
            connection.execute("PRAGMA user_version").fetchone()
    except BaseException:
        connection.close()
        raise
    return connection


def _check_before(path: Path) -> None:
    """Make sure that a file may be written before it is opened so.

    Who closes it as the last one who could write brings what stands in its log into it, also
    without having written a word.

    Raises:
        HistoryError: it is another program's or a later version's.
        sqlite3.Error: it cannot be opened, or is damaged.
    """
    with contextlib.closing(_opened(path, "ro")) as connection:
        _check_known(connection, path)


def is_later(connection: sqlite3.Connection) -> bool:
    """Whether a database was written by a later version of aztui."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version) > VERSION


def _bring_up_to_date(connection: sqlite3.Connection, path: Path) -> None:
    if _check_known(connection, path) == VERSION:
        return
    with transaction(connection):
        # Another process may have done so meanwhile.
        for statements in MIGRATIONS[_check_known(connection, path) :]:
            for statement in statements:
                connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {APPLICATION}")
        connection.execute(f"PRAGMA user_version = {VERSION}")


def _check_known(connection: sqlite3.Connection, path: Path) -> int:
    """Return the version of its format, which this program knows.

    Raises:
        HistoryError: it does not.
    """
    version = _check_ours(connection, path)
    if version > VERSION:
        raise HistoryError(
            f"{path} was written by a later version of aztui (its format is {version}, this one "
            f"knows {VERSION}), so it is left as it is. Update aztui"
        )
    return version


def _check_ours(connection: sqlite3.Connection, path: Path) -> int:
    """Return the version of its format; 0 where it is still empty."""
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    if tables and application != APPLICATION:
        raise HistoryError(
            f"{path} is a database of another program's: move it away, or set AZTUI_DATA_DIR"
        )
    return int(version)
