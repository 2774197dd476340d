from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from aztui.core.cost import Service, Spent
from aztui.core.events import Cause, Ended, Event, FinishReason, RunId, TextDelta, Usage
from aztui.core.history import ALL, HistoryError, Removed, Wanted
from aztui.core.ports import Begun
from aztui.core.profile import Endpoint, Profile
from aztui.core.request import Api, compose
from aztui.core.run import Run
from aztui.core.tree import SessionId
from aztui.store import writing
from aztui.store.database import connect, transaction
from aztui.store.library import SPENT, open_library
from aztui.store.schema import VERSION

PROFILE = Profile("work", Endpoint("http://127.0.0.1:1/v1", None), None, "gpt", Api.CHAT)


@pytest.fixture
def keep(path: Path) -> Callable[..., None]:
    """Keeps a run: the session, its prompt, its answer and when; without an end for no answer."""

    def keep(
        uid: str,
        prompt: str,
        answer: str | None,
        when: float,
        *,
        profile: str = "work",
        deployment: str = "gpt",
        usage: Usage | None = None,
    ) -> None:
        run = Run(RunId(f"{uid}-{when}"), compose(Api.CHAT, deployment, prompt), 0.0)
        with closing(connect(path)) as connection, transaction(connection):
            begun = Begun(SessionId(uid), run, None, replace(PROFILE, name=profile))
            number = writing.begin(connection, begun, when, "me")
            if answer is not None:
                came: list[Event] = [
                    TextDelta(0, answer),
                    FinishReason(0, "stop"),
                    *([usage] if usage else []),
                    Ended(Cause.CLOSED),
                ]
                writing.append(connection, number, [(1.0, event) for event in came])
                writing.close(connection, writing.over(connection, number))

    return keep


def test_the_sessions_used_last_come_first(path: Path, keep: Callable[..., None]) -> None:
    keep("one", "First?", "Yes.", 1.0)
    keep("two", "Second?", None, 2.0)
    keep("one", "Third?", "No.", 3.0)
    with open_library(path) as library:
        one, two = library.sessions(ALL, 10)
        assert [library.sessions(ALL, 1)[0].id] == ["one"]
    assert (one.id, one.runs, one.prompt, one.used, one.outcome) == (
        "one",
        2,
        "First?",
        3.0,
        "done",
    )
    assert (two.id, two.runs, two.prompt, two.outcome) == ("two", 1, "Second?", None)
    assert (one.profile, one.deployment) == ("work", "gpt")


def test_words_are_found_in_prompts_and_answers(path: Path, keep: Callable[..., None]) -> None:
    keep("one", "Why is the sky blue?", "Because of Rayleigh scattering.", 1.0)
    keep("two", "Why is the sky blue?", "Nobody knows.", 2.0)
    with open_library(path) as library:

        def found(*words: str) -> list[tuple[str, str]]:
            return [(hit.session, hit.words) for hit in library.search(words, ALL, 10)]

        blue = "Why is the sky \x02blue\x03?"
        assert found("blue") == [("two", blue), ("one", blue)]
        assert found("scattering", "rayl") == [
            ("one", "Because of \x02Rayleigh\x03 \x02scattering\x03.")
        ]
        assert found("sky", "rayleigh") == []
        assert found(" ") == []


@pytest.mark.parametrize(
    ("wanted", "sessions", "runs"),
    [
        (ALL, ["c", "b", "a"], ["c-4.0", "b-3.0", "a-2.0", "a-1.0"]),
        (Wanted(profile="home"), ["c", "a"], ["c-4.0", "a-2.0"]),
        (Wanted(deployment="mini"), ["b", "a"], ["b-3.0", "a-2.0"]),
        (Wanted(profile="home", deployment="mini"), ["a"], ["a-2.0"]),
        (Wanted(outcome="done"), ["b", "a"], ["b-3.0", "a-2.0", "a-1.0"]),
        (Wanted(since=2.0), ["c", "b", "a"], ["c-4.0", "b-3.0", "a-2.0"]),
        (Wanted(since=2.5), ["c", "b"], ["c-4.0", "b-3.0"]),
        (Wanted(until=3.0), ["a"], ["a-2.0", "a-1.0"]),
        (Wanted(since=3.0, until=4.0), ["b"], ["b-3.0"]),
        (Wanted(profile="nobody"), [], []),
    ],
)
@pytest.mark.parametrize("few", [0, 20_000])
def test_only_what_is_wanted_is_listed_and_found(
    path: Path,
    keep: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
    *,
    few: int,
    wanted: Wanted,
    sessions: list[str],
    runs: list[str],
) -> None:
    monkeypatch.setattr("aztui.store.library._FEW", few)
    keep("a", "Why?", "So.", 1.0)
    keep("a", "Why, then?", "So.", 2.0, profile="home", deployment="mini")
    keep("b", "And why?", "So.", 3.0, deployment="mini")
    keep("c", "Why?", None, 4.0, profile="home")
    with open_library(path) as library:
        assert [found.id for found in library.sessions(wanted, 10)] == sessions
        assert [hit.run for hit in library.search(("why",), wanted, 10)] == runs
        assert [hit.run for hit in library.search(("why",), wanted, 1)] == runs[:1]


def test_what_is_to_be_deleted_is_neither_listed_nor_found(
    path: Path, keep: Callable[..., None]
) -> None:
    keep("a", "Why?", "So.", 1.0)
    keep("b", "Why?", "So.", 2.0)
    with closing(connect(path)) as connection, transaction(connection):
        writing.change(connection, Removed(SessionId("b"), removed=True), 3.0, "me")
    with open_library(path) as library:
        assert [found.id for found in library.sessions(ALL, 10)] == ["a"]
        assert [hit.session for hit in library.search(("why",), ALL, 10)] == ["a"]


def test_the_latest_come_first_whenever_a_text_was_first_there(
    path: Path, keep: Callable[..., None]
) -> None:
    keep("a", "Why?", "So.", 3.0)
    keep("b", "Why not?", "So.", 2.0)  # imported, say
    keep("c", "Why?", "So.", 4.0)
    keep("d", "Why?", "So.", 4.0)
    with open_library(path) as library:
        found = [hit.session for hit in library.search(("why",), ALL, 10)]
    assert found[2:] == ["a", "b"]
    assert set(found[:2]) == {"c", "d"}


@pytest.mark.parametrize("words", ['"', "AND", "sky*", "NEAR(", "body:sky", "-sky", "''"])
def test_any_words_can_be_looked_for(path: Path, keep: Callable[..., None], words: str) -> None:
    keep("one", "Why is the sky blue?", "So.", 1.0)
    with open_library(path) as library:
        library.search((words,), ALL, 10)


def test_a_session_is_named_by_the_beginning_of_its_id(
    path: Path, keep: Callable[..., None]
) -> None:
    keep("abc1", "First?", "Yes.", 1.0)
    keep("abd2", "Second?", "Yes.", 2.0)
    with open_library(path) as library:
        assert library.find("abc") == "abc1"
        with pytest.raises(HistoryError, match="more than one session begins with 'ab'"):
            library.find("ab")
        with pytest.raises(HistoryError, match="no session begins with 'a%'"):
            library.find("a%")


def test_what_cannot_be_read_says_so(path: Path, keep: Callable[..., None]) -> None:
    keep("one", "First?", "Yes.", 1.0)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE run SET record = x'00'")
    with (
        open_library(path) as library,
        pytest.raises(HistoryError, match="The session one is damaged"),
    ):
        library.open(SessionId("one"))
    path.write_bytes(b"This is no database. " * 500)
    with pytest.raises(HistoryError, match="cannot be read: it is no database"), open_library(path):
        pass


def test_of_a_later_version_is_read_what_is_understood(
    path: Path, keep: Callable[..., None]
) -> None:
    keep("one", "First?", None, 1.0)
    events = [[0.5, "Sung", {"how": "loud"}], [0.6, 0, "Yes."], [0.7, "Usage", {"new": 1}]]
    events[-1][-1] |= {"prompt_tokens": 1, "completion_tokens": 2}  # type: ignore[operator]
    with closing(sqlite3.connect(path)) as connection, connection:
        data = json.dumps(events).encode()
        connection.execute("INSERT INTO journal (run, entries) VALUES (1, ?)", (data,))
        connection.execute("ALTER TABLE run ADD COLUMN sung TEXT")
    with open_library(path) as library, pytest.raises(HistoryError, match="no event 'Sung'"):
        library.open(SessionId("one"))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {VERSION + 1}")
    with open_library(path) as library:
        assert library.later
        (node,) = library.open(SessionId("one")).session.nodes.values()
    assert (node.run.text, node.run.usage) == ("Yes.", Usage(1, 2))


def test_what_was_taken_since_a_moment_is_added_up_by_who_was_asked(
    path: Path, keep: Callable[..., None]
) -> None:
    keep("one", "Before?", "Yes.", 99.0, usage=Usage(1_000, 1_000))
    keep("one", "Why?", "So.", 100.0, usage=Usage(10, 5, 2, 4))
    keep("two", "Why?", "So.", 101.0, usage=Usage(20, 6))
    keep("two", "And?", "Nobody has counted.", 102.0)
    keep("two", "Under way?", None, 103.0)
    keep("three", "Else?", "Yes.", 104.0, deployment="o4", usage=Usage(1, 2))
    keep("gone", "Deleted?", "Yes.", 105.0, usage=Usage(500, 500))
    with closing(connect(path)) as connection, transaction(connection):
        writing.change(connection, Removed(SessionId("gone"), removed=True), 106.0, "me")
    gpt, o4 = (Service("work", PROFILE.endpoint.url, name) for name in ("gpt", "o4"))
    with open_library(path) as library:
        assert library.spent(100.0) == [
            Spent(gpt, 3, 2, Usage(30, 11, 0, 4)),
            Spent(o4, 1, 1, Usage(1, 2)),
        ]
        assert library.spent(200.0) == []


def test_a_days_figures_are_read_from_an_index_alone(path: Path) -> None:
    with closing(connect(path)) as connection:
        plan = connection.execute(f"EXPLAIN QUERY PLAN {SPENT}", (0.0,)).fetchall()
    assert any("COVERING INDEX run_started (started>?)" in row[3] for row in plan)


def test_more_tokens_than_a_number_holds_are_added_up_all_the_same(
    path: Path, keep: Callable[..., None]
) -> None:
    for when in (1.0, 2.0):
        keep("one", "How many?", "Many.", when, usage=Usage(2**63 - 1, 2**70))
    with open_library(path) as library:
        (spent,) = library.spent(0.0)
    assert spent.told == 2
