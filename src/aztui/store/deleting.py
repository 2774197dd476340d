"""Sessions deleted for good."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from aztui.core.data import dataclass
from aztui.core.history import HistoryError
from aztui.core.tree import SessionId
from aztui.store import writing
from aztui.store.database import connect, in_words, transaction
from aztui.store.owners import RUNNING, is_there
from aztui.store.sweeping import sweep


@dataclass(frozen=True, slots=True)
class Deleted:
    """What became of sessions that were to be deleted.

    Attributes:
        gone: those that are.
        open: those that another aztui has open; they are as they were.
        unswept: why the files may still hold some of their words; empty where they do not.
    """

    gone: tuple[SessionId, ...]
    open: tuple[SessionId, ...]
    unswept: str


def delete(path: Path, sessions: Sequence[SessionId] | None) -> Deleted:
    """Delete sessions, and clear the files of their words.

    Args:
        path: the database, which is there.
        sessions: which; None for all.

    Raises:
        HistoryError: the database cannot be written; what was deleted before is gone.
    """
    try:
        with closing(connect(path)) as connection:
            gone, left = _deleted(connection, path, sessions)
            return Deleted(gone, left, sweep(connection))
    except (OSError, sqlite3.Error) as error:
        raise HistoryError(f"{path} cannot be changed: {in_words(error)}") from None


def _deleted(
    connection: sqlite3.Connection, path: Path, sessions: Sequence[SessionId] | None
) -> tuple[tuple[SessionId, ...], tuple[SessionId, ...]]:
    gone: list[SessionId] = []
    left: list[SessionId] = []
    wanted = None if sessions is None else set(sessions)
    for number, uid in connection.execute("SELECT id, uid FROM session").fetchall():
        if wanted is not None and uid not in wanted:
            continue
        # Others write in between.
        with transaction(connection):
            if _is_open(connection, path, number):
                left.append(uid)
            else:
                writing.delete(connection, number)
                gone.append(uid)
    return tuple(gone), tuple(left)


def _is_open(connection: sqlite3.Connection, path: Path, session: int) -> bool:
    owners = writing.opened_by(connection, session)
    return any(is_there(path.with_name(RUNNING), owner) for owner in owners)
