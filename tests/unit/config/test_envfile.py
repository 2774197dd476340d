from __future__ import annotations

import logging
import os
from pathlib import Path

import pytest

from aztui.config import envfile
from aztui.config.errors import SettingsError


def test_the_nearest_file_counts(tmp_path: Path) -> None:
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    assert envfile.nearest(below) is None or not str(envfile.nearest(below)).startswith(
        str(tmp_path)
    )
    (tmp_path / ".env").write_text("")
    assert envfile.nearest(below) == tmp_path / ".env"
    (below / ".env").write_text("")
    assert envfile.nearest(below) == below / ".env"


def test_a_virtual_environment_of_that_name_is_passed_over(tmp_path: Path) -> None:
    below = tmp_path / "project"
    (below / ".env").mkdir(parents=True)
    (tmp_path / ".env").write_text("")
    assert envfile.nearest(below) == tmp_path / ".env"


def test_reading_leaves_the_environment_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / ".env"
    path.write_text("AZTUI_TEST_NAME='a b' # note\nexport B=${HOME}\nBARE\nEMPTY=\n")
    before = dict(os.environ)
    assert envfile.read(path).values == {
        "AZTUI_TEST_NAME": "a b",
        "B": "${HOME}",
        "BARE": "",
        "EMPTY": "",
    }
    assert dict(os.environ) == before


def test_a_byte_order_mark_is_no_part_of_a_name(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_bytes(b"\xef\xbb\xbfA=1\r\nB=2\r\n")
    assert envfile.read(path).values == {"A": "1", "B": "2"}


def test_broken_lines_are_noted_and_not_printed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / ".env"
    path.write_text("A=1\n= =\nB='open\n")
    logging.getLogger("dotenv.main").handlers.clear()
    file = envfile.read(path)
    assert file.values["A"] == "1"
    assert file.broken == (2, 3)
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"A=1\nB=\xff\xfe\n", "not UTF-8 text (line 2)"),
        ("A=1\n".encode("utf-16"), "not UTF-8 text (line 1)"),
        (b"A" * (envfile.LIMIT + 1), "larger than 1 MB"),
    ],
)
def test_what_is_no_settings_file(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "settings"
    path.write_bytes(content)
    with pytest.raises(SettingsError) as caught:
        envfile.read(path)
    assert says in str(caught.value)
    assert str(path) in str(caught.value)


def test_a_file_of_the_limit_is_read(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_bytes(b"#" * (envfile.LIMIT - 5) + b"\nA=1\n")
    assert envfile.read(path).values == {"A": "1"}


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="There is no file"):
        envfile.read(tmp_path / "none")
    with pytest.raises(SettingsError, match="is a folder"):
        envfile.read(tmp_path)
    with pytest.raises(SettingsError, match="cannot be read"):
        envfile.read(tmp_path / ("x" * 300))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_file(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text("A=1")
    path.chmod(0)
    with pytest.raises(SettingsError, match="cannot be read: Permission denied"):
        envfile.read(path)
