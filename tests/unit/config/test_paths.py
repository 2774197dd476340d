from __future__ import annotations

import os
import pwd
import sys
from pathlib import Path
from typing import NoReturn

import pytest

from aztui.config.errors import SettingsError
from aztui.config.paths import Paths, paths

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="XDG is Linux's")


@linux
def test_xdg_folders() -> None:
    assert paths({"HOME": "/home/ana"}) == Paths(
        Path("/home/ana/.config/aztui"),
        Path("/home/ana/.local/share/aztui"),
        Path("/home/ana/.local/state/aztui"),
    )
    environ = {"HOME": "/h", "XDG_CONFIG_HOME": "/c", "XDG_DATA_HOME": "/d", "XDG_STATE_HOME": "/s"}
    assert paths(environ) == Paths(Path("/c/aztui"), Path("/d/aztui"), Path("/s/aztui"))


@linux
def test_a_relative_xdg_folder_is_ignored() -> None:
    assert paths({"HOME": "/h", "XDG_DATA_HOME": "data"}).data == Path("/h/.local/share/aztui")


@linux
@pytest.mark.parametrize("environ", [{"HOME": ""}, {"HOME": "ana"}, {}])
def test_a_home_that_is_no_whole_path_is_looked_up(
    monkeypatch: pytest.MonkeyPatch, environ: dict[str, str]
) -> None:
    monkeypatch.setenv("HOME", environ.get("HOME", ""))
    looked_up = Path(pwd.getpwuid(os.getuid()).pw_dir)
    assert paths(environ).data == looked_up / ".local/share/aztui"


@linux
def test_no_home_at_all_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(_: int) -> NoReturn:
        raise KeyError

    monkeypatch.setattr("pwd.getpwuid", unknown)
    with pytest.raises(SettingsError, match="set HOME"):
        paths({})


def test_own_names_override() -> None:
    environ = {"AZTUI_CONFIG_DIR": "/c", "AZTUI_DATA_DIR": "/d", "AZTUI_STATE_DIR": "/s"}
    assert paths(environ) == Paths(Path("/c"), Path("/d"), Path("/s"))


def test_a_relative_own_name_is_refused() -> None:
    with pytest.raises(SettingsError, match="AZTUI_DATA_DIR is 'data'"):
        paths({"HOME": "/h", "AZTUI_DATA_DIR": "data"})
