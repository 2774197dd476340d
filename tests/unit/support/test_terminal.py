"""The pty harness itself: the other tests rest on it."""

from __future__ import annotations

import os
import sys
import termios
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.processes import gone
from tests.support.screen import Picture
from tests.support.terminal import Terminal

ENV = {"PATH": os.environ["PATH"], "TERM": "xterm-256color", "LANG": "C.UTF-8"}


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Callable[..., Terminal]]:
    terminals: list[Terminal] = []

    def start(*command: str, **options: bool) -> Terminal:
        terminals.append(Terminal(command, env=ENV, cwd=tmp_path, **options))
        return terminals[-1]

    yield start
    for terminal in terminals:
        terminal.close()


def test_shows_what_the_program_writes_and_gives_it_what_is_typed(
    run: Callable[..., Terminal],
) -> None:
    terminal = run("sh", "-c", "stty size; tty; read line; echo got $line; exit 3")
    terminal.wait_for("24 80")
    terminal.send("hello\n")
    terminal.wait_for("got hello")
    assert terminal.wait_exit() == 3
    assert b"got hello\r\n" in terminal.raw
    assert "/dev/pts/" in terminal.screen


def test_modes_outlive_the_program(run: Callable[..., Terminal]) -> None:
    terminal = run("sh", "-c", "stty -echo; read line")
    terminal.send("x\n")
    terminal.wait_exit()
    assert not terminal.attrs()[3] & termios.ECHO


def test_resize_reaches_the_program(run: Callable[..., Terminal]) -> None:
    terminal = run("sh", "-c", "trap 'stty size' WINCH; echo ready; while :; do sleep 0.02; done")
    terminal.wait_for("ready")
    terminal.resize(20, 50)
    terminal.wait_for("20 50")


def test_signals_and_their_exit_status(run: Callable[..., Terminal]) -> None:
    terminal = run("sleep", "60")
    os.kill(terminal.pid, 15)
    assert terminal.wait_exit() == 143


def test_a_program_that_ends_is_not_waited_for(run: Callable[..., Terminal]) -> None:
    terminal = run("sh", "-c", "echo bye; exit 2")
    with pytest.raises(AssertionError, match=r"ended with 2(?s:.*)bye"):
        terminal.wait_for("hello", timeout=60)


@pytest.mark.parametrize("ignore_hangup", [False, True])
def test_taking_the_terminal_away(run: Callable[..., Terminal], ignore_hangup: bool) -> None:
    terminal = run("sleep", "60", ignore_hangup=ignore_hangup)
    terminal.close_master()
    if ignore_hangup:
        os.kill(terminal.pid, 0)
    else:
        terminal.wait_gone(5)


def test_nothing_is_left_behind(run: Callable[..., Terminal]) -> None:
    terminal = run("sh", "-c", "sleep 60 & echo child $!; wait")
    terminal.wait_for("child ")
    child = int(terminal.screen.split()[1])
    terminal.close()
    for pid in (terminal.pid, child):
        assert gone(pid)


def test_cpu_counts_children_too(run: Callable[..., Terminal]) -> None:
    burn = "import time\nwhile time.process_time() < 0.2: pass"
    ended = run("sh", "-c", '"$0" -c "$1"; echo burnt; read line', sys.executable, burn)
    ended.wait_for("burnt")
    assert 0.15 < ended.cpu() < 1
    alive = run("sh", "-c", '"$0" -c "$1"', sys.executable, f"{burn}\nprint('burnt'); input()")
    alive.wait_for("burnt")
    assert 0.15 < alive.cpu() < 1


def test_pause_leaves_the_bytes_unread(run: Callable[..., Terminal]) -> None:
    terminal = run("sh", "-c", "read line; echo answer; read line")
    terminal.pause()
    terminal.send("x\n")
    with pytest.raises(AssertionError, match="did not in"):
        terminal.wait_for("answer", timeout=0.2)
    terminal.resume()
    terminal.wait_for("answer")


def test_private_modes_are_those_left_on(run: Callable[..., Terminal]) -> None:
    terminal = run("printf", r"\033[?1049;2004h\033[?25l\033[?2004l.")
    terminal.wait_exit()
    assert terminal.private_modes == {1049, 25}


def test_keyboard_modes_are_those_left_on(run: Callable[..., Terminal]) -> None:
    left = run("printf", r"\033[>1u\033[>4;2m.")
    left.wait_exit()
    assert left.keyboard_modes == 2
    tidy = run("printf", r"\033[>1u\033[>4;2m.\033[<u\033[>4;0m")
    tidy.wait_exit()
    assert tidy.keyboard_modes == 0


def test_what_nobody_looked_at_is_drawn_with_its_times(run: Callable[..., Terminal]) -> None:
    terminal = run("sh", "-c", "echo one; read line; echo two")
    terminal.wait_for("one")
    sent = terminal.send("\n")
    terminal.wait_exit()
    drawn = [(at, picture.text) for at, picture in terminal.review()]
    assert next(at for at, text in drawn if "two" in text) >= sent
    assert all("one" in text for _, text in drawn)
    assert list(terminal.review()) == []


def test_what_is_skipped_is_never_drawn(run: Callable[..., Terminal]) -> None:
    terminal = run("sh", "-c", "echo one; read line; echo two")
    terminal.wait_for("one")
    terminal.send("\n")
    terminal.wait_exit()
    terminal.skip()
    assert "two" not in terminal.screen


def test_memory_is_what_is_held_now_and_was_held_at_most(run: Callable[..., Terminal]) -> None:
    hold = "held = b'x' * 50_000_000; del held; print('freed'); input()"
    terminal = run(sys.executable, "-c", hold)
    terminal.wait_for("freed")
    memory = terminal.memory()
    assert 1_000_000 < memory.now < memory.peak - 40_000_000


@pytest.mark.parametrize("cut", range(1, 30))
def test_sequences_that_pyte_does_not_know_show_nothing(cut: int) -> None:
    data = b"a\x1b[<1u\x1b[>4;2mb\x1b[=1;1uc\x1bPq#0\x1b\\d\x1b[?4me"
    picture = Picture(2, 20)
    picture.feed(data[:cut])
    picture.feed(data[cut:])
    assert picture.lines[0] == "abcde"
    assert not picture.cells.buffer[0][1].bold


def test_scroll_commands_move_the_region_only() -> None:
    picture = Picture(4, 5)
    picture.feed(b"1\r\n2\r\n3\r\n4\x1b[2;3r\x1b[S")
    assert picture.lines == ["1", "3", "", "4"]
    picture.feed(b"\x1b[T")
    assert picture.lines == ["1", "", "3", "4"]


def test_the_alternate_screen_gives_back_what_was_there() -> None:
    picture = Picture(2, 10)
    picture.feed(b"before\x1b[?1049h\x1b[Hinside")
    assert picture.lines == ["inside", ""]
    picture.feed(b"\x1b[?1049l after")
    assert picture.lines == ["before aft", "er"]


def test_answers_how_it_is_and_where_its_cursor_stands(run: Callable[..., Terminal]) -> None:
    ask = r"stty -icanon -echo; printf 'ab\033['; sleep 0.1; printf '6nc\033[5n'; exec cat -v"
    terminal = run("sh", "-c", ask, answers=True)
    terminal.wait_for("abc^[[1;3R^[[0n")
