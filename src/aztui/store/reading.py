"""What is read from the database: runs and sessions as they were, and lists of them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final

from aztui.core.events import Cause, Ended, RunId
from aztui.core.history import Asked, Draft
from aztui.core.request import Api, Message, Request, Role
from aztui.core.run import Run
from aztui.core.tree import Node, Session, SessionId
from aztui.store.database import is_later
from aztui.store.drafts import read_draft
from aztui.store.record import unfold
from aztui.store.replay import replayed
from aztui.store.wire import Entry, decode

_RUNS: Final = """
    SELECT run.id, run.uid, parent.uid, run.api, run.deployment, run.turns, prompt.body, run.params,
        run.continues, run.given, run.counted
    FROM run JOIN text AS prompt ON prompt.id = run.prompt
    LEFT JOIN run AS parent ON parent.id = run.parent
"""
_TURNS: Final = """
    WITH RECURSIVE sent (id) AS (
        SELECT turns FROM run WHERE {which} AND turns IS NOT NULL
        UNION SELECT turn.before FROM turn JOIN sent USING (id) WHERE turn.before IS NOT NULL
    )
    SELECT turn.id, before, role, body, reasoning
    FROM sent JOIN turn USING (id) JOIN text ON text.id = turn.text ORDER BY turn.id
"""
"""Each turn after the one that it follows, since that was there first."""
_ONE: Final = "run.id = ?"
_OF_SESSION: Final = "run.session = ?"


LOST: Final = Ended(Cause.LOST)
"""The end of a run that did not come to one."""


def entries(connection: sqlite3.Connection, run: int) -> list[Entry]:
    """Return what is known of a run by its number: what was folded, and what came after that.

    Of what a later version wrote, only what this one knows.

    Raises:
        ValueError: what is there makes no sense.
    """
    known = list(each_entry(connection, run))
    # A run that was taken for lost and goes on was not lost.
    return [entry for at, entry in enumerate(known, 1) if at == len(known) or entry[1] != LOST]


def each_entry(connection: sqlite3.Connection, run: int) -> Iterator[Entry]:
    """Yield the same one after the other, where it was taken for lost that too.

    Raises:
        ValueError: what is there makes no sense.
    """
    later = is_later(connection)
    (record,) = connection.execute("SELECT record FROM run WHERE id = ?", (run,)).fetchone()
    if record is not None:
        texts = connection.execute(
            "SELECT number, body FROM choice JOIN text ON text.id = choice.text WHERE run = ?",
            (run,),
        )
        yield from unfold(record, dict(texts.fetchall()), later=later)
    journal = connection.execute("SELECT entries FROM journal WHERE run = ? ORDER BY id", (run,))
    for (data,) in journal:
        yield from decode(data, later=later)


def run_by_number(connection: sqlite3.Connection, number: int) -> Run:
    """Return a run as it was sent; its times are seconds from then on.

    Raises:
        ValueError: what is there makes no sense.
    """
    ((_, node),) = _sent(connection, _ONE, number)
    return node.run


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
    nodes = {
        node.run.id: replace(node, run=replayed(node.run, entries(connection, its)))
        for its, node in _sent(connection, _OF_SESSION, number)
    }
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

    Those that go on with an answer are none that anybody typed.
    """
    rows = connection.execute(
        "SELECT body FROM (SELECT id, prompt FROM run WHERE NOT continues AND NOT given "
        "ORDER BY id DESC LIMIT ?) AS sent JOIN text ON text.id = sent.prompt "
        "ORDER BY sent.id DESC",
        (most,),
    )
    return list(dict.fromkeys(body for (body,) in rows))[::-1]


def left(connection: sqlite3.Connection) -> list[SessionId]:
    """Return the sessions that nobody has open and that were left in the middle of something.

    Either an answer was under way, or a prompt was being typed.
    """
    rows = connection.execute(
        "SELECT uid FROM session WHERE (lost OR draft IS NOT NULL) AND remover IS NULL "
        "AND (lost OR owner IS NULL AND (json_extract(draft, '$.text') <> '' "
        "OR json_extract(draft, '$.page.text') <> '')) "
        "ORDER BY used DESC, id DESC"
    )
    return [SessionId(uid) for (uid,) in rows]


def turns_of_session(
    connection: sqlite3.Connection, number: int
) -> dict[int, tuple[int | None, Role, str, str]]:
    """Return what a session's runs sent before their prompts, by the turns' numbers.

    Of each: the turn that it follows, whose it is, its text, and the reasoning as JSON.
    """
    return dict(_turns(connection, _OF_SESSION, number))


def _sent(connection: sqlite3.Connection, which: str, number: int) -> list[tuple[int, Node]]:
    """Return runs as they were sent, with their numbers, in the order in which they were."""
    conversations = _conversations(connection, which, number)
    rows = connection.execute(f"{_RUNS} WHERE {which} ORDER BY run.id", (number,)).fetchall()
    return [(row[0], _node(row, conversations)) for row in rows]


def _node(row: tuple[Any, ...], conversations: Mapping[int | None, tuple[Message, ...]]) -> Node:
    _, uid, parent, api, deployment, turns, prompt, params, continues, given, counted = row
    messages = (*conversations[turns], Message("user", prompt))
    request = Request(Api(api), deployment, messages, MappingProxyType(json.loads(params)))
    run = Run(RunId(uid), request, 0.0, continues=bool(continues), given=given, counted=counted)
    return Node(run, None if parent is None else RunId(parent))


def _conversations(
    connection: sqlite3.Connection, which: str, number: int
) -> dict[int | None, tuple[Message, ...]]:
    """Return what was said up to each turn that runs sent, by the turns' numbers."""
    until: dict[int | None, tuple[Message, ...]] = {None: ()}
    for turn, (before, role, body, reasoning) in _turns(connection, which, number):
        items = tuple(map(MappingProxyType, json.loads(reasoning)))
        until[turn] = (*until[before], Message(role, body, items))
    return until


def _turns(
    connection: sqlite3.Connection, which: str, number: int
) -> Iterator[tuple[int, tuple[int | None, Role, str, str]]]:
    for turn, *others in connection.execute(_TURNS.format(which=which), (number,)):
        yield turn, tuple(others)
