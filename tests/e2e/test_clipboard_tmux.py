"""Copying in a real tmux, whose buffer is read back."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Final, TypeAlias

import pytest

from tests.support.processes import eventually
from tests.support.program import environment
from tests.support.tmux import Tmux, needs_tmux

pytestmark = needs_tmux

Copy: TypeAlias = Callable[..., None]

ROOT: Final = Path(__file__).resolve().parents[2]
TEXT: Final = "  def größe(x):\n\treturn 'naïve 🧑\u200d💻 \x1b]52;c;!\a'  \r\n\nthe end\n"


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    home = tmp_path / "home"
    home.mkdir()
    return environment(home)


@pytest.fixture
def outer(tmp_path: Path, env: dict[str, str]) -> Iterator[Tmux]:
    """The tmux in whose pane another one runs, as a terminal that takes OSC 52."""
    server = Tmux(tmp_path / "outer", env)
    with ExitStack() as stack:
        server.start(ROOT)
        stack.callback(server, "kill-server")
        server("set", "-s", "set-clipboard", "on")
        yield server


@pytest.fixture
def inner(tmp_path: Path, env: dict[str, str], outer: Tmux) -> Iterator[Tmux]:
    """The tmux in which the copying program runs."""
    server = Tmux(tmp_path / "inner", env)
    outer.enter(f"TMUX= {shlex.join([*server.command, 'new-session', 'sh'])}")
    assert eventually(lambda: server.socket.exists() and server("list-clients") != "")
    yield server
    server("kill-server")


@pytest.fixture
def copy(inner: Tmux, tmp_path: Path) -> Copy:
    """Copies a text in the inner tmux."""

    def run(text: str, path: str | None = None) -> None:
        source = tmp_path / "text"
        source.write_bytes(text.encode())
        command = [sys.executable, "-m", "tests.support.copier", str(source)]
        if path is not None:
            command = ["env", f"PATH={path}", *command]
        inner.enter(shlex.join(command))

    return run


def test_tmux_has_it_and_offers_it_to_the_terminal(copy: Copy, inner: Tmux, outer: Tmux) -> None:
    copy(TEXT)
    inner.wait_for("Copied the answer to tmux's buffer")
    assert inner.buffer() == TEXT
    assert eventually(lambda: outer.buffer() == TEXT), outer.buffer()


def test_a_long_text_is_whole_in_tmux(copy: Copy, inner: Tmux) -> None:
    text = "".join(f"{number} Lorem ipsum dolor sit amet\n" for number in range(100_000))
    copy(text)
    inner.wait_for("Copied the answer to tmux's buffer")
    assert inner.buffer() == text


def test_a_tmux_that_cannot_be_asked_passes_it_on(copy: Copy, inner: Tmux, outer: Tmux) -> None:
    inner("set", "-g", "allow-passthrough", "on")
    inner("set", "-s", "set-clipboard", "off")
    copy(TEXT, path="/nowhere")
    inner.wait_for("Sent the answer through tmux (OSC 52)")
    assert eventually(lambda: outer.buffer() == TEXT), outer.buffer()
    assert inner.buffer() == ""


def test_a_tmux_that_cannot_be_asked_takes_it_itself(copy: Copy, inner: Tmux, outer: Tmux) -> None:
    inner("set", "-g", "allow-passthrough", "off")
    inner("set", "-s", "set-clipboard", "on")
    copy(TEXT, path="/nowhere")
    inner.wait_for("Sent the answer through tmux (OSC 52)")
    assert eventually(lambda: inner.buffer() == TEXT), inner.buffer()
    assert eventually(lambda: outer.buffer() == TEXT), outer.buffer()


def test_the_longest_sequence_gets_through(copy: Copy, inner: Tmux, outer: Tmux) -> None:
    inner("set", "-g", "allow-passthrough", "on")
    inner("set", "-s", "set-clipboard", "off")
    text = "x" * 74_994
    copy(text, path="/nowhere")
    inner.wait_for("Sent the answer through tmux (OSC 52)")
    assert eventually(lambda: outer.buffer() == text), len(outer.buffer())
