"""The checkup of a profile that is open on the screen."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from aztui.cli.checking import Checking
from aztui.cli.said import Shared
from aztui.config import inspection
from aztui.core.checkup import Check, State
from aztui.core.profile import Endpoint, Profile, Secret
from aztui.core.request import Api

KEY = "made-up-key-0123456789abcdef"
OPEN = Profile(
    "default",
    Endpoint("https://contoso.openai.azure.com", "2024-10-21"),
    Secret(KEY),
    "gpt-4o",
    Api.CHAT,
    variable="AZURE_OPENAI_API_KEY",
)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CONFIG", "DATA", "STATE"):
        monkeypatch.setenv(f"AZTUI_{name}_DIR", str(tmp_path / name))
    monkeypatch.setenv("AZURE_OPENAI_ENDPOINT", "contoso.openai.azure.com/openai")
    monkeypatch.setenv("AZURE_OPENAI_API_KEY", KEY)
    monkeypatch.setenv("AZURE_OPENAI_DEPLOYMENT", "gpt-4o")
    monkeypatch.chdir(tmp_path)


def settings(profile: Profile) -> str:
    check = next(Checking(Shared(), lambda _text: None, profile=profile).free())
    assert check.name == "settings"
    assert check.state is State.PASS
    assert KEY not in str(check)
    return check.detail


def test_its_sources_are_told_also_after_its_parameters_changed() -> None:
    tuned = replace(OPEN, params={"temperature": 0.2}, system="Be brief.")
    for profile in (OPEN, tuned):
        assert "…cdef  (AZURE_OPENAI_API_KEY in the environment)" in settings(profile)
    assert "params.temperature  0.2" in settings(tuned)
    assert "0.2  (" not in settings(tuned)


def test_of_another_one_no_sources_are_claimed() -> None:
    assert "in the environment" not in settings(replace(OPEN, deployment="other"))


def test_what_is_brought_costs_nothing() -> None:
    own = replace(OPEN, notice="scripted replies, no model")
    checking = Checking(Shared(), lambda _text: None, profile=own)
    next(checking.free())
    assert checking.question == ""
    assert [check.says for check in checking.unpaid("not asked")][:3] == ["not asked"] * 3


def test_a_profile_of_the_settings_costs_money_whatever_the_program_began_with(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def reached(_checking: Checking, name: str) -> Check:
        return Check(name, State.PASS, "fine")

    monkeypatch.setattr(Checking, "_on_the_way", reached)
    checking = Checking(Shared(demo=True), lambda _text: None, profile=OPEN)
    made = {check.name: check for check in checking.free()}
    assert "(AZURE_OPENAI_API_KEY in the environment)" in made["settings"].detail
    assert "to gpt-4o" in checking.question


def test_how_the_endpoint_was_given_is_told() -> None:
    checking = Checking(Shared(), lambda _text: None)
    made = {}
    for check in checking.free():
        made[check.name] = check
        if check.name == "endpoint":
            break
    assert made["endpoint"].detail == "given as contoso.openai.azure.com/openai"


def test_a_stopped_checkup_ends_and_looks_at_nothing_more(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[object] = []
    monkeypatch.setattr(inspection, "env_file", lambda *_: looked.append("at .env"))
    monkeypatch.setattr(Checking, "_answers", lambda _checking, api: looked.append(api))
    checking = Checking(Shared(), lambda _text: None)
    free = checking.free()
    next(free)
    checking.stop()
    assert list(free) == []
    assert list(checking.paid()) == []
    assert looked == []
