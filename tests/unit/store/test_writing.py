"""What is written is read as it was."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from functools import reduce
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aztui.core.events import Cause, Ended, Event, FinishReason, RunId, Stamped, TextDelta
from aztui.core.history import Asked, Bookmarked, Change, Draft, Drafted, Named, Removed, Seen
from aztui.core.ports import Begun
from aztui.core.profile import Endpoint, Profile
from aztui.core.request import Api, Request, compose
from aztui.core.run import Phase, Run
from aztui.core.run import reduce as step
from aztui.core.tree import SessionId, turns
from aztui.store import writing
from aztui.store.reading import asked, draft, entries, left, prompts, session
from aztui.store.replay import replayed
from aztui.store.schema import MIGRATIONS
from aztui.store.wire import Entry
from tests.support.runs import ends, happenings, histories, requests

SESSION = SessionId("s")
PROFILE = Profile(
    "work", Endpoint("https://contoso.openai.azure.com", "2024-10-21"), None, "gpt", Api.CHAT
)
DONE: list[Entry] = [
    (0.5, TextDelta(0, "Because")),
    (0.75, TextDelta(0, " of that.")),
    (0.8, FinishReason(0, "stop")),
    (0.9, Ended(Cause.CLOSED)),
]


def in_memory() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    for statement in chain.from_iterable(MIGRATIONS):
        connection.execute(statement)
    connection.execute("PRAGMA foreign_keys = ON")
    return connection


def begin(
    connection: sqlite3.Connection, uid: str, request: Request, parent: str | None = None
) -> int:
    run = Run(RunId(uid), request, 100.0)
    begun = Begun(SESSION, run, None if parent is None else RunId(parent), PROFILE)
    return writing.begin(connection, begun, 1_800_000_000.0, "me")


def count(connection: sqlite3.Connection, table: str) -> int:
    (number,) = connection.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608 - ours
    return int(number)


@st.composite
def trees(draw: st.DrawFn) -> list[tuple[Request, int | None, list[Entry]]]:
    """Requests, which earlier one each follows, and what came of it."""
    size = draw(st.integers(1, 5))
    return [
        (
            draw(requests),
            draw(st.none() | st.integers(0, at - 1)) if at else None,
            draw(histories()),
        )
        for at in range(size)
    ]


@given(trees())
def test_a_session_is_read_as_it_was(tree: list[tuple[Request, int | None, list[Entry]]]) -> None:
    with closing(in_memory()) as connection:
        for at, (request, parent, came) in enumerate(tree):
            number = begin(connection, str(at), request, None if parent is None else str(parent))
            writing.append(connection, number, came[: len(came) // 2])
            writing.append(connection, number, came[len(came) // 2 :])
            writing.close(connection, writing.over(connection, number))
        found = session(connection, SESSION)
        assert count(connection, "journal") == 0
    assert found.id == SESSION
    assert found.head == str(len(tree) - 1)
    for at, (request, parent, came) in enumerate(tree):
        node = found.nodes[RunId(str(at))]
        assert node.parent == (None if parent is None else str(parent))
        assert node.run == replayed(Run(RunId(str(at)), request, 0.0), came)


pieces = st.builds(TextDelta, st.integers(0, 1), st.sampled_from(["a", "bc"]))


@given(requests, st.lists(pieces | happenings | ends, min_size=8, max_size=15))
def test_a_run_is_replayed_as_the_screen_makes_it(request: Request, events: list[Event]) -> None:
    run = Run(RunId("a"), request, 0.0)
    came = [(float(at), event) for at, event in enumerate(events)]
    expected = reduce(step, (Stamped(run.id, at, event) for at, event in came), run)
    assert replayed(run, came) == expected


def test_a_session_that_is_not_there(database: sqlite3.Connection) -> None:
    with pytest.raises(KeyError):
        session(database, SESSION)


def test_a_run_under_way_is_read_as_far_as_it_has_come(database: sqlite3.Connection) -> None:
    number = begin(database, "a", compose(Api.CHAT, "gpt", "Why?"))
    writing.append(database, number, DONE[:1])
    run = session(database, SESSION).nodes[RunId("a")].run
    assert (run.phase, run.text) == (Phase.STREAMING, "Because")
    assert writing.unfinished(database) == [(number, "me")]


def test_a_run_whose_process_has_ended_is_interrupted(database: sqlite3.Connection) -> None:
    number = begin(database, "a", compose(Api.CHAT, "gpt", "Why?"))
    writing.append(database, number, DONE[:2])
    writing.close(database, writing.over(database, number))
    run = session(database, SESSION).nodes[RunId("a")].run
    assert (run.phase, run.text, run.ended) == (Phase.INTERRUPTED, "Because of that.", 0.75)
    assert writing.unfinished(database) == []


def test_one_that_nothing_came_of_is_too(database: sqlite3.Connection) -> None:
    number = begin(database, "a", compose(Api.CHAT, "gpt", "Why?"))
    writing.close(database, writing.over(database, number))
    assert session(database, SESSION).nodes[RunId("a")].run.phase is Phase.INTERRUPTED


def test_one_that_was_taken_for_lost_may_end_well(database: sqlite3.Connection) -> None:
    number = begin(database, "a", compose(Api.CHAT, "gpt", "Why?"))
    writing.append(database, number, DONE[:1])
    writing.close(database, writing.over(database, number))
    assert [event for _, event in entries(database, number)][1] == Ended(Cause.LOST)
    writing.append(database, number, DONE[1:])
    writing.close(database, writing.over(database, number))
    run = session(database, SESSION).nodes[RunId("a")].run
    assert (run.phase, run.text) == (Phase.DONE, "Because of that.")
    assert entries(database, number) == DONE
    bodies = database.execute("SELECT body FROM text ORDER BY id").fetchall()
    assert bodies == [("Why?",), ("Because of that.",)]
    found = database.execute("SELECT count(*) FROM search WHERE search MATCH 'why OR because'")
    assert found.fetchone() == (2,)


def test_what_was_written_since_it_was_folded_is_not_lost(database: sqlite3.Connection) -> None:
    number = begin(database, "a", compose(Api.CHAT, "gpt", "Why?"))
    writing.append(database, number, DONE[:1])
    before = writing.over(database, number)
    writing.append(database, number, DONE[1:])
    writing.close(database, before)
    assert writing.unfinished(database) == [(number, "me")]
    writing.close(database, writing.over(database, number))
    assert entries(database, number) == DONE


def test_a_conversation_keeps_each_text_once(database: sqlite3.Connection) -> None:
    runs: list[Run] = []
    for at in range(20):
        request = compose(
            Api.CHAT, "gpt", f"Why {at}?", system="Be brief.", turns=turns(tuple(runs))
        )
        number = begin(database, str(at), request, str(at - 1) if at else None)
        came = [(0.5, TextDelta(0, f"Because {at}.")), *DONE[2:]]
        writing.append(database, number, came)
        writing.close(database, writing.over(database, number))
        runs.append(replayed(Run(RunId(str(at)), request, 0.0), came))
    # Twenty prompts and answers, the system prompt; all turns but the last one's.
    assert count(database, "text") == 41
    assert count(database, "turn") == 39
    found = session(database, SESSION)
    assert [node.run for node in found.nodes.values()] == runs


def test_a_prompt_with_half_a_character_is_kept(database: sqlite3.Connection) -> None:
    begin(database, "a", compose(Api.CHAT, "g\udce9", "caf\udce9", params={"stop": "\udce9"}))
    request = session(database, SESSION).nodes[RunId("a")].run.request
    assert request.deployment == "g\ufffd"
    assert request.prompt == "caf\ufffd"
    assert request.params == {"stop": "\udce9"}


def test_all_texts_can_be_searched(database: sqlite3.Connection) -> None:
    number = begin(database, "a", compose(Api.CHAT, "gpt", "Why is the sky blue?"))
    writing.append(database, number, DONE)
    writing.close(database, writing.over(database, number))
    for word in ("sky", "because"):
        found = database.execute("SELECT count(*) FROM search WHERE search MATCH ?", (word,))
        assert found.fetchone() == (1,)


DRAFT = Draft(
    "Why is\nthe sky", (1, 7), Asked("work", "gpt", Api.CHAT), {"temperature": 0.5}, "Be brief."
)


def changed(connection: sqlite3.Connection, *changes: Change) -> None:
    for change in changes:
        writing.change(connection, change, 1_800_000_000.0, "me")


def uids(connection: sqlite3.Connection) -> list[str]:
    return [uid for (uid,) in connection.execute("SELECT uid FROM session ORDER BY id")]


def test_names_and_bookmarks_are_kept() -> None:
    with closing(in_memory()) as connection:
        for uid in "ab":
            begin(connection, uid, compose(Api.CHAT, "gpt", "Why?"))
        changed(connection, Named(SESSION, "Skies"), Bookmarked(RunId("b"), kept=True))
        found = session(connection, SESSION)
        assert (found.name, found.bookmarks) == ("Skies", frozenset({RunId("b")}))
        changed(connection, Bookmarked(RunId("b"), kept=False))
        assert session(connection, SESSION).bookmarks == frozenset()
        assert asked(connection, SESSION) == Asked("work", "gpt", Api.CHAT)


def test_a_draft_is_read_as_it_was() -> None:
    with closing(in_memory()) as connection:
        changed(connection, Drafted(SESSION, DRAFT))
        assert draft(connection, SESSION) == DRAFT
        changed(connection, Drafted(SESSION, None))
        assert draft(connection, SESSION) is None


def test_a_session_with_a_draft_is_left_once_nobody_has_it_open() -> None:
    with closing(in_memory()) as connection:
        changed(connection, Drafted(SESSION, DRAFT), Drafted(SessionId("empty"), None))
        assert left(connection) == []
        writing.leave(connection, "another")
        assert left(connection) == []
        writing.leave(connection, "me")
        assert left(connection) == [SESSION]
        assert uids(connection) == [SESSION]
        begin(connection, "a", compose(Api.CHAT, "gpt", "Why?"))
        assert left(connection) == [SESSION]
        changed(connection, Drafted(SESSION, replace(DRAFT, text="")))
        writing.leave(connection, "me")
        assert left(connection) == []


def test_an_interrupted_run_is_left_until_it_was_seen() -> None:
    with closing(in_memory()) as connection:
        number = begin(connection, "a", compose(Api.CHAT, "gpt", "Why?"))
        writing.append(connection, number, DONE[:1])
        assert left(connection) == []
        writing.close(connection, writing.over(connection, number))
        assert left(connection) == [SESSION]
        changed(connection, Seen(SESSION))
        assert left(connection) == []


def test_a_session_is_deleted_with_the_texts_that_no_other_has() -> None:
    with closing(in_memory()) as connection:
        said = ["Hello", "Why?", "Because of that.", "Only here", "And there"]
        conversation: list[Run] = []
        for at, prompt in enumerate(said):
            request = compose(Api.CHAT, "gpt", prompt, turns=turns(tuple(conversation)))
            number = begin(connection, str(at), request, str(at - 1) if at else None)
            writing.append(connection, number, DONE)
            writing.close(connection, writing.over(connection, number))
            conversation = list(session(connection, SESSION).path(RunId(str(at))))
        other = Run(RunId("other"), compose(Api.CHAT, "gpt", "Why?"), 0.0)
        number = writing.begin(
            connection, Begun(SessionId("t"), other, None, PROFILE), 1_800_000_001.0, "me"
        )
        writing.append(connection, number, DONE)
        writing.close(connection, writing.over(connection, number))

        changed(connection, Removed(SESSION, removed=True))
        changed(connection, Removed(SESSION, removed=False))
        assert writing.removed(connection, "me") == []
        changed(connection, Removed(SESSION, removed=True))
        (gone,) = writing.removed(connection, "me")
        writing.delete(connection, gone)
        assert uids(connection) == ["t"]
        assert count(connection, "turn") == 0
        bodies = connection.execute("SELECT body FROM text ORDER BY body").fetchall()
        assert bodies == [("Because of that.",), ("Why?",)]
        assert count(connection, "run") == count(connection, "choice") == 1
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        connection.execute("INSERT INTO search (search) VALUES ('integrity-check')")


def test_the_prompts_sent_last_are_told_once_each() -> None:
    with closing(in_memory()) as connection:
        for uid, prompt in enumerate(["One", "Two", "One", "Three"]):
            begin(connection, str(uid), compose(Api.CHAT, "gpt", prompt))
        on = Run(RunId("on"), compose(Api.CHAT, "gpt", "Go on"), 0.0, continues=True)
        writing.begin(connection, Begun(SESSION, on, None, PROFILE), 1_800_000_000.0, "me")
        assert prompts(connection, 100) == ["Two", "One", "Three"]
        assert prompts(connection, 2) == ["One", "Three"]
