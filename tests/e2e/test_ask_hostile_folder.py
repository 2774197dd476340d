"""A folder of someone else's must not get the user's key."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from aztui.config.approvals import approve
from aztui.config.errors import UnapprovedError
from aztui.config.paths import Paths
from aztui.emulator.scripted import ScriptedReplies
from aztui.emulator.server import Emulator
from tests.support.emulated import Emulated
from tests.support.hostile import Hostile
from tests.support.launch import Launcher, assert_restored
from tests.support.program import AZTUI, KEY, environment, instruct, write_dotenv

DEADLINE = 30.0
OURS = {
    "AZURE_OPENAI_API_KEY": KEY,
    "AZURE_OPENAI_API_KEY_FOR_INSTRUCT": KEY,
    "OPENAI_API_KEY": KEY,
}


@pytest.fixture
def stranger() -> Iterator[Emulated]:
    """A server that takes any key."""
    emulated = Emulated()
    with Emulator(ScriptedReplies(), log=emulated.note) as emulator:
        emulated.note(emulator.url)
        yield emulated


def ask(folder: Path, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    below = folder / "checked" / "out"
    below.mkdir(parents=True, exist_ok=True)
    return subprocess.run(
        [*AZTUI, "ask", *arguments, "hello"],
        env=environment(folder, **env),
        cwd=below,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=DEADLINE,
        check=False,
    )


SAYING_WHERE = pytest.mark.parametrize(
    "names",
    [
        {"AZURE_OPENAI_ENDPOINT": "URL", "AZURE_OPENAI_DEPLOYMENT": "demo"},
        {"AZURE_OPENAI_ENDPOINT": "URL/openai/deployments/demo/completions"},
        {
            "AZURE_OPENAI_ENDPOINT_FOR_INSTRUCT": "URL",
            "AZURE_OPENAI_DEPLOYMENT_NAME_FOR_INSTRUCT": "demo",
        },
        {"OPENAI_BASE_URL": "URL/openai/v1", "AZTUI_PROFILE": "openai"},
        {"HTTPS_PROXY": "URL", "HTTP_PROXY": "URL", "AZURE_OPENAI_ENDPOINT": "URL"},
    ],
)


@pytest.fixture
def trap() -> Iterator[Hostile]:
    """A server that nobody is to come near, be it without a key."""
    with Hostile(lambda peer: peer.await_close()) as trap:
        yield trap
        assert trap.connections == 0


def lay(folder: Path, trap: Hostile, names: dict[str, str]) -> None:
    """Put a `.env` into the folder that names the trap."""
    write_dotenv(folder, {name: value.replace("URL", trap.url) for name, value in names.items()})


@SAYING_WHERE
def test_a_file_that_says_where_gets_no_key(
    tmp_path: Path, trap: Hostile, names: dict[str, str]
) -> None:
    lay(tmp_path, trap, names)
    done = ask(tmp_path, "-m", "demo", **OURS)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "Refused" in done.stderr
    assert str(tmp_path / ".env") in done.stderr
    assert KEY not in done.stderr


@SAYING_WHERE
def test_the_screen_says_the_same_and_opens_only_with_the_users_word(
    launch: Launcher, trap: Hostile, names: dict[str, str]
) -> None:
    lay(launch.home, trap, names)
    terminal = launch.start("-m", "demo", env=OURS, size=(24, 200))
    file = str(launch.home / ".env")
    terminal.wait_for(lambda screen: "y approve" in screen and file in screen)
    terminal.send(b"\x1b")
    assert terminal.wait_exit() == 2
    assert "Refused" in terminal.screen
    assert file in terminal.screen
    assert KEY.encode() not in terminal.raw
    assert_restored(terminal)


def test_the_file_cannot_copy_the_key(tmp_path: Path, stranger: Emulated) -> None:
    names = instruct(stranger.url, key="${AZURE_OPENAI_API_KEY_FOR_INSTRUCT}")
    write_dotenv(tmp_path, names | {"AZURE_OPENAI_DEPLOYMENT_NAME_FOR_INSTRUCT": "${PATH}"})
    done = ask(tmp_path, **OURS)
    assert KEY not in done.stderr
    assert all(KEY not in str(entry) for entry in stranger.log)
    assert all(entry["deployment"] != "demo" for entry in stranger.log)


def test_the_files_own_key_may_go_there(tmp_path: Path, stranger: Emulated) -> None:
    write_dotenv(tmp_path, instruct(stranger.url, key="theirs"))
    done = ask(tmp_path, **OURS)
    assert done.returncode == 0
    assert done.stdout


IDENTITY = """
import os, time
open(os.environ["ASKED"], "w").close()

class _Credential:
    def __init__(self, **_): pass
    def get_token(self, *_):
        class Token: token, expires_on = os.environ["THE_TOKEN"], time.time() + 3600
        return Token

DefaultAzureCredential = DeviceCodeCredential = _Credential
"""


def with_entra(folder: Path) -> dict[str, str]:
    """The environment of a user whose azure-identity would give the key as a token."""
    package = folder / "packages" / "azure" / "identity"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text(IDENTITY)
    return {
        "PYTHONPATH": str(folder / "packages"),
        "ASKED": str(folder / "asked"),
        "THE_TOKEN": KEY,
    }


def write_config(folder: Path, text: str) -> None:
    """Put it into the user's config.toml."""
    place = folder / "config" / "aztui"
    place.mkdir(parents=True)
    (place / "config.toml").write_text(text)
    (place / "config.toml").chmod(0o600)


CREDENTIALS = {
    "key": ({"AZURE_OPENAI_API_KEY": KEY}, ""),
    "token": ({"AZURE_OPENAI_AD_TOKEN": KEY}, ""),
    "entra": ({}, "[profiles.default]\nauth = 'entra'\n"),
    "device-code": ({}, "[profiles.default]\nauth = 'device-code'\n"),
    "config.toml": ({}, f"[profiles.default]\nkey = '{KEY}'\n"),
}


@pytest.mark.parametrize("path", ["", "/openai/v1"], ids=["dated", "v1"])
@pytest.mark.parametrize(("own", "config"), CREDENTIALS.values(), ids=CREDENTIALS)
def test_no_kind_of_credential_goes_there_until_it_is_approved(
    tmp_path: Path, stranger: Emulated, own: dict[str, str], config: str, path: str
) -> None:
    env = own | with_entra(tmp_path)
    write_config(tmp_path, config)
    write_dotenv(tmp_path, {"AZURE_OPENAI_ENDPOINT": stranger.url + path})
    done = ask(tmp_path, "-m", "demo", **env)
    assert done.returncode == 2
    assert "Refused" in done.stderr
    assert "aztui doctor --trust" in done.stderr
    assert KEY not in done.stderr
    assert stranger.log == []
    assert not (tmp_path / "asked").exists()

    source = re.search(r"but the \S+ is (.+?)\. A file may be", done.stderr)
    assert source is not None
    state = tmp_path / "state" / "aztui"
    approve(Paths(state, state, state), UnapprovedError("", stranger.url, source[1]))
    done = ask(tmp_path, "-m", "demo", **env)
    assert (done.returncode, done.stderr) == (0, "")
    assert stranger.wait_for_request("demo")
    written = [file for file in tmp_path.rglob("*") if file.is_file()]
    holding = [file.name for file in written if KEY.encode() in file.read_bytes()]
    assert holding == (["config.toml"] if KEY in config else [])


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"A=\xff\xfe", "not UTF-8"),
        (b"#" * 1_000_001, "larger than 1 MB"),
        (b"AZURE_OPENAI_ENDPOINT=\x1b[2Jevil\nAZURE_OPENAI_API_KEY=k", "control character"),
        (b"AZURE_OPENAI_API_KEY=", "not complete"),
    ],
)
def test_a_file_that_cannot_be_used(tmp_path: Path, content: bytes, says: str) -> None:
    (tmp_path / ".env").write_bytes(content)
    done = ask(tmp_path)
    assert done.returncode == 2
    assert says in done.stderr
    assert str(tmp_path / ".env") in done.stderr
    assert "\x1b" not in done.stderr
    assert "Traceback" not in done.stderr
