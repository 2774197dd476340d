"""Texts and turns, of which each is there once, and what the search finds."""

from __future__ import annotations

import hashlib
import sqlite3
from typing import Final

from aztui.store.plain import encoded

MOMENTS: Final = 1_000_000
"""Numbers in `said` to a second."""
_FREE: Final = """
    SELECT CASE WHEN EXISTS (SELECT 1 FROM said WHERE id = :at) THEN (
        SELECT id + 1 FROM said WHERE id >= :at
        AND NOT EXISTS (SELECT 1 FROM said AS next WHERE next.id = said.id + 1)
        ORDER BY id LIMIT 1
    ) ELSE :at END
"""


def text(connection: sqlite3.Connection, body: bytes) -> int:
    """Return the number of a text in UTF-8; one that is there already is not written again."""
    digest = hashlib.sha256(body).digest()
    found = connection.execute("SELECT id FROM text WHERE digest = ?", (digest,)).fetchone()
    if found:
        return int(found[0])
    values = (digest, body)
    return inserted(
        connection.execute("INSERT INTO text (digest, body) VALUES (?, CAST(? AS TEXT))", values)
    )


def turn(
    connection: sqlite3.Connection, before: int | None, role: str, content: str, reasoning: str
) -> int:
    """Return the number of a turn; one that is there already is not written again.

    Args:
        connection: the database.
        before: the number of the turn that it follows; None for none.
        role: whose it is.
        content: its text.
        reasoning: what the model thought before it, as JSON.
    """
    values = (before, role, text(connection, encoded(content)), reasoning)
    found = connection.execute(
        "SELECT id FROM turn WHERE before IS ? AND role = ? AND text = ? AND reasoning = ?", values
    ).fetchone()
    if found:
        return int(found[0])
    return inserted(
        connection.execute(
            "INSERT INTO turn (before, role, text, reasoning) VALUES (?, ?, ?, ?)", values
        )
    )


def say(connection: sqlite3.Connection, run: int, started: float, spoken: int) -> None:
    """Have a prompt or an answer found by the search.

    Args:
        connection: the database.
        run: the number of its run.
        started: when that was sent, in seconds since 1970.
        spoken: the number of its text.
    """
    (at,) = connection.execute(_FREE, {"at": int(started * MOMENTS)}).fetchone()
    connection.execute("INSERT INTO said (id, run, text) VALUES (?, ?, ?)", (at, run, spoken))


def unsay(connection: sqlite3.Connection, run: int) -> None:
    """Have nothing of a run found any more; its texts must still be there."""
    connection.execute("DELETE FROM said WHERE run = ?", (run,))


def inserted(cursor: sqlite3.Cursor) -> int:
    """Return the number of the row that was inserted."""
    number = cursor.lastrowid
    assert number is not None  # noqa: S101 - it has just inserted a row
    return number
