"""How a program on our driver ends and gives the terminal back, however it ends."""

import os
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.program import environment
from tests.support.terminal import DEADLINE, Terminal

ROOT = Path(__file__).resolve().parents[2]
COMMAND = (sys.executable, "-m", "tests.support.driver_app")

DRAWING = re.compile(r"\d{6} \d{6}")
ALTERNATE_SCREEN = b"\x1b[?1049l"
KITTY_KEYS = (b"\x1b[>25u", b"\x1b[<u")


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    with Terminal(COMMAND, env=environment(tmp_path), cwd=ROOT) as terminal:
        terminal.wait_for("ready")
        yield terminal


def assert_restored(terminal: Terminal, modes: list[object]) -> None:
    assert terminal.attrs() == modes
    assert terminal.private_modes <= {7}  # wrapping, which is on to begin with
    assert ALTERNATE_SCREEN in terminal.raw
    assert terminal.raw.count(KITTY_KEYS[0]) == terminal.raw.count(KITTY_KEYS[1])
    assert terminal.raw.rindex(b"\x1b[>4m") > terminal.raw.rindex(b"\x1b[>4;1m")


def quit_it(terminal: Terminal) -> None:
    terminal.send("q")


def crash_it(terminal: Terminal) -> None:
    terminal.send("x")


def signal_it(number: signal.Signals) -> Callable[[Terminal], None]:
    return lambda terminal: os.kill(terminal.pid, number)


@pytest.mark.parametrize(
    ("end", "status"),
    [
        (quit_it, 0),
        (crash_it, 1),
        (signal_it(signal.SIGTERM), 143),
        (signal_it(signal.SIGHUP), 129),
    ],
    ids=["quit", "crash", "SIGTERM", "SIGHUP"],
)
@pytest.mark.parametrize("busy", [False, True], ids=["idle", "drawing"])
def test_the_terminal_is_as_it_was(
    tmp_path: Path, end: Callable[[Terminal], None], status: int, *, busy: bool
) -> None:
    # The session's shell sets nothing: the modes before are those after opening a pty.
    with Terminal(("cat",), env=environment(tmp_path), cwd=ROOT) as idle:
        modes = idle.attrs()
    with Terminal(COMMAND, env=environment(tmp_path), cwd=ROOT) as terminal:
        terminal.wait_for("ready")
        assert terminal.attrs() != modes
        if busy:
            terminal.send("w")
            terminal.wait_for(DRAWING)
        end(terminal)
        assert terminal.wait_exit() == status
        assert_restored(terminal, modes)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_an_app_whose_loop_is_stuck(
    terminal: Terminal, number: signal.Signals
) -> None:
    terminal.send("b")
    time.sleep(0.2)  # for the loop to be stuck; were it not yet, the app would end anyway
    began = time.monotonic()
    os.kill(terminal.pid, number)
    assert terminal.wait_exit() == 128 + number
    assert time.monotonic() - began < 5
    assert terminal.private_modes <= {7}
    assert ALTERNATE_SCREEN in terminal.raw


@pytest.mark.parametrize("ignore_hangup", [False, True])
@pytest.mark.parametrize("drawing", [False, True])
def test_without_its_terminal_it_ends(
    tmp_path: Path, *, ignore_hangup: bool, drawing: bool
) -> None:
    with Terminal(
        COMMAND, env=environment(tmp_path), cwd=ROOT, ignore_hangup=ignore_hangup
    ) as terminal:
        terminal.wait_for("ready")
        if drawing:
            terminal.send("w")
            terminal.wait_for(DRAWING)
        terminal.close_master()
        terminal.wait_gone(timeout=5)


@pytest.mark.parametrize("end", [quit_it, signal_it(signal.SIGTERM)], ids=["quit", "SIGTERM"])
def test_on_a_terminal_that_nobody_reads_it_ends(
    terminal: Terminal, end: Callable[[Terminal], None]
) -> None:
    fill(terminal)
    end(terminal)
    terminal.wait_gone(timeout=5)


@pytest.mark.parametrize("driver", ["plain", ""])
def test_keys_work_and_the_latest_shows_after_a_terminal_hung(tmp_path: Path, driver: str) -> None:
    env = environment(tmp_path, AZTUI_DRIVER=driver)
    with Terminal(COMMAND, env=env, cwd=ROOT) as terminal:
        terminal.wait_for("ready")
        fill(terminal)
        terminal.send("1")
        before = len(terminal.raw)
        time.sleep(1)  # some sixty frames
        terminal.resume()
        came = terminal.wait_for("got w 1 .")
        # What the terminal held, a frame or two, and the newest: not all that was drawn meanwhile.
        read = b"".join(one.data for one in terminal.arrivals if one.at <= came)
        assert len(read) - before < 60_000


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + DEADLINE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def stopped(pid: int) -> bool:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"


def fill(terminal: Terminal) -> None:
    """Have the app draw on a terminal that nobody reads until that takes no more."""
    terminal.send("w")
    terminal.wait_for(DRAWING)
    terminal.pause()
    until(lambda: not select.select([], [terminal._slave], [], 0)[1])


def test_stopped_and_continued_it_draws_everything_again(terminal: Terminal) -> None:
    terminal.send("z")
    until(lambda: stopped(terminal.pid) and terminal.private_modes <= {7})
    os.kill(terminal.pid, signal.SIGCONT)
    terminal.wait_for("got z .")
    terminal.send("1")
    terminal.wait_for("got z 1 .")
    assert 1049 in terminal.private_modes


@pytest.mark.parametrize("driver", ["plain", ""])
def test_a_size_that_changed_while_it_was_stopped_is_known(tmp_path: Path, driver: str) -> None:
    env = environment(tmp_path, AZTUI_DRIVER=driver)
    with Terminal(COMMAND, env=env, cwd=ROOT, rows=10, columns=40) as terminal:
        terminal.wait_for("ready")
        terminal.send("z")
        until(lambda: stopped(terminal.pid) and terminal.private_modes <= {7})
        terminal.resize(24, 100)
        os.kill(terminal.pid, signal.SIGCONT)
        terminal.wait_for("got z .")
        terminal.send("w")
        terminal.wait_for(lambda screen: len(screen.splitlines()[20]) > 90)


@pytest.mark.parametrize("driver", ["plain", ""])
def test_continued_after_a_stop_without_notice_it_shows_all(tmp_path: Path, driver: str) -> None:
    with Terminal(COMMAND, env=environment(tmp_path, AZTUI_DRIVER=driver), cwd=ROOT) as terminal:
        terminal.wait_for("ready")
        os.kill(terminal.pid, signal.SIGSTOP)
        until(lambda: stopped(terminal.pid))
        os.kill(terminal.pid, signal.SIGCONT)
        until(lambda: terminal.raw.count(b"\x1b[?1049h") == 2)
        terminal.wait_for("ready")


def test_continued_after_a_stop_without_notice_it_works(terminal: Terminal) -> None:
    os.kill(terminal.pid, signal.SIGSTOP)
    until(lambda: stopped(terminal.pid))
    os.kill(terminal.pid, signal.SIGCONT)
    # What is typed while it takes the terminal over anew is forgotten.
    until(lambda: terminal.raw.count(KITTY_KEYS[0]) == 2)
    terminal.send("1")
    terminal.wait_for("got 1 .")
    terminal.send("q")
    assert terminal.wait_exit() == 0
    assert terminal.raw.count(KITTY_KEYS[0]) == terminal.raw.count(KITTY_KEYS[1])


def test_a_child_may_have_the_terminal_for_a_while(terminal: Terminal) -> None:
    terminal.send("e")
    terminal.wait_for("child")
    assert 1049 not in terminal.private_modes
    terminal.send("an answer\n")
    terminal.wait_for("got e .")
    terminal.send("1")
    terminal.wait_for("got e 1 .")
    terminal.send("q")
    assert terminal.wait_exit() == 0


def test_a_new_size_is_told(terminal: Terminal) -> None:
    terminal.send("w")
    terminal.resize(10, 120)
    terminal.wait_for(lambda text: max(map(len, text.splitlines())) > 100)


def test_without_a_terminal_it_says_so(tmp_path: Path) -> None:
    done = subprocess.run(
        COMMAND,
        env=environment(tmp_path),
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "stdin is not a terminal" in done.stdout + done.stderr
