"""A real tmux, to be typed into and looked at."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

_MISSING: Final = shutil.which("tmux") is None
if _MISSING and os.environ.get("CI") == "true":
    pytest.fail("CI runs the tests in tmux too: install tmux.", pytrace=False)

needs_tmux: Final = pytest.mark.skipif(_MISSING, reason="tmux is not installed: apt install tmux")


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
        run = subprocess.run(
            [*self.command, *command], env=self.env, check=True, capture_output=True, text=True
        )
        return run.stdout

    @property
    def command(self) -> tuple[str, ...]:
        """How to start a client of the server."""
        return ("tmux", "-S", str(self.socket), "-f", os.devnull)

    def start(self, folder: Path, *program: str) -> None:
        """Start the server with a program in its pane, a shell unless another is named."""
        size = ("-x", "80", "-y", "24")
        self("new-session", "-d", *size, "-c", str(folder), *(program or ("sh",)))

    def type(self, *keys: str) -> None:
        """Press keys, by tmux's names for them, or type words."""
        self("send-keys", *keys)

    def enter(self, line: str) -> None:
        """Type a line into the shell."""
        self.type("-l", line)
        self.type("Enter")

    def buffer(self) -> str:
        """Return what the newest buffer holds, byte for byte; empty where there is none."""
        if not self("list-buffers"):
            return ""
        saved = self.socket.with_suffix(".buffer")
        self("save-buffer", str(saved))
        return saved.read_bytes().decode()

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
