"""The key goes into the request's header and nowhere else: not to disk, screen or process list."""

from __future__ import annotations

import itertools
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.support.emulated import Emulated
from tests.support.hostile import DEADLINE, Hostile, Peer
from tests.support.launch import READY, Launcher, assert_restored
from tests.support.leaks import files_with, forms, found, processes_with, unique_key
from tests.support.program import AZTUI, environment, instruct, write_dotenv
from tests.support.terminal import Terminal

PATIENCE: Final = 30.0

FAULTS: Final = (
    "401",
    "404",
    "429",
    "sse-error:after=2",
    "rst:after=2",
    "bad-json",
    "filter-prompt",
)

CRASHING: Final = """
import sys
from aztui.ui import conversation
from aztui import cli

def crash(*_, **__):
    raise RuntimeError("it fell over")

conversation.compose = crash
sys.exit(cli.main())
"""
"""The program with a fault of its own, which shows when a prompt is sent."""

LOOKING: Final = "sh -c 'cat /proc/$PPID/environ /proc/self/environ > seen; echo edited > $0'"
"""An editor that keeps what it can see of its own environment and of aztui's."""


@pytest.fixture
def key(launch: Launcher, emulator: Emulated) -> str:
    """A key of this test's own; the program finds it in the folder's `.env` and nowhere else."""
    key = unique_key()
    write_dotenv(launch.home, instruct(emulator.url, launch.deployment, key))
    (launch.home / "tmp").mkdir()
    return key


@pytest.fixture
def parrot() -> Iterator[Hostile]:
    """A server that repeats the key in every place where an error can hold it."""

    numbers = itertools.count()

    def script(peer: Peer) -> None:
        while True:
            key = peer.request().headers["api-key"]
            said = {"error": {"code": key, "message": f"No: {key}", "param": key, "type": key}}
            body = json.dumps(said).encode()
            if next(numbers) % 2:
                peer.head()
                peer.chunk(b"event: error\ndata: " + body + b"\n\n")
                peer.end()
            else:
                fields = (f"x-request-id: {key}", f"Location: http://h.test/{key}?{key}#{key}")
                peer.plain("401 Denied", "application/json", body, *fields)

    with Hostile(script) as server:
        yield server


def env_of(launch: Launcher, **more: str) -> dict[str, str]:
    return environment(launch.home, TMPDIR=str(launch.home / "tmp"), AZTUI_DEBUG="1", **more)


def ask(launch: Launcher, *arguments: str) -> tuple[int, bytes]:
    """Run a command to its end, and return its exit code and all that it wrote."""
    done = subprocess.run(
        [*AZTUI, *arguments],
        env=env_of(launch),
        cwd=launch.home,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=PATIENCE,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def start(launch: Launcher, *arguments: str, **more: str) -> Terminal:
    terminal = launch.start(*arguments, env=env_of(launch, **more))
    terminal.wait_for(READY)
    return terminal


def assert_nowhere(key: str, launch: Launcher, *written: bytes) -> None:
    for data in written:
        assert not found(key, data), data
    (launch.home / ".env").unlink()
    assert not files_with(key, launch.home)


def test_the_key_is_found_where_it_is(launch: Launcher, key: str) -> None:
    (launch.home / "leak").write_bytes(b"\n".join(sorted(forms(key))))
    assert set(files_with(key, launch.home)) == {launch.home / ".env", launch.home / "leak"}
    sleeper = subprocess.Popen(
        [sys.executable, "-c", "input('ready\\n')", key],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={"KEY": key},
    )
    with sleeper:
        # Linux shows neither file of a program that is only just being started.
        assert sleeper.stdout is not None
        assert sleeper.stdout.readline() == b"ready\n"
        shown = processes_with(key, sleeper.pid)
        sleeper.communicate(b"\n", timeout=PATIENCE)
    assert {Path(file).name for file in shown} == {"cmdline", "environ"}


def test_commands_keep_the_key_to_themselves(
    launch: Launcher, emulator: Emulated, parrot: Hostile, key: str
) -> None:
    runs = [
        (0, ("ask", "--json", "lorem 5")),
        *((None, ("ask", "--json", "-m", f"{launch.deployment}--{f}", "Hi")) for f in FAULTS),
        (2, ("ask", "-o", "nonsense", "Hi")),
        (2, ("-p", "nobody", "ask", "Hi")),
        (0, ("paths",)),
    ]
    said = []
    for code, arguments in runs:
        ended, written = ask(launch, *arguments)
        assert written
        assert ended == code or (code is None and ended in {1, 3, 4}), written
        said.append(written)
    write_dotenv(launch.home, instruct(parrot.url, launch.deployment, key))
    for _ in range(2):
        ended, written = ask(launch, "ask", "--json", "Hi")
        assert (ended, b"No: " in written) == (1, True)
        said.append(written)
    write_dotenv(launch.home, instruct("https://x y", launch.deployment, key))
    ended, written = ask(launch, "ask", "Hi")
    assert ended == 2
    log = json.dumps(emulator.requests(launch.deployment)).encode()
    assert_nowhere(key, launch, *said, written, log)


def test_the_screen_keeps_the_key_to_itself(
    launch: Launcher, emulator: Emulated, parrot: Hostile, key: str
) -> None:
    terminal = start(launch, EDITOR=LOOKING)
    terminal.send("lorem 5\r")
    terminal.wait_for("done (stop)")
    terminal.send("\x07")
    terminal.wait_for("edited")
    assert (launch.home / "seen").stat().st_size
    assert not processes_with(key, terminal.pid)
    terminal.send(b"\x11")
    assert terminal.wait_exit() == 0

    write_dotenv(launch.home, instruct(parrot.url, launch.deployment, key))
    refused = start(launch)
    for number in (1, 2):
        refused.send("Hi\r")
        refused.wait_for(re.compile("(No: .*)" * number, re.DOTALL))
    assert not processes_with(key, refused.pid)
    refused.send(b"\x11")
    assert refused.wait_exit() == 0

    log = json.dumps(emulator.requests(launch.deployment)).encode()
    assert_nowhere(key, launch, terminal.raw, refused.raw, log)


@pytest.mark.parametrize("debug", ["", "1"], ids=["crash", "crash-with-details"])
def test_a_crash_keeps_the_key_to_itself(launch: Launcher, key: str, debug: str) -> None:
    command = (sys.executable, "-c", CRASHING)
    terminal = launch.start(command=command, env={"AZTUI_DEBUG": debug} if debug else {})
    terminal.wait_for(READY)
    terminal.send("Hi\r")
    assert terminal.wait_exit() == 1
    assert ("it fell over" in terminal.screen) == bool(debug)
    assert "RuntimeError" in terminal.screen
    assert_restored(terminal)
    assert_nowhere(key, launch, terminal.raw)


def test_while_a_request_hangs_the_process_list_shows_nothing(
    launch: Launcher, emulator: Emulated, key: str
) -> None:
    deployment = f"{launch.deployment}--stall:after=1"
    with subprocess.Popen(
        [*AZTUI, "ask", "-m", deployment, "lorem 5"],
        env=env_of(launch),
        cwd=launch.home,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        first = process.stdout.read(1)
        shown = processes_with(key, process.pid)
        process.terminate()
        out, err = process.communicate(timeout=DEADLINE)
    assert first
    assert not shown
    assert process.returncode == 143
    assert_nowhere(key, launch, out, err)
