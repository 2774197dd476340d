"""No file of a stranger's gets a credential of the user's."""

from __future__ import annotations

from pathlib import Path

import pytest

from aztui.config.approvals import approve
from aztui.config.command_line import CommandLine
from aztui.config.draft import Settings
from aztui.config.errors import SettingsError, UnapprovedError
from aztui.config.gathered import gather
from aztui.config.paths import Paths
from aztui.config.settings import resolve
from aztui.core.profile import Auth, Secret
from tests.support import identity

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


# Every kind of credential against every way in which a `.env` says where requests go, on both
# families. The user's own settings are whole; the file is a stranger's.

KINDS = {
    "key": ({"AZURE_OPENAI_API_KEY": MINE}, ""),
    "token": ({"AZURE_OPENAI_AD_TOKEN": MINE}, ""),
    "entra": ({}, "[profiles.default]\nauth = 'entra'\n"),
    "device-code": ({}, "[profiles.default]\nauth = 'device-code'\n"),
    "entra by itself": ({}, ""),
    "key in config.toml": ({}, f"[profiles.default]\nkey = '{MINE}'\n"),
    "token in config.toml": ({}, f"[profiles.default]\ntoken = '{MINE}'\n"),
    "key named in config.toml": ({"K": MINE}, "[profiles.default]\nkey_env = 'K'\n"),
    "key beside an endpoint in config.toml": (
        {"K": MINE},
        f"[profiles.default]\nkey_env = 'K'\nendpoint = '{HOME}'\ndeployment = 'gpt'\n",
    ),
}
AZURE_EVIL = "https://evil.openai.azure.com"
HOSTILE = {
    "dated": f"AZURE_OPENAI_ENDPOINT={AZURE_EVIL}",
    "v1": f"AZURE_OPENAI_ENDPOINT={AZURE_EVIL}/openai/v1",
    "a target URI": f"AZURE_OPENAI_ENDPOINT={AZURE_EVIL}/openai/deployments/x/chat/completions",
    "a version beside it": f"AZURE_OPENAI_ENDPOINT={AZURE_EVIL}\nAZURE_OPENAI_API_VERSION=v1",
    "an empty key beside it": f"AZURE_OPENAI_ENDPOINT={AZURE_EVIL}\nOPENAI_API_KEY=theirs",
}


def places(folder: Path) -> Paths:
    return Paths(folder / "config", folder / "data", folder / "state")


def resolved(
    folder: Path, environ: dict[str, str], env: str, config: str, said: CommandLine | None = None
) -> Settings:
    (folder / ".env").write_text(env)
    file = places(folder).config_file
    file.parent.mkdir(exist_ok=True)
    file.touch(0o600)
    file.write_text(config)
    line = said or CommandLine(deployment="x")
    found = resolve(line, environ, folder, places(folder))
    assert isinstance(found, Settings)
    return found


@pytest.fixture
def entra(monkeypatch: pytest.MonkeyPatch) -> None:
    """With azure-identity."""
    identity.install(monkeypatch, MINE)


@pytest.mark.usefixtures("entra")
@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize(("environ", "config"), KINDS.values(), ids=KINDS)
def test_no_kind_of_credential_goes_where_a_file_says(
    tmp_path: Path, environ: dict[str, str], config: str, hostile: str
) -> None:
    with pytest.raises(UnapprovedError) as caught:
        resolved(tmp_path, environ, hostile, config)
    assert caught.value.endpoint == AZURE_EVIL
    text = str(caught.value)
    assert f"AZURE_OPENAI_ENDPOINT in {tmp_path}/.env decides where requests go" in text
    assert caught.value.credential in text
    assert "aztui doctor --trust" in text
    assert MINE not in text + repr(caught.value) + caught.value.credential


@pytest.mark.usefixtures("entra")
@pytest.mark.parametrize(
    "version", ["AZURE_OPENAI_API_VERSION=v1", "OPENAI_API_VERSION=2023-05-15"]
)
@pytest.mark.parametrize(("environ", "config"), KINDS.values(), ids=KINDS)
def test_no_kind_of_credential_takes_a_path_that_a_file_says(
    tmp_path: Path, environ: dict[str, str], config: str, version: str
) -> None:
    own = environ | {"AZURE_OPENAI_ENDPOINT": HOME, "AZURE_OPENAI_DEPLOYMENT": "gpt"}
    with pytest.raises(UnapprovedError) as caught:
        resolved(tmp_path, own, version, config, CommandLine())
    assert caught.value.endpoint == HOME
    resolved(tmp_path, own, version, config, CommandLine(api_version="2024-10-21"))


@pytest.mark.usefixtures("entra")
@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize(("environ", "config"), KINDS.values(), ids=KINDS)
def test_the_users_own_endpoint_gets_every_kind(
    tmp_path: Path, environ: dict[str, str], config: str, hostile: str
) -> None:
    version = CommandLine(endpoint=HOME, deployment="x", api_version="2024-10-21")
    assert resolved(tmp_path, environ, hostile, config, version).profile.endpoint.url == HOME
    if "VERSION" not in hostile:
        own = environ | {"AZURE_OPENAI_ENDPOINT": HOME}
        assert resolved(tmp_path, own, hostile, config).profile.endpoint.url == HOME


@pytest.mark.usefixtures("entra")
@pytest.mark.parametrize(("environ", "config"), KINDS.values(), ids=KINDS)
def test_an_approved_endpoint_gets_the_credential_it_was_approved_for(
    tmp_path: Path, environ: dict[str, str], config: str
) -> None:
    with pytest.raises(UnapprovedError) as caught:
        resolved(tmp_path, environ, HOSTILE["dated"], config)
    approve(places(tmp_path), caught.value)
    for allowed in ("dated", "v1", "a version beside it"):
        profile = resolved(tmp_path, environ, HOSTILE[allowed], config).profile
        assert profile.endpoint.origin == AZURE_EVIL
    assert MINE not in places(tmp_path).approvals_file.read_text()
    for other in (f"{AZURE_EVIL}:8443", "http://127.0.0.1:9", "https://worse.openai.azure.com"):
        with pytest.raises(SettingsError):
            resolved(tmp_path, environ, f"AZURE_OPENAI_ENDPOINT={other}", config)


def test_an_approval_is_for_one_credential(tmp_path: Path) -> None:
    environ = {"AZURE_OPENAI_AD_TOKEN": MINE}
    with pytest.raises(UnapprovedError) as caught:
        resolved(tmp_path, environ, HOSTILE["dated"], "")
    assert caught.value.credential == "AZURE_OPENAI_AD_TOKEN in the environment"
    approve(places(tmp_path), caught.value)
    assert resolved(tmp_path, environ, HOSTILE["dated"], "").profile.auth is Auth.TOKEN
    with pytest.raises(UnapprovedError):
        resolved(tmp_path, KEY | environ, HOSTILE["dated"], "")
    for own in ("AZURE_OPENAI_API_KEY", "AZURE_OPENAI_AD_TOKEN"):
        found = resolved(tmp_path, KEY | environ, f"{HOSTILE['dated']}\n{own}={THEIRS}", "")
        assert found.profile.key == Secret(THEIRS)


@pytest.mark.usefixtures("entra")
@pytest.mark.parametrize("auth", ["entra", "device-code", "key"])
def test_a_file_with_a_credential_of_its_own_is_taken_as_a_pair(tmp_path: Path, auth: str) -> None:
    env = f"{HOSTILE['dated']}\nAZURE_OPENAI_API_KEY={THEIRS}"
    found = resolved(tmp_path, KEY, env, f"[profiles.default]\nauth = '{auth}'\n")
    assert (found.profile.key, found.profile.auth) == (Secret(THEIRS), Auth.KEY)


def test_a_base_url_of_a_file_gets_no_key_of_a_table(tmp_path: Path) -> None:
    config = f"[profiles.openai]\nkey = '{MINE}'\n"
    with pytest.raises(UnapprovedError) as caught:
        resolved(tmp_path, {}, f"OPENAI_BASE_URL={EVIL}/v1", config)
    assert caught.value.endpoint == EVIL


def test_a_suffixed_endpoint_of_a_file_gets_no_key_of_a_table(tmp_path: Path) -> None:
    config = f"[profiles.work]\nendpoint = '{HOME}'\nkey = '{MINE}'\n"
    with pytest.raises(UnapprovedError, match="AZURE_OPENAI_ENDPOINT_FOR_WORK"):
        resolved(tmp_path, {}, f"AZURE_OPENAI_ENDPOINT_FOR_WORK={EVIL}", config)


@pytest.mark.parametrize("name", ["AZTUI_STATE_DIR", "AZTUI_CONFIG_DIR", "XDG_STATE_HOME", "HOME"])
def test_a_file_cannot_bring_approvals_or_tables_of_its_own(tmp_path: Path, name: str) -> None:
    theirs = tmp_path / "theirs"
    approve(
        Paths(theirs, theirs, theirs),
        UnapprovedError("", AZURE_EVIL, "AZURE_OPENAI_API_KEY in the environment"),
    )
    with pytest.raises(UnapprovedError):
        resolved(tmp_path, KEY, f"{HOSTILE['dated']}\n{name}={theirs}", "")


def test_what_was_gathered_says_no_key_when_it_is_printed(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(f"AZURE_OPENAI_API_KEY_FOR_LAB={THEIRS}")
    found = gather(CommandLine(), OWN, tmp_path, None)
    key = found.told.layers[0].find(("AZURE_OPENAI_API_KEY",))
    assert key is not None
    assert MINE not in f"{found!r} {key!r}"
    assert THEIRS not in repr(found)
