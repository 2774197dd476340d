"""The journal's thread: what is noted is written, and what cannot be is told and tried again."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from aztui.core.events import Cause, Ended, Event, FinishReason, RunId, Stamped, TextDelta
from aztui.core.history import Asked, Draft, Drafted, HistoryError, Removed
from aztui.core.ports import Begun
from aztui.core.profile import Endpoint, Profile
from aztui.core.request import Api, compose
from aztui.core.resuming import going_on
from aztui.core.run import Phase, Run
from aztui.core.tree import SessionId
from aztui.store import writing
from aztui.store.database import connect, connect_to_read, transaction
from aztui.store.journal import WrittenJournal
from aztui.store.reading import session

SESSION = SessionId("s")
PROFILE = Profile("work", Endpoint("http://127.0.0.1:1/v1", None), None, "gpt", Api.CHAT)
PATIENCE = 10.0


def begun(uid: str = "a") -> Begun:
    run = Run(RunId(uid), compose(Api.CHAT, "gpt", "Why?"), time.monotonic())
    return Begun(SESSION, run, None, PROFILE)


def said(text: str, uid: str = "a") -> Stamped:
    return stamped(TextDelta(0, text), uid)


def stamped(event: Event, uid: str = "a") -> Stamped:
    return Stamped(RunId(uid), time.monotonic(), event)


class Told(list[str]):
    """What the user was told."""

    def __call__(self, sentence: str) -> None:
        self.append(sentence)


@contextmanager
def keeping(path: Path, told: Told | None = None) -> Iterator[WrittenJournal]:
    journal = WrittenJournal(path, Told() if told is None else told)
    try:
        yield journal
    finally:
        journal.close()


def run(path: Path, uid: str = "a") -> Run | None:
    """The run as it is on the disk."""
    try:
        with closing(connect_to_read(path)) as connection:
            return session(connection, SESSION).nodes[RunId(uid)].run
    except (sqlite3.Error, HistoryError, KeyError):
        return None


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, "it does not come to pass"
        time.sleep(0.01)


def shows(path: Path, text: str, phase: Phase) -> Callable[[], bool]:
    def look() -> bool:
        found = run(path)
        return found is not None and (found.text, found.phase) == (text, phase)

    return look


def test_what_comes_is_written_while_it_comes(path: Path) -> None:
    with keeping(path) as journal:
        journal.begin(begun())
        until(shows(path, "", Phase.WAITING))
        journal.note(said("Be"))
        journal.note(said("cause"))
        until(shows(path, "Because", Phase.STREAMING))
        journal.note(stamped(FinishReason(0, "stop")))
        journal.note(stamped(Ended(Cause.CLOSED)))
        until(shows(path, "Because", Phase.DONE))


def test_closing_writes_all_that_was_noted(path: Path) -> None:
    with keeping(path) as journal:
        journal.begin(begun())
        journal.note(said("Because"))
        journal.note(stamped(Ended(Cause.CANCELLED)))
    assert shows(path, "Because", Phase.STOPPED)()


def test_times_are_those_of_the_clocks(path: Path) -> None:
    with keeping(path) as journal:
        first = begun()
        journal.begin(first)
        journal.note(Stamped(RunId("a"), first.run.started + 1.5, TextDelta(0, "x")))
    found = run(path)
    assert found is not None
    assert found.first_text == 1.5
    with closing(connect_to_read(path)) as connection:
        (started,) = connection.execute("SELECT started FROM run").fetchone()
    assert abs(started - time.time()) < PATIENCE


def test_with_nothing_to_keep_nothing_is_made(path: Path) -> None:
    with keeping(path):
        pass
    assert not path.parent.exists()


def test_what_an_ended_process_left_is_interrupted(path: Path) -> None:
    with closing(connect(path)) as connection, transaction(connection):
        number = writing.begin(connection, begun(), time.time(), "gone")
        writing.append(connection, number, [(0.5, TextDelta(0, "Because"))])
    with keeping(path) as journal:
        journal.warm()
        until(shows(path, "Because", Phase.INTERRUPTED))


def test_what_another_process_still_writes_is_left_to_it(path: Path) -> None:
    with keeping(path) as first, keeping(path) as second:
        first.begin(begun())
        until(shows(path, "", Phase.WAITING))
        second.begin(begun("b"))
        until(lambda: run(path, "b") is not None)
        assert shows(path, "", Phase.WAITING)()
        first.note(said("Because"))
        first.note(stamped(Ended(Cause.CANCELLED)))
        until(shows(path, "Because", Phase.STOPPED))


def test_no_process_is_left_on_record(path: Path) -> None:
    with keeping(path) as journal:
        journal.begin(begun())
        until(lambda: run(path) is not None)
        assert len(list((path.parent / "running").iterdir())) == 1
    assert list((path.parent / "running").iterdir()) == []


def test_what_cannot_be_written_is_told_once_and_kept_until_it_can(path: Path) -> None:
    path.parent.write_text("no folder")
    told = Told()
    with keeping(path, told) as journal:
        journal.begin(begun())
        journal.note(said("Be"))
        until(lambda: bool(told))
        journal.note(said("cause"))
        time.sleep(1.5)  # for a second try
        assert len(told) == 1
        assert told[0].startswith(f"Nothing is being kept on disk: {path}: ")
        path.parent.unlink()
        until(shows(path, "Because", Phase.STREAMING))
        until(lambda: told[1:] == ["What came is kept on disk again."])


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ("database or disk is full", "the disk is full"),
        ("attempt to write a readonly database", "it may not be written"),
        ("a fault that nobody has seen", "a fault that nobody has seen"),
    ],
)
def test_a_fault_of_the_database_loses_nothing(
    path: Path, monkeypatch: pytest.MonkeyPatch, message: str, words: str
) -> None:
    loses_nothing(path, monkeypatch, sqlite3.OperationalError(message), f"{path}: {words}")


def test_a_fault_of_ours_loses_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    loses_nothing(path, monkeypatch, KeyError("ours"), "KeyError: 'ours'")


def loses_nothing(
    path: Path, monkeypatch: pytest.MonkeyPatch, fault: Exception, words: str
) -> None:
    append, broken, told = writing.append, threading.Event(), Told()

    def failing(*arguments: Any) -> bytes:
        if broken.is_set():
            raise fault
        return append(*arguments)

    monkeypatch.setattr(writing, "append", failing)
    with keeping(path, told) as journal:
        journal.begin(begun())
        journal.note(said("Be"))
        until(shows(path, "Be", Phase.STREAMING))
        broken.set()
        journal.note(said("cau"))
        until(lambda: bool(told))
        assert told[0] == f"Nothing is being kept on disk: {words}. It is tried again."
        journal.note(said("se"))
        broken.clear()
        until(shows(path, "Because", Phase.STREAMING))


def test_a_later_versions_database_is_told(path: Path) -> None:
    with closing(connect(path)) as connection:
        connection.execute("PRAGMA user_version = 1000")
    told = Told()
    with keeping(path, told) as journal:
        journal.begin(begun())
        until(lambda: bool(told))
    assert "later version of aztui" in told[0]


def test_another_writer_holds_nothing_up_for_long(path: Path) -> None:
    with keeping(path) as journal, closing(connect(path)) as other:
        with transaction(other):
            other.execute("INSERT INTO session (uid, begun, used) VALUES ('x', 0, 0)")
            began = time.monotonic()
            journal.begin(begun())
            journal.note(said("Because"))
            assert time.monotonic() - began < 0.5
        until(shows(path, "Because", Phase.STREAMING))


def test_a_run_that_goes_on_is_written_on(path: Path) -> None:
    with keeping(path) as journal:
        first = begun()
        journal.begin(first)
        journal.note(Stamped(RunId("a"), first.run.started + 1.0, TextDelta(0, "Because")))
        until(shows(path, "Because", Phase.STREAMING))
    with closing(connect(path)) as connection, transaction(connection):
        writing.close(connection, writing.over(connection, 1))
    assert shows(path, "Because", Phase.INTERRUPTED)()
    with keeping(path) as journal:
        found = run(path)
        assert found is not None
        going = going_on(found, time.monotonic())
        journal.begin(Begun(SESSION, going, None, PROFILE, again=True))
        journal.note(Stamped(RunId("a"), going.started + 2.0, TextDelta(0, " of that.")))
        until(shows(path, "Because of that.", Phase.STREAMING))
        with closing(connect(path)) as connection:
            assert writing.unfinished(connection)[0][0] == 1
        journal.note(stamped(FinishReason(0, "stop")))
        journal.note(stamped(Ended(Cause.CLOSED)))
        until(shows(path, "Because of that.", Phase.DONE))
    found = run(path)
    assert found is not None
    assert (found.first_text, found.last_text) == (1.0, 2.0)


def test_a_run_that_nobody_writes_is_interrupted_too(path: Path) -> None:
    with closing(connect(path)) as connection, transaction(connection):
        writing.begin(connection, begun(), time.time(), "gone")
        connection.execute("UPDATE run SET owner = NULL")  # as one that is imported may be
    with keeping(path) as journal:
        journal.warm()
        until(shows(path, "", Phase.INTERRUPTED))


def test_an_answer_is_taken_up_by_one_process_only(path: Path) -> None:
    with closing(connect(path)) as connection, transaction(connection):
        number = writing.begin(connection, begun(), time.time(), "gone")
        writing.append(connection, number, [(0.5, TextDelta(0, "Because"))])
        writing.close(connection, writing.over(connection, number))
    with keeping(path) as first, keeping(path) as second:
        found = run(path)
        assert found is not None
        for journal in (first, second):
            going = going_on(found, time.monotonic())
            journal.begin(Begun(SESSION, going, None, PROFILE, again=True))
            journal.note(said(" of that."))
            until(shows(path, "Because of that.", Phase.STREAMING))
        for journal in (second, first):
            journal.note(stamped(Ended(Cause.CANCELLED)))
        until(shows(path, "Because of that.", Phase.STOPPED))


def test_what_another_process_has_open_is_not_deleted(path: Path) -> None:
    draft = Draft("x", (0, 1), Asked("work", "gpt", Api.CHAT))
    with keeping(path) as first:
        first.begin(begun())
        first.note(stamped(Ended(Cause.CANCELLED)))
        first.change(Drafted(SESSION, draft))
        until(shows(path, "", Phase.STOPPED))
        with keeping(path) as second:
            second.change(Removed(SESSION, removed=True))
        assert shows(path, "", Phase.STOPPED)()
    with keeping(path) as second:
        second.change(Removed(SESSION, removed=True))
    assert run(path) is None
