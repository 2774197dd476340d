"""`aztui history`: what is kept is filtered, exported, taken in again and deleted."""

from __future__ import annotations

import json
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Final

import pytest

from tests.support.emulated import Emulated, saying
from tests.support.launch import Launcher
from tests.support.program import AZTUI, environment, instruct

_PATIENCE: Final = 60.0


def aztui(home: Path, *arguments: str, env: dict[str, str] | None = None, stdin: str = "") -> str:
    """Run the program to its good end, and return what it wrote to stdout."""
    done = run(home, *arguments, env=env, stdin=stdin)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def run(
    home: Path, *arguments: str, env: dict[str, str] | None = None, stdin: str = ""
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*AZTUI, *arguments],
        env=environment(home, **(env or {})),
        cwd=home,
        input=stdin,
        capture_output=True,
        text=True,
        timeout=_PATIENCE,
        check=False,
    )


@pytest.fixture
def asked(tmp_path: Path) -> Path:
    """A home in which two questions were asked."""
    with saying("Because of Rayleigh", " scattering.\n") as emulated:
        for prompt, deployment in (("Why is the sky blue?", "demo"), ("And grass?", "other")):
            aztui(tmp_path, "ask", prompt, env=instruct(emulated.url, deployment))
    return tmp_path


def titles(listed: str) -> list[str]:
    return [line.rpartition("  ")[2] for line in listed.splitlines()]


def test_only_what_is_wanted_is_listed_and_found(asked: Path) -> None:
    both = ["And grass?", "Why is the sky blue?"]
    assert titles(aztui(asked, "history", "list")) == both
    assert titles(aztui(asked, "history", "list", "--since", "1h")) == both
    assert titles(aztui(asked, "history", "list", "--deployment", "other")) == both[:1]
    assert titles(aztui(asked, "history", "search", "--deployment", "demo", "sky")) == both[1:]
    for nothing in (
        ("list", "--until", "2026-01-01"),
        ("list", "--outcome", "failed"),
        ("search", "--profile", "nobody", "sky"),
    ):
        done = run(asked, "history", *nothing)
        assert (done.returncode, done.stdout, done.stderr) == (1, "", "Nothing is found.\n")
    done = run(asked, "history", "list", "--since", "yesterday")
    assert done.returncode == 2
    assert "'yesterday' is no moment" in done.stderr


def test_what_is_exported_is_taken_in_elsewhere_as_it_was(asked: Path) -> None:
    file = asked / "all.json"
    aztui(asked, "history", "export", "-o", str(file))
    elsewhere = asked / "elsewhere"
    elsewhere.mkdir()
    done = run(elsewhere, "history", "import", str(file))
    assert (done.returncode, done.stderr) == (0, "2 sessions imported.\n")
    exported = aztui(elsewhere, "history", "export", "--format", "json")
    assert exported == file.read_text()
    done = run(elsewhere, "history", "import", str(file))
    ids = [session["id"][:8] for session in json.loads(exported)["sessions"]]
    assert done.stderr.splitlines() == [
        "0 sessions imported.",
        *(f"{uid} is there already, and was left as it is." for uid in ids),
    ]
    file.write_text("no JSON")
    done = run(elsewhere, "history", "import", str(file))
    assert done.returncode == 1
    assert done.stderr.startswith(f"{file}: Nothing was imported: it is no JSON: ")


def test_a_file_that_is_there_is_not_overwritten_without_a_word(asked: Path) -> None:
    file = asked / "all.md"
    file.write_text("mine")
    done = run(asked, "history", "export", "-o", str(file))
    assert done.returncode == 1
    assert done.stderr == f"{file} is there already: --force overwrites it.\n"
    assert file.read_text() == "mine"
    aztui(asked, "history", "export", "-o", str(file), "--force")
    assert file.read_text().startswith("# Why is the sky blue?")


def test_a_session_and_a_run_are_named_by_the_beginning_of_their_ids(asked: Path) -> None:
    first, second = json.loads(aztui(asked, "history", "export", "--format", "json"))["sessions"]
    shown = aztui(asked, "history", "export", second["id"][:6])
    assert shown.startswith("# And grass?")
    assert "sky" not in shown
    line = aztui(
        asked, "history", "export", "--branch", first["runs"][0]["id"], "--format", "jsonl"
    )
    assert json.loads(line)["messages"] == [
        {"role": "user", "content": "Why is the sky blue?"},
        {"role": "assistant", "content": "Because of Rayleigh scattering.\n"},
    ]
    done = run(asked, "history", "export", "--branch", "zzz")
    assert (done.returncode, done.stdout) == (1, "")
    assert "The id of no run begins with 'zzz'" in done.stderr


def test_what_is_deleted_is_gone_from_the_bytes(asked: Path) -> None:
    first, second = aztui(asked, "history", "list").splitlines()
    done = run(asked, "history", "delete", first[:8])
    assert done.returncode == 2
    assert "say --yes" in done.stderr
    aside = asked / "data" / "aztui" / "history.db.damaged-2026-01-01T1200"
    aside.write_text("the sky")
    done = run(asked, "history", "delete", "--yes", second[:8])
    assert done.returncode == 0
    said = done.stderr.splitlines()
    assert said[0] == "1 session deleted."
    assert said[1].startswith(f"{aside} was damaged")
    aside.unlink()
    assert titles(aztui(asked, "history", "list")) == ["And grass?"]
    kept = b"".join(path.read_bytes() for path in (asked / "data" / "aztui").glob("history.db*"))
    assert b"grass" in kept
    for word in (b"sky", b"blue"):
        assert word not in kept
    done = run(asked, "history", "delete")
    assert (done.returncode, done.stderr.count("Name the sessions to delete")) == (2, 1)


def test_who_is_at_a_terminal_is_asked(asked: Path, emulator: Emulated) -> None:
    launcher = Launcher(asked, "demo")
    with launcher.stack:
        terminal = launcher.start("history", "delete", "--all")
        terminal.wait_for("Delete 2 sessions for good?")
        terminal.send("n\r")
        assert terminal.wait_exit() == 1
        terminal = launcher.start("history", "delete", "--all")
        terminal.wait_for("Delete 2 sessions for good?")
        terminal.send("y\r")
        terminal.wait_for("2 sessions deleted.")
        assert terminal.wait_exit() == 0
    assert run(asked, "history", "list").stderr == "No session is kept yet.\n"


def test_a_session_that_is_open_is_not_deleted(asked: Path, emulator: Emulated) -> None:
    env = instruct(emulator.url, "demo")
    with subprocess.Popen(
        [*AZTUI, "ask", "lorem 500"],
        env=environment(asked, **env),
        cwd=asked,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
    ) as program:
        assert program.stdout is not None
        assert program.stdout.read(300)
        done = run(asked, "history", "delete", "--all", "--yes")
        program.terminate()
        program.stdout.read()
    assert done.returncode == 1
    assert "2 sessions deleted.\n" in done.stderr
    assert "is open in another aztui, and was left: close it there first." in done.stderr


def test_a_later_versions_database_is_read_and_never_changed(asked: Path) -> None:
    file = asked / "all.json"
    aztui(asked, "history", "export", "-o", str(file))
    path = asked / "data" / "aztui" / "history.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 1000")
    before = path.read_bytes()
    (line,) = {
        run(asked, "history", *command).stderr
        for command in (("list",), ("search", "sky"), ("export",), ("export", "--format", "json"))
    }
    assert line.startswith(f"{path} was written by a later version of aztui")
    assert titles(run(asked, "history", "list").stdout) == ["And grass?", "Why is the sky blue?"]
    assert run(asked, "history", "export", "--format", "json").stdout == file.read_text()
    for command in (("import", str(file)), ("delete", "--all", "--yes")):
        done = run(asked, "history", *command)
        assert done.returncode == 1
        assert "is left as it is. Update aztui." in done.stderr
    with saying("Yes.") as emulated:
        done = run(asked, "ask", "And now?", env=instruct(emulated.url))
    assert (done.returncode, done.stdout) == (0, "Yes.")
    assert done.stderr.count("Nothing is being kept on disk") == 1
    assert path.read_bytes() == before


def test_a_damaged_database_says_what_to_do_and_is_recovered_by_the_next_run(asked: Path) -> None:
    path = asked / "data" / "aztui" / "history.db"
    with path.open("r+b") as file:
        file.write(bytes(200))
    done = run(asked, "history", "list")
    assert done.returncode == 1
    assert done.stderr == (
        f"{path} cannot be read: it is no database. Open aztui once: it sets the damaged file "
        "aside, and goes on with what can be read of it.\n"
    )
    with saying("Yes.") as emulated:
        done = run(asked, "ask", "And now?", env=instruct(emulated.url))
    assert (done.returncode, done.stdout) == (0, "Yes.")
    assert done.stderr.startswith("The history was damaged: 2 sessions (2 runs) recovered")
    listed = titles(aztui(asked, "history", "list"))
    assert listed == ["And now?", "And grass?", "Why is the sky blue?"]
