"""What can be read of a damaged database, written into a new one.

A row counts where its columns make sense; a text also has to have the digest that stands beside it.
Rows keep their numbers, so that what belongs together still does, and whoever is writing a run goes
on with it. What refers to a row that is lost is mended in the end.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import sqlite3
import zlib
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Final, TypeAlias, get_args

from aztui.core.data import dataclass
from aztui.core.events import Cause, Ended, TextDelta
from aztui.core.request import Api, Role
from aztui.store.database import connect, transaction
from aztui.store.drafts import read_draft
from aztui.store.pages import Pages, Row, Value
from aztui.store.reading import run_by_number
from aztui.store.record import fold, lengths
from aztui.store.schema import TELL
from aztui.store.texts import text
from aztui.store.wire import Entry, decode
from aztui.store.writing import keep

_Values: TypeAlias = tuple[Value, ...]

LOST_TEXT: Final = "[This text was lost: the history was damaged.]"
_INSERT: Final = {
    "session": "INSERT OR IGNORE INTO session "
    "(id, uid, name, begun, used, draft, owner, lost, remover) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    "text": "INSERT OR IGNORE INTO text (id, digest, body) VALUES (?, ?, ?)",
    "turn": "INSERT OR IGNORE INTO turn (id, before, role, text, reasoning) VALUES (?, ?, ?, ?, ?)",
    "run": "INSERT OR IGNORE INTO run (id, uid, session, parent, started, profile, endpoint, "
    "api_version, api, deployment, turns, prompt, params, owner, outcome, model, record, "
    "bookmarked, continues, given, counted, prompt_tokens, completion_tokens, cached_tokens) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    "journal": "INSERT OR IGNORE INTO journal (id, run, entries) VALUES (?, ?, ?)",
}
_MEND: Final = (
    "UPDATE run SET prompt = :lost WHERE prompt NOT IN (SELECT id FROM text)",
    "UPDATE turn SET text = :lost WHERE text NOT IN (SELECT id FROM text)",
    "UPDATE turn SET before = NULL WHERE before NOT IN (SELECT id FROM turn)",
    "UPDATE run SET turns = NULL WHERE turns NOT IN (SELECT id FROM turn)",
    "UPDATE run SET parent = NULL WHERE parent NOT IN (SELECT id FROM run)",
    "DELETE FROM journal WHERE run NOT IN (SELECT id FROM run)",
    """
    INSERT INTO session (id, uid, begun, used)
    SELECT session, lower(hex(randomblob(16))), min(started), max(started) FROM run
    WHERE session NOT IN (SELECT id FROM session) GROUP BY session
    """,
    """
    DELETE FROM session WHERE draft IS NULL AND owner IS NULL
    AND id NOT IN (SELECT session FROM run)
    """,
)
_RUN_COLUMNS: Final = frozenset({16, 18, 20, 23})
"""How many a run has without its number, from version to version; where they stand in a row as it
was written then."""
_ROLES: Final = frozenset(get_args(Role))
_MOST_ANSWERS: Final = 129
"""More than a request may ask for (`n`)."""


@dataclass(frozen=True, slots=True)
class Salvaged:
    """What could be read.

    Attributes:
        sessions: how many.
        runs: how many.
    """

    sessions: int
    runs: int


def salvage(damaged: Pages, new: Path) -> Salvaged:
    """Make a new database of what can be read of a damaged one.

    Args:
        damaged: the pages of the damaged one.
        new: the new one, which is not there yet.

    Raises:
        OSError: the new one cannot be made.
        sqlite3.Error: the new one cannot be written.
    """
    with closing(connect(new)) as connection:
        # What is lost is only known in the end.
        connection.execute("PRAGMA foreign_keys = OFF")
        with transaction(connection):
            threes = _copied(connection, damaged.rows())
            _answered(connection, threes)
            (lost,) = connection.execute("SELECT coalesce(max(id), 0) + 1 FROM text").fetchone()
            _mended(connection, lost)
            connection.execute(TELL)
            _with_texts_alone(connection)
        connection.execute("PRAGMA wal_checkpoint (TRUNCATE)")
        counts = connection.execute("SELECT (SELECT count(*) FROM session), count(*) FROM run")
        return Salvaged(*counts.fetchone())


def _copied(connection: sqlite3.Connection, rows: Iterable[Row]) -> list[tuple[int, int, int]]:
    """Write the rows that make sense, and return what may say which text answers which run."""
    threes: list[tuple[int, int, int]] = []
    for row in rows:
        match row:
            case Row(None, (int(one), int(two), int(three))):
                threes.append((one, two, three))
            case Row(int(number), (None, *others)):
                for table, values in _known(tuple(others)):
                    # What a column cannot hold makes no sense either.
                    with contextlib.suppress(sqlite3.IntegrityError):
                        connection.execute(_INSERT[table], (number, *values))
    return threes


def _known(values: _Values) -> Iterator[tuple[str, _Values]]:
    """Yield the table that a row is of and its columns, without its number; nothing of none."""
    match values:
        case (bytes(digest), str(body)) if hashlib.sha256(body.encode()).digest() == digest:
            yield "text", values
        case (int(), bytes(entries)) if _makes_sense(entries):
            yield "journal", values
        case (int() | None, str(role), int(), str(reasoning)) if role in _ROLES:
            if _is_json(reasoning, list):
                yield "turn", values
        case (str(), str(), int() | float(), int() | float(), *_) if len(values) <= 8:
            yield "session", _session(values)
        case (str(), int(), _, int() | float(), str(), str(), _, str(api), str(), _, *_) if (
            api in set(Api) and len(values) in _RUN_COLUMNS
        ):
            if _is_json(values[11], dict):
                yield "run", _run(values)


def _session(values: _Values) -> _Values:
    """A session's columns; those of an earlier version lack some."""
    uid, name, begun, used, *others = values
    missing: _Values = (None, None, 0, None)
    draft, owner, lost, remover = others + list(missing[len(others) :])
    with suppress(ValueError):
        if isinstance(draft, str):
            read_draft(draft)
            return uid, name, begun, used, draft, owner, lost, remover
    return uid, name, begun, used, None, owner, lost, remover


def _run(values: _Values) -> _Values:
    """A run's columns; its record is left out where it cannot be read."""
    *first, record = values[:16]
    missing: _Values = (0, 0, 0, 0, None, None, None)
    return (
        *first,
        record if _inflates(record) else None,
        *values[16:],
        *missing[len(values) - 16 :],
    )


def _answered(connection: sqlite3.Connection, threes: list[tuple[int, int, int]]) -> None:
    """Write down which text is which answer of which run.

    The table says (run, number, text), its index (text, run, number), and another index has three
    numbers as well, the second of which is never 0, nor the third. So the first answers, most by
    far, are told by their 0, and either tells them. For the others it must be as long as the run's
    record says.
    """
    first = {(one, three) for one, two, three in threes if two == 0}
    first |= {(two, one) for one, two, three in threes if three == 0}
    answers = {(run, 0, text) for run, text in first}
    few = [three for three in threes if 0 < three[1] < _MOST_ANSWERS]
    for run, number, body in few:
        if _is_answer(connection, run, number, body):
            answers.add((run, number, body))
    connection.executemany(
        "INSERT OR IGNORE INTO choice (run, number, text) SELECT run.id, ?2, text.id "
        "FROM run, text WHERE run.id = ?1 AND text.id = ?3",
        sorted(answers),
    )


def _is_answer(connection: sqlite3.Connection, run: int, number: int, body: int) -> bool:
    found = connection.execute(
        "SELECT record, length(body) FROM run, text WHERE run.id = ? AND text.id = ? "
        "AND record IS NOT NULL",
        (run, body),
    ).fetchone()
    if found is None:
        return False
    with suppress(ValueError):
        return bool(lengths(found[0]).get(number) == found[1])
    return False


def _mended(connection: sqlite3.Connection, lost: int) -> None:
    """Have nothing refer to what is not there."""
    for statement in _MEND:
        parameters = {"lost": lost} if ":lost" in statement else {}
        connection.execute(statement, parameters)
    if connection.execute(
        "SELECT 1 FROM run WHERE prompt = :lost UNION SELECT 1 FROM turn WHERE text = :lost",
        {"lost": lost},
    ).fetchone():
        there = text(connection, LOST_TEXT.encode())
        connection.execute("UPDATE run SET prompt = ? WHERE prompt = ?", (there, lost))
        connection.execute("UPDATE turn SET text = ? WHERE text = ?", (there, lost))


def _with_texts_alone(connection: sqlite3.Connection) -> None:
    """Give the runs whose record is lost the answers that are known, as if interrupted."""
    unread = connection.execute("SELECT id FROM run WHERE record IS NULL AND outcome IS NOT NULL")
    for (number,) in unread.fetchall():
        answers = connection.execute(
            "SELECT number, body FROM choice JOIN text ON text.id = choice.text WHERE run = ? "
            "ORDER BY number",
            (number,),
        )
        came: list[Entry] = [(0.0, TextDelta(*answer)) for answer in answers if answer[1]]
        came.append((0.0, Ended(Cause.LOST)))
        keep(connection, number, *fold(run_by_number(connection, number), came))


def _makes_sense(entries: bytes) -> bool:
    try:
        decode(entries)
    except ValueError:
        return False
    return True


def _inflates(record: Value) -> bool:
    """Whether a record is whole: its checksum is right."""
    try:
        zlib.decompress(record if isinstance(record, bytes) else b"")
    except zlib.error:
        return False
    return True


def _is_json(value: Value, kind: type) -> bool:
    try:
        return isinstance(json.loads(str(value)), kind)
    except ValueError:
        return False
