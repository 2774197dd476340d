"""aztui on another machine, over a slow link."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.emulated import Emulated
from tests.support.launch import Launcher
from tests.support.program import AZTUI, environment, instruct
from tests.support.relay import Relay
from tests.support.sshd import Sshd, needs_sshd, sshd
from tests.support.terminal import Terminal

pytestmark = needs_sshd


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sshd]:
    with sshd(tmp_path_factory.mktemp("sshd")) as running:
        yield running


@pytest.fixture
def relay(server: Sshd) -> Iterator[Relay]:
    with Relay(server.port) as relay:
        yield relay


def test_esc_acts_and_the_screen_is_right_however_slow_the_link(
    server: Sshd, relay: Relay, launch: Launcher, emulator: Emulated, tmp_path: Path
) -> None:
    env = environment(launch.home, **instruct(emulator.url, launch.deployment))
    command = server.command(relay.port, env, AZTUI)
    with Terminal(command, env=environment(tmp_path), cwd=tmp_path) as terminal:
        terminal.answers = True
        terminal.wait_for("Ask anything")
        relay.rate, relay.delay = 2000, 0.2
        terminal.send("long\r")
        terminal.wait_for("streaming")
        terminal.send("and then")
        terminal.wait_for("and then")
        terminal.send("\x1b")
        terminal.wait_for("stopped by you")
        relay.rate, relay.delay = float("inf"), 0.0
        terminal.send("\x7f" * 8)
        terminal.wait_for("Ask anything")
        before = terminal.screen
        terminal.send("\x0c")
        terminal.wait_for(lambda screen: screen == before and terminal.raw.count(b"\x1b[5n") > 0)
        assert terminal.screen == before
