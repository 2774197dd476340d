"""What is written to the database: runs as they begin, what comes of them, and how they end.

Each of these is done within a transaction.
"""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from aztui.core.events import Cause, Ended
from aztui.core.ports import Begun
from aztui.core.request import Message, Params
from aztui.core.tree import SessionId
from aztui.store.reading import entries, replayed, run_by_number
from aztui.store.record import fold
from aztui.store.wire import Entry, encode

_LOST: Final = Ended(Cause.LOST)
_SURROGATES: Final = re.compile("[\ud800-\udfff]")
"""Half a character, as it comes from a command line that is not UTF-8; SQLite takes none."""


def begin(connection: sqlite3.Connection, begun: Begun, started: float, owner: str) -> int:
    """Write down a run that is sent now, and return its number.

    Args:
        connection: the database.
        begun: the run.
        started: when, in seconds since 1970.
        owner: the process that writes what comes of it.
    """
    request, profile = begun.run.request, begun.profile
    cursor = connection.execute(
        "INSERT INTO run (uid, session, parent, started, profile, endpoint, api_version, api, "
        "deployment, turns, prompt, params, owner) "
        "VALUES (?, ?, (SELECT id FROM run WHERE uid = ?), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            begun.run.id,
            _session(connection, begun.session, started),
            begun.parent,
            started,
            _clean(profile.name),
            _clean(profile.endpoint.url),
            profile.endpoint.api_version,
            request.api,
            _clean(request.deployment),
            _turns(connection, request.messages[:-1]),
            _text(connection, request.prompt),
            _json(request.params),
            owner,
        ),
    )
    return _number(cursor)


def append(connection: sqlite3.Connection, run: int, news: Sequence[Entry]) -> None:
    """Write down what has come of a run."""
    connection.execute("INSERT INTO journal (run, entries) VALUES (?, ?)", (run, encode(news)))


def close(connection: sqlite3.Connection, run: int) -> None:
    """Fold what was written of a run that is over; one that did not come to its end was lost.

    A run that another process took for lost may come to its end after all: then that counts.

    Raises:
        ValueError: what is there makes no sense.
    """
    known = entries(connection, run)
    ends = {event for _, event in known if isinstance(event, Ended)}
    if not ends:
        known.append((known[-1][0] if known else 0.0, _LOST))
    elif ends != {_LOST}:
        known = [entry for entry in known if entry[1] != _LOST]
    _keep(connection, run, known)


def unfinished(connection: sqlite3.Connection) -> list[tuple[int, str]]:
    """Return the runs that are not over, by their numbers, and the process that writes each."""
    rows = connection.execute("SELECT id, owner FROM run WHERE outcome IS NULL ORDER BY id")
    return rows.fetchall()


def _keep(connection: sqlite3.Connection, number: int, known: Sequence[Entry]) -> None:
    run = replayed(run_by_number(connection, number), known)
    folded = fold(known)
    connection.execute(
        "UPDATE run SET outcome = ?, model = ?, record = ?, owner = NULL WHERE id = ?",
        (run.phase, run.model, folded.record, number),
    )
    connection.executemany(
        "INSERT OR REPLACE INTO choice (run, number, text) VALUES (?, ?, ?)",
        [(number, choice, _text(connection, text)) for choice, text in folded.texts.items()],
    )
    connection.execute("DELETE FROM journal WHERE run = ?", (number,))


def _session(connection: sqlite3.Connection, uid: SessionId, now: float) -> int:
    """Return the number of a session, used now."""
    connection.execute(
        "INSERT INTO session (uid, begun, used) VALUES (?, ?, ?) "
        "ON CONFLICT (uid) DO UPDATE SET used = excluded.used",
        (uid, now, now),
    )
    (number,) = connection.execute("SELECT id FROM session WHERE uid = ?", (uid,)).fetchone()
    return int(number)


def _turns(connection: sqlite3.Connection, messages: Iterable[Message]) -> int | None:
    """Return the last link of a chain of turns; those that are there already are not made again."""
    last: int | None = None
    for message in messages:
        turn = (last, message.role, _text(connection, message.content), _json(message.reasoning))
        found = connection.execute(
            "SELECT id FROM turn WHERE before IS ? AND role = ? AND text = ? AND reasoning = ?",
            turn,
        ).fetchone()
        last = (
            found[0]
            if found
            else _number(
                connection.execute(
                    "INSERT INTO turn (before, role, text, reasoning) VALUES (?, ?, ?, ?)", turn
                )
            )
        )
    return last


def _text(connection: sqlite3.Connection, body: str) -> int:
    """Return the number of a text; one that is there already is not written again."""
    body = _clean(body)
    digest = hashlib.sha256(body.encode()).digest()
    found = connection.execute("SELECT id FROM text WHERE digest = ?", (digest,)).fetchone()
    if found:
        return int(found[0])
    values = (digest, body)
    return _number(connection.execute("INSERT INTO text (digest, body) VALUES (?, ?)", values))


def _clean(text: str) -> str:
    return _SURROGATES.sub("\ufffd", text)


def _json(value: Params | Sequence[Params]) -> str:
    return json.dumps(value, default=_plain, separators=(",", ":"))


def _plain(value: object) -> object:
    """Mappings that can only be read are none that `json` knows."""
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} is not JSON")


def _number(cursor: sqlite3.Cursor) -> int:
    number = cursor.lastrowid
    assert number is not None  # noqa: S101 - it has just inserted a row
    return number
