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
from aztui.core.request import Api, Message, Request, Role
from aztui.core.run import Run, reduce
from aztui.core.tree import Node, Session, SessionId
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
    SELECT run.id, run.uid, parent.uid, run.api, run.deployment, run.turns, prompt.body, run.params
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
    found = connection.execute("SELECT id FROM session WHERE uid = ?", (uid,)).fetchone()
    if found is None:
        raise KeyError(uid)
    rows = connection.execute(f"{_RUNS} WHERE run.session = ? ORDER BY run.id", found).fetchall()
    nodes = {}
    for row in rows:
        number, node = _sent(connection, row)
        run = replayed(node.run, entries(connection, number))
        nodes[run.id] = replace(node, run=run)
    return Session(uid, MappingProxyType(nodes), next(reversed(nodes), None))


def _sent(connection: sqlite3.Connection, row: tuple[object, ...]) -> tuple[int, Node]:
    number, uid, parent, api, deployment, turns, prompt, params = row
    messages = (*_turns(connection, turns), Message("user", str(prompt)))
    request = Request(
        Api(str(api)), str(deployment), messages, MappingProxyType(json.loads(str(params)))
    )
    run = Run(RunId(str(uid)), request, 0.0)
    return cast("int", number), Node(run, None if parent is None else RunId(str(parent)))


def _turns(connection: sqlite3.Connection, last: object) -> Iterator[Message]:
    for role, body, reasoning in connection.execute(_CHAIN, (last,)):
        yield Message(cast("Role", role), body, tuple(map(MappingProxyType, json.loads(reasoning))))
