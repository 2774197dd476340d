"""What is written to the database: runs as they begin, what comes of them, and how they end.

What writes is done within a transaction.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from aztui.core.data import dataclass
from aztui.core.events import Ended, RunId
from aztui.core.history import Bookmarked, Change, Draft, Drafted, Named, Removed, Seen
from aztui.core.ports import Begun
from aztui.core.request import Message
from aztui.core.run import Phase, Run
from aztui.core.tree import SessionId
from aztui.store.drafts import write_draft
from aztui.store.plain import clean, encoded, to_json
from aztui.store.reading import LOST, each_entry, run_by_number
from aztui.store.record import Folded, fold
from aztui.store.texts import inserted, say, text, turn, unsay
from aztui.store.wire import Entry, encode

_TURNS_OF: Final = """
    WITH RECURSIVE sent (id) AS (
        SELECT turns FROM run WHERE session = ? AND turns IS NOT NULL
        UNION SELECT turn.before FROM turn JOIN sent USING (id) WHERE turn.before IS NOT NULL
    )
    SELECT id, text FROM sent JOIN turn USING (id) ORDER BY id DESC
"""
"""The turns that a session sent, with their texts; each after those that follow it."""
_TEXTS_OF: Final = """
    SELECT prompt FROM run WHERE session = :session
    UNION SELECT text FROM choice JOIN run ON run.id = choice.run WHERE session = :session
"""
_OPENED: Final = """
    SELECT owner FROM session WHERE id = :session AND owner IS NOT NULL
    UNION SELECT owner FROM run WHERE session = :session AND outcome IS NULL AND owner IS NOT NULL
"""
_MOST: Final = 2**48
"""Some thousands of it can still be added up."""
_DELETE: Final = (
    "DELETE FROM said WHERE run IN (SELECT id FROM run WHERE session = ?)",
    "DELETE FROM journal WHERE run IN (SELECT id FROM run WHERE session = ?)",
    "DELETE FROM choice WHERE run IN (SELECT id FROM run WHERE session = ?)",
    "UPDATE run SET parent = NULL WHERE session = ?",
    "DELETE FROM run WHERE session = ?",
    "DELETE FROM session WHERE id = ?",
)


@dataclass(frozen=True, slots=True)
class Over:
    """A run that is over, before that is written down.

    Attributes:
        number: its number.
        state: how it stood in the database when it was folded.
        ended: it, as it ended.
        came: all that came of it.
    """

    number: int
    state: tuple[object, ...]
    ended: Run
    came: Folded


def begin(connection: sqlite3.Connection, begun: Begun, started: float, owner: str) -> int:
    """Write down a run that is sent now, and return its number.

    Args:
        connection: the database.
        begun: the run.
        started: when, in seconds since 1970.
        owner: the process that writes what comes of it.
    """
    request, profile = begun.run.request, begun.profile
    prompt = text(connection, encoded(request.prompt))
    cursor = connection.execute(
        "INSERT INTO run (uid, session, parent, started, profile, endpoint, api_version, api, "
        "deployment, turns, prompt, params, owner, continues, given, "
        "counted) "
        "VALUES (?, ?, (SELECT id FROM run WHERE uid = ?), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            begun.run.id,
            _session(connection, begun.session, started),
            begun.parent,
            started,
            clean(profile.name),
            clean(profile.endpoint.url),
            profile.endpoint.api_version,
            request.api,
            clean(request.deployment),
            _turns(connection, request.messages[:-1]),
            prompt,
            to_json(request.params),
            owner,
            begun.run.continues,
            begun.run.given,
            begun.run.counted,
        ),
    )
    run = inserted(cursor)
    say(connection, run, started, prompt)
    return run


def take_up(connection: sqlite3.Connection, begun: Begun, started: float, owner: str) -> int | None:
    """Note that a run which was over goes on, and return its number; else as `begin`.

    Returns:
        The number; None where another process writes the run, having taken it up first.
    """
    known = number(connection, begun.run.id)
    if known is None:
        return begin(connection, begun, started, owner)
    changed = connection.execute(
        "UPDATE run SET outcome = NULL, owner = ? WHERE id = ? AND outcome IS NOT NULL",
        (owner, known),
    )
    return known if changed.rowcount else None


def append(connection: sqlite3.Connection, run: int, news: Sequence[Entry]) -> bytes:
    """Write down what has come of a run, and return it as it was written."""
    data = encode(news)
    connection.execute("INSERT INTO journal (run, entries) VALUES (?, ?)", (run, data))
    return data


def number(connection: sqlite3.Connection, run: RunId) -> int | None:
    """Return the number of a run; None where it is not there."""
    found = connection.execute("SELECT id FROM run WHERE uid = ?", (run,)).fetchone()
    return None if found is None else int(found[0])


def write_anew(connection: sqlite3.Connection, run: int, written: Sequence[bytes]) -> None:
    """Write down what had come of a run that goes on, unless it is there as it was.

    Where another process took it for lost, that has been folded.
    """
    (outcome,) = connection.execute("SELECT outcome FROM run WHERE id = ?", (run,)).fetchone()
    there = connection.execute("SELECT entries FROM journal WHERE run = ? ORDER BY id", (run,))
    if outcome is None and [data for (data,) in there] != list(written):
        connection.execute("DELETE FROM journal WHERE run = ?", (run,))
        connection.executemany(
            "INSERT INTO journal (run, entries) VALUES (?, ?)", [(run, data) for data in written]
        )


def over(connection: sqlite3.Connection, run: int) -> Over:
    """Fold what was written of a run that is over; one that did not come to its end was lost.

    This takes long where the answer is, so it is the one thing here to be done without a
    transaction: nobody is held up by it.

    Raises:
        ValueError: what is there makes no sense.
    """
    state = _state(connection, run)
    known = _with_end(each_entry(connection, run))
    return Over(run, state, *fold(run_by_number(connection, run), known))


def close(connection: sqlite3.Connection, run: Over) -> None:
    """Write down how a run ended, unless more was written of it since it was folded.

    A run that was taken for lost may come to its end after all: then that counts.
    """
    if _state(connection, run.number) != run.state:
        return
    keep(connection, run.number, run.ended, run.came)
    if run.ended.phase is Phase.INTERRUPTED:
        connection.execute(
            "UPDATE session SET lost = 1 WHERE id = (SELECT session FROM run WHERE id = ?)",
            (run.number,),
        )


def keep(connection: sqlite3.Connection, run: int, ended: Run, came: Folded) -> None:
    """Write down how a run ended, in the place of what was written of it.

    Args:
        connection: the database.
        run: its number.
        ended: it, as it ended.
        came: all that came.
    """
    usage = ended.usage
    counts = (
        (None, None, None)
        if usage is None
        else (usage.prompt_tokens, usage.completion_tokens, usage.cached_tokens)
    )
    connection.execute(
        "UPDATE run SET outcome = ?, model = ?, record = ?, owner = NULL, "
        "prompt_tokens = ?, completion_tokens = ?, cached_tokens = ? WHERE id = ?",
        (ended.phase, clean(ended.model), came.record, *map(_held, counts), run),
    )
    answers = [(choice, text(connection, body)) for choice, body in came.texts.items()]
    _answer(connection, run, answers)
    connection.execute("DELETE FROM journal WHERE run = ?", (run,))


def change(connection: sqlite3.Connection, change: Change, now: float, owner: str) -> None:
    """Write down what the user did to what is kept.

    Args:
        connection: the database.
        change: what was done.
        now: seconds since 1970.
        owner: the process in which it was.
    """
    match change:
        case Named(session, name):
            values: tuple[object, ...] = (clean(name), session)
            connection.execute("UPDATE session SET name = ? WHERE uid = ?", values)
        case Bookmarked(run, kept):
            connection.execute("UPDATE run SET bookmarked = ? WHERE uid = ?", (kept, run))
        case Seen(session):
            connection.execute("UPDATE session SET lost = 0 WHERE uid = ?", (session,))
        case Removed(session, removed):
            values = (owner if removed else None, session)
            connection.execute("UPDATE session SET remover = ? WHERE uid = ?", values)
        case Drafted(session, draft):
            _draft(connection, session, draft, now, owner)


def leave(connection: sqlite3.Connection, owner: str) -> None:
    """Note that a process has no session open any more; one in which nothing is goes."""
    connection.execute(
        "DELETE FROM session WHERE owner = ? AND draft IS NULL "
        "AND NOT EXISTS (SELECT 1 FROM run WHERE run.session = session.id)",
        (owner,),
    )
    connection.execute("UPDATE session SET owner = NULL WHERE owner = ?", (owner,))


def owners(connection: sqlite3.Connection) -> set[str]:
    """Return the processes that have a session open, or have removed one."""
    rows = connection.execute(
        "SELECT owner FROM session WHERE owner IS NOT NULL "
        "UNION SELECT remover FROM session WHERE remover IS NOT NULL"
    )
    return {owner for (owner,) in rows}


def opened_by(connection: sqlite3.Connection, session: int) -> set[str]:
    """Return the processes that have a session open, or write one of its runs."""
    return {owner for (owner,) in connection.execute(_OPENED, {"session": session})}


def keep_removed(connection: sqlite3.Connection, session: int) -> None:
    """Have a session that was to be deleted stay."""
    connection.execute("UPDATE session SET remover = NULL WHERE id = ?", (session,))


def removed(connection: sqlite3.Connection, owner: str) -> list[int]:
    """Return the sessions that a process has removed, by their numbers."""
    rows = connection.execute("SELECT id FROM session WHERE remover = ?", (owner,))
    return [number for (number,) in rows]


def delete(connection: sqlite3.Connection, session: int) -> None:
    """Delete a session, by its number, and the turns and texts that no other has."""
    sent = connection.execute(_TURNS_OF, (session,)).fetchall()
    texts = {text for (text,) in connection.execute(_TEXTS_OF, {"session": session})}
    for statement in _DELETE:
        connection.execute(statement, (session,))
    connection.executemany(
        "DELETE FROM turn WHERE id = :id "
        "AND NOT EXISTS (SELECT 1 FROM turn AS later WHERE later.before = :id) "
        "AND NOT EXISTS (SELECT 1 FROM run WHERE turns = :id)",
        [{"id": turn} for turn, _ in sent],
    )
    _drop_unused(connection, texts.union(text for _, text in sent))


def unfinished(connection: sqlite3.Connection) -> list[tuple[int, str | None]]:
    """Return the runs that are not over, by their numbers, and the process that writes each.

    Nobody does where a run was imported as it was under way.
    """
    rows = connection.execute("SELECT id, owner FROM run WHERE outcome IS NULL ORDER BY id")
    return rows.fetchall()


def _state(connection: sqlite3.Connection, run: int) -> tuple[object, ...]:
    """Who writes a run, whether it is over, and the last of what was written of it."""
    row = connection.execute(
        "SELECT owner, outcome, (SELECT max(id) FROM journal WHERE journal.run = run.id) "
        "FROM run WHERE id = ?",
        (run,),
    ).fetchone()
    return tuple(row or ())


def _with_end(known: Iterable[Entry]) -> Iterator[Entry]:
    """Yield what came of a run, in the end that it was lost where nothing else ended it."""
    last, ended = 0.0, False
    for entry in known:
        if entry[1] != LOST:
            last, ended = entry[0], ended or isinstance(entry[1], Ended)
            yield entry
    if not ended:
        yield last, LOST


def _held(count: int | None) -> int | None:
    """Return a number as the database can hold it; nobody's tokens are more than that."""
    return None if count is None else min(count, _MOST)


def _answer(
    connection: sqlite3.Connection, number: int, answers: Sequence[tuple[int, int]]
) -> None:
    """Write down a run's answers, each by its choice and its text's number."""
    started, prompt = connection.execute(
        "SELECT started, prompt FROM run WHERE id = ?", (number,)
    ).fetchone()
    halves = connection.execute("SELECT text FROM choice WHERE run = ?", (number,)).fetchall()
    if halves:  # it was taken for lost before
        connection.execute("DELETE FROM choice WHERE run = ?", (number,))
        unsay(connection, number)
        say(connection, number, started, prompt)
    for choice, answer in answers:
        values = (number, choice, answer)
        connection.execute("INSERT INTO choice (run, number, text) VALUES (?, ?, ?)", values)
        say(connection, number, started, answer)
    _drop_unused(connection, {half for (half,) in halves})


def _drop_unused(connection: sqlite3.Connection, texts: Iterable[int]) -> None:
    """Delete those of some texts, by their numbers, that nothing speaks of any more."""
    connection.executemany(
        "DELETE FROM text WHERE id = :id "
        "AND NOT EXISTS (SELECT 1 FROM run WHERE prompt = :id) "
        "AND NOT EXISTS (SELECT 1 FROM turn WHERE turn.text = :id) "
        "AND NOT EXISTS (SELECT 1 FROM choice WHERE choice.text = :id)",
        [{"id": text} for text in texts],
    )


def _session(connection: sqlite3.Connection, uid: SessionId, now: float) -> int:
    """Return the number of a session, used now."""
    connection.execute(
        "INSERT INTO session (uid, begun, used) VALUES (?, ?, ?) "
        "ON CONFLICT (uid) DO UPDATE SET used = excluded.used",
        (uid, now, now),
    )
    (number,) = connection.execute("SELECT id FROM session WHERE uid = ?", (uid,)).fetchone()
    return int(number)


def _draft(
    connection: sqlite3.Connection,
    session: SessionId,
    draft: Draft | None,
    now: float,
    owner: str,
) -> None:
    connection.execute(
        "INSERT INTO session (uid, begun, used, draft, owner) VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT (uid) DO UPDATE SET draft = excluded.draft, owner = excluded.owner",
        (session, now, now, None if draft is None else write_draft(draft), owner),
    )


def _turns(connection: sqlite3.Connection, messages: Iterable[Message]) -> int | None:
    """Return the last link of a chain of turns; those that are there already are not made again."""
    last: int | None = None
    for message in messages:
        reasoning = to_json(message.reasoning)
        last = turn(connection, last, message.role, message.content, reasoning)
    return last
