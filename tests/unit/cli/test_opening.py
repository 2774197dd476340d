from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from aztui.cli.opening import Opened, open_demo, open_source
from aztui.cli.shared import Shared
from aztui.config.command_line import CommandLine
from aztui.config.errors import SettingsError
from aztui.config.settings import NoSettings
from aztui.core.request import Api


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user with nothing set up."""
    for name in ("AZURE_OPENAI_ENDPOINT", "AZURE_OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.delenv("AZTUI_LOCAL_MODEL", raising=False)
    monkeypatch.setenv("AZTUI_DATA_DIR", str(tmp_path))
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
