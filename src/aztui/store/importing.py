"""Sessions taken in from a file that was exported."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from aztui.core.data import dataclass
from aztui.core.history import HistoryError
from aztui.core.tree import SessionId
from aztui.store.copies import put
from aztui.store.database import connect, in_words, transaction
from aztui.store.export_json import from_json


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a file's sessions.

    Attributes:
        new: those that were taken in.
        there: those that were there already, and are as they were.
    """

    new: tuple[SessionId, ...]
    there: tuple[SessionId, ...]


def take_in(path: Path, data: bytes) -> Taken:
    """Write the sessions of a file into the database, or none of them.

    Args:
        path: the database, which need not be there.
        data: what the file says.

    Raises:
        HistoryError: the file is none of ours, a part of it is damaged, or the database cannot be
            written.
    """
    try:
        with closing(connect(path)) as connection, transaction(connection):
            return _put(connection, data)
    except (ValueError, OverflowError, RecursionError) as error:
        raise HistoryError(f"Nothing was imported: {error}") from None
    except (OSError, sqlite3.Error) as error:
        raise HistoryError(f"Nothing was imported: {path}: {in_words(error)}") from None


def _put(connection: sqlite3.Connection, data: bytes) -> Taken:
    new: list[SessionId] = []
    there: list[SessionId] = []
    for place, session in enumerate(from_json(data), start=1):
        found = connection.execute("SELECT 1 FROM session WHERE uid = ?", (session.id,)).fetchone()
        if found is not None:
            there.append(session.id)
            continue
        try:
            put(connection, session)
        except (ValueError, OverflowError, RecursionError) as error:
            raise ValueError(f"its session {place} is damaged: {error}") from None
        new.append(session.id)
    return Taken(tuple(new), tuple(there))
