"""However it ends, it ends at once and leaves the terminal as it was."""

from __future__ import annotations

import os
import select
import signal
import sys
import time

import pytest

from tests.support.emulated import Emulated
from tests.support.launch import READY, Launcher, assert_restored
from tests.support.program import instruct
from tests.support.terminal import DEADLINE, Terminal

CTRL_Q = b"\x11"
CTRL_L = b"\x0c"

_SLOW_IMPORT = """
import importlib.abc, sys, time
class Slow(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name == 'openai':
            time.sleep(600)
sys.meta_path.insert(0, Slow())
from aztui.cli import main
main()
"""

_CRASH = """
from aztui.ui.screens.main import MainScreen
def boom(self, message):
    raise RuntimeError('boom')
MainScreen.on_prompt_submitted = boom
from aztui.cli import main
main()
"""


def _streaming(launch: Launcher, emulator: Emulated, *, ignore_hangup: bool = False) -> Terminal:
    terminal = launch.on(emulator, ignore_hangup=ignore_hangup)
    terminal.send("long\r")
    terminal.wait_for("Lorem ipsum dolor")
    return terminal


def test_quitting_during_a_stream(launch: Launcher, emulator: Emulated) -> None:
    terminal = _streaming(launch, emulator)
    terminal.send(CTRL_Q)
    assert terminal.wait_exit() == 0
    assert_restored(terminal)
    assert emulator.wait_for_request(launch.deployment)["end"] == "client left"


def test_quitting_during_the_import_of_openai(launch: Launcher, emulator: Emulated) -> None:
    terminal = launch.start(
        command=(sys.executable, "-c", _SLOW_IMPORT), env=instruct(emulator.url)
    )
    terminal.wait_for(READY)
    terminal.send("hello\r")
    terminal.wait_for("waiting")
    terminal.send(CTRL_Q)
    assert terminal.wait_exit() == 0
    assert_restored(terminal)


def test_quitting_on_a_terminal_that_nobody_reads(launch: Launcher, emulator: Emulated) -> None:
    terminal = launch.on(emulator)
    terminal.resize(60, 200)
    terminal.send("long\r")
    terminal.wait_for("Lorem ipsum dolor")
    terminal.pause()
    _wait_until_nothing_more_can_be_written(terminal)
    assert not emulator.requests(launch.deployment)
    terminal.send(CTRL_Q)
    assert terminal.wait_exit() == 0
    assert terminal.attrs() == terminal.initial_attrs
    assert emulator.wait_for_request(launch.deployment)["end"] == "client left"


def _wait_until_nothing_more_can_be_written(terminal: Terminal) -> None:
    """Have all of the screen drawn again and again, which writes more than a stream does."""
    deadline = time.monotonic() + DEADLINE
    while select.select([], [terminal._slave], [], 0)[1]:
        assert time.monotonic() < deadline
        terminal.send(CTRL_L)
        time.sleep(0.1)


@pytest.mark.parametrize(
    ("number", "status"),
    [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)],
    ids=["SIGINT", "SIGTERM", "SIGHUP"],
)
def test_signals_end_it_properly(
    launch: Launcher, emulator: Emulated, number: signal.Signals, status: int
) -> None:
    terminal = _streaming(launch, emulator)
    os.kill(terminal.pid, number)
    assert terminal.wait_exit() == status
    assert_restored(terminal)
    assert emulator.wait_for_request(launch.deployment)["end"] == "client left"


def test_a_fault_of_its_own_is_one_calm_line(launch: Launcher, emulator: Emulated) -> None:
    terminal = launch.start(command=(sys.executable, "-c", _CRASH), env=instruct(emulator.url))
    terminal.wait_for(READY)
    terminal.send("hello\r")
    assert terminal.wait_exit() == 1
    assert_restored(terminal)
    assert "RuntimeError" in terminal.screen
    assert b"Traceback" not in terminal.raw


@pytest.mark.parametrize("ignore_hangup", [False, True], ids=["SIGHUP", "SIGHUP ignored"])
def test_it_goes_when_its_terminal_goes(
    launch: Launcher, emulator: Emulated, ignore_hangup: bool
) -> None:
    terminal = _streaming(launch, emulator, ignore_hangup=ignore_hangup)
    terminal.close_master()
    terminal.wait_gone(5)
    assert emulator.wait_for_request(launch.deployment)["end"] == "client left"


def test_an_idle_program_goes_with_its_terminal(launch: Launcher, emulator: Emulated) -> None:
    terminal = launch.on(emulator, ignore_hangup=True)
    terminal.close_master()
    terminal.wait_gone(5)
