from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from aztui.config import state
from aztui.config.command_line import CommandLine
from aztui.config.draft import Settings
from aztui.config.errors import SettingsError
from aztui.config.paths import Paths
from aztui.config.settings import NoSettings, resolve
from aztui.core.profile import Endpoint, Secret
from aztui.core.request import Api

ROOT = "https://contoso.openai.azure.com"
KEY = "0123456789abcdef0123456789abcdef"
STANDARD = {
    "AZURE_OPENAI_ENDPOINT": ROOT,
    "AZURE_OPENAI_API_KEY": KEY,
    "AZURE_OPENAI_DEPLOYMENT": "gpt",
}
INSTRUCT = {
    "AZURE_OPENAI_ENDPOINT_FOR_INSTRUCT": ROOT,
    "AZURE_OPENAI_API_KEY_FOR_INSTRUCT": KEY,
    "AZURE_OPENAI_DEPLOYMENT_NAME_FOR_INSTRUCT": "old",
}


def for_profile(name: str) -> dict[str, str]:
    return {key.replace("INSTRUCT", name): value for key, value in INSTRUCT.items()}


def settings(
    folder: Path,
    environ: Mapping[str, str] | None = None,
    command_line: CommandLine | None = None,
    env: str | Mapping[str, str] | None = None,
) -> Settings:
    if env is not None:
        text = env if isinstance(env, str) else "".join(f"{k}={v}\n" for k, v in env.items())
        (folder / ".env").write_text(text)
    found = resolve(command_line or CommandLine(), environ or {}, folder)
    assert isinstance(found, Settings)
    return found


def refusal(
    folder: Path,
    environ: Mapping[str, str] | None = None,
    command_line: CommandLine | None = None,
    env: str | Mapping[str, str] | None = None,
) -> str:
    with pytest.raises(SettingsError) as caught:
        settings(folder, environ, command_line, env)
    assert KEY not in str(caught.value)
    return str(caught.value)


def test_standard_names_make_the_default_profile(tmp_path: Path) -> None:
    found = settings(tmp_path, STANDARD)
    profile = found.profile
    assert profile.name == "default"
    assert profile.endpoint == Endpoint(ROOT, "2024-10-21")
    assert profile.key == Secret(KEY)
    assert profile.deployment == "gpt"
    assert profile.api is Api.CHAT
    assert profile.params == {}
    assert found.sources["endpoint"] == "AZURE_OPENAI_ENDPOINT in the environment"
    assert found.sources["api-version"] == "aztui's defaults"


def test_the_articles_names_make_instruct(tmp_path: Path) -> None:
    profile = settings(tmp_path, env=INSTRUCT).profile
    assert profile.name == "instruct"
    assert profile.endpoint == Endpoint(ROOT, "2024-02-01")
    assert profile.api is Api.COMPLETIONS
    assert profile.params == {"max_tokens": 1000}


def test_other_suffixes_are_as_default(tmp_path: Path) -> None:
    own = {"AZURE_OPENAI_API_FOR_MINI": "Completions", "AZURE_OPENAI_API_VERSION_FOR_MINI": "v1"}
    profile = settings(tmp_path, for_profile("MINI")).profile
    assert (profile.name, profile.api, profile.params) == ("mini", Api.CHAT, {})
    assert profile.endpoint.api_version == "2024-10-21"
    profile = settings(tmp_path, for_profile("MINI") | own).profile
    assert profile.api is Api.COMPLETIONS
    assert profile.endpoint == Endpoint(f"{ROOT}/openai/v1", None)


def test_a_base_url_makes_openai(tmp_path: Path) -> None:
    environ = {"OPENAI_BASE_URL": "http://localhost:8000/v1/", "OPENAI_API_KEY": "k"}
    found = settings(tmp_path, environ, CommandLine(deployment="llama"))
    assert found.profile.name == "openai"
    assert found.profile.endpoint == Endpoint("http://localhost:8000/v1", None)
    assert found.profile.deployment == "llama"
    assert "-m DEPLOYMENT" in refusal(tmp_path, environ)
    dated = CommandLine(deployment="llama", api_version="2024-10-21")
    assert "takes no api-version" in refusal(tmp_path, environ, dated)


def test_the_first_of_two_names_counts(tmp_path: Path) -> None:
    environ = STANDARD | {
        "AZURE_OPENAI_DEPLOYMENT_NAME": "other",
        "AZURE_OPENAI_API_VERSION": "2024-06-01",
        "OPENAI_API_VERSION": "2023-05-15",
    }
    profile = settings(tmp_path, environ).profile
    assert profile.deployment == "gpt"
    assert profile.endpoint.api_version == "2024-06-01"


def test_layers_command_line_environment_file(tmp_path: Path) -> None:
    environ = {"AZURE_OPENAI_DEPLOYMENT": "from-environment", "AZURE_OPENAI_API": "chat"}
    said = CommandLine(api="completions")
    found = settings(tmp_path, environ, said, env=STANDARD | {"AZURE_OPENAI_API": "chat"})
    assert found.profile.deployment == "from-environment"
    assert found.profile.api is Api.COMPLETIONS
    assert found.sources == {
        "endpoint": f"AZURE_OPENAI_ENDPOINT in {tmp_path}/.env",
        "key": f"AZURE_OPENAI_API_KEY in {tmp_path}/.env",
        "deployment": "AZURE_OPENAI_DEPLOYMENT in the environment",
        "api": "--api",
        "api-version": "aztui's defaults",
        "auth": "aztui's defaults",
        "system": "aztui's defaults",
        "view": "aztui's defaults",
        "history": "aztui's defaults",
        "logprobs": "aztui's defaults",
        "context": "aztui's defaults",
    }


def test_an_empty_value_lets_the_next_layer_speak(tmp_path: Path) -> None:
    assert settings(tmp_path, {"AZURE_OPENAI_API_KEY": " "}, env=STANDARD).profile.key == Secret(
        KEY
    )


def test_everything_can_be_said_on_the_command_line(tmp_path: Path) -> None:
    said = CommandLine(
        endpoint="http://localhost:9",
        deployment="x",
        api="completions",
        api_version="v1",
        options=("temperature=0.2", "max_tokens=5", "stop=END"),
    )
    profile = settings(tmp_path, INSTRUCT, said).profile
    assert profile.endpoint == Endpoint("http://localhost:9/openai/v1", None)
    assert (profile.deployment, profile.api) == ("x", Api.COMPLETIONS)
    assert profile.params == {"max_tokens": 5, "temperature": 0.2, "stop": "END"}


def test_a_system_prompt_is_for_chat(tmp_path: Path) -> None:
    said = CommandLine(api="chat", system="Be brief.")
    assert settings(tmp_path, INSTRUCT, said).profile.system == "Be brief."
    assert "--api chat" in refusal(tmp_path, INSTRUCT, CommandLine(system="Be brief."))


def test_an_endpoint_on_the_command_line_needs_no_other(tmp_path: Path) -> None:
    said = CommandLine(endpoint=ROOT, deployment="x")
    assert "its key is missing" in refusal(tmp_path, {}, said)
    profile = settings(tmp_path, {"AZURE_OPENAI_API_KEY": KEY}, said).profile
    assert profile.name == "default"


@pytest.mark.parametrize(
    ("environ", "said", "name"),
    [
        (STANDARD | INSTRUCT, CommandLine(), "default"),
        (STANDARD | INSTRUCT, CommandLine(profile="instruct"), "instruct"),
        (STANDARD | INSTRUCT, CommandLine(profile=" INSTRUCT "), "instruct"),
        (STANDARD | INSTRUCT | {"AZTUI_PROFILE": "instruct"}, CommandLine(), "instruct"),
        (STANDARD | INSTRUCT | {"AZTUI_PROFILE": "instruct"}, CommandLine("default"), "default"),
        ({"AZURE_OPENAI_API_KEY": KEY} | INSTRUCT, CommandLine(), "instruct"),
        (for_profile("ZOE") | for_profile("ANA"), CommandLine(), "ana"),
        (for_profile("ZOE") | {"AZURE_OPENAI_API_KEY_FOR_ANA": "k"}, CommandLine(), "zoe"),
    ],
)
def test_which_profile_opens(
    tmp_path: Path, environ: Mapping[str, str], said: CommandLine, name: str
) -> None:
    assert settings(tmp_path, environ, said).profile.name == name


def test_no_settings_are_a_result_of_their_own(tmp_path: Path) -> None:
    strangers = {"PATH": "/bin", "OPENAI_API_KEY": KEY, "OPENAI_API_VERSION": "2024-10-21"}
    assert resolve(CommandLine(), strangers, tmp_path) == NoSettings(None)
    (tmp_path / ".env").write_text("DEBUG=1\n")
    assert resolve(CommandLine(), {}, tmp_path) == NoSettings(tmp_path / ".env")


def test_no_settings_tell_of_lines_that_were_perhaps_meant_as_some(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text('# Azure\nAZURE_OPENAI_API_KEY: "abc"\n')
    assert resolve(CommandLine(), {}, tmp_path) == NoSettings(tmp_path / ".env", (2,))


def test_an_unknown_profile_names_the_known(tmp_path: Path) -> None:
    text = refusal(tmp_path, STANDARD | INSTRUCT, CommandLine(profile="mini"))
    assert "no profile 'mini' (--profile); there are default, instruct" in text
    text = refusal(tmp_path, {"AZTUI_PROFILE": "mini"})
    assert "no profile 'mini' (AZTUI_PROFILE in the environment); there are none" in text


def test_what_is_missing_is_named_with_what_was_found(tmp_path: Path) -> None:
    env = {"AZURE_OPENAI_ENDPOINT_FOR_INSTRUCT": ROOT, "AZURE_OPENAI_API_KEY_FOR_INSTRUCT": ""}
    environ = {"AZURE_OPENAI_DEPLOYMENT_NAME_FOR_INSTRUCT": "old"}
    assert refusal(tmp_path, environ, env=env) == (
        "The profile instruct is not complete: its key is missing.\n"
        "Found: AZURE_OPENAI_DEPLOYMENT_NAME_FOR_INSTRUCT in the environment, "
        f"AZURE_OPENAI_ENDPOINT_FOR_INSTRUCT in {tmp_path}/.env.\n"
        f"Empty: AZURE_OPENAI_API_KEY_FOR_INSTRUCT in {tmp_path}/.env.\n"
        f"Write AZURE_OPENAI_API_KEY_FOR_INSTRUCT=… into {tmp_path}/.env or the environment."
    )


def test_a_line_that_cannot_be_read_is_named_when_something_is_missing(tmp_path: Path) -> None:
    env = f"AZURE_OPENAI_ENDPOINT={ROOT}\nAZURE_OPENAI_DEPLOYMENT=x\nAZURE_OPENAI_API_KEY='abc\n"
    assert "NAME=value: line 3" in refusal(tmp_path, env=env)


def test_two_spellings_of_one_profile_are_refused(tmp_path: Path) -> None:
    text = refusal(tmp_path, for_profile("Mini") | for_profile("MINI"))
    assert "made twice" in text
    assert "_FOR_MINI" in text
    assert "_FOR_Mini" in text


@pytest.mark.parametrize(
    ("key", "says"),
    [
        ("abc\ndef", "a line end"),
        ("abc def", "a space"),
        ("abc\x00def", "control character"),
        ("abc\x1bdef", "control character"),
        ("sch\u00fcssel", "outside ASCII"),
        ("abc\u200bdef", "outside ASCII"),
        ("abc\udc80", "outside ASCII"),
        ("'abcdef'", "quotes"),
        ('"abcdef"', "quotes"),
    ],
)
def test_a_key_that_would_break_a_header_is_refused_unseen(
    tmp_path: Path, key: str, says: str
) -> None:
    text = refusal(tmp_path, STANDARD | {"AZURE_OPENAI_API_KEY": key})
    assert says in text
    assert "AZURE_OPENAI_API_KEY in the environment" in text
    assert key[:3] not in text


def test_white_space_around_values_is_dropped(tmp_path: Path) -> None:
    environ = {name: f" {value}\r\n" for name, value in STANDARD.items()}
    profile = settings(tmp_path, environ).profile
    assert profile.key == Secret(KEY)
    assert profile.deployment == "gpt"


@pytest.mark.parametrize(
    ("own", "says"),
    [
        ({"AZURE_OPENAI_API": "speech"}, "The API (AZURE_OPENAI_API in the environment)"),
        ({"AZURE_OPENAI_API_VERSION": "new"}, "(AZURE_OPENAI_API_VERSION in the environment)"),
        ({"AZURE_OPENAI_DEPLOYMENT": "x" * 1000}, "is 1,000 characters long"),
        ({"AZURE_OPENAI_DEPLOYMENT": ".."}, "(AZURE_OPENAI_DEPLOYMENT in the environment)"),
        ({"AZURE_OPENAI_DEPLOYMENT": "a\x1bb"}, "(AZURE_OPENAI_DEPLOYMENT in the environment)"),
        ({"AZURE_OPENAI_DEPLOYMENT": "a\udc80"}, "(AZURE_OPENAI_DEPLOYMENT in the environment)"),
        ({"AZURE_OPENAI_ENDPOINT": "http://a.b"}, "(AZURE_OPENAI_ENDPOINT in the environment)"),
    ],
)
def test_wrong_values_are_named_with_their_source(
    tmp_path: Path, own: dict[str, str], says: str
) -> None:
    assert says in refusal(tmp_path, STANDARD | own)


@pytest.mark.parametrize(
    "option", ["temperature", "=1", "model=x", "stream=false", "a=" + "[" * 99_999]
)
def test_wrong_options(tmp_path: Path, option: str) -> None:
    assert "ption" in refusal(tmp_path, STANDARD, CommandLine(options=(option,)))


TARGET = f"{ROOT}/openai/deployments/old/completions?api-version=2023-05-15"


def test_a_target_uri_says_what_nobody_else_says(tmp_path: Path) -> None:
    environ = {"AZURE_OPENAI_ENDPOINT": TARGET, "AZURE_OPENAI_API_KEY": KEY}
    found = settings(tmp_path, environ)
    assert found.profile.endpoint == Endpoint(ROOT, "2023-05-15")
    assert found.profile.deployment == "old"
    assert found.profile.api is Api.COMPLETIONS
    assert found.sources["deployment"] == "AZURE_OPENAI_ENDPOINT in the environment"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("AZURE_OPENAI_DEPLOYMENT", "gpt"),
        ("AZURE_OPENAI_API", "chat"),
        ("AZURE_OPENAI_API_VERSION", "2024-10-21"),
        ("OPENAI_API_VERSION", "v1"),
    ],
)
def test_contradictions_of_one_place_are_named(tmp_path: Path, name: str, value: str) -> None:
    environ = {"AZURE_OPENAI_ENDPOINT": TARGET, "AZURE_OPENAI_API_KEY": KEY, name: value}
    text = refusal(tmp_path, environ)
    assert f"{name} in the environment" in text
    assert "AZURE_OPENAI_ENDPOINT in the environment" in text


def test_a_stronger_layer_settles_a_contradiction(tmp_path: Path) -> None:
    environ = STANDARD | {"AZURE_OPENAI_API_VERSION": "2024-10-21"}
    profile = settings(tmp_path, environ, CommandLine(endpoint=TARGET)).profile
    assert (profile.endpoint.api_version, profile.deployment) == ("2023-05-15", "old")
    environ = {"AZURE_OPENAI_ENDPOINT": f"{ROOT}/openai/v1", "AZURE_OPENAI_API_KEY": KEY}
    said = CommandLine(api_version="2024-10-21", deployment="gpt")
    assert settings(tmp_path, environ, said).profile.endpoint == Endpoint(ROOT, "2024-10-21")


def test_responses_go_to_v1_unless_told(tmp_path: Path) -> None:
    said = CommandLine(api="responses")
    found = settings(tmp_path, STANDARD, said).profile
    assert (found.api, found.endpoint) == (Api.RESPONSES, Endpoint(f"{ROOT}/openai/v1", None))
    dated = {**STANDARD, "AZURE_OPENAI_API_VERSION": "2025-04-01-preview"}
    assert settings(tmp_path, dated, said).profile.endpoint == Endpoint(ROOT, "2025-04-01-preview")


def test_a_target_uri_of_responses_says_the_api(tmp_path: Path) -> None:
    uri = f"{ROOT}/openai/responses?api-version=2025-04-01-preview"
    found = settings(tmp_path, {**STANDARD, "AZURE_OPENAI_ENDPOINT": uri}).profile
    assert (found.api, found.endpoint) == (Api.RESPONSES, Endpoint(ROOT, "2025-04-01-preview"))


def test_an_api_version_older_than_responses_is_refused_with_its_source(tmp_path: Path) -> None:
    dated = {**STANDARD, "AZURE_OPENAI_API_VERSION": "2024-10-21"}
    told = refusal(tmp_path, dated, CommandLine(api="responses"))
    assert "AZURE_OPENAI_API_VERSION in the environment" in told
    assert "2024-10-21" in told
    assert "--api-version v1" in told


def test_max_tokens_of_instruct_is_not_for_responses(tmp_path: Path) -> None:
    said = CommandLine(api="responses")
    assert settings(tmp_path, INSTRUCT, said).profile.params == {}
    said = CommandLine(api="responses", options=("max_output_tokens=5",))
    assert settings(tmp_path, INSTRUCT, said).profile.params == {"max_output_tokens": 5}


def test_several_answers_of_responses_can_be_asked_for_but_not_in_the_background(
    tmp_path: Path,
) -> None:
    said = CommandLine(api="responses", options=("n=3",))
    assert settings(tmp_path, STANDARD, said).profile.params == {"n": 3}
    said = replace(said, options=("n=3", "background=true"))
    assert "background=true goes on with one answer" in refusal(tmp_path, STANDARD, said)


WORK = f"""
[profiles.work]
endpoint = "{ROOT}"
key_env = "WORK_KEY"
deployment = "w"
"""
HOME = WORK.replace("work", "home")
WORK_KEY = {"WORK_KEY": KEY}


@pytest.mark.parametrize(
    ("config", "environ", "last", "said", "name"),
    [
        ("default_profile = 'work'", STANDARD | INSTRUCT, "instruct", CommandLine(), "work"),
        ("default_profile = 'Work'", STANDARD, "", CommandLine(profile="home"), "home"),
        ("default_profile = 'work'", {"AZTUI_PROFILE": "home"}, "", CommandLine(), "home"),
        ("default_profile = ''", STANDARD | INSTRUCT, "instruct", CommandLine(), "default"),
        ("", STANDARD | INSTRUCT, "work", CommandLine(), "default"),
        ("", INSTRUCT, "work", CommandLine(), "work"),
        ("", INSTRUCT, "gone", CommandLine(), "home"),
        ("", INSTRUCT, "", CommandLine(), "home"),
        ("", {"AZURE_OPENAI_API_KEY": KEY}, "", CommandLine(), "home"),
        ("", {"AZURE_OPENAI_API_KEY_FOR_ANA": KEY}, "ana", CommandLine(), "home"),
    ],
)
def test_which_profile_opens_of_all_that_are_known(
    tmp_path: Path,
    config: str,
    environ: Mapping[str, str],
    last: str,
    said: CommandLine,
    *,
    name: str,
) -> None:
    paths = Paths(tmp_path, tmp_path, tmp_path)
    paths.config_file.write_text(config + HOME + WORK)
    state.note_opened(paths.state_file, last)
    found = resolve(said, {**environ, **WORK_KEY}, tmp_path, paths)
    assert isinstance(found, Settings)
    assert found.profile.name == name


def test_a_default_profile_that_is_not_there_is_named(tmp_path: Path) -> None:
    paths = Paths(tmp_path, tmp_path, tmp_path)
    paths.config_file.write_text("default_profile = 'wrk'" + WORK)
    with pytest.raises(SettingsError) as caught:
        resolve(CommandLine(), WORK_KEY, tmp_path, paths)
    where = f"default_profile of {paths.config_file}"
    assert f"no profile 'wrk' ({where}); there are work." in str(caught.value)
