from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from aztui.core.checkup import State
from aztui.terminal import surroundings


@pytest.mark.parametrize(
    ("environ", "state", "says"),
    [
        ({"TERM": "xterm-256color"}, State.PASS, "256 colours"),
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor"}, State.PASS, "16 million colours"),
        ({"TERM": "linux"}, State.PASS, "16 colours or fewer"),
        ({"TERM": "xterm", "NO_COLOR": "1"}, State.PASS, "NO_COLOR"),
        ({"TERM": "dumb"}, State.WARN, "TERM=dumb"),
        ({}, State.WARN, "TERM is not set"),
    ],
)
def test_the_terminal(environ: Mapping[str, str], state: State, says: str) -> None:
    check = surroundings.terminal(environ)
    assert check.state is state
    assert says in check.says


@pytest.mark.parametrize(
    ("environ", "utf8"),
    [
        ({"LANG": "de_DE.UTF-8"}, True),
        ({"LANG": "de_DE.utf8"}, True),
        ({"LC_CTYPE": "UTF-8"}, True),
        ({"LANG": "de_DE.UTF-8", "LC_ALL": "C"}, False),
        ({"LANG": "de_DE.ISO-8859-1"}, False),
        ({"LANG": "C", "LC_CTYPE": "en_GB.UTF-8"}, True),
        ({}, False),
    ],
)
def test_the_locale(environ: Mapping[str, str], utf8: bool) -> None:
    assert surroundings.speaks_utf8(environ) is utf8
    assert surroundings.locale(environ).state is (State.PASS if utf8 else State.WARN)


@pytest.mark.parametrize(
    ("waits", "state"), [(0, State.PASS), (50, State.PASS), (51, State.WARN), (None, State.SKIP)]
)
def test_tmux_that_holds_esc_back_gets_the_line_for_its_file(
    waits: int | None, state: State
) -> None:
    check = surroundings.tmux({"TMUX": "/tmp/tmux-0/default,1,0"}, lambda: waits)  # noqa: S108 - no file
    assert check.state is state
    assert ("set -s escape-time 10" in check.fix) is (state is State.WARN)


def test_outside_tmux_nobody_asks_it() -> None:
    def ask() -> int:
        raise AssertionError

    assert surroundings.tmux({}, ask).state is State.SKIP


@pytest.mark.parametrize(("prints", "state"), [("500", State.WARN), ("oops", State.SKIP)])
def test_tmux_itself_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, prints: str, state: State
) -> None:
    program = tmp_path / "tmux"
    program.write_text(f'#!/bin/sh\n[ "$*" = "show -sv escape-time" ] && echo {prints}\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    assert surroundings.tmux({"TMUX": "x"}).state is state
