"""In tmux, where many of its users are."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.emulated import Emulated
from tests.support.launch import READY, STOPPED, Launcher
from tests.support.program import AZTUI, environment, instruct

_WITHOUT_TMUX = shutil.which("tmux") is None
if _WITHOUT_TMUX and os.environ.get("CI") == "true":
    pytest.fail("CI runs the tests in tmux too: install tmux.", pytrace=False)

pytestmark = pytest.mark.skipif(_WITHOUT_TMUX, reason="tmux is not installed: apt install tmux")


@dataclass(frozen=True, slots=True)
class Tmux:
    """A tmux server with one pane, in which a shell runs.

    Attributes:
        socket: the server's own.
        env: its environment, and the shell's.
    """

    socket: Path
    env: dict[str, str]

    def __call__(self, *command: str) -> str:
        tmux = ["tmux", "-S", str(self.socket), "-f", os.devnull, *command]
        return subprocess.run(tmux, env=self.env, check=True, capture_output=True, text=True).stdout

    def type(self, *keys: str) -> None:
        """Press keys, by tmux's names for them, or type words."""
        self("send-keys", *keys)

    def wait_for(self, text: str) -> str:
        """Wait until the pane shows a text."""
        return self._wait(lambda screen: text in screen, f"should show {text!r}")

    def wait_without(self, text: str) -> str:
        """Wait until the pane does not show a text."""
        return self._wait(lambda screen: text not in screen, f"should no longer show {text!r}")

    def _wait(self, holds: Callable[[str], bool], what: str) -> str:
        deadline = time.monotonic() + 15
        while not holds(screen := self("capture-pane", "-p")):
            assert time.monotonic() < deadline, f"The pane {what}:\n{screen}"
            time.sleep(0.05)
        return screen


@pytest.fixture
def tmux(launch: Launcher, emulator: Emulated, tmp_path: Path) -> Iterator[Tmux]:
    env = environment(launch.home, **instruct(emulator.url, launch.deployment))
    server = Tmux(tmp_path / "tmux", env)
    server("new-session", "-d", "-x", "80", "-y", "24", "-c", str(launch.home), "sh")
    yield server
    server("kill-server")


def test_ask_stop_suspend_and_quit(tmux: Tmux, launch: Launcher, emulator: Emulated) -> None:
    tmux.type("-l", f"echo be''fore; {shlex.join(AZTUI)}; echo st''atus $?")
    tmux.type("Enter")
    tmux.wait_for(READY)
    tmux.type("-l", "long")
    tmux.type("Enter")
    tmux.wait_for("Lorem ipsum dolor")
    tmux.type("Escape")
    tmux.wait_for(STOPPED)
    assert emulator.wait_for_request(launch.deployment)["end"] == "client left"
    tmux.type("C-q")
    screen = tmux.wait_for("status 0")
    assert "before" in screen
    assert READY not in screen


def test_suspend_and_come_back(tmux: Tmux) -> None:
    tmux.type("-l", shlex.join(AZTUI))
    tmux.type("Enter")
    tmux.wait_for(READY)
    tmux.type("-l", "half a prompt")
    tmux.wait_for("half a prompt")
    tmux.type("C-z")
    tmux.wait_without("half a prompt")
    tmux.type("-l", "echo in the sh''ell")
    tmux.type("Enter")
    tmux.wait_for("in the shell")
    tmux.type("-l", "fg")
    tmux.type("Enter")
    tmux.wait_for("half a prompt")
