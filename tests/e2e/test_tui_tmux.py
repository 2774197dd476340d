"""In tmux, where many of its users are."""

from __future__ import annotations

import shlex

from tests.support.emulated import Emulated
from tests.support.launch import READY, STOPPED, Launcher
from tests.support.program import AZTUI
from tests.support.tmux import Tmux, needs_tmux

pytestmark = needs_tmux


def test_ask_stop_suspend_and_quit(tmux: Tmux, launch: Launcher, emulator: Emulated) -> None:
    tmux.enter(f"echo be''fore; {shlex.join(AZTUI)}; echo st''atus $?")
    tmux.wait_for(READY)
    tmux.enter("long")
    tmux.wait_for("Lorem ipsum dolor")
    tmux.type("Escape")
    tmux.wait_for(STOPPED)
    assert emulator.wait_for_request(launch.deployment)["end"] == "client left"
    tmux.type("C-q")
    screen = tmux.wait_for("status 0")
    assert "before" in screen
    assert READY not in screen


def test_suspend_and_come_back(tmux: Tmux) -> None:
    tmux.enter(shlex.join(AZTUI))
    tmux.wait_for(READY)
    tmux.type("-l", "half a prompt")
    tmux.wait_for("half a prompt")
    tmux.type("C-z")
    tmux.wait_without("half a prompt")
    tmux.enter("echo in the sh''ell")
    tmux.wait_for("in the shell")
    tmux.enter("fg")
    tmux.wait_for("half a prompt")
