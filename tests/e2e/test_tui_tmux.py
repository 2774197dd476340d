"""In tmux, where many of its users are."""

from __future__ import annotations

import shlex
from typing import Final

import pytest

from tests.support.emulated import Emulated
from tests.support.launch import READY, STOPPED, Launcher
from tests.support.program import AZTUI
from tests.support.tmux import Tmux, needs_tmux

pytestmark = needs_tmux

EDITOR: Final = """#!/bin/sh
clear
echo "in the editor: $(cat "$1")"
read -r typed
printf '%s, %s' "$(cat "$1")" "$typed" > "$1"
"""
"""Shows the prompt, and adds to it the line that is typed."""


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


@pytest.mark.parametrize("key", ["F4", "C-g"])
def test_the_prompt_in_an_editor_while_the_answer_goes_on(
    tmux: Tmux, launch: Launcher, emulator: Emulated, key: str
) -> None:
    editor = launch.home / "editor"
    editor.write_text(EDITOR)
    editor.chmod(0o700)
    tmux.enter(f"VISUAL={editor} {shlex.join(AZTUI)} --api chat; echo st''atus $?")
    tmux.wait_for(READY)
    tmux.enter("lorem 300")
    tmux.wait_for("streaming")
    tmux.type("-l", "and then")
    tmux.type(key)
    tmux.wait_for("in the editor: and then")
    # All of it streams while the editor has the terminal.
    assert emulator.wait_for_request(launch.deployment)["end"] == "complete"
    tmux.enter("what")
    screen = tmux.wait_for("and then, what")
    assert "done (stop) · ~" in tmux.wait_for("done (stop)")
    assert "in the editor" not in screen
    tmux.type("C-q")
    tmux.wait_for("status 0")
