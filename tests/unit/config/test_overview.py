from __future__ import annotations

from pathlib import Path

import pytest

from aztui.config import state
from aztui.config.command_line import CommandLine
from aztui.config.draft import Settings
from aztui.config.errors import SettingsError
from aztui.config.overview import Known, overview
from aztui.config.paths import Paths
from aztui.config.settings import resolve
from aztui.core.profile import Endpoint, Profile
from aztui.core.request import Api

KEY = "0123456789abcdef"
CONFIG = """
[profiles.work]
endpoint = "https://contoso.openai.azure.com"
key_env = "WORK_KEY"
deployments = ["gpt-4o", {name = "o4", api = "responses"}]

[profiles.lab]
endpoint = "https://fabrikam.openai.azure.com"
deployments = ["gpt-4o"]

[profiles.broken]
endpoint = "ftp://contoso.openai.azure.com"
"""
ENVIRON = {
    "WORK_KEY": KEY,
    "OPENAI_BASE_URL": "http://localhost:8000/v1",
    "OPENAI_API_KEY": KEY,
}


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    found = Paths(tmp_path / "config", tmp_path / "data", tmp_path / "state")
    found.config.mkdir()
    found.config_file.write_text(CONFIG)
    return found


@pytest.fixture
def known(paths: Paths, tmp_path: Path) -> dict[str, Known]:
    for deployment in ("old", "o4"):
        endpoint = Endpoint("https://contoso.openai.azure.com/openai/v1", None)
        state.note_answered(paths.state_file, Profile("p", endpoint, None, deployment, Api.CHAT))
    local = Endpoint("http://localhost:8000/v1", None)
    state.note_answered(paths.state_file, Profile("p", local, None, "llama", Api.CHAT))
    return {one.name: one for one in overview(CommandLine(), ENVIRON, tmp_path, paths)}


def test_every_profile_is_listed_by_name(known: dict[str, Known]) -> None:
    assert list(known) == ["broken", "lab", "openai", "work"]


def test_a_whole_one_has_its_deployments_and_those_that_answered(known: dict[str, Known]) -> None:
    work = known["work"]
    assert work.whole
    assert work.deployments == ("gpt-4o", "o4", "old")
    assert (work.api, work.endpoint_host) == (Api.CHAT, "contoso.openai.azure.com")
    assert work.sources["key"] == "WORK_KEY in the environment"
    assert work.why == ""


def test_one_that_lacks_something_says_what(known: dict[str, Known]) -> None:
    lab = known["lab"]
    assert not lab.whole
    assert "its key is missing" in lab.why
    assert not lab.asks
    assert (lab.deployments, lab.endpoint_host) == (("gpt-4o",), "fabrikam.openai.azure.com")


def test_one_that_lacks_only_a_deployment_offers_those_that_answered(
    known: dict[str, Known],
) -> None:
    local = known["openai"]
    assert "its deployment is missing" in local.why
    assert local.deployments == ("llama",)


def test_one_that_is_wrong_says_why(known: dict[str, Known]) -> None:
    assert "begins with ftp://" in known["broken"].why
    assert known["broken"].endpoint_host == ""


def test_each_can_be_opened_by_what_the_list_says(
    known: dict[str, Known], paths: Paths, tmp_path: Path
) -> None:
    for name, deployment, api in (
        ("work", "o4", Api.RESPONSES),
        ("work", "old", Api.CHAT),
        ("openai", "llama", Api.CHAT),
    ):
        assert deployment in known[name].deployments
        said = CommandLine(profile=name, deployment=deployment)
        found = resolve(said, ENVIRON, tmp_path, paths)
        assert isinstance(found, Settings)
        assert (found.profile.deployment, found.profile.api) == (deployment, api)


def test_an_unapproved_one_says_so(paths: Paths, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("AZURE_OPENAI_ENDPOINT_FOR_WORK=https://evil.example\n")
    listed = {one.name: one for one in overview(CommandLine(), ENVIRON, tmp_path, paths)}
    assert not listed["work"].whole
    assert "Refused" in listed["work"].why
    assert listed["work"].asks
    assert listed["work"].endpoint_host == "evil.example"


def test_a_file_that_cannot_be_read_is_an_error(paths: Paths, tmp_path: Path) -> None:
    paths.config_file.write_text("[")
    with pytest.raises(SettingsError, match="no TOML"):
        overview(CommandLine(), ENVIRON, tmp_path, paths)
