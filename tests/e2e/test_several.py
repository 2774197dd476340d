"""Several processes keep what they do in one database, at once."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Final

import pytest

from aztui.core.history import ALL
from aztui.store.library import open_library
from tests.support.emulated import Emulated
from tests.support.program import AZTUI, environment, instruct

_RUNS: Final = 1_000
_ROOT: Final = Path(__file__).parents[2]
_PATIENCE: Final = 60.0


def filling(path: Path, name: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.support.filling", str(path), name, str(_RUNS)],
        cwd=_ROOT,
        env={**os.environ, "PYTHONPATH": f"{_ROOT / 'src'}{os.pathsep}{_ROOT}"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_two_processes_write_a_thousand_runs_each(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    with filling(path, "one") as one, filling(path, "two") as two:
        for program in (one, two):
            assert program.stdout is not None
            assert program.stdout.readline() == "ready\n"
        for program in (one, two):
            assert program.stdin is not None
            program.stdin.write("go\n")
            program.stdin.flush()
        seen_meanwhile = False
        while one.poll() is None or two.poll() is None:
            with open_library(path) as library:
                found = {summary.id[:3] for summary in library.sessions(ALL, 20)}
            seen_meanwhile |= found == {"one", "two"}
            time.sleep(0.2)
        told = [json.loads(program.communicate()[0]) for program in (one, two)]
    held, longest = (max(one[name] for one in told) for name in ("held", "longest"))
    print(  # noqa: T201 - the figures are the point
        f"\n2 x {_RUNS} runs: held up by the other for {held * 1000:.0f} ms at most, the longest "
        f"commit took {longest * 1000:.0f} ms"
    )
    assert seen_meanwhile
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("SELECT count(*) FROM run").fetchone() == (2 * _RUNS,)
        connection.execute("INSERT INTO search (search) VALUES ('integrity-check')")
    with open_library(path) as library:
        assert len(library.sessions(ALL, 1_000)) == 2 * _RUNS // 10
        assert len(library.search(("question", "of"), ALL, 10_000)) == 2 * _RUNS


def ask(home: Path, emulator: Emulated, *prompt: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*AZTUI, "ask", *prompt],
        env=environment(home, **instruct(emulator.url)),
        cwd=home,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def kept(home: Path) -> list[str]:
    with open_library(home / "data" / "aztui" / "history.db") as library:
        return [
            node.run.text
            for summary in library.sessions(ALL, 10)
            for node in library.open(summary.id).session.nodes.values()
        ]


def test_what_comes_while_it_is_locked_is_written_afterwards(
    tmp_path: Path, emulator: Emulated
) -> None:
    with ask(tmp_path, emulator, "lorem 5") as program:
        assert program.wait(_PATIENCE) == 0
    path = tmp_path / "data" / "aztui" / "history.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        locked = time.monotonic()
        with ask(tmp_path, emulator, "lorem 1500", "-o", "max_tokens=4000") as program:
            assert program.stdout is not None
            assert program.stdout.read(1_000)
            time.sleep(max(0.0, locked + 10 - time.monotonic()))
            assert program.stderr is not None
            first = program.stderr.readline()
            connection.execute("ROLLBACK")
            rest, told = program.communicate(timeout=_PATIENCE)
    assert program.returncode == 0
    why = f"{path}: another program does not let go of it"
    assert [first.rstrip(), *told.splitlines()] == [
        f"Nothing is being kept on disk: {why}. It is tried again.",
        "What came is kept on disk again.",
    ]
    assert kept(tmp_path)[0].endswith(rest)


_SMALL: Final = 192 * 1024
"""Bytes of a disk on which a database has room, but no answer."""


def test_the_stream_goes_on_where_the_disk_is_full(tmp_path: Path, emulator: Emulated) -> None:
    data = tmp_path / "data"
    data.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={_SMALL}", "tmpfs", str(data)],
        capture_output=True,
        text=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip(f"no file system may be mounted here: {mounted.stderr.strip()}")
    try:
        with ask(tmp_path, emulator, "lorem 600", "-o", "max_tokens=4000") as program:
            answer, told = program.communicate(timeout=_PATIENCE)
    finally:
        subprocess.run(["umount", str(data)], check=True)
    assert program.returncode == 0
    assert len(answer) > 2_000
    lines = told.splitlines()
    assert lines
    for line in lines:
        assert line.startswith("Nothing is being kept on disk: ")
        assert "full" in line
