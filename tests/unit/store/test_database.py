from __future__ import annotations

import os
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from aztui.core.history import ALL, HistoryError
from aztui.store.database import connect, connect_to_read, transaction
from aztui.store.library import open_library
from aztui.store.schema import APPLICATION, MIGRATIONS, VERSION


def made(path: Path, version: int) -> None:
    """Make a database as the program of that version did."""
    path.parent.mkdir(parents=True)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statements in MIGRATIONS[:version]:
            for statement in statements:
                connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {APPLICATION}")
        connection.execute(f"PRAGMA user_version = {version}")


def shape(path: Path) -> list[tuple[str, str]]:
    with closing(connect_to_read(path)) as connection:
        return connection.execute("SELECT name, sql FROM sqlite_schema ORDER BY name").fetchall()


def test_its_files_are_for_the_users_eyes_only(path: Path) -> None:
    before = os.umask(0)
    try:
        with closing(connect(path)) as connection, transaction(connection):
            connection.execute("INSERT INTO session (uid, begun, used) VALUES ('a', 0, 0)")
            assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
            modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    finally:
        os.umask(before)
    assert modes == {"history.db": 0o600, "history.db-wal": 0o600, "history.db-shm": 0o600}


def test_a_commit_is_on_the_disk(path: Path) -> None:
    with closing(connect(path)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
        assert connection.execute("PRAGMA secure_delete").fetchone() == (1,)


@pytest.mark.parametrize("version", range(VERSION))
def test_an_earlier_version_is_brought_up_to_date(path: Path, version: int) -> None:
    made(path, version)
    connect(path).close()
    fresh = path.with_name("fresh.db")
    connect(fresh).close()
    assert shape(path) == shape(fresh)


def test_a_later_version_is_left_as_it_is(path: Path) -> None:
    made(path, VERSION)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {VERSION + 1}")
    before = path.read_bytes()
    with pytest.raises(HistoryError, match="later version of aztui"):
        connect(path)
    assert path.read_bytes() == before
    with closing(connect_to_read(path)) as connection:
        assert connection.execute("SELECT count(*) FROM session").fetchone() == (0,)
        with pytest.raises(sqlite3.OperationalError):
            connection.execute("DELETE FROM session")


def test_a_database_of_another_program_is_left_as_it_is(path: Path) -> None:
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE bookmark (url TEXT)")
    before = path.read_bytes()
    for opening in (connect, connect_to_read):
        with pytest.raises(HistoryError, match="another program"):
            opening(path)
    assert path.read_bytes() == before


def test_what_fails_is_not_done_by_half(database: sqlite3.Connection) -> None:
    def add_twice() -> None:
        with transaction(database):
            for _ in range(2):
                database.execute("INSERT INTO session (uid, begun, used) VALUES ('a', 0, 0)")

    with pytest.raises(sqlite3.IntegrityError):
        add_twice()
    assert database.execute("SELECT count(*) FROM session").fetchone() == (0,)


def test_what_an_earlier_version_kept_is_found(path: Path) -> None:
    made(path, 1)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript("""
            INSERT INTO session (id, uid, begun, used) VALUES (1, 's', 5, 6);
            INSERT INTO text (id, digest, body) VALUES (1, x'01', 'Why?'), (2, x'02', 'Why not.');
            INSERT INTO run (id, uid, session, started, profile, endpoint, api, deployment, prompt,
                params, outcome) VALUES
                (1, 'a', 1, 6, 'work', '', 'chat', 'gpt', 1, '{}', 'done'),
                (2, 'b', 1, 5, 'work', '', 'chat', 'gpt', 1, '{}', 'done'),
                (3, 'c', 1, 5, 'work', '', 'chat', 'gpt', 1, '{}', 'done');
            INSERT INTO choice VALUES (1, 0, 2), (2, 0, 2);
        """)
    with open_library(path) as library:
        found = [(hit.run, hit.started) for hit in library.search(("why",), ALL, 10)]
    assert found == [("a", 6.0), ("a", 6.0), ("c", 5.0), ("b", 5.0), ("b", 5.0)]
