from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

import aztui
from aztui.cli.checklist import Style, document
from aztui.core.checkup import Check, State

UTF8 = {"LANG": "C.UTF-8", "TERM": "xterm"}
FAILED = Check("tls", State.FAIL, "It is …\x1b[2J", "Do this.\nAnd that.", "Azure: no·\nid 1", "")


def lines(environ: Mapping[str, str], *, terminal: bool = False) -> str:
    return Style(environ, terminal=terminal).lines(FAILED)


def test_a_check_is_a_quiet_line_with_the_fix_below() -> None:
    assert lines(UTF8).split("\n") == [
        "✗ tls          It is …␛[2J",
        "               Do this.",
        "               And that.",
        "               Azure: no·",
        "               id 1",
        "",
    ]


def test_without_utf8_there_is_ascii_only() -> None:
    shown = lines({"LANG": "C"})
    assert shown.isascii()
    assert shown.startswith("x tls          It is ...?[2J\n")


@pytest.mark.parametrize(
    ("more", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)]
)
def test_red_is_for_what_failed_on_a_terminal_that_may_have_colours(
    more: dict[str, str], coloured: bool
) -> None:
    shown = lines(UTF8 | more, terminal=True)
    assert ("\x1b[31m✗ tls" in shown) is coloured
    assert ("\x1b" in shown) is coloured


def test_a_terminal_gets_lines_that_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "50")
    check = Check("dns", State.PASS, "word " * 30)
    shown = Style(UTF8, terminal=True).lines(check).splitlines()
    assert max(map(len, shown)) <= 50
    assert all(line.startswith(" " * 15) for line in shown[1:])


def test_the_document() -> None:
    stopped = Check("clock", State.SKIP, "not checked, since tls failed", stopped_by="tls")
    said = document([FAILED, stopped], None, 1)
    assert said.isascii()
    assert json.loads(said) == {
        "aztui": aztui.__version__,
        "profile": None,
        "checks": [
            {
                "name": "tls",
                "state": "fail",
                "says": "It is …\x1b[2J",
                "fix": "Do this.\nAnd that.",
                "detail": ["Azure: no·", "id 1"],
                "stopped_by": None,
            },
            {
                "name": "clock",
                "state": "skip",
                "says": "not checked, since tls failed",
                "fix": "",
                "detail": [],
                "stopped_by": "tls",
            },
        ],
        "exit_code": 1,
    }
