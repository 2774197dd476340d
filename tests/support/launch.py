"""Starting the whole program in a terminal, as a user would."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.support.emulated import Emulated
from tests.support.program import AZTUI, environment, instruct
from tests.support.terminal import Terminal

READY: Final = "Ask anything"
"""What the empty prompt shows."""

STOPPED: Final = "stopped by you"


def sent(prompt: str) -> str:
    """How the log shows a prompt that was sent."""
    return f"\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK} {prompt}"


@dataclass(frozen=True, slots=True)
class Launcher:
    """Starts programs that end with the test.

    Attributes:
        home: where the user lives, and where the program runs.
        deployment: a deployment of this test's own, to find its requests in the emulator's log.
    """

    home: Path
    deployment: str
    stack: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)

    def start(
        self,
        *arguments: str,
        command: tuple[str, ...] = AZTUI,
        env: Mapping[str, str] | None = None,
        size: tuple[int, int] = (24, 80),
        ignore_hangup: bool = False,
    ) -> Terminal:
        """Start `command` with `arguments`, and `env` in its environment."""
        rows, columns = size
        terminal = Terminal(
            (*command, *arguments),
            env=environment(self.home, **(env or {})),
            cwd=self.home,
            rows=rows,
            columns=columns,
            ignore_hangup=ignore_hangup,
        )
        return self.stack.enter_context(terminal)

    def on(
        self,
        server: Emulated,
        fault: str = "",
        *,
        command: tuple[str, ...] = AZTUI,
        ignore_hangup: bool = False,
    ) -> Terminal:
        """Start the program on the test's deployment of `server` and wait for its prompt.

        Args:
            server: an emulator.
            fault: what the deployment is to suffer from.
            command: another way to start the program.
            ignore_hangup: start it with SIGHUP ignored.
        """
        deployment = f"{self.deployment}--{fault}" if fault else self.deployment
        env = instruct(server.url, deployment)
        terminal = self.start(command=command, env=env, ignore_hangup=ignore_hangup)
        terminal.wait_for(READY)
        return terminal


def assert_restored(terminal: Terminal) -> None:
    """Assert that an ended program has left its terminal as it found it."""
    assert terminal.attrs() == terminal.initial_attrs
    assert terminal.private_modes == set()
    assert terminal.keyboard_modes == 0
    assert not terminal.session_flags & os.O_NONBLOCK
