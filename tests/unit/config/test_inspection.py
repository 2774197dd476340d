from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from aztui.config import inspection
from aztui.config.command_line import CommandLine
from aztui.config.errors import SettingsError
from aztui.config.learnt import Entry
from aztui.config.settings import NoSettings
from aztui.core.checkup import State
from aztui.core.lessons import Learnt, Refused, Subject
from aztui.core.profile import Endpoint, Profile, Secret
from aztui.core.request import Api

KEY = "made-up-key-0123456789abcdef"
CONTOSO = Endpoint("https://contoso.openai.azure.com", "2024-10-21")
PROFILE = Profile(
    "work", CONTOSO, Secret(KEY), "gpt-4o", Api.CHAT, "Be brief. " * 20, {"temperature": 0.2}
)


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    """An environment with aztui's three folders in it."""
    environ = {}
    for kind in ("CONFIG", "DATA", "STATE"):
        folder = tmp_path / kind.lower()
        folder.mkdir(mode=0o700)
        environ[f"AZTUI_{kind}_DIR"] = str(folder)
    return environ


def test_settings_show_every_value_and_its_source_but_not_the_key() -> None:
    sources = {"endpoint": "ENDPOINT in /home/ana/.env", "key": "KEY in the environment"}
    check = inspection.settings(PROFILE, sources)
    lines = check.detail.split("\n")
    assert check.says == "profile work: gpt-4o on contoso, chat"
    assert (
        "endpoint            https://contoso.openai.azure.com  (ENDPOINT in /home/ana/.env)"
        in lines[0]
    )
    assert "key                 …cdef  (KEY in the environment)" in lines
    assert "params.temperature  0.2" in lines
    assert not any(line.startswith("context") for line in lines)
    wide = inspection.settings(replace(PROFILE, context=128_000), sources)
    assert "context             128,000 tokens" in wide.detail.split("\n")
    assert any(line.startswith("system") and line.endswith("…") for line in lines)
    assert KEY not in str(check)


def test_a_newcomer_is_told_what_to_write() -> None:
    check = inspection.no_settings(NoSettings(None))
    assert check.state is State.FAIL
    assert "AZURE_OPENAI_API_KEY=<key>" in check.fix
    assert "--demo" in check.fix


def test_settings_that_cannot_be_used_keep_their_advice() -> None:
    check = inspection.unusable_settings(SettingsError("It is wrong.\nWrite it right."))
    assert (check.state, check.says, check.fix) == (State.FAIL, "It is wrong", "Write it right.")


def test_a_file_with_a_line_that_says_nothing(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("A=1\nthis is nothing\n")
    check = inspection.env_file(CommandLine(), tmp_path)
    assert check.state is State.WARN
    assert check.says.endswith("line 2")


def test_a_file_that_is_well_or_not_there(tmp_path: Path) -> None:
    (tmp_path / "given").write_text("A=1\n")
    line = CommandLine(env_file=Path("given"))
    assert inspection.env_file(line, tmp_path).says == str(tmp_path / "given")
    gone = inspection.env_file(CommandLine(env_file=Path("gone")), tmp_path)
    assert gone.state is State.FAIL
    assert inspection.env_file(CommandLine(), Path("/")).state is State.SKIP


def test_folders_of_ones_own(home: dict[str, str]) -> None:
    assert inspection.folders(home).state is State.PASS


def test_folders_that_are_not_there_yet(tmp_path: Path) -> None:
    check = inspection.folders({"HOME": str(tmp_path)})
    assert check.state is State.PASS
    assert check.detail.count("not there yet") == 3


def test_a_folder_that_others_may_read(home: dict[str, str]) -> None:
    state = Path(home["AZTUI_STATE_DIR"])
    state.chmod(0o755)
    check = inspection.folders(home)
    assert check.state is State.WARN
    assert check.fix == f"Keep it to yourself: chmod 700 {state}"


def test_a_folder_that_is_a_file(home: dict[str, str]) -> None:
    data = Path(home["AZTUI_DATA_DIR"])
    data.rmdir()
    data.write_text("")
    assert inspection.folders(home).state is State.FAIL


@pytest.mark.parametrize(
    ("endpoint", "words"),
    [
        (CONTOSO, "an Azure resource, asked on Azure's dated paths"),
        (Endpoint(f"{CONTOSO.url}/openai/v1", None), "an Azure resource, asked on Azure's v1"),
        (Endpoint("https://llm.example/v1", None), "not an Azure address, asked as an OpenAI"),
    ],
)
def test_what_became_of_the_endpoint(endpoint: Endpoint, words: str) -> None:
    check = inspection.endpoint(endpoint, f"{endpoint.url}/")
    assert words in check.says
    assert check.detail == f"given as {endpoint.url}/"
    assert inspection.endpoint(endpoint, endpoint.url).detail == ""


def test_what_a_deployment_has_taught() -> None:
    def entry(api: Api, learnt: Learnt, effort: str = "") -> Entry:
        return Entry(Subject(CONTOSO.url, "gpt-5", api, effort), learnt, 0)

    moved = Refused("max_tokens", instead="max_completion_tokens")
    check = inspection.learnt(
        [
            entry(Api.COMPLETIONS, Learnt(answers=False, context=4_097)),
            entry(Api.RESPONSES, Learnt(input=272_000)),
            entry(Api.CHAT, Learnt("gpt-5", answers=True, refused=(moved,), reasons=True)),
            entry(Api.CHAT, Learnt(refused=(Refused("temperature", 0.2),)), "low"),
        ],
        "gpt-5",
    )
    renamed = "max_tokens is sent as max_completion_tokens"
    assert check.detail.split("\n") == [
        f"chat                answers, model gpt-5, thinks first, {renamed}",
        "chat at effort low  refuses temperature=0.2",
        "completions         does not answer, takes 4,097 tokens",
        "responses           takes prompts of 272,000 tokens",
    ]
    assert inspection.learnt([], "gpt-5").state is State.SKIP
