from __future__ import annotations

import contextlib
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import pytest

from aztui.azure.engine import Engine
from aztui.cli.opening import Opened, known_profiles, open_demo, open_source, places_of_user
from aztui.cli.said import Shared
from aztui.config import state
from aztui.config.command_line import CommandLine
from aztui.config.errors import SettingsError
from aztui.config.learnt import LearntFile
from aztui.config.settings import NoSettings
from aztui.core.lessons import UNKNOWN, Learnt, Subject
from aztui.core.ports import Memory
from aztui.core.profile import Profile
from aztui.core.request import Api


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user with nothing set up."""
    for name in ("AZURE_OPENAI_ENDPOINT", "AZURE_OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.delenv("AZTUI_LOCAL_MODEL", raising=False)
    for kind in ("CONFIG", "DATA", "STATE"):
        monkeypatch.setenv(f"AZTUI_{kind}_DIR", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def demo() -> Iterator[Opened]:
    opened = open_demo(CommandLine())
    yield opened
    opened.close()


def answers(url: str) -> bool:
    try:
        urllib.request.urlopen(url, timeout=5).close()
    except urllib.error.HTTPError as refusal:
        refusal.close()
        return True
    except OSError:
        return False
    return True


def test_a_demo_is_chat_with_a_key_of_its_own(demo: Opened) -> None:
    profile = demo.profile
    assert (profile.name, profile.deployment, profile.api) == ("demo", "demo", Api.CHAT)
    assert profile.notice == "scripted replies, no model"
    assert profile.key is not None
    assert len(profile.key.reveal()) == 32
    assert answers(profile.endpoint.url)


def test_what_a_demo_teaches_is_not_kept(demo: Opened) -> None:
    assert not demo.remembers


def test_a_demo_takes_the_other_options() -> None:
    said = CommandLine(
        deployment="demo--stall", api="completions", api_version="v1", options=("n=2",)
    )
    opened = open_demo(said)
    opened.close()
    profile = opened.profile
    assert (profile.deployment, profile.api) == ("demo--stall", Api.COMPLETIONS)
    assert profile.endpoint.api_version is None
    assert profile.endpoint.url.endswith("/openai/v1")
    assert profile.params == {"n": 2}


def test_closing_ends_the_demos_server(demo: Opened) -> None:
    demo.close()
    assert not answers(demo.profile.endpoint.url)


def test_without_weights_there_is_a_sentence() -> None:
    with pytest.raises(SettingsError, match=r"aztui local pull|aztui\[local\]"):
        open_source(Shared(local=True))


def test_without_settings_nothing_is_opened() -> None:
    assert isinstance(open_source(Shared()), NoSettings)


def test_settings_are_found_from_the_working_folder(home: Path) -> None:
    (home / ".env").write_text(
        "AZURE_OPENAI_ENDPOINT=http://127.0.0.1:1\nAZURE_OPENAI_API_KEY=k\n"
        "AZURE_OPENAI_DEPLOYMENT=d\n"
    )
    opened = open_source(Shared())
    assert isinstance(opened, Opened)
    assert opened.profile.deployment == "d"
    opened.close()


CONFIG = """
default_profile = "lab"
[profiles.lab]
base_url = "http://127.0.0.1:1/v1"
key = "0123456789abcdef"
deployments = ["llama", {name = "qwen", api = "completions"}]
"""


@pytest.fixture
def config(home: Path) -> Path:
    """A user with one profile in config.toml."""
    file = home / "config.toml"
    file.write_text(CONFIG)
    file.chmod(0o600)
    return home


def opened(said: Shared, *, remember: bool = False) -> Opened:
    found = open_source(said, remember=remember)
    assert isinstance(found, Opened)
    found.close()
    return found


def test_a_table_of_config_toml_opens(config: Path) -> None:
    assert opened(Shared()).profile.deployment == "llama"
    assert opened(Shared()).remembers
    assert not (config / "state.json").exists()


def test_what_the_screen_opens_is_remembered(config: Path) -> None:
    opened(Shared(), remember=True)
    assert state.load(config / "state.json").last_profile == "lab"


def test_what_is_listed_can_be_opened(config: Path) -> None:
    said = Shared(deployment="elsewhere", api="responses", options=["seed=1"])
    (known,) = known_profiles(said)
    assert (known.name, known.api) == ("lab", Api.CHAT)
    assert known.deployments == ("llama", "qwen")
    chosen = replace(said, profile=known.name, deployment="qwen", api=None)
    profile = opened(chosen).profile
    assert (profile.deployment, profile.api) == ("qwen", Api.COMPLETIONS)
    assert profile.params == {"seed": 1}


def test_a_user_without_a_home_has_no_files(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(_: int) -> NoReturn:
        raise KeyError

    monkeypatch.setattr("pwd.getpwuid", unknown)
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.delenv("AZTUI_DATA_DIR")
    with pytest.raises(SettingsError, match="AZTUI_DATA_DIR"):
        open_source(Shared())
    monkeypatch.delenv("AZTUI_CONFIG_DIR")
    monkeypatch.delenv("AZTUI_STATE_DIR")
    assert places_of_user() is None
    assert isinstance(open_source(Shared()), NoSettings)
    monkeypatch.setenv("AZURE_OPENAI_API_KEY", "0123456789abcdef")
    said = Shared(endpoint="https://contoso.openai.azure.com", deployment="gpt")
    assert not opened(said).remembers


def test_what_a_users_deployment_teaches_is_kept_and_what_ours_do_is_not(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AZURE_OPENAI_ENDPOINT", "https://contoso.openai.azure.com")
    monkeypatch.setenv("AZURE_OPENAI_API_KEY", "0123456789abcdef")
    monkeypatch.setenv("AZURE_OPENAI_DEPLOYMENT", "gpt-4o")
    subject = Subject("https://contoso.openai.azure.com", "gpt-4o", Api.CHAT)
    with memories(Shared()) as (own, file):
        assert own is not None
        own.note(subject, Learnt("gpt-4o"))
        assert file.recall(subject) == Learnt("gpt-4o")
    with memories(Shared(demo=True)) as (own, file):
        assert own is not None
        own.note(replace(subject, deployment="demo"), Learnt("demo"))
        assert file.recall(replace(subject, deployment="demo")) == UNKNOWN


@contextlib.contextmanager
def memories(said: Shared) -> Iterator[tuple[Memory | None, LearntFile]]:
    """What the opened engine was given, and the user's file."""
    given: list[Memory | None] = []

    class Noticing(Engine):
        def __init__(self, profile: Profile, *, memory: Memory | None = None) -> None:
            given.append(memory)
            super().__init__(profile, memory=memory)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("aztui.azure.engine.Engine", Noticing)
        opened = open_source(said)
    assert isinstance(opened, Opened)
    try:
        places = places_of_user()
        assert places is not None
        yield given[0], LearntFile(places.learnt_file)
    finally:
        opened.close()
