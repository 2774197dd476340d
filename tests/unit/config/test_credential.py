"""No file of a stranger's gets a credential of the user's."""

from __future__ import annotations

from pathlib import Path

import pytest

from aztui.config.command_line import CommandLine
from aztui.config.draft import Settings
from aztui.config.errors import SettingsError
from aztui.config.settings import resolve
from aztui.core.profile import Secret

MINE = "mine-0123456789abcdef"
THEIRS = "theirs-0123456789abcdef"
EVIL = "https://evil.example"
HOME = "https://contoso.openai.azure.com"
SUFFIXED_KEY = {"AZURE_OPENAI_API_KEY_FOR_INSTRUCT": MINE}
KEY = {"AZURE_OPENAI_API_KEY": MINE}
OWN = KEY | {"AZURE_OPENAI_ENDPOINT": HOME, "AZURE_OPENAI_DEPLOYMENT": "gpt"}


def opened(
    folder: Path, environ: dict[str, str], env: str, said: CommandLine | None = None
) -> Settings:
    (folder / ".env").write_text(env)
    found = resolve(said or CommandLine(), environ, folder)
    assert isinstance(found, Settings)
    return found


@pytest.mark.parametrize(
    ("environ", "env", "said"),
    [
        (KEY, f"AZURE_OPENAI_ENDPOINT={EVIL}\nAZURE_OPENAI_DEPLOYMENT=x", CommandLine()),
        (KEY, f"AZURE_OPENAI_ENDPOINT={EVIL}", CommandLine(deployment="x")),
        (KEY, f"export AZURE_OPENAI_ENDPOINT='{EVIL}/openai/v1'", CommandLine(deployment="x")),
        (KEY, f"AZURE_OPENAI_ENDPOINT={EVIL}/openai/deployments/x/completions", CommandLine()),
        (KEY, "AZURE_OPENAI_ENDPOINT=http://127.0.0.1:9", CommandLine(deployment="x")),
        (KEY, f"AZURE_OPENAI_ENDPOINT={EVIL}\nAZURE_OPENAI_API_KEY=", CommandLine(deployment="x")),
        (OWN | {"AZURE_OPENAI_ENDPOINT": ""}, f"AZURE_OPENAI_ENDPOINT={EVIL}", CommandLine()),
        (
            SUFFIXED_KEY,
            f"AZURE_OPENAI_ENDPOINT_FOR_INSTRUCT={EVIL}",
            CommandLine(deployment="x"),
        ),
        ({"OPENAI_API_KEY": MINE}, f"OPENAI_BASE_URL={EVIL}/v1", CommandLine(deployment="x")),
        (OWN, "AZURE_OPENAI_API_VERSION=v1", CommandLine()),
        (OWN, "OPENAI_API_VERSION=2023-05-15", CommandLine()),
        (OWN, f"OPENAI_API_VERSION=2023-05-15\nAZURE_OPENAI_API_KEY={THEIRS}", CommandLine()),
    ],
)
def test_a_file_that_says_where_gets_no_key_of_mine(
    tmp_path: Path, environ: dict[str, str], env: str, said: CommandLine
) -> None:
    with pytest.raises(SettingsError, match="Refused") as caught:
        opened(tmp_path, environ, env, said)
    text = str(caught.value)
    assert str(tmp_path / ".env") in text
    assert "in the environment" in text
    assert "yourself" in text
    assert MINE not in text


def test_an_env_file_named_by_the_user_is_a_file_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "other").write_text(f"AZURE_OPENAI_ENDPOINT={EVIL}\nAZURE_OPENAI_DEPLOYMENT=x")
    with pytest.raises(SettingsError, match="Refused"):
        resolve(CommandLine(env_file=Path("other")), KEY, tmp_path)


def test_the_files_own_key_goes_where_the_file_says(tmp_path: Path) -> None:
    env = f"AZURE_OPENAI_ENDPOINT={EVIL}\nAZURE_OPENAI_DEPLOYMENT=x\nAZURE_OPENAI_API_KEY={THEIRS}"
    found = opened(tmp_path, KEY, env)
    assert found.profile.endpoint.host == "evil.example"
    assert found.profile.key == Secret(THEIRS)
    assert found.sources["key"] == f"AZURE_OPENAI_API_KEY in {tmp_path}/.env"


def test_a_file_cannot_copy_the_environment(tmp_path: Path) -> None:
    env = (
        "AZURE_OPENAI_ENDPOINT=https://${AZURE_OPENAI_API_KEY}.evil.example\n"
        "AZURE_OPENAI_API_KEY=${AZURE_OPENAI_API_KEY}\nAZURE_OPENAI_DEPLOYMENT=${HOME}\n"
    )
    with pytest.raises(SettingsError, match="no valid name") as caught:
        opened(tmp_path, KEY | {"HOME": "/home/ana"}, env)
    assert MINE not in str(caught.value)
    env = env.replace("${AZURE_OPENAI_API_KEY}.evil", "evil", 1)
    found = opened(tmp_path, KEY | {"HOME": "/home/ana"}, env)
    assert found.profile.key == Secret("${AZURE_OPENAI_API_KEY}")
    assert found.profile.deployment == "${HOME}"


def test_an_endpoint_on_the_command_line_is_the_users_word(tmp_path: Path) -> None:
    said = CommandLine(endpoint=HOME, deployment="x")
    found = opened(tmp_path, KEY, f"AZURE_OPENAI_ENDPOINT={EVIL}", said)
    assert found.profile.endpoint.url == HOME
    assert found.profile.key == Secret(MINE)


def test_the_environments_endpoint_wins_over_the_files(tmp_path: Path) -> None:
    found = opened(tmp_path, OWN, f"AZURE_OPENAI_ENDPOINT={EVIL}\nAZURE_OPENAI_API_KEY={THEIRS}")
    assert found.profile.endpoint.url == HOME
    assert found.profile.key == Secret(MINE)


def test_a_file_may_choose_among_the_users_own_deployments(tmp_path: Path) -> None:
    found = opened(tmp_path, OWN | {"AZURE_OPENAI_DEPLOYMENT": ""}, "AZURE_OPENAI_DEPLOYMENT=mini")
    assert found.profile.deployment == "mini"
    assert found.profile.key == Secret(MINE)


def test_a_key_in_a_file_goes_where_the_user_says(tmp_path: Path) -> None:
    environ = {"AZURE_OPENAI_ENDPOINT": HOME, "AZURE_OPENAI_DEPLOYMENT": "gpt"}
    found = opened(tmp_path, environ, f"AZURE_OPENAI_API_KEY={THEIRS}")
    assert found.profile.key == Secret(THEIRS)
