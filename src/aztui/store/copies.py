"""A session as it is carried from one database to another: all that is known of it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec

from aztui.core.data import dataclass
from aztui.core.events import Ended, RunId
from aztui.core.request import Api, Message, Request, Role
from aztui.core.run import Run
from aztui.core.tree import SessionId
from aztui.store import texts, writing
from aztui.store.drafts import read_draft, write_draft
from aztui.store.plain import clean, encoded, to_json
from aztui.store.reading import entries, turns_of_session
from aztui.store.record import fold
from aztui.store.wire import decode, encode

_SESSION: Final = "SELECT id, name, begun, used, lost, draft FROM session WHERE uid = ?"
_RUNS: Final = """
    SELECT run.id, run.uid, parent.uid, run.started, run.profile, run.endpoint, run.api_version,
        run.api, run.deployment, run.turns, body, run.params, run.continues, run.bookmarked,
        run.outcome, run.model, run.given, run.counted
    FROM run JOIN text ON text.id = run.prompt
    LEFT JOIN run AS parent ON parent.id = run.parent AND parent.session = run.session
    WHERE run.session = ? ORDER BY run.id
"""
_NOTHING: Final = msgspec.Raw(b"null")


@dataclass(frozen=True, slots=True)
class TurnCopy:
    """A turn that a request sent before its prompt.

    Attributes:
        before: the place, among its session's turns, of the one that it follows; None for none.
        role: whose it is.
        text: what it says.
        reasoning: what the model thought before it, encrypted: a list, as JSON.
    """

    before: int | None
    role: Role
    text: str
    reasoning: msgspec.Raw


@dataclass(frozen=True, slots=True)
class RunCopy:
    """A run.

    Attributes:
        id: its identity.
        parent: the run that it follows; None at a root.
        started: when it was sent, in seconds since 1970.
        profile: the profile that was asked.
        endpoint: the address that it went to.
        api_version: the dated api-version; None for none.
        api: the API.
        deployment: the deployment.
        turns: the place of the last turn that went along before the prompt; None for none.
        prompt: what was asked.
        params: what else the request said: an object, as JSON.
        continues: whether it goes on with the answer before it.
        bookmarked: whether the user has bookmarked it.
        outcome: how it ended, by the name of its phase; None where it has not. Follows from events.
        model: the model that answered, in the service's words. Follows from events.
        events: all that came, and when: a list, as JSON (`store.wire`).
        given: how many characters of what was sent are the answer's beginning.
        counted: how many tokens that had with the prompt; 0 where nobody knows.
    """

    id: RunId
    parent: RunId | None
    started: float
    profile: str
    endpoint: str
    api_version: str | None
    api: Api
    deployment: str
    turns: int | None
    prompt: str
    params: msgspec.Raw
    continues: bool
    bookmarked: bool
    outcome: str | None
    model: str
    events: msgspec.Raw
    given: int = 0
    counted: int = 0


@dataclass(frozen=True, slots=True)
class SessionCopy:
    """A session.

    Attributes:
        id: its identity.
        name: what the user calls it; may be empty.
        begun: when it was, in seconds since 1970.
        used: when a prompt was last sent in it.
        interrupted: whether a run was interrupted, and the user has not seen it yet.
        draft: what was typed and not sent: an object, or null, as JSON (`store.drafts`).
        turns: what its requests sent before their prompts, each after the one that it follows.
        runs: its runs, in the order in which they were sent.
    """

    id: SessionId
    name: str
    begun: float
    used: float
    interrupted: bool
    draft: msgspec.Raw
    turns: tuple[TurnCopy, ...]
    runs: tuple[RunCopy, ...]


def copy(
    connection: sqlite3.Connection, uid: SessionId, only: frozenset[RunId] | None = None
) -> SessionCopy:
    """Return all that is known of a session.

    Args:
        connection: the database.
        uid: the session.
        only: the runs to take; None for all.

    Raises:
        KeyError: there is no such session.
        ValueError: what is there makes no sense.
    """
    found = connection.execute(_SESSION, (uid,)).fetchone()
    if found is None:
        raise KeyError(uid)
    number, name, begun, used, lost, draft = found
    rows = connection.execute(_RUNS, (number,)).fetchall()
    rows = [row for row in rows if only is None or row[1] in only]
    sent = turns_of_session(connection, number)
    places = _places(sent, [row[9] for row in rows])
    return SessionCopy(
        uid,
        name,
        begun,
        used,
        bool(lost),
        _NOTHING if draft is None else _raw(draft),
        tuple(_turn(sent[turn], places) for turn in places if turn is not None),
        tuple(_run(connection, row, places) for row in rows),
    )


def put(connection: sqlite3.Connection, known: SessionCopy) -> None:
    """Write a session that is not there, within a transaction.

    Raises:
        ValueError: what is known makes no sense, or one of its runs is there already.
    """
    values = (clean(known.id), clean(known.name), known.begun, known.used, known.interrupted)
    session = texts.inserted(
        connection.execute(
            "INSERT INTO session (uid, name, begun, used, lost, draft) VALUES (?, ?, ?, ?, ?, ?)",
            (*values, _draft(known.draft)),
        )
    )
    turns: list[int] = []
    for turn in known.turns:
        before = _at(turns, turn.before)
        turns.append(
            texts.turn(connection, before, turn.role, turn.text, _json(turn.reasoning, list))
        )
    numbers: dict[RunId, int] = {}
    for run in known.runs:
        try:
            numbers[run.id] = _put_run(connection, session, run, numbers, turns)
        except sqlite3.IntegrityError:
            raise ValueError(f"its run {run.id} is kept in another session already") from None


def _put_run(
    connection: sqlite3.Connection,
    session: int,
    known: RunCopy,
    numbers: Mapping[RunId, int],
    turns: list[int],
) -> int:
    if known.parent is not None and known.parent not in numbers:
        raise ValueError(f"its run {known.id} follows a run that does not come before it")
    run = Run(known.id, _alone(known), 0.0)
    came = decode(bytes(known.events))
    prompt = texts.text(connection, encoded(known.prompt))
    number = texts.inserted(
        connection.execute(
            "INSERT INTO run (uid, session, parent, started, profile, endpoint, api_version, api, "
            "deployment, turns, prompt, params, continues, bookmarked, given, "
            "counted) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                known.id,
                session,
                None if known.parent is None else numbers[known.parent],
                known.started,
                clean(known.profile),
                clean(known.endpoint),
                known.api_version,
                known.api,
                clean(known.deployment),
                _at(turns, known.turns),
                prompt,
                to_json(run.request.params),
                known.continues,
                known.bookmarked,
                known.given,
                known.counted,
            ),
        )
    )
    texts.say(connection, number, known.started, prompt)
    if any(isinstance(event, Ended) for _, event in came):
        writing.keep(connection, number, *fold(run, came))
    elif came:
        writing.append(connection, number, came)
    return number


def _alone(known: RunCopy) -> Request:
    """A run's request without the turns before it, on which nothing depends that came of it."""
    params = json.loads(_json(known.params, dict))
    return Request(known.api, known.deployment, (Message("user", known.prompt),), params)


def _places(
    sent: Mapping[int, tuple[Any, ...]], last: Iterable[int | None]
) -> dict[int | None, int | None]:
    """Return the place of each turn: in the order in which the runs, in theirs, sent them first."""
    places: dict[int | None, int | None] = {None: None}
    for turn in last:
        chain: list[int] = []
        at = turn
        while at is not None and at not in places:
            chain.append(at)
            at = sent[at][0]
        for new in reversed(chain):
            places[new] = len(places) - 1
    return places


def _turn(row: tuple[Any, ...], places: Mapping[int | None, int | None]) -> TurnCopy:
    before, role, body, reasoning = row
    return TurnCopy(places[before], role, body, _raw(reasoning))


def _run(
    connection: sqlite3.Connection,
    row: tuple[Any, ...],
    places: Mapping[int | None, int | None],
) -> RunCopy:
    number, uid, parent, started, profile, endpoint, version, api, deployment, *others = row
    turns, prompt, params, continues, bookmarked, outcome, model, given, counted = others
    return RunCopy(
        RunId(uid),
        None if parent is None else RunId(parent),
        started,
        profile,
        endpoint,
        version,
        Api(api),
        deployment,
        places[turns],
        prompt,
        _raw(params),
        bool(continues),
        bool(bookmarked),
        outcome,
        model,
        msgspec.Raw(encode(entries(connection, number))),
        given,
        counted,
    )


def _raw(text: str) -> msgspec.Raw:
    return msgspec.Raw(text.encode())


def _at(turns: list[int], place: int | None) -> int | None:
    """Return the number of the turn at a place.

    Raises:
        ValueError: there is none yet.
    """
    if place is None:
        return None
    if not 0 <= place < len(turns):
        raise ValueError(f"there is no turn {place} before it is followed")
    return turns[place]


def _draft(raw: msgspec.Raw) -> str | None:
    known = _json(raw, dict, type(None))
    return None if known == "null" else write_draft(read_draft(known))


def _json(raw: msgspec.Raw, *kinds: type) -> str:
    """Return JSON as the database has it.

    Raises:
        ValueError: it is of none of these kinds.
    """
    value = json.loads(bytes(raw))
    if not isinstance(value, kinds):
        raise ValueError(f"a value that makes no sense: {str(value)[:40]!r}")  # noqa: TRY004 - not ours
    return to_json(value)
