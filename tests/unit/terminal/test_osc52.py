from __future__ import annotations

import base64
import re
from collections.abc import Mapping

import pytest

from aztui.terminal.osc52 import LIMIT, Via, sequence, via

FITS = 74_994
"""Bytes of text in the longest sequence that hterm's osc52.sh sends."""


@pytest.mark.parametrize(
    ("environ", "way"),
    [
        ({"TERM": "xterm-256color"}, Via.TERMINAL),
        ({"TERM": "xterm-kitty"}, Via.TERMINAL),
        ({"TERM": "tmux-256color"}, Via.TMUX),
        ({"TERM": "screen-256color", "TMUX": "/tmp/tmux-0/default,1,0"}, Via.TMUX),  # noqa: S108
        ({"TERM": "xterm-256color", "TMUX": "gone"}, Via.TMUX),
        ({"TERM": "screen"}, Via.SCREEN),
        ({"TERM": "xterm", "STY": "4711.pts-0.here"}, Via.SCREEN),
        ({"TERM": "screen", "STY": "4711.pts-0.here", "TMUX": "around it"}, Via.SCREEN),
        ({"TERM": "tmux-256color", "STY": "around it", "TMUX": "here"}, Via.TMUX),
        ({"TERM": "linux"}, None),
        ({"TERM": "dumb"}, None),
        ({}, None),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "Apple_Terminal"}, None),
        ({"TERM": "xterm-256color", "VTE_VERSION": "7803"}, None),
    ],
)
def test_what_a_sequence_passes(environ: Mapping[str, str], way: Via | None) -> None:
    assert via(environ) is way


@pytest.mark.parametrize(
    "environ",
    [
        {"TERM": "alacritty", "VTE_VERSION": "7803"},
        {"TERM": "xterm-256color", "VTE_VERSION": "7803", "TERM_PROGRAM": "vscode"},
        {"TERM": "tmux-256color", "VTE_VERSION": "7803"},
        {"TERM": "screen", "TERM_PROGRAM": "Apple_Terminal"},
    ],
)
def test_what_a_terminal_inherits_says_nothing_of_it(environ: Mapping[str, str]) -> None:
    assert via(environ) is not None


def test_a_terminal_gets_it_plainly() -> None:
    assert sequence("größe".encode(), Via.TERMINAL) == "\x1b]52;c;Z3LDtsOfZQ==\a"


def test_tmux_gets_it_wrapped_and_plainly() -> None:
    wrapped = "\x1bPtmux;\x1b\x1b]52;c;b25l\a\x1b\\"
    assert sequence(b"one", Via.TMUX) == wrapped + "\x1b]52;c;b25l\a"


def test_screen_gets_it_in_pieces_that_it_passes_on_as_they_are() -> None:
    data = bytes(range(256)) * 5
    pieces = re.findall(r"\x1bP.*?\x1b\\", sequence(data, Via.SCREEN) or "", re.DOTALL)
    assert max(map(len, pieces)) == 256
    passed_on = "".join(piece[2:-2] for piece in pieces)
    assert passed_on == sequence(data, Via.TERMINAL)


def test_the_longest_is_whole() -> None:
    longest = sequence(b"x" * FITS, Via.TERMINAL)
    assert longest is not None
    assert len(longest) == LIMIT
    payload = longest.removeprefix("\x1b]52;c;").removesuffix("\a")
    assert base64.b64decode(payload) == b"x" * FITS


@pytest.mark.parametrize("way", Via)
def test_what_is_longer_is_not_sent(way: Via) -> None:
    assert sequence(b"x" * FITS, way) is not None
    assert sequence(b"x" * (FITS + 1), way) is None
