"""A rate limit that is used up, from the server's refusal to the user's keys."""

from __future__ import annotations

import re

import pytest

from tests.support.emulated import Emulated
from tests.support.launch import STOPPED, Launcher

LONG = "429:retry-after=600"
CTRL_C = b"\x03"
ESC = b"\x1b"
F5 = b"\x1b[15~"


def test_a_wait_is_counted_down_and_can_be_stopped(launch: Launcher, emulator: Emulated) -> None:
    terminal = launch.on(emulator, "429:retry-after=60")
    terminal.send("Hello\r")
    terminal.wait_for(re.compile(r"trying again in 5\d s \(attempt 2\)"))
    terminal.send(ESC)
    terminal.wait_for(lambda screen: STOPPED in screen and "trying again" not in screen)


def test_a_long_wait_is_given_up_with_esc(launch: Launcher, emulator: Emulated) -> None:
    terminal = launch.on(emulator, LONG)
    terminal.send("Hello\r")
    terminal.wait_for("asks to wait 10 min: f5 waits, esc gives up")
    terminal.send(ESC)
    terminal.wait_for("✗")
    assert "429" in terminal.screen
    assert len(emulator.requests(launch.deployment)) == 1
    terminal.send("\t")
    terminal.wait_for("d details")
    terminal.send("d")
    terminal.wait_for("esc back")
    terminal.send(" ")
    terminal.wait_for(lambda screen: "asked to wait 10 min" in " ".join(screen.split()))


@pytest.mark.parametrize("key", [ESC, CTRL_C])
def test_a_long_wait_begins_with_f5_and_can_still_be_stopped(
    launch: Launcher, emulator: Emulated, key: bytes
) -> None:
    terminal = launch.on(emulator, LONG)
    terminal.send("Hello\r")
    terminal.wait_for("f5 waits")
    terminal.send(F5)
    terminal.wait_for(re.compile(r"trying again in 9 min 5\d s \(attempt 2\)"))
    terminal.send(key)
    terminal.wait_for(STOPPED)
