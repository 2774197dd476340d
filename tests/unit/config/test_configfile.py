from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from aztui.config.command_line import CommandLine
from aztui.config.configfile import read
from aztui.config.draft import Settings
from aztui.config.errors import SettingsError
from aztui.config.overview import overview
from aztui.config.paths import Paths
from aztui.config.settings import NoSettings, resolve
from aztui.core.cost import OwnPrices, Price
from aztui.core.profile import Auth, Endpoint, Secret
from aztui.core.request import Api
from tests.support import identity

ROOT = "https://contoso.openai.azure.com"
KEY = "0123456789abcdef"
WORK = f"""
[profiles.work]
endpoint = "{ROOT}"
key_env = "WORK_KEY"
deployment = "gpt"
"""
ENVIRON = {"WORK_KEY": KEY}


def places(folder: Path) -> Paths:
    return Paths(folder / "config", folder / "data", folder / "state")


def write(folder: Path, text: str, mode: int = 0o600) -> Path:
    file = places(folder).config_file
    file.parent.mkdir(exist_ok=True)
    file.write_text(text)
    file.chmod(mode)
    return file


def opened(
    folder: Path,
    text: str,
    environ: dict[str, str] | None = None,
    said: CommandLine | None = None,
    env: str | None = None,
) -> Settings:
    write(folder, text)
    if env is not None:
        (folder / ".env").write_text(env)
    given = ENVIRON if environ is None else environ
    found = resolve(said or CommandLine(), given, folder, places(folder))
    assert isinstance(found, Settings)
    return found


def refusal(folder: Path, text: str, environ: dict[str, str] | None = None) -> str:
    with pytest.raises(SettingsError) as caught:
        opened(folder, text, environ)
    assert KEY not in str(caught.value)
    return str(caught.value)


def test_a_table_makes_a_profile_and_every_value_knows_its_place(tmp_path: Path) -> None:
    text = f"""{WORK}
api = "responses"
api_version = 2025-04-01-preview
system = '''
Be brief.
'''
[profiles.work.params]
temperature = 0.2
user = "ana"
""".replace("2025-04-01-preview", '"2025-04-01-preview"')
    found = opened(tmp_path, text, said=CommandLine(options=("user=X", "top_p=0.5")))
    profile = found.profile
    assert profile.name == "work"
    assert profile.endpoint == Endpoint(ROOT, "2025-04-01-preview")
    assert (profile.key, profile.auth) == (Secret(KEY), Auth.KEY)
    assert (profile.deployment, profile.api) == ("gpt", Api.RESPONSES)
    assert profile.system == "Be brief.\n"
    assert profile.params == {"temperature": 0.2, "user": "X", "top_p": 0.5}
    table = f"[profiles.work] in {tmp_path}/config/config.toml"
    params = f"[profiles.work.params] in {tmp_path}/config/config.toml"
    assert found.sources == {
        "endpoint": f"endpoint of {table}",
        "key": "WORK_KEY in the environment",
        "auth": "aztui's defaults",
        "deployment": f"deployment of {table}",
        "api": f"api of {table}",
        "api-version": f"api_version of {table}",
        "system": f"system of {table}",
        "view": "aztui's defaults",
        "history": "aztui's defaults",
        "logprobs": "aztui's defaults",
        "context": "aztui's defaults",
        "params.temperature": f"temperature of {params}",
        "params.user": "--option user",
        "params.top_p": "--option top_p",
    }


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("temperature = 3", "temperature takes a number from 0 to 2, not 3."),
        ("temprature = 1", "did you mean temperature?"),
        ("max_output_tokens = 9", "The chat API calls max_output_tokens max_tokens"),
    ],
)
def test_parameters_are_checked_and_their_place_is_named(
    tmp_path: Path, line: str, wrong: str
) -> None:
    write(tmp_path, f"{WORK}\n[profiles.work.params]\n{line}\n")
    with pytest.raises(SettingsError) as caught:
        resolve(CommandLine(), {"WORK_KEY": KEY}, tmp_path, places(tmp_path))
    assert wrong in str(caught.value)
    assert f"[profiles.work.params] in {tmp_path}" in str(caught.value)


def test_how_much_a_profiles_deployments_take_may_be_said(tmp_path: Path) -> None:
    found = opened(tmp_path, f"{WORK}context = 128_000")
    assert found.profile.context == 128_000
    config = tmp_path / "config" / "config.toml"
    assert found.sources["context"] == f"context of [profiles.work] in {config}"
    assert opened(tmp_path, WORK).profile.context is None


def test_an_option_takes_a_parameter_of_the_file_back(tmp_path: Path) -> None:
    text = f'{WORK}\n[profiles.work.params]\nreasoning_effort = "low"\nstop = "END"\n'
    found = opened(tmp_path, text, said=CommandLine(options=("stop=",)))
    assert found.profile.params == {"reasoning_effort": "low"}
    assert "params.stop" not in found.sources


def test_an_api_version_may_be_written_as_the_date_it_is(tmp_path: Path) -> None:
    found = opened(tmp_path, WORK + "api_version = 2024-06-01\n")
    assert found.profile.endpoint.api_version == "2024-06-01"


def test_a_key_may_stand_in_a_file_that_nobody_else_can_read(tmp_path: Path) -> None:
    text = WORK.replace('key_env = "WORK_KEY"', f'key = "{KEY}"')
    found = opened(tmp_path, text)
    assert found.profile.key == Secret(KEY)
    assert found.sources["key"].startswith("key of [profiles.work] in ")
    file = write(tmp_path, text, 0o640)
    with pytest.raises(SettingsError) as caught:
        resolve(CommandLine(), {}, tmp_path, places(tmp_path))
    assert str(file) in str(caught.value)
    assert "chmod 600" in str(caught.value)
    assert 'key_env = "VARIABLE"' in str(caught.value)
    assert KEY not in str(caught.value)


def test_a_file_that_holds_no_key_may_be_read_by_all(tmp_path: Path) -> None:
    write(tmp_path, WORK, 0o644)
    found = resolve(CommandLine(), ENVIRON, tmp_path, places(tmp_path))
    assert isinstance(found, Settings)


def test_a_variable_that_is_not_set_is_named(tmp_path: Path) -> None:
    text = refusal(tmp_path, WORK, {})
    assert "its key is missing" in text
    assert f"key_env of [profiles.work] in {tmp_path}/config/config.toml names WORK_KEY" in text


def test_a_variable_named_there_is_not_looked_for_in_a_dotenv(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="key is missing"):
        opened(tmp_path, WORK, {}, env="WORK_KEY=theirs")


@pytest.mark.parametrize(
    ("keys", "auth", "key"),
    [
        ('token = "tok-0123456789"', Auth.TOKEN, Secret("tok-0123456789")),
        ('token_env = "TOKEN"', Auth.TOKEN, Secret("tok-from-environment")),
        ('key_env = "WORK_KEY"\ntoken_env = "TOKEN"', Auth.KEY, Secret(KEY)),
        (
            'key_env = "WORK_KEY"\ntoken_env = "TOKEN"\nauth = "token"',
            Auth.TOKEN,
            Secret("tok-from-environment"),
        ),
        ('auth = "entra"', Auth.ENTRA, None),
        ('auth = "Device-Code"', Auth.DEVICE_CODE, None),
        ('key_env = "WORK_KEY"\nauth = "entra"', Auth.ENTRA, None),
    ],
)
def test_every_kind_of_credential(
    tmp_path: Path, keys: str, auth: Auth, key: Secret | None
) -> None:
    text = WORK.replace('key_env = "WORK_KEY"', keys)
    found = opened(tmp_path, text, ENVIRON | {"TOKEN": "tok-from-environment"})
    assert (found.profile.auth, found.profile.key) == (auth, key)
    if auth.signs_in:
        assert found.sources["key"] == "your Entra ID sign-in"
        assert found.sources["auth"].startswith("auth of [profiles.work] in ")


def test_a_table_adds_to_a_profile_of_variables_and_is_weaker(tmp_path: Path) -> None:
    text = '[profiles.default]\ndeployment = "weak"\nsystem = "Be kind."\napi_version = "v1"\n'
    environ = {
        "AZURE_OPENAI_ENDPOINT": ROOT,
        "AZURE_OPENAI_API_KEY": KEY,
        "AZURE_OPENAI_API_VERSION": "2024-06-01",
    }
    profile = opened(tmp_path, text, environ).profile
    assert profile.endpoint == Endpoint(ROOT, "2024-06-01")
    assert (profile.deployment, profile.system) == ("weak", "Be kind.")
    profile = opened(tmp_path, text, environ, env="AZURE_OPENAI_DEPLOYMENT=strong").profile
    assert profile.deployment == "strong"


def test_a_table_of_a_suffixed_profile_is_found_whatever_its_case(tmp_path: Path) -> None:
    text = '[profiles.Work]\nsystem = "Be kind."\n'
    environ = {
        "AZURE_OPENAI_ENDPOINT_FOR_WORK": ROOT,
        "AZURE_OPENAI_API_KEY_FOR_WORK": KEY,
        "AZURE_OPENAI_DEPLOYMENT_NAME_FOR_WORK": "gpt",
    }
    assert opened(tmp_path, text, environ).profile.system == "Be kind."


def test_a_base_url_makes_a_profile_for_any_server(tmp_path: Path) -> None:
    text = """
[profiles.vllm]
base_url = "http://localhost:8000/v1/"
key_env = "WORK_KEY"
deployments = ["llama", "qwen"]
api = "completions"
"""
    found = opened(tmp_path, text)
    assert found.profile.endpoint == Endpoint("http://localhost:8000/v1", None)
    assert (found.profile.deployment, found.profile.api) == ("llama", Api.COMPLETIONS)
    assert found.deployments == ("llama", "qwen")


def test_an_azure_key_does_not_go_to_a_base_url_of_that_name(tmp_path: Path) -> None:
    text = '[profiles.default]\nbase_url = "https://other.example/v1"\ndeployment = "x"\n'
    assert "key is missing" in refusal(tmp_path, text, {"AZURE_OPENAI_API_KEY": KEY})


def test_a_base_url_and_an_endpoint_for_one_profile_contradict(tmp_path: Path) -> None:
    text = '[profiles.default]\nbase_url = "https://other.example/v1"\n'
    environ = {"AZURE_OPENAI_ENDPOINT": ROOT, "AZURE_OPENAI_API_KEY": KEY}
    told = refusal(tmp_path, text, environ)
    assert "AZURE_OPENAI_ENDPOINT in the environment" in told
    assert "base_url of [profiles.default]" in told


def test_the_openai_profile_may_be_a_table(tmp_path: Path) -> None:
    text = '[profiles.openai]\nbase_url = "https://api.example/v1"\ndeployment = "x"\n'
    profile = opened(tmp_path, text, {"OPENAI_API_KEY": KEY}).profile
    assert (profile.name, profile.endpoint.url) == ("openai", "https://api.example/v1")


@pytest.mark.parametrize(
    ("said", "asked", "system", "params"),
    [
        (CommandLine(), ("gpt", Api.CHAT), "Be brief.", {"max_tokens": 9}),
        (CommandLine(deployment="o4"), ("o4", Api.RESPONSES), "Be brief.", {}),
        (CommandLine(deployment="old"), ("old", Api.COMPLETIONS), None, {"max_tokens": 9}),
        (
            CommandLine(deployment="o4", api="chat"),
            ("o4", Api.CHAT),
            "Be brief.",
            {"max_tokens": 9},
        ),
        (CommandLine(deployment="new"), ("new", Api.CHAT), "Be brief.", {"max_tokens": 9}),
    ],
)
def test_each_deployment_is_asked_through_its_own_api(
    tmp_path: Path,
    said: CommandLine,
    asked: tuple[str, Api],
    system: str | None,
    params: dict[str, int],
) -> None:
    text = f"""{WORK.replace('deployment = "gpt"', "")}
deployments = ["gpt", {{name = "o4", api = "responses"}}, {{name = "old", api = "completions"}}]
system = "Be brief."
api = "chat"
params = {{max_tokens = 9}}
"""
    found = opened(tmp_path, text, said=said)
    profile = found.profile
    assert (profile.deployment, profile.api) == asked
    assert (profile.system, profile.params) == (system, params)
    assert set(found.deployments) == {"gpt", "o4", "old", asked[0]}


def test_a_system_prompt_beside_completions_is_a_contradiction(tmp_path: Path) -> None:
    text = WORK + 'api = "completions"\nsystem = "Be brief."\n'
    assert "takes no system prompt" in refusal(tmp_path, text)
    off = opened(tmp_path, text, said=CommandLine(system=""))
    assert not off.profile.system


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[profiles.work", "is no TOML: "),
        ("[profiles.work\n", "at line 1"),
        ("defualt_profile = 'x'", "line 1: defualt_profile is no key of aztui's"),
        ("defualt_profile = 'x'", "did you mean default_profile?"),
        ("default_profile = 3", "line 1: default_profile is a number, but must be a text"),
        ("profiles = 3", "profiles is a number, but must be a table"),
        ("[profile.work]", "did you mean profiles?"),
        ("\n[profiles]\nwork = 'x'", "line 3: work of [profiles] is a text, but must be a table"),
        (WORK + "endpiont = 'x'", "line 6: endpiont of [profiles.work] is no key"),
        (WORK + "endpiont = 'x'", "did you mean endpoint?"),
        (WORK + "'api' = 1", "line 6: api of [profiles.work] is a number"),
        (WORK + "api = 'caht'", "line 6: api of [profiles.work] says what aztui does not know"),
        (WORK + "api = 'caht'", "did you mean chat?): write completions, chat or responses"),
        (WORK + "auth = 'entar'", "did you mean entra?): write key, token, entra or device-code"),
        (WORK + f"auth = '{KEY}'", "does not know: write key"),
        (WORK + "api_version = 'new'", "api_version of [profiles.work]"),
        (WORK + "key = 'x'", "line 4: key_env of [profiles.work] stands beside key"),
        (WORK + "base_url = 'x'", "stands beside endpoint"),
        (WORK + "deployments = 'x'", "line 6: deployments of [profiles.work] is a text"),
        (WORK + "deployments = [1]", "line 6: deployments of [profiles.work] holds names, or"),
        (WORK + "deployments = [{name = 'x', apy = 'chat'}]", "holds names, or tables"),
        (WORK + "deployments = [{name = 'x', api = 'speech'}]", "does not know"),
        (WORK + "context = '8k'", "line 6: context of [profiles.work] is a text, but must be a wh"),
        (WORK + "context = true", "context of [profiles.work] is true or false, but must be a wh"),
        (WORK + "context = 0", "line 6: context of [profiles.work] must be a number of tokens"),
        (WORK + "price = 2", "line 6: price of [profiles.work] is a number, but must be a table"),
        (WORK + "price = { input = 2 }", "[profiles.work.price] lacks a part of the price: write"),
        (
            WORK + "price = { input = -1, output = 2 }",
            "input of [profiles.work.price] must be",
        ),
        (WORK + "price = { input = 1, output = inf }", "output of [profiles.work.price] must be"),
        (WORK + "price = { input = true, output = 1 }", "is true or false, but must be a number"),
        (WORK + "price = { inptu = 1, output = 1 }", "did you mean input?"),
        ("[prices]\n'gpt-4.1' = 2", "gpt-4.1 of [prices] is a number, but must"),
        ("[prices.'gpt-4.1']\ninput = 2", "[prices.gpt-4.1] lacks a part of the price"),
        (f"[prices.x]\ninput = {'9' * 400}\noutput = 1", "must be dollars for a million"),
        (
            "[prices.X]\ninput = 1\noutput = 1\n[prices.x]\ninput = 2\noutput = 2",
            "is there twice",
        ),
        (WORK + "params = 'x'", "params of [profiles.work] is a text, but must be a table"),
        (WORK + "[profiles.work.params]\nmodel = 'x'", "line 7: model of [profiles.work.params]"),
        (WORK + "[profiles.work.params]\nx = 2024-01-01", "that JSON cannot say"),
        (WORK + "[profiles.work.params]\nx = [inf]", "that JSON cannot say"),
        (WORK + WORK.replace("work", "Work"), "makes the profile work twice"),
        ("[profiles.'a b']", "[profiles.a b] is no profile's name"),
    ],
)
def test_what_cannot_be_meant_is_named_with_its_line(tmp_path: Path, text: str, says: str) -> None:
    told = refusal(tmp_path, text)
    assert str(tmp_path / "config" / "config.toml") in told
    assert says in told


def test_prices_are_read_of_profiles_and_of_names(tmp_path: Path) -> None:
    text = (
        f"{WORK}price = {{ input = 1, output = 2.5 }}\n"
        "[prices.'GPT-4.1']\ninput = 2\noutput = 8.0\ncached = 0.5\n"
    )
    write(tmp_path, text)
    file = read(tmp_path / "config" / "config.toml", {})
    assert file is not None
    assert file.prices == OwnPrices({"gpt-4.1": Price(2.0, 8.0, 0.5)}, {"work": Price(1.0, 2.5)})
    assert opened(tmp_path, text).profile.name == "work"


def test_what_is_nested_too_deeply_is_no_settings(tmp_path: Path) -> None:
    assert "nested too deeply" in refusal(tmp_path, "a = " + "[" * 9_999)


@pytest.mark.parametrize("page", ["README.md", "docs/settings.md"])
def test_the_examples_of_the_guides_can_be_used(tmp_path: Path, page: str) -> None:
    text = (Path(__file__).parents[3] / page).read_text(encoding="utf-8")
    example, prices = re.findall(r"```toml\n(.+?)```", text, re.DOTALL)
    environ = {
        "CONTOSO_KEY": KEY,
        "AZURE_OPENAI_ENDPOINT": ROOT,
        "AZURE_OPENAI_API_KEY": KEY,
        "AZURE_OPENAI_DEPLOYMENT": "gpt",
    }
    assert opened(tmp_path, example, environ).profile.name == "work"
    known = overview(CommandLine(), environ, tmp_path, places(tmp_path))
    assert [one.why for one in known if not one.whole] == []
    write(tmp_path, prices)
    file = read(places(tmp_path).config_file, environ)
    assert file is not None
    assert file.prices.named["gpt-4o"] == Price(2.5, 10.0, 1.25)


def test_no_file_is_no_settings(tmp_path: Path) -> None:
    assert resolve(CommandLine(), {}, tmp_path, places(tmp_path)) == NoSettings(None)
    write(tmp_path, "# nothing yet\n")
    assert resolve(CommandLine(), {}, tmp_path, places(tmp_path)) == NoSettings(None)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    file = places(tmp_path).config_file
    file.mkdir(parents=True)
    with pytest.raises(SettingsError, match="cannot be read"):
        read(file, {})
    file.rmdir()
    file.write_bytes(b"a = '\xff'")
    with pytest.raises(SettingsError, match=r"not UTF-8 text \(line 1\)"):
        read(file, {})
    file.write_bytes(b"#" * 1_000_001)
    with pytest.raises(SettingsError, match="larger than 1 MB"):
        read(file, {})


def test_a_byte_order_mark_is_passed_over(tmp_path: Path) -> None:
    assert opened(tmp_path, "\ufeff" + WORK).profile.name == "work"


def test_no_repr_shows_a_key(tmp_path: Path) -> None:
    file = write(tmp_path, WORK.replace("key_env", "key").replace("WORK_KEY", KEY))
    assert KEY not in repr(read(file, dict(os.environ)))


def test_entra_stands_in_where_nothing_else_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keyless = WORK.replace('key_env = "WORK_KEY"', "")
    assert "pip install 'aztui[entra]'" in refusal(tmp_path, keyless)
    identity.install(monkeypatch, "token")
    found = opened(tmp_path, keyless)
    assert (found.profile.auth, found.profile.key) == (Auth.ENTRA, None)
    assert found.sources["auth"] == "aztui's defaults"
    assert "key is missing" in refusal(tmp_path, WORK, {})
    assert "key is missing" in refusal(tmp_path, keyless + 'auth = "key"')
    elsewhere = keyless.replace(ROOT, "https://gateway.example/azure")
    assert "aztui[entra]" not in refusal(tmp_path, elsewhere)
    assert opened(tmp_path, elsewhere + 'auth = "entra"').profile.auth is Auth.ENTRA


def test_entra_stands_in_for_variables_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    environ = {"AZURE_OPENAI_ENDPOINT": ROOT, "AZURE_OPENAI_DEPLOYMENT": "gpt"}
    assert "pip install 'aztui[entra]'" in refusal(tmp_path, "", environ)
    identity.install(monkeypatch, "token")
    assert opened(tmp_path, "", environ).profile.auth is Auth.ENTRA
    assert "deployment is missing" in refusal(tmp_path, "", {"AZURE_OPENAI_ENDPOINT": ROOT})
    base_url = {"OPENAI_BASE_URL": f"{ROOT}/openai/v1/"}
    found = opened(tmp_path, "", base_url, CommandLine(deployment="gpt"))
    assert (found.profile.name, found.profile.auth) == ("openai", Auth.ENTRA)
    # A key that was meant and not filled in is missed, not got round.
    assert "key is missing" in refusal(tmp_path, "", environ | {"AZURE_OPENAI_API_KEY": ""})


def test_a_token_of_the_environment(tmp_path: Path) -> None:
    environ = {
        "AZURE_OPENAI_ENDPOINT": ROOT,
        "AZURE_OPENAI_DEPLOYMENT": "gpt",
        "AZURE_OPENAI_AD_TOKEN": "tok-0123456789",
    }
    found = opened(tmp_path, "", environ)
    assert (found.profile.auth, found.profile.key) == (Auth.TOKEN, Secret("tok-0123456789"))
    assert found.sources["key"] == "AZURE_OPENAI_AD_TOKEN in the environment"
    both = environ | {"AZURE_OPENAI_API_KEY": KEY}
    assert opened(tmp_path, "", both).profile.auth is Auth.KEY
    preferred = '[profiles.default]\nauth = "token"\n'
    assert opened(tmp_path, preferred, both).profile.auth is Auth.TOKEN
    told = refusal(tmp_path, preferred, {k: v for k, v in both.items() if "TOKEN" not in k})
    assert "its token is missing" in told
    text = refusal(tmp_path, "", environ | {"AZURE_OPENAI_AD_TOKEN": "Bearer x"})
    assert "The token (AZURE_OPENAI_AD_TOKEN in the environment) has a space" in text


def test_a_token_of_a_stronger_place_wins_over_a_key(tmp_path: Path) -> None:
    environ = {
        "AZURE_OPENAI_ENDPOINT": ROOT,
        "AZURE_OPENAI_DEPLOYMENT": "gpt",
        "AZURE_OPENAI_AD_TOKEN": "tok-0123456789",
    }
    found = opened(tmp_path, "", environ, env=f"AZURE_OPENAI_API_KEY={KEY}")
    assert found.profile.auth is Auth.TOKEN
