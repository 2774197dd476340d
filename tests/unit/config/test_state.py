from __future__ import annotations

import json
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from aztui.config import state
from aztui.config.state import MOST_DEPLOYMENTS, MOST_ENDPOINTS, State
from aztui.core.profile import Endpoint, Profile, Secret
from aztui.core.request import Api

DATED = Endpoint("https://contoso.openai.azure.com", "2024-10-21")
V1 = Endpoint("https://contoso.openai.azure.com/openai/v1", None)
PROFILE = Profile("work", DATED, Secret("0123456789abcdef"), "gpt", Api.CHAT)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "state" / "aztui" / "state.json"


def test_what_was_noted_is_found_again(file: Path) -> None:
    state.note_opened(file, "work")
    state.note_answered(file, PROFILE)
    state.note_answered(file, replace(PROFILE, deployment="o4"))
    state.note_opened(file, "home")
    found = state.load(file)
    assert found.last_profile == "home"
    assert found.used(DATED) == found.used(V1) == ("o4", "gpt")
    assert found.used(Endpoint("http://127.0.0.1:8000", None)) == ()


def test_it_is_for_the_user_alone_and_holds_no_key(file: Path) -> None:
    state.note_answered(file, PROFILE)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert [path.name for path in file.parent.iterdir()] == ["state.json"]
    assert "0123456789" not in file.read_text()


def test_a_deployment_used_again_comes_first_and_the_oldest_go(file: Path) -> None:
    for number in range(MOST_DEPLOYMENTS + 1):
        state.note_answered(file, replace(PROFILE, deployment=f"d{number}"))
    state.note_answered(file, replace(PROFILE, deployment="d5"))
    used = state.load(file).used(DATED)
    assert len(used) == MOST_DEPLOYMENTS
    assert used[:2] == ("d5", f"d{MOST_DEPLOYMENTS}")
    assert "d0" not in used


def test_endpoints_are_not_kept_for_ever(file: Path) -> None:
    for number in range(MOST_ENDPOINTS + 2):
        endpoint = Endpoint(f"https://r{number}.openai.azure.com", None)
        state.note_answered(file, replace(PROFILE, endpoint=endpoint))
    found = state.load(file)
    assert len(found.deployments) == MOST_ENDPOINTS
    assert found.used(Endpoint("https://r0.openai.azure.com", None)) == ()
    assert found.used(Endpoint(f"https://r{MOST_ENDPOINTS + 1}.openai.azure.com", None)) == ("gpt",)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"{",
        b"[]",
        b"3",
        b"[" * 99_999,
        b'{"last_profile": 3, "deployments": []}',
        b'{"deployments": {"https://a.b": "gpt", "https://c.d": [1, {}]}}',
        b" " * 1_000_001,
    ],
)
def test_a_file_that_makes_no_sense_says_nothing_and_is_replaced(
    file: Path, content: bytes
) -> None:
    file.parent.mkdir(parents=True)
    file.write_bytes(content)
    found = state.load(file)
    assert found.last_profile == ""
    assert not any(found.deployments.values())
    state.note_opened(file, "work")
    assert state.load(file).last_profile == "work"


def test_where_nothing_can_be_written_nothing_happens(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file where the folder should be")
    state.note_opened(tmp_path / "state" / "state.json", "work")
    state.note_answered(tmp_path / "state" / "state.json", PROFILE)
    assert state.load(tmp_path / "state" / "state.json") == State()


def test_a_write_that_fails_leaves_the_old_file(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state.note_opened(file, "work")

    def fail(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(json, "dump", fail)
    state.note_opened(file, "home")
    assert state.load(file).last_profile == "work"
    assert [path.name for path in file.parent.iterdir()] == ["state.json"]
