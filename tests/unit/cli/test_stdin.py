from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from aztui.cli import stdin
from aztui.config.errors import SettingsError


@pytest.fixture
def pipe(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The writing end of what is read as stdin."""
    reading, writing = os.pipe()
    monkeypatch.setattr(stdin, "_STDIN", reading)
    yield writing
    os.close(reading)


@pytest.fixture
def nothing(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """stdin is neither a file nor a pipe."""
    handle = os.open(os.devnull, os.O_RDONLY)
    monkeypatch.setattr(stdin, "_STDIN", handle)
    yield
    os.close(handle)


def feed(pipe: int, data: bytes) -> None:
    def write() -> None:
        with os.fdopen(pipe, "wb") as file:
            file.write(data)

    threading.Thread(target=write, daemon=True).start()


def unheard(line: str) -> None:
    raise AssertionError(line)


@pytest.mark.usefixtures("nothing")
def test_the_argument_alone() -> None:
    assert stdin.gather(" why? ", unheard) == " why? "


@pytest.mark.usefixtures("nothing")
@pytest.mark.parametrize("argument", [None, "", " \n"])
def test_no_prompt(argument: str | None) -> None:
    with pytest.raises(SettingsError, match="prompt is empty"):
        stdin.gather(argument, unheard)


@pytest.mark.parametrize(
    ("argument", "data", "prompt"),
    [
        ("Sum up:", b"one\ntwo\n", "Sum up:\n\none\ntwo\n"),
        (None, b"one\n", "one\n"),
        ("why?", b"", "why?"),
        ("why?", b" \n", "why?"),
        (None, "\ufeffä".encode(), "ä"),
    ],
)
def test_prompt_blank_line_stdin(pipe: int, argument: str | None, data: bytes, prompt: str) -> None:
    feed(pipe, data)
    assert stdin.gather(argument, unheard) == prompt


def test_five_megabytes(pipe: int) -> None:
    feed(pipe, b"x" * 5_000_000)
    assert len(stdin.gather(None, unheard)) == 5_000_000


def test_more_than_the_limit_is_refused(pipe: int) -> None:
    feed(pipe, b"x" * (stdin.LIMIT + 1))
    with pytest.raises(SettingsError, match="larger than 16 MB"):
        stdin.gather(None, unheard)


def test_what_is_not_text_is_refused(pipe: int) -> None:
    feed(pipe, b"ab\xff")
    with pytest.raises(SettingsError, match="not UTF-8 text \\(byte 3\\)"):
        stdin.gather("x", unheard)


@pytest.mark.usefixtures("nothing")
def test_an_argument_that_is_not_text_is_refused() -> None:
    with pytest.raises(SettingsError, match="not UTF-8"):
        stdin.gather("a\udcff", unheard)


def test_a_silent_pipe_is_spoken_of_once(pipe: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stdin, "PATIENCE", 0.01)
    lines: list[str] = []

    def say(line: str) -> None:
        lines.append(line)
        feed(pipe, b"late")

    assert stdin.gather(None, say) == "late"
    assert len(lines) == 1
    assert "Waiting for the end of stdin" in lines[0]


def test_a_file_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "prompt").write_text("from a file")
    with (tmp_path / "prompt").open("rb") as file:
        monkeypatch.setattr(stdin, "_STDIN", file.fileno())
        assert stdin.gather(None, unheard) == "from a file"


def test_a_closed_stdin_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stdin, "_STDIN", 10_000)
    assert stdin.gather("why?", unheard) == "why?"
