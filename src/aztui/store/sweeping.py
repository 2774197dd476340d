"""What was deleted, gone from the bytes of the files too.

What a table lets go of is overwritten as it goes (`PRAGMA secure_delete`). Three places are left:
the search index, which only notes that a row is gone and forgets its words when its segments are
merged (SQLite's documentation, fts5.html, "The 'optimize' Command"); the write-ahead log, in which
the pages stand as they were; and nothing in the shared memory, which is numbers.

FTS5 has a 'secure-delete' of its own from SQLite 3.42 on. It is not used: an index that has known
it cannot be read by any earlier SQLite, and one machine may have several.
"""

from __future__ import annotations

import sqlite3
import time
from typing import Final

from aztui.store.database import in_words

_PAGES: Final = 500
"""Of the search index, that are merged at once: some milliseconds."""
_HARDLY: Final = 50
"""Milliseconds for which others are waited for there."""
_QUICK: Final = 0.3
"""Seconds that the end of the program waits for it, with what else it does."""


def sweep(connection: sqlite3.Connection) -> str:
    """Clear the files of all that was deleted, however long it takes.

    Returns:
        Why that was not done, for the end of a sentence; empty where it was.
    """
    try:
        connection.execute("INSERT INTO search (search) VALUES ('optimize')")
        connection.execute("VACUUM")
        swept = _truncated(connection)
    except sqlite3.OperationalError as error:
        return in_words(error)
    return "" if swept else "another program has it in use"


def sweep_quickly(connection: sqlite3.Connection, patience: float = _QUICK) -> bool:
    """Clear the files of what was deleted as far as that is quick; others are not waited for.

    Args:
        connection: the database.
        patience: seconds that it may take.

    Returns:
        Whether all of it was.

    Raises:
        sqlite3.Error: it cannot be done.
    """
    deadline = time.monotonic() + patience
    (waits,) = connection.execute("PRAGMA busy_timeout").fetchone()
    connection.execute(f"PRAGMA busy_timeout = {_HARDLY}")
    try:
        merged = _merged(connection, deadline)
        return _truncated(connection) and merged
    finally:
        connection.execute(f"PRAGMA busy_timeout = {waits}")


def _merged(connection: sqlite3.Connection, deadline: float) -> bool:
    """Merge the search index's segments; whether that was done in time."""
    # The first step brings all segments into one level; the later ones go on with that.
    pages = -_PAGES
    merged = False
    while not merged and time.monotonic() < deadline:
        before = connection.total_changes
        connection.execute("INSERT INTO search (search, rank) VALUES ('merge', ?)", (pages,))
        # "If the difference is less than 2, then the 'merge' command was a no-op" (fts5.html).
        merged = connection.total_changes - before < 2
        pages = _PAGES
    return merged


def _truncated(connection: sqlite3.Connection) -> bool:
    """Empty the write-ahead log; whether nobody stood in the way."""
    busy, _, _ = connection.execute("PRAGMA wal_checkpoint (TRUNCATE)").fetchone()
    return not busy
