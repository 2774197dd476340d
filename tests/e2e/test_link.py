"""A terminal that answers, but for once."""

from __future__ import annotations

import time

from tests.support.emulated import Emulated
from tests.support.launch import Launcher
from tests.support.processes import eventually
from tests.support.program import instruct
from tests.support.terminal import Terminal

PROBE = b"\x1b[5n"
MARK = b"\x1b[6n"


def asked(terminal: Terminal, probe: bytes, times: int) -> bool:
    """Whether a terminal was asked so many times, or will be in a moment."""
    return eventually(lambda: terminal.raw.count(probe) >= times)


def test_an_answer_that_is_lost_holds_nothing_up(launch: Launcher, emulator: Emulated) -> None:
    terminal = launch.start(env=instruct(emulator.url, launch.deployment))
    terminal.answers = True
    terminal.wait_for("Ask anything")
    terminal.send("long\r")
    terminal.wait_for("streaming")
    assert asked(terminal, PROBE, 3)
    terminal.answers = False
    assert asked(terminal, PROBE, terminal.raw.count(PROBE) + 1)
    terminal.answers = True
    assert asked(terminal, MARK, 1)
    marked = time.monotonic()
    seen = terminal.raw.count(PROBE)
    assert asked(terminal, PROBE, seen + 1)
    assert time.monotonic() - marked < 2
    terminal.wait_for("streaming")
