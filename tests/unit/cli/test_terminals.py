"""Where something can be asked, and overwritten."""

from __future__ import annotations

import io
import sys

import pytest

from aztui.cli.terminals import can_ask, can_rewrite, is_terminal


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return not self.closed or pytest.fail("a closed handle was asked")


def closed() -> Terminal:
    terminal = Terminal()
    terminal.close()
    return terminal


@pytest.mark.parametrize("stream", [None, io.StringIO(), closed()], ids=["none", "file", "closed"])
def test_nobody_is_asked_where_a_handle_is_no_terminal(
    monkeypatch: pytest.MonkeyPatch, stream: io.StringIO | None
) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal())
    monkeypatch.setattr(sys, "stderr", Terminal())
    monkeypatch.setenv("TERM", "xterm")
    assert (can_ask(), can_rewrite()) == (True, True)
    monkeypatch.setattr(sys, "stderr", stream)
    assert not is_terminal(sys.stderr)
    assert (can_ask(), can_rewrite()) == (False, False)


@pytest.mark.parametrize("name", ["", "dumb"])
def test_not_every_terminal_takes_a_line_back(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(sys, "stderr", Terminal())
    monkeypatch.setenv("TERM", name)
    assert not can_rewrite()
