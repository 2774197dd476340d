"""The real program in a real terminal, against a real server."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.emulated import Emulated, emulating
from tests.support.launch import Launcher
from tests.support.program import environment, instruct
from tests.support.tmux import Tmux


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulated]:
    """`aztui emulate` at 100 tokens a second."""
    with emulating(tmp_path_factory.mktemp("emulator"), "--rate", "100") as emulated:
        yield emulated


@pytest.fixture
def launch(tmp_path: Path) -> Iterator[Launcher]:
    """Starts programs that end with the test, in a home with nothing in it."""
    home = tmp_path / "home"
    home.mkdir()
    launcher = Launcher(home, deployment=f"demo{uuid.uuid4().hex[:8]}")
    with launcher.stack:
        yield launcher


@pytest.fixture
def tmux(launch: Launcher, emulator: Emulated, tmp_path: Path) -> Iterator[Tmux]:
    """A tmux whose shell has the settings of the test's deployment; for tests that need tmux."""
    env = environment(launch.home, **instruct(emulator.url, launch.deployment))
    server = Tmux(tmp_path / "tmux", env)
    server.start(launch.home)
    yield server
    server("kill-server")
