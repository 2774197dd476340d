from __future__ import annotations

import stat
from pathlib import Path

import pytest

from aztui.config import approvals
from aztui.config.errors import SettingsError, UnapprovedError
from aztui.config.paths import Paths

REFUSED = UnapprovedError("Refused: …", "https://gateway.example", "KEY in the environment")
OTHER = UnapprovedError("Refused: …", "https://gateway.example:8443", "your Entra ID sign-in")


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths(tmp_path / "config", tmp_path / "data", tmp_path / "state")


def test_what_is_approved_is_remembered(paths: Paths) -> None:
    assert approvals.load(paths.approvals_file) == frozenset()
    approvals.approve(paths, REFUSED)
    approvals.approve(paths, OTHER)
    approvals.approve(paths, REFUSED)
    assert approvals.load(paths.approvals_file) == {
        (REFUSED.endpoint, REFUSED.credential),
        (OTHER.endpoint, OTHER.credential),
    }
    assert stat.S_IMODE(paths.approvals_file.stat().st_mode) == 0o600
    assert stat.S_IMODE(paths.state.stat().st_mode) == 0o700


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{}",
        '"all"',
        "[true, [], {}]",
        '[{"endpoint": "https://gateway.example"}]',
        '[{"endpoint": "https://gateway.example", "credential": null}]',
    ],
)
def test_a_file_that_makes_no_sense_approves_nothing(paths: Paths, content: str) -> None:
    paths.state.mkdir()
    paths.approvals_file.write_text(content)
    assert approvals.load(paths.approvals_file) == frozenset()


def test_what_cannot_be_remembered_is_told(paths: Paths) -> None:
    paths.state.write_text("a file where the folder should be")
    with pytest.raises(SettingsError, match=r"approvals\.json cannot be written"):
        approvals.approve(paths, REFUSED)
