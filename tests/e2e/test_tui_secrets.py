"""The key goes into the request's header and nowhere else."""

from __future__ import annotations

from pathlib import Path

from tests.support.emulated import Emulated
from tests.support.launch import Launcher
from tests.support.program import KEY


def test_the_key_is_nowhere_to_be_seen(launch: Launcher, emulator: Emulated) -> None:
    terminal = launch.on(emulator, "401")
    terminal.send("hello\r")
    terminal.wait_for("401")
    command_line = Path(f"/proc/{terminal.pid}/cmdline").read_bytes()
    terminal.send(b"\x11")
    terminal.wait_exit()
    assert KEY.encode() not in terminal.raw
    assert KEY.encode() not in command_line
    written = [path for path in launch.home.rglob("*") if path.is_file()]
    assert not [path for path in written if KEY.encode() in path.read_bytes()]
