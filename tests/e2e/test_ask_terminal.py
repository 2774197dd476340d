"""`aztui ask` in a real terminal."""

from __future__ import annotations

import re

import pytest

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


def test_a_wait_counts_down_in_its_line_and_ctrl_c_ends_it(
    launch: Launcher, emulator: Emulated
) -> None:
    env = instruct(emulator.url, f"{launch.deployment}--429:retry-after=100")
    terminal = launch.start("ask", "hello", env=env)
    terminal.wait_for(re.compile(r"Trying again in 1 min 3\d s; ctrl\+c stops it\."))
    assert terminal.screen.count("Trying again") == 1
    terminal.send("\x03")
    assert terminal.wait_exit() == 130
    lines = terminal.screen.split()
    assert "Trying" not in lines
    assert "is used up for now (429).\nStopped by SIGINT: no text had come yet." in terminal.screen


def test_a_narrow_terminal_keeps_the_countdown_in_one_line(
    launch: Launcher, emulator: Emulated
) -> None:
    env = instruct(emulator.url, f"{launch.deployment}--429:retry-after=100")
    terminal = launch.start("ask", "hello", env=env, size=(12, 30))
    terminal.wait_for(re.compile(r"Trying again in 1 min 3\d s"))
    assert terminal.screen.count("Trying") == 1
    terminal.send("\x03")
    assert terminal.wait_exit() == 130


def test_a_dumb_terminal_gets_plain_lines(launch: Launcher, emulator: Emulated) -> None:
    env = instruct(emulator.url, f"{launch.deployment}--429:retry-after=100") | {"TERM": "dumb"}
    terminal = launch.start("ask", "hello", env=env)
    terminal.wait_for("again in 1 min 40 s; ctrl+c stops it.")
    terminal.send("\x03")
    assert terminal.wait_exit() == 130
    assert b"\x1b" not in terminal.raw


@pytest.mark.parametrize("said", ["n\r", "\r", "\x04"], ids=["no", "nothing", "end"])
def test_a_long_wait_is_asked_for_and_can_be_declined(
    launch: Launcher, emulator: Emulated, said: str
) -> None:
    env = instruct(emulator.url, f"{launch.deployment}--429:retry-after=3600")
    terminal = launch.start("ask", "hello", env=env)
    terminal.wait_for("It may go on after a wait of 1 h. Wait that long? [y/N]")
    terminal.send(said)
    assert terminal.wait_exit() == 1
    assert "[y/N]\nThe rate limit" in terminal.screen.replace("[y/N] n", "[y/N]")


def test_a_long_wait_begins_when_it_is_agreed_to(launch: Launcher, emulator: Emulated) -> None:
    env = instruct(emulator.url, f"{launch.deployment}--429:retry-after=3600")
    terminal = launch.start("ask", "hello", env=env)
    terminal.wait_for("[y/N]")
    terminal.send("y\r")
    terminal.wait_for(re.compile(r"Trying again in 59 min 5\d s; ctrl\+c stops it\."))
    terminal.send("\x03")
    assert terminal.wait_exit() == 130


def test_ctrl_c_ends_a_question(launch: Launcher, emulator: Emulated) -> None:
    env = instruct(emulator.url, f"{launch.deployment}--429:retry-after=3600")
    terminal = launch.start("ask", "hello", env=env)
    terminal.wait_for("[y/N]")
    terminal.send("\x03")
    assert terminal.wait_exit() == 130
    assert "\nStopped by SIGINT: no text had come yet." in terminal.screen


def test_no_prompt_is_no_wait(launch: Launcher, emulator: Emulated) -> None:
    terminal = launch.start("ask", env=instruct(emulator.url))
    assert terminal.wait_exit() == 2
    assert "The prompt is empty" in terminal.screen
