"""What is deleted is gone from the bytes of the files."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

import pytest

from aztui.core.events import Cause, Ended, Event, FinishReason, RunId, TextDelta
from aztui.core.history import Asked, Draft, Drafted, Named, Removed
from aztui.core.ports import Begun
from aztui.core.profile import Endpoint, Profile
from aztui.core.request import Api, Message, Request
from aztui.core.run import Run
from aztui.core.tree import SessionId
from aztui.store import writing
from aztui.store.database import connect, transaction
from aztui.store.deleting import delete
from aztui.store.journal import WrittenJournal
from aztui.store.owners import RUNNING, Owner

PROFILE = Profile("work", Endpoint("http://127.0.0.1:1/v1", None), None, "gpt", Api.CHAT)
WORDS: Final = ("system", "turn", "prompt", "answer", "name", "draft")
"""What is kept of a session, each with a word that only this session has."""


def keep(connection: sqlite3.Connection, session: int, *, owner: str = "gone") -> None:
    """Keep a session, a long one, so that its texts are on pages of their own too."""

    def said(what: str) -> str:
        return f"{what}x{session:04}x " * (900 if session % 7 == 0 else 9)

    uid = SessionId(f"s{session}")
    messages = (Message("system", said("system")), Message("user", said("turn")))
    request = Request(Api.CHAT, "gpt", (*messages, Message("user", said("prompt"))))
    begun = Begun(uid, Run(RunId(f"r{session}"), request, 0.0), None, PROFILE)
    number = writing.begin(connection, begun, 1_800_000_000.0 + session, owner)
    came: list[Event] = [TextDelta(0, said("answer")), FinishReason(0, "stop"), Ended(Cause.CLOSED)]
    writing.append(connection, number, [(0.5, event) for event in came])
    writing.close(connection, writing.over(connection, number))
    draft = Draft(said("draft"), (0, 0), Asked("work", "gpt", Api.CHAT))
    writing.change(connection, Named(uid, said("name")), 0.0, owner)
    writing.change(connection, Drafted(uid, draft), 0.0, owner)


def data(path: Path) -> bytes:
    """All that is in the files."""
    files = [file for file in path.parent.iterdir() if file.name.startswith(path.name)]
    return b"".join(file.read_bytes() for file in files)


def sessions(path: Path) -> set[int]:
    """The sessions of which at least a part of a word is in the files."""
    return {int(session) for session in re.findall(rb"x(\d{4})x", data(path))}


@pytest.fixture
def kept(path: Path) -> Iterator[Path]:
    """A database with 40 sessions, open in another program that does nothing."""
    with closing(connect(path)) as connection:
        for session in range(40):
            with transaction(connection):
                keep(connection, session)
        yield path


def test_no_word_of_what_is_deleted_is_in_the_files(kept: Path) -> None:
    for session in range(40):
        for word in WORDS:
            assert f"{word}x{session:04}x".encode() in data(kept)
    gone = [0, 1, 7, 20, 39]
    deleted = delete(kept, [SessionId(f"s{session}") for session in gone])
    assert (len(deleted.gone), deleted.open, deleted.unswept) == (5, (), "")
    left = set(range(40)).difference(gone)
    assert sessions(kept) == left
    assert len(delete(kept, None).gone) == 35
    assert sessions(kept) == set()


def test_who_reads_meanwhile_is_told_of(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aztui.store.database._PATIENCE", 0.2)
    with closing(sqlite3.connect(kept, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM text").fetchone()
        deleted = delete(kept, [SessionId("s1")])
        assert deleted.gone == ("s1",)
        assert deleted.unswept == "another program has it in use"
    assert not delete(kept, [SessionId("s2")]).unswept
    assert not sessions(kept) & {1, 2}


def test_what_another_aztui_has_open_is_left(kept: Path) -> None:
    with closing(Owner(kept.with_name(RUNNING))) as owner:
        with closing(connect(kept)) as connection, transaction(connection):
            keep(connection, 50, owner=owner.name)
        deleted = delete(kept, None)
        assert (len(deleted.gone), deleted.open) == (40, ("s50",))
    assert delete(kept, None).gone == ("s50",)


def test_what_was_removed_on_the_screen_is_gone_when_it_quits(path: Path) -> None:
    with closing(connect(path)) as connection:
        for session in range(40):
            with transaction(connection):
                keep(connection, session)
    journal = WrittenJournal(path, lambda _: None)
    for session in (0, 1, 7, 20, 39):
        journal.change(Removed(SessionId(f"s{session}"), removed=True))
    journal.close()
    journal._thread.join()
    assert sessions(path) == set(range(40)).difference({0, 1, 7, 20, 39})
