"""What `make run` opens on."""

import os
import subprocess
from pathlib import Path

import pytest

from scripts import open as opener
from tests.support.program import instruct, write_dotenv


@pytest.fixture(autouse=True)
def newcomer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nobody has settings, and the model can be pulled."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(os, "environ", {"HOME": str(tmp_path)})
    pulling(monkeypatch, 0)
    monkeypatch.setattr(opener, "find_spec", lambda _name: object())


def pulling(monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    """Let `aztui local pull` end with `code`."""

    def run(command: list[str], *, check: bool) -> subprocess.CompletedProcess[bytes]:
        assert command[-2:] == ["local", "pull"]
        assert not check
        return subprocess.CompletedProcess(command, code)

    monkeypatch.setattr(subprocess, "run", run)


def test_the_users_settings_come_first(tmp_path: Path) -> None:
    write_dotenv(tmp_path, instruct("https://contoso.openai.azure.com"))
    assert opener.options() == []


def test_settings_that_are_wrong_are_aztuis_to_complain_of(tmp_path: Path) -> None:
    write_dotenv(tmp_path, instruct("not an endpoint"))
    assert opener.options() == []


def test_without_settings_the_local_model() -> None:
    assert opener.options() == ["--local"]


def test_without_its_weights_the_scripted_replies(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pulling(monkeypatch, 1)
    assert opener.options() == ["--demo"]
    assert "scripted replies" in capsys.readouterr().err


def test_without_its_engine_nothing_is_pulled(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(opener, "find_spec", lambda _name: None)
    pulling(monkeypatch, 77)
    assert opener.options() == ["--demo"]
    assert "engine" in capsys.readouterr().err
