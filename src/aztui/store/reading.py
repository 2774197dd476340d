"""What is read from the database: runs and sessions as they were, and lists of them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import reduce as folded
from types import MappingProxyType
from typing import Final, cast

from aztui.core.events import RunId, Stamped
from aztui.core.history import Asked, Draft
from aztui.core.request import Api, Message, Request, Role
from aztui.core.run import Run, reduce
from aztui.core.tree import Node, Session, SessionId
from aztui.store.drafts import read_draft
from aztui.store.record import Folded, unfold
from aztui.store.wire import Entry, decode

_CHAIN: Final = """
    WITH RECURSIVE chain (id, before, role, text, reasoning, depth) AS (
        SELECT id, before, role, text, reasoning, 0 FROM turn WHERE id = ?
        UNION ALL
        SELECT turn.id, turn.before, turn.role, turn.text, turn.reasoning, depth + 1
        FROM turn JOIN chain ON turn.id = chain.before
    )
    SELECT role, body, reasoning FROM chain JOIN text ON text.id = chain.text ORDER BY depth DESC
"""
_RUNS: Final = """
    SELECT run.id, run.uid, parent.uid, run.api, run.deployment, run.turns, prompt.body, run.params,
        run.continues
    FROM run JOIN text AS prompt ON prompt.id = run.prompt
    LEFT JOIN run AS parent ON parent.id = run.parent
"""


def entries(connection: sqlite3.Connection, run: int) -> list[Entry]:
    """Return what is known of a run by its number: what was folded, and what came after that.

    Raises:
        ValueError: what is there makes no sense.
    """
    journal = connection.execute("SELECT entries FROM journal WHERE run = ? ORDER BY id", (run,))
    news = [entry for (data,) in journal for entry in decode(data)]
    (record,) = connection.execute("SELECT record FROM run WHERE id = ?", (run,)).fetchone()
    if record is None:
        return news
    texts = connection.execute(
        "SELECT number, body FROM choice JOIN text ON text.id = choice.text WHERE run = ?", (run,)
    )
    return [*unfold(Folded(dict(texts.fetchall()), record)), *news]


def replayed(run: Run, events: Sequence[Entry]) -> Run:
    """Return a run after all that came of it."""
    return folded(reduce, (Stamped(run.id, at, event) for at, event in events), run)


def run_by_number(connection: sqlite3.Connection, number: int) -> Run:
    """Return a run as it was sent; its times are seconds from then on.

    Raises:
        ValueError: what is there makes no sense.
    """
    row = connection.execute(f"{_RUNS} WHERE run.id = ?", (number,)).fetchone()
    return _sent(connection, row)[1].run


def session(connection: sqlite3.Connection, uid: SessionId) -> Session:
    """Return a session with all its runs; the times of each are seconds since it was sent.

    Raises:
        KeyError: there is no such session.
        ValueError: what is there makes no sense.
    """
    found = connection.execute("SELECT id, name FROM session WHERE uid = ?", (uid,)).fetchone()
    if found is None:
        raise KeyError(uid)
    number, name = found
    of_session = f"{_RUNS} WHERE run.session = ? ORDER BY run.id"
    rows = connection.execute(of_session, (number,)).fetchall()
    nodes = {}
    for row in rows:
        its, node = _sent(connection, row)
        run = replayed(node.run, entries(connection, its))
        nodes[run.id] = replace(node, run=run)
    marked = connection.execute("SELECT uid FROM run WHERE session = ? AND bookmarked", (number,))
    return Session(
        uid,
        MappingProxyType(nodes),
        next(reversed(nodes), None),
        name,
        frozenset(RunId(run) for (run,) in marked),
    )


def asked(connection: sqlite3.Connection, uid: SessionId) -> Asked | None:
    """Return who was asked last in a session; None where nobody was."""
    row = connection.execute(
        "SELECT profile, deployment, api FROM run JOIN session ON session.id = run.session "
        "WHERE session.uid = ? ORDER BY run.id DESC LIMIT 1",
        (uid,),
    ).fetchone()
    return None if row is None else Asked(row[0], row[1], Api(row[2]))


def draft(connection: sqlite3.Connection, uid: SessionId) -> Draft | None:
    """Return what was typed and not sent in a session.

    Raises:
        ValueError: what is there makes no sense.
    """
    row = connection.execute("SELECT draft FROM session WHERE uid = ?", (uid,)).fetchone()
    return None if row is None or row[0] is None else read_draft(row[0])


def prompts(connection: sqlite3.Connection, most: int) -> list[str]:
    """Return the prompts of the runs sent last, each once, the latest last.

    Those that continue an answer are none that anybody typed.
    """
    rows = connection.execute(
        "SELECT body FROM (SELECT id, prompt FROM run WHERE NOT continues ORDER BY id DESC LIMIT ?)"
        " AS sent JOIN text ON text.id = sent.prompt ORDER BY sent.id DESC",
        (most,),
    )
    return list(dict.fromkeys(body for (body,) in rows))[::-1]


def left(connection: sqlite3.Connection) -> list[SessionId]:
    """Return the sessions that nobody has open and that were left in the middle of something.

    Either an answer was under way, or a prompt was being typed.
    """
    rows = connection.execute(
        "SELECT uid FROM session WHERE (lost OR draft IS NOT NULL) AND remover IS NULL "
        "AND (lost OR owner IS NULL AND json_extract(draft, '$.text') <> '') "
        "ORDER BY used DESC, id DESC"
    )
    return [SessionId(uid) for (uid,) in rows]


def _sent(connection: sqlite3.Connection, row: tuple[object, ...]) -> tuple[int, Node]:
    number, uid, parent, api, deployment, turns, prompt, params, continues = row
    messages = (*_turns(connection, turns), Message("user", str(prompt)))
    request = Request(
        Api(str(api)), str(deployment), messages, MappingProxyType(json.loads(str(params)))
    )
    run = Run(RunId(str(uid)), request, 0.0, continues=bool(continues))
    return cast("int", number), Node(run, None if parent is None else RunId(str(parent)))


def _turns(connection: sqlite3.Connection, last: object) -> Iterator[Message]:
    for role, body, reasoning in connection.execute(_CHAIN, (last,)):
        yield Message(cast("Role", role), body, tuple(map(MappingProxyType, json.loads(reasoning))))
