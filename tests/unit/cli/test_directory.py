"""Whom the screen can ask, from the settings to an engine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from aztui.azure import listing
from aztui.azure.engine import Engine
from aztui.azure.listing import Plane
from aztui.cli import directory as module
from aztui.cli.directory import SettingsDirectory
from aztui.cli.opening import Opened, open_demo, open_source
from aztui.cli.said import Shared
from aztui.config import state
from aztui.config.command_line import CommandLine
from aztui.config.errors import SettingsError, UnapprovedError
from aztui.core.profile import Profile
from aztui.core.request import Api
from aztui.ui.switching import Choice
from tests.support import arm, identity

CONFIG = """
[profiles.lab]
base_url = "http://127.0.0.1:1/v1"
key = "0123456789abcdef"
system = "Be brief."
deployments = ["llama", {name = "qwen", api = "completions"}]
params = { temperature = 0.5 }
[profiles.work]
base_url = "http://127.0.0.1:2/v1"
key = "0123456789abcdef"
deployment = "gpt"
api = "responses"
[profiles.home]
base_url = "http://127.0.0.1:3/v1"
"""
ENTRA = """
[profiles.signed-in]
endpoint = "https://contoso.openai.azure.com"
deployment = "gpt"
auth = "entra"
"""


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user with three profiles in config.toml, the last one incomplete."""
    for name in ("AZURE_OPENAI_ENDPOINT", "AZURE_OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    for kind in ("CONFIG", "DATA", "STATE"):
        monkeypatch.setenv(f"AZTUI_{kind}_DIR", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "config.toml"
    file.write_text(CONFIG)
    file.chmod(0o600)
    return tmp_path


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as opened:
        yield opened


@pytest.fixture
def closed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The deployments whose engines were closed, in order."""
    names: list[str] = []

    def watched(*args: Any, **options: Any) -> Any:
        opened = open_source(*args, **options)
        assert isinstance(opened, Opened)

        def close() -> None:
            names.append(opened.profile.deployment)
            opened.close()

        return replace(opened, close=close)

    monkeypatch.setattr(module, "open_source", watched)
    return names


def begun(said: Shared, stack: ExitStack) -> tuple[SettingsDirectory, Profile]:
    directory = SettingsDirectory(said, stack)
    profile, _ = directory.open()
    return directory, profile


def test_every_profile_is_listed_with_what_it_is_asked_through(stack: ExitStack) -> None:
    directory, _ = begun(Shared(profile="lab", options=["logprobs=true"]), stack)
    home, lab, work = directory.list()
    assert (home.whole, "home is not complete" in home.why) == (False, True)
    assert dict(lab.apis) == {"llama": Api.CHAT, "qwen": Api.COMPLETIONS}
    assert (work.whole, dict(work.apis)) == (True, {"gpt": Api.RESPONSES})


def test_what_is_chosen_opens_and_what_was_open_is_closed(
    home: Path, stack: ExitStack, closed: list[str]
) -> None:
    directory, _ = begun(Shared(profile="lab"), stack)
    profile, source = directory.open(Choice("work"))
    assert (profile.name, profile.deployment, profile.api) == ("work", "gpt", Api.RESPONSES)
    assert source is not None
    assert closed == ["llama"]
    assert state.load(home / "state.json").last_profile == "work"
    directory.open(Choice("lab", "qwen"))
    assert closed == ["llama", "gpt"]
    stack.close()
    assert set(closed) == {"llama", "gpt", "qwen"}


def test_what_is_opened_makes_ready_for_the_next_prompt(
    stack: ExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    warmed: list[str] = []
    warm = Engine.warm

    def watched(engine: Engine) -> None:
        warmed.append(engine._profile.deployment)
        warm(engine)

    monkeypatch.setattr(Engine, "warm", watched)
    directory, _ = begun(Shared(profile="lab"), stack)
    directory.open(Choice("work"))
    assert warmed == ["llama", "gpt"]


def test_what_cannot_be_opened_leaves_all_as_it_is(stack: ExitStack, closed: list[str]) -> None:
    directory, _ = begun(Shared(profile="lab"), stack)
    with pytest.raises(SettingsError, match="home is not complete"):
        directory.open(Choice("home"))
    assert closed == []


def test_options_go_along_as_far_as_the_api_takes_them(stack: ExitStack) -> None:
    said = Shared(
        profile="lab",
        deployment="mine",
        api="chat",
        system="In French.",
        options=["max_tokens=9", "seed=1"],
    )
    directory, profile = begun(said, stack)
    assert (profile.deployment, profile.system) == ("mine", "In French.")
    profile, _ = directory.open(Choice("work"))
    assert (profile.deployment, profile.system) == ("gpt", "In French.")
    assert profile.params == {"max_output_tokens": 9}
    profile, _ = directory.open(Choice("lab", "qwen"))
    assert (profile.api, profile.system) == (Api.COMPLETIONS, None)
    assert profile.params == {"temperature": 0.5, "max_tokens": 9, "seed": 1}


def test_options_about_one_profile_say_nothing_of_another(stack: ExitStack, home: Path) -> None:
    said = Shared(profile="lab", options=["max_tokens=9"], env_file=home / "my.env")
    (home / "my.env").touch()
    directory, _ = begun(said, stack)
    assert directory.said_of("lab") == said
    assert directory.said_of("work") == Shared(env_file=home / "my.env")


def test_the_endpoint_of_the_command_line_is_for_the_profile_it_opened(stack: ExitStack) -> None:
    said = Shared(profile="lab", endpoint="http://127.0.0.1:9/v1")
    directory, _ = begun(said, stack)
    profile, _ = directory.open(Choice("lab", "qwen", Api.CHAT))
    assert profile.endpoint.url == "http://127.0.0.1:9/v1"
    assert profile.api is Api.CHAT
    profile, _ = directory.open(Choice("work"))
    assert profile.endpoint.url == "http://127.0.0.1:2/v1"


def test_the_programs_own_server_is_listed_and_stays(stack: ExitStack) -> None:
    directory = SettingsDirectory(Shared(demo=True, options=["seed=1"]), stack)
    first, _ = directory.begin(open_demo(CommandLine(options=("seed=1",))))
    assert [profile.name for profile in directory.list()] == ["demo", "home", "lab", "work"]
    directory.open(Choice("lab"))
    again, _ = directory.open(Choice("demo", "demo--slow", Api.RESPONSES))
    assert (again.deployment, again.api, again.params) == ("demo--slow", Api.RESPONSES, {})
    assert again.endpoint.origin == first.endpoint.origin
    assert again.endpoint.url.endswith("/openai/v1")
    back, _ = directory.open(Choice("demo", "demo", Api.CHAT))
    assert (back.endpoint, back.params) == (first.endpoint, {"seed": 1})


def test_whoever_signs_in_is_told_what_the_resource_lists(
    home: Path, stack: ExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = home / "config.toml"
    file.write_text(CONFIG + ENTRA)
    identity.install(monkeypatch, "a-token-of-entra")
    directory, _ = begun(Shared(profile="lab"), stack)
    assert directory.lister() is None
    with arm.Arm.of(arm.account("contoso"), arm.deployment("chat")) as azure:
        monkeypatch.setattr(listing, "PLANES", {"com": Plane(azure.url, "scope")})
        directory.open(Choice("signed-in"))
        lister = directory.lister()
        assert lister is not None
        assert [one.name for one in lister.fetch()] == ["chat"]
    assert directory.open(Choice("work"))
    assert directory.lister() is None


def test_a_strangers_file_waits_for_approval(
    home: Path, stack: ExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AZURE_OPENAI_API_KEY", "0123456789abcdef")
    (home / ".env").write_text(
        "AZURE_OPENAI_ENDPOINT=http://127.0.0.1:4\nAZURE_OPENAI_DEPLOYMENT=d\n"
    )
    directory = SettingsDirectory(Shared(profile="default"), stack)
    with pytest.raises(UnapprovedError) as refused:
        directory.open()
    assert not directory.opened
    directory.approve(refused.value)
    profile, _ = directory.open()
    assert profile.deployment == "d"
    assert directory.opened
