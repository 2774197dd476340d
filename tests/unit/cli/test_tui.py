"""What a newcomer can start without settings."""

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from aztui.cli import tui
from aztui.cli.directory import SettingsDirectory
from aztui.cli.opening import Opened
from aztui.cli.said import Shared
from aztui.config.command_line import CommandLine
from aztui.config.errors import SettingsError
from aztui.emulator.local import engine, weights
from aztui.emulator.local.errors import LocalUnavailable
from tests.support.fakes import Clock, ScriptedSource
from tests.support.pictures import INSTRUCT


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Opened:
    """The local model as it opens once its weights are there."""
    monkeypatch.setenv("AZTUI_DATA_DIR", str(tmp_path))
    monkeypatch.setattr(engine, "check_installed", lambda: None)
    model = Opened(INSTRUCT, ScriptedSource(Clock()), warm=lambda: None, close=lambda: None)

    def open_local(_said: CommandLine) -> Opened:
        return model

    monkeypatch.setattr(tui, "open_local", open_local)
    return model


def chosen(reports: list[str]) -> tuple[Any, Any]:
    """What the first offer, the local model, opens."""
    with ExitStack() as stack:
        directory = SettingsDirectory(Shared(), stack)
        return tui._offers(CommandLine(), directory)[0].open(reports.append)


def test_the_local_model_is_downloaded_first_and_says_how_far_it_is(
    monkeypatch: pytest.MonkeyPatch, opened: Opened
) -> None:
    def pull(folder: Path, progress: Callable[[int, int], None]) -> Path:
        progress(10_000_000, 92_900_000)
        return folder

    monkeypatch.setattr(weights, "pull", pull)
    reports: list[str] = []
    assert chosen(reports) == (opened.profile, opened.source)
    assert reports == ["10.0 MB of 92.9 MB (10 %)"]


def test_a_download_that_fails_is_told_in_its_sentence(
    monkeypatch: pytest.MonkeyPatch, opened: Opened
) -> None:
    def pull(*_: object) -> Path:
        raise weights.WeightsError("No connection.")

    monkeypatch.setattr(weights, "pull", pull)
    with pytest.raises(SettingsError, match="No connection"):
        chosen([])


def test_without_an_engine_nothing_is_downloaded(
    monkeypatch: pytest.MonkeyPatch, opened: Opened
) -> None:
    def missing() -> None:
        raise LocalUnavailable("No engine.")

    def pull(*_: object) -> Path:
        raise AssertionError("nothing can run the weights")

    monkeypatch.setattr(engine, "check_installed", missing)
    monkeypatch.setattr(weights, "pull", pull)
    with pytest.raises(SettingsError, match="No engine"):
        chosen([])
