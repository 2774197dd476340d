"""What the program does with its arguments, and with what its commands raise."""

from __future__ import annotations

import io
import re
import sys
import threading
from pathlib import Path

import click
import pytest

from aztui.cli import ask as ask_module
from aztui.cli import tui as tui_module
from aztui.cli.program import run
from aztui.cli.said import Shared
from aztui.cli.signals import Terminated
from aztui.config.errors import SettingsError
from aztui.config.settings import NoSettings

Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def hooks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The program sets hooks for its whole process, which this test only borrows."""
    monkeypatch.setattr("threading.excepthook", threading.excepthook)
    monkeypatch.setattr("sys.unraisablehook", sys.unraisablehook)
    monkeypatch.delenv("AZTUI_DEBUG", raising=False)


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[Shared]:
    """What `aztui ask` would open; it opens nothing."""
    said: list[Shared] = []

    def open_source(shared: Shared) -> NoSettings:
        said.append(shared)
        return NoSettings(None)

    monkeypatch.setattr(ask_module, "open_source", open_source)
    return said


def test_options_stand_before_or_after_the_command(opened: list[Shared]) -> None:
    options = ["-p", "a", "-m", "b", "--api", "chat", "--endpoint", "c"]
    options += ["--api-version", "d", "-s", "e", "--env-file", "f"]
    run([*options, "ask", "hello"])
    run(["ask", *options, "hello"])
    assert opened[0] == opened[1]
    assert opened[0] == Shared("a", "b", "chat", "c", "d", "e", [], Path("f"))


def test_what_is_said_after_the_command_wins_and_parameters_add_up(opened: list[Shared]) -> None:
    run(["-p", "a", "-o", "x=1", "--demo", "ask", "-p", "b", "-o", "y=2", "hello"])
    assert opened == [Shared(profile="b", options=["x=1", "y=2"], demo=True)]


def test_without_settings_ask_names_the_lines_that_say_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    found = NoSettings(Path("/x/.env"), (2, 5))
    monkeypatch.setattr(ask_module, "open_source", lambda _: found)
    assert run(["ask", "hello"]) == 2
    err = capsys.readouterr().err
    assert "in the environment or /x/.env." in err
    assert "In /x/.env this cannot be read as NAME=value: lines 2, 5." in err


@pytest.mark.usefixtures("opened")
def test_without_settings_ask_shows_what_to_write(capsys: Captured) -> None:
    assert run(["ask", "hello"]) == 2
    written = capsys.readouterr()
    assert written.out == ""
    for part in ("ENDPOINT=", "API_KEY=", "DEPLOYMENT_NAME=", "--local", "--demo", ".env"):
        assert part in written.err


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["--nonsense"],
        ["ask", "--nonsense", "x"],
        ["ask", "two", "prompts"],
        ["ask", "--api", "responses", "x"],
        ["ask", "-n", "0", "x"],
        ["ask", "-n", "many", "x"],
        ["ask", "--demo", "--local", "x"],
        ["ask", "--demo", "-p", "x", "x"],
        ["ask", "--local", "--endpoint", "x", "x"],
        ["emulate", "--port", "99999"],
        ["emulate", "--fault", "nonsense"],
        ["emulate", "--rate", "-1"],
        ["emulate", "--cert", "/nowhere"],
        ["emulate", "--key", __file__],
        ["local", "nonsense"],
        ["paths", "nonsense"],
    ],
)
def test_wrong_usage_is_two_and_a_sentence(arguments: list[str], capsys: Captured) -> None:
    assert run(arguments) == 2
    written = capsys.readouterr()
    assert written.out == ""
    assert written.err
    assert "fault of its own" not in written.err


@pytest.mark.parametrize("command", [[], ["ask"], ["emulate"], ["local"], ["local", "pull"]])
def test_help(command: list[str], capsys: Captured) -> None:
    assert run([*command, "-h"]) == 0
    assert capsys.readouterr().out.startswith("Usage: aztui")


def test_version(capsys: Captured) -> None:
    assert run(["--version"]) == 0
    assert re.fullmatch(r"aztui \d+\.\d+\.\d+\S*\n", capsys.readouterr().out)


@pytest.mark.parametrize(
    ("error", "code", "says"),
    [
        (SettingsError("One thing.\nAnother."), 2, "One thing.\nAnother.\n"),
        (click.UsageError("no\x1b[2J"), 2, "Error: no␛[2J\n"),
        (KeyboardInterrupt(), 130, "Stopped by SIGINT.\n"),
        (Terminated(), 143, "Stopped by SIGTERM.\n"),
        (BrokenPipeError(), 0, ""),
        (OSError(28, "No space left on device"), 1, "No space left on device"),
        (RuntimeError("key abc"), 1, "stopped by a fault of its own, RuntimeError in"),
    ],
)
def test_whatever_a_command_raises_is_a_calm_line(
    monkeypatch: pytest.MonkeyPatch, capsys: Captured, error: BaseException, code: int, says: str
) -> None:
    def fail(_shared: Shared) -> int:
        raise error

    monkeypatch.setattr("aztui.cli.tui.tui", fail)
    monkeypatch.setattr("aztui.cli.program._leave_stdout", lambda: None)
    # With an argument, so that the commands' parser has its part.
    assert run(["-m", "demo"]) == code
    written = capsys.readouterr().err
    assert says in written
    assert "Traceback" not in written
    assert "abc" not in written


def test_a_traceback_on_demand(monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    def fail(_shared: Shared) -> int:
        raise RuntimeError("inside")

    monkeypatch.setenv("AZTUI_DEBUG", "1")
    monkeypatch.setattr("aztui.cli.tui.tui", fail)
    assert run([]) == 1
    assert "Traceback" in capsys.readouterr().err


def test_a_thread_that_fails_shows_no_traceback(capsys: Captured) -> None:
    run(["--version"])

    def fail() -> None:
        raise RuntimeError("inside")

    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    assert "RuntimeError" in (err := capsys.readouterr().err)
    assert "Traceback" not in err


class Terminal(io.StringIO):
    """A stream that is a terminal."""

    def isatty(self) -> bool:
        return True


def test_the_screen_needs_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    class NoTerminal(Terminal):
        def isatty(self) -> bool:
            return False

    monkeypatch.setattr("sys.stdin", Terminal())
    monkeypatch.setattr("sys.stdout", NoTerminal())
    with pytest.raises(SettingsError, match="stdout is not a terminal"):
        tui_module.tui(Shared())
    monkeypatch.setattr("sys.stdin", None)
    with pytest.raises(SettingsError, match="stdin is not a terminal"):
        tui_module.tui(Shared())


@pytest.mark.parametrize(
    ("term", "why"), [("dumb", "TERM=dumb"), ("", "TERM is not set"), (None, "TERM is not set")]
)
def test_the_screen_needs_a_cursor(
    monkeypatch: pytest.MonkeyPatch, term: str | None, why: str
) -> None:
    monkeypatch.setattr("sys.stdin", Terminal())
    monkeypatch.setattr("sys.stdout", Terminal())
    monkeypatch.delenv("TERM", raising=False)
    if term is not None:
        monkeypatch.setenv("TERM", term)
    with pytest.raises(SettingsError, match=why):
        tui_module.tui(Shared())
