"""`aztui ask` in a real terminal."""

from __future__ import annotations

from tests.support.emulated import Emulated, saying
from tests.support.launch import Launcher
from tests.support.program import instruct


def test_nothing_in_an_answer_acts_on_the_terminal(launch: Launcher) -> None:
    with saying("one\x1b]0;title\x07", "\x1b[2J", "\u202etwo", "\rthree") as server:
        terminal = launch.start("ask", "hello", env=instruct(server.url))
        assert terminal.wait_exit() == 0
    assert terminal.raw.endswith(b"three\r\n")
    assert b"\x1b" not in terminal.raw
    assert b"\x07" not in terminal.raw
    assert "\u202e".encode() not in terminal.raw
    assert b"\r" not in terminal.raw.removesuffix(b"\r\n")


def test_ctrl_c_stops_and_keeps_what_came(launch: Launcher, emulator: Emulated) -> None:
    env = instruct(emulator.url, f"{launch.deployment}--stall:after=2")
    terminal = launch.start("ask", "lorem 50", env=env)
    terminal.wait_for("Lorem ipsum")
    terminal.send("\x03")
    assert terminal.wait_exit() == 130
    assert "Lorem ipsum" in terminal.screen
    assert "\nStopped by SIGINT: the answer is not complete." in terminal.screen
    assert emulator.wait_for_request(launch.deployment)["end"] == "client left"


def test_no_prompt_is_no_wait(launch: Launcher, emulator: Emulated) -> None:
    terminal = launch.start("ask", env=instruct(emulator.url))
    assert terminal.wait_exit() == 2
    assert "The prompt is empty" in terminal.screen
