"""A damaged database is set aside, and all but what stood on the damaged pages is recovered."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Final

import pytest

from aztui.core.events import (
    Cause,
    Ended,
    Event,
    FinishReason,
    RunId,
    Stamped,
    TextDelta,
    Usage,
)
from aztui.core.history import ALL, HistoryError
from aztui.core.ports import Begun
from aztui.core.profile import Endpoint, Profile
from aztui.core.request import Api, Message, Request
from aztui.core.run import Phase, Run
from aztui.core.tree import Session, SessionId
from aztui.store import writing
from aztui.store.commits import Commits
from aztui.store.database import connect, transaction
from aztui.store.exporting import Format, export
from aztui.store.journal import WrittenJournal
from aztui.store.library import open_library
from aztui.store.pages import Pages
from aztui.store.recovery import identity, recover, set_aside
from aztui.store.salvage import LOST_TEXT, Salvaged, salvage

PROFILE = Profile("work", Endpoint("http://127.0.0.1:1/v1", None), None, "gpt", Api.CHAT)
PAGE: Final = 4096
SESSIONS: Final = 300
PATIENCE: Final = 20.0


def keep(connection: sqlite3.Connection, session: int) -> None:
    """Keep a session of two runs, the second one with two answers, one of them long."""
    uid = SessionId(f"s{session}")
    first = Request(Api.CHAT, "gpt", (Message("user", f"Why {session}?"),))
    turns = (*first.messages, Message("assistant", f"So {session}."))
    second = Request(Api.CHAT, "gpt", (*turns, Message("user", f"And {session}?")), {"n": 2})
    long = f"long {session} " * (600 if session % 20 == 0 else 20)
    for place, (request, answers) in enumerate(
        [(first, [f"So {session}."]), (second, [f"No {session}.", long])]
    ):
        run = Run(RunId(f"r{session}-{place}"), request, 0.0)
        parent = RunId(f"r{session}-0") if place else None
        begun = Begun(uid, run, parent, PROFILE)
        number = writing.begin(connection, begun, 1_800_000_000.0 + session, "gone")
        came: list[Event] = []
        for choice, answer in enumerate(answers):
            came += [TextDelta(choice, answer[:5]), TextDelta(choice, answer[5:])]
            came.append(FinishReason(choice, "stop"))
        came += [Usage(100, 10, cached_tokens=50), Ended(Cause.CLOSED)]
        writing.append(connection, number, [(0.5, event) for event in came])
        writing.close(connection, writing.over(connection, number))


def fill(path: Path) -> None:
    with closing(connect(path)) as connection:
        for session in range(SESSIONS):
            with transaction(connection):
                keep(connection, session)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with many sessions, closed, so that nothing of it stands in a log."""
    path = tmp_path_factory.mktemp("sound") / "history.db"
    fill(path)
    return path


@pytest.fixture
def kept(sound: Path, path: Path) -> Path:
    path.parent.mkdir()
    path.write_bytes(sound.read_bytes())
    return path


def read(path: Path) -> dict[SessionId, Session]:
    with open_library(path) as library:
        return {uid: library.open(uid).session for uid in library.all_sessions()}


def pages_of(path: Path, name: str) -> list[int]:
    """The pages of a table or an index, the root first."""
    with closing(sqlite3.connect(path)) as connection:
        (root,) = connection.execute(
            "SELECT rootpage FROM sqlite_schema WHERE name = ?", (name,)
        ).fetchone()
    found, at = [root], 0
    with closing(Pages(path)) as pages:
        while at < len(found):
            page = pages.page(found[at])
            if page[0] in {0x02, 0x05}:
                cells = int.from_bytes(page[3:5])
                pointers = [int.from_bytes(page[12 + 2 * n : 14 + 2 * n]) for n in range(cells)]
                found += [int.from_bytes(page[cell : cell + 4]) for cell in pointers]
                found.append(int.from_bytes(page[8:12]))
            at += 1
    return found


def overwrite(path: Path, *pages: int) -> None:
    with path.open("r+b") as file:
        for page in pages:
            file.seek((page - 1) * PAGE)
            file.write(b"\xa5\x5a\x0d\x0a" * (PAGE // 4))


def recovered(path: Path) -> tuple[str, dict[SessionId, Session]]:
    """Have it recovered, and return what is said of it and what is there."""
    before = {file: file.read_bytes() for file in path.parent.iterdir() if file.is_file()}
    done = recover(path, identity(path))
    assert done is not None
    for file, data in before.items():
        if not file.name.endswith("-shm"):
            aside = done.aside.with_name(file.name.replace(path.name, done.aside.name))
            assert aside.read_bytes() == data
    with closing(connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        connection.execute("INSERT INTO search (search) VALUES ('integrity-check')")
    return str(done), read(path)


def header(path: Path) -> None:
    with path.open("r+b") as file:
        file.write(b"\x00" * 100)


@pytest.mark.parametrize(
    "damage",
    [
        header,
        lambda path: overwrite(path, 1),
        lambda path: overwrite(path, *pages_of(path, "run")[:1]),
        lambda path: overwrite(path, *pages_of(path, "text")[:1]),
        lambda path: overwrite(path, *pages_of(path, "session")[:1]),
        lambda path: overwrite(path, *pages_of(path, "run_session")),
        lambda path: overwrite(path, *pages_of(path, "run_prompt")[1:3]),
        lambda path: overwrite(path, *pages_of(path, "sqlite_autoindex_text_1")[:2]),
        lambda path: overwrite(path, *pages_of(path, "search_data")),
        lambda path: overwrite(path, *pages_of(path, "search_idx")),
        lambda path: overwrite(path, *pages_of(path, "said")),
    ],
    ids=[
        *("header", "first page", "run root", "text root", "session root", "run_session"),
        *("run_prompt", "digests", "search_data", "search_idx", "said"),
    ],
)
def test_where_no_row_was_nothing_is_lost(
    sound: Path, kept: Path, damage: Callable[[Path], None]
) -> None:
    damage(kept)
    said, found = recovered(kept)
    assert found == read(sound)
    assert said.startswith(
        f"The history was damaged: {SESSIONS} sessions ({2 * SESSIONS} runs) recovered, the "
        f"damaged file kept as {kept}.damaged-20"
    )
    with open_library(kept) as library:
        assert [hit.session for hit in library.search(("why", "77"), ALL, 9)] == ["s77"]


def differing(sound: Path, found: dict[SessionId, Session]) -> int:
    """How many sessions are not there as they were."""
    return sum(found.get(uid) != session for uid, session in read(sound).items())


def test_of_a_page_of_runs_only_these_runs_are_lost(sound: Path, kept: Path) -> None:
    leaves = pages_of(kept, "run")[1:]
    overwrite(kept, leaves[1], leaves[-2])
    _, found = recovered(kept)
    runs = sum(len(session.nodes) for session in found.values())
    most = 2 * SESSIONS * 2 / len(leaves)
    lost = 2 * SESSIONS - runs
    print(f"\n2 of {len(leaves)} pages of runs: {lost} of {2 * SESSIONS} runs lost")  # noqa: T201
    assert 0 < lost < 2 * most
    assert differing(sound, found) <= lost + 1


def test_of_a_page_of_texts_only_these_texts_are_lost(sound: Path, kept: Path) -> None:
    leaves = pages_of(kept, "text")[1:]
    overwrite(kept, leaves[3])
    _, found = recovered(kept)
    assert len(found) == SESSIONS
    assert all(len(session.nodes) == 2 for session in found.values())
    lost = differing(sound, found)
    print(f"\n1 of {len(leaves)} pages of texts: {lost} of {SESSIONS} sessions touched")  # noqa: T201
    assert 0 < lost < SESSIONS / len(leaves) * 4
    prompts = [node.run.request.prompt for kept in found.values() for node in kept.nodes.values()]
    assert 0 < prompts.count(LOST_TEXT) < 40


def test_of_a_page_of_sessions_only_the_names_are_lost(sound: Path, kept: Path) -> None:
    leaves = pages_of(kept, "session")[1:]
    overwrite(kept, leaves[0])
    _, found = recovered(kept)
    assert len(found) == SESSIONS
    before = read(sound)
    assert 0 < len(before.keys() - found.keys()) < 2 * SESSIONS / len(leaves)
    runs = {uid: node for session in before.values() for uid, node in session.nodes.items()}
    assert {uid: node for kept in found.values() for uid, node in kept.nodes.items()} == runs


@pytest.mark.parametrize("table", ["choice", "choice_text"])
def test_which_text_is_which_answer_stands_in_two_places(
    sound: Path, kept: Path, table: str
) -> None:
    overwrite(kept, *pages_of(kept, table))
    _, found = recovered(kept)
    for uid, session in read(sound).items():
        for run, node in session.nodes.items():
            assert found[uid].nodes[run].run.text == node.run.text


def test_of_a_run_without_its_record_the_texts_are_kept(sound: Path, kept: Path) -> None:
    with closing(sqlite3.connect(kept)) as connection, connection:
        connection.execute("UPDATE run SET record = x'00' WHERE uid = 'r7-1'")
    overwrite(kept, *pages_of(kept, "said"))
    _, found = recovered(kept)
    run, was = (known[SessionId("s7")].nodes[RunId("r7-1")].run for known in (found, read(sound)))
    assert (run.phase, run.request) == (Phase.INTERRUPTED, was.request)
    assert [choice.text for choice in run.choices][:1] == [was.text]
    assert differing(sound, found) == 1


@pytest.mark.parametrize("part", [0.3, 0.8])
def test_of_a_file_that_is_cut_off_the_rest_is_recovered(kept: Path, part: float) -> None:
    os.truncate(kept, int(kept.stat().st_size * part) + 1000)
    said, found = recovered(kept)
    print(f"\n{part:.0%} of the file: {len(found)} of {SESSIONS} sessions; {said}")  # noqa: T201
    assert len(found) > SESSIONS * part * 0.7


def test_what_stands_in_the_log_is_recovered_too(sound: Path, path: Path) -> None:
    with closing(connect(path)) as connection:
        connection.execute("PRAGMA wal_autocheckpoint = 0")
        for session in range(SESSIONS):
            with transaction(connection):
                keep(connection, session)
        assert path.stat().st_size < 100_000
        header(path)
        _, found = recovered(path)
    assert found == read(sound)


def test_what_is_no_database_is_set_aside_too(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"This is no database. " * 500)
    said, found = recovered(path)
    assert found == {}
    assert "0 sessions (0 runs)" in said


def test_only_one_process_sets_it_aside(kept: Path) -> None:
    header(kept)
    damaged = identity(kept)
    found: list[object] = []

    def try_it() -> None:
        try:
            found.append(recover(kept, damaged))
        except HistoryError as error:
            found.append(error)

    threads = [threading.Thread(target=try_it) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found.append(recover(kept, damaged))
    assert sum(one is not None and not isinstance(one, HistoryError) for one in found) == 1
    assert len(list(kept.parent.glob("history.db.damaged-*"))) == 1


def test_nobody_writes_to_it_or_opens_it_while_it_is_replaced(
    kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    overwrite(kept, *pages_of(kept, "said"))
    refused: list[bool] = []

    def busy(damaged: Pages, new: Path) -> Salvaged:
        with pytest.raises(HistoryError, match="another aztui recovers"):
            connect(kept)
        with (
            closing(sqlite3.connect(kept, timeout=0)) as other,
            pytest.raises(sqlite3.OperationalError, match="locked"),
        ):
            other.execute("BEGIN IMMEDIATE")
        refused.append(True)
        return salvage(damaged, new)

    monkeypatch.setattr("aztui.store.recovery.salvage", busy)
    assert recover(kept, identity(kept))
    assert refused


def test_it_is_not_replaced_while_somebody_writes_to_it(kept: Path) -> None:
    overwrite(kept, *pages_of(kept, "said"))
    with closing(sqlite3.connect(kept, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(HistoryError, match="does not let go of it"):
            recover(kept, identity(kept))
        other.execute("ROLLBACK")
    assert recover(kept, identity(kept))


def test_what_another_process_replaced_gets_what_this_one_writes(kept: Path) -> None:
    told: list[str] = []
    commits = Commits(kept, time.monotonic, time.time, told.append)
    try:
        assert commits.commit([begun("a")]) == ""
        overwrite(kept, *pages_of(kept, "said"))
        assert recover(kept, identity(kept))
        last = [stamped("a", TextDelta(0, "Yes.")), stamped("a", Ended(Cause.CANCELLED))]
        assert (commits.commit(last), commits.settle()) == ("", "")
    finally:
        commits.close()
    found = run_of(kept, "a")
    assert found is not None
    assert (found.text, found.phase) == ("Yes.", Phase.STOPPED)
    assert told == []


def test_damaged_ones_of_the_same_minute_are_both_kept(kept: Path) -> None:
    for _ in range(2):
        header(kept)
        assert recover(kept, identity(kept))
    assert len(set_aside(kept)) == 2


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, "it does not come to pass"
        time.sleep(0.01)


def run_of(path: Path, uid: str) -> Run | None:
    try:
        found = read(path)
    except HistoryError:
        return None
    return next((s.nodes[RunId(uid)].run for s in found.values() if RunId(uid) in s.nodes), None)


def begun(uid: str) -> Begun:
    request = Request(Api.CHAT, "gpt", (Message("user", "Now?"),))
    return Begun(SessionId("new"), Run(RunId(uid), request, time.monotonic()), None, PROFILE)


def stamped(uid: str, event: Event) -> Stamped:
    return Stamped(RunId(uid), time.monotonic(), event)


@pytest.mark.parametrize(
    "damage",
    [header, lambda path: overwrite(path, pages_of(path, "text")[3])],
    ids=["at opening", "where nobody reads"],
)
def test_the_journal_recovers_it(kept: Path, damage: Callable[[Path], None]) -> None:
    damage(kept)
    told: list[str] = []
    journal = WrittenJournal(kept, told.append)
    journal.begin(begun("a"))
    until(lambda: bool(told))
    journal.note(stamped("a", TextDelta(0, "Yes.")))
    journal.note(stamped("a", Ended(Cause.CANCELLED)))
    journal.close()
    journal._thread.join(PATIENCE)
    assert len(told) == 1
    assert told[0].startswith("The history was damaged: 30")
    found = run_of(kept, "a")
    assert found is not None
    assert (found.text, found.phase) == ("Yes.", Phase.STOPPED)


@pytest.mark.parametrize("whole", [False, True], ids=["pages", "everything"])
def test_of_a_stream_nothing_is_lost_when_it_is_damaged_meanwhile(kept: Path, whole: bool) -> None:
    told: list[str] = []
    journal = WrittenJournal(kept, told.append)
    journal.begin(begun("a"))
    journal.note(stamped("a", TextDelta(0, "One ")))
    until(lambda: run_of(kept, "a") is not None)
    journal.note(stamped("a", TextDelta(0, "two ")))
    time.sleep(0.3)
    with closing(sqlite3.connect(kept)) as connection:
        connection.execute("PRAGMA wal_checkpoint (TRUNCATE)")
    if whole:
        kept.write_bytes(b"\xa5" * kept.stat().st_size)
    else:
        roots = ("journal", "journal_run", "text", "run", "sqlite_autoindex_run_1")
        overwrite(kept, *(page for name in roots for page in pages_of(kept, name)))
    journal.note(stamped("a", TextDelta(0, "three.")))
    until(lambda: bool(told))
    journal.note(stamped("a", FinishReason(0, "stop")))
    journal.note(stamped("a", Ended(Cause.CLOSED)))
    journal.close()
    journal._thread.join(PATIENCE)
    assert [sentence.split(":")[0] for sentence in told] == ["The history was damaged"]
    found = run_of(kept, "a")
    assert found is not None
    assert (found.text, found.phase) == ("One two three.", Phase.DONE)
    assert found.request.prompt == "Now?"


def test_who_only_reads_says_what_to_do(kept: Path) -> None:
    overwrite(kept, *pages_of(kept, "text")[:1])
    before = kept.read_bytes()
    with pytest.raises(HistoryError, match=r"is damaged\. Open aztui once: it sets"):
        list(export(kept, None, Format.JSON))
    assert kept.read_bytes() == before


def test_what_runs_have_taken_is_read_of_a_damaged_database_too(sound: Path, path: Path) -> None:
    path.parent.mkdir()
    with closing(Pages(sound)) as pages:
        salvage(pages, path)
    with open_library(sound) as before, open_library(path) as after:
        assert after.spent(0.0) == before.spent(0.0)
        (spent,) = after.spent(0.0)
    count = 2 * SESSIONS
    assert (spent.told, spent.usage) == (count, Usage(100 * count, 10 * count, 0, 50 * count))
