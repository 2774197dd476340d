"""The code that is copied, as it is read; that it does the same is tested on the wire."""

from __future__ import annotations

import inspect
from dataclasses import replace
from typing import Any

import pytest
from openai.resources.chat.completions import Completions as ChatCompletions
from openai.resources.completions import Completions
from openai.resources.responses import Responses

from aztui.core.events import RunId, Sent
from aztui.core.profile import Auth, Endpoint, Profile, Secret
from aztui.core.request import Api, compose
from aztui.core.run import Run
from aztui.explore.snippets import ARGUMENTS, curl, python
from aztui.explore.target import split, target

INSTRUCT = Profile(
    "instruct",
    Endpoint("https://contoso.openai.azure.com", "2024-02-01"),
    Secret("0123456789abcdef"),
    "gpt-35-turbo-instruct",
    Api.COMPLETIONS,
    variable="AZURE_OPENAI_API_KEY_FOR_INSTRUCT",
)
URL = (
    "https://contoso.openai.azure.com/openai/deployments/gpt-35-turbo-instruct/completions"
    "?api-version=2024-02-01"
)
RUN = Run(
    RunId("1"),
    compose(Api.COMPLETIONS, "gpt-35-turbo-instruct", "Say hello.", params={"max_tokens": 1000}),
    0.0,
)
NOTED = replace(
    RUN,
    sent=Sent(
        URL,
        {"model": "gpt-35-turbo-instruct", "stream": True, "max_tokens": 1000, "top_k": 4},
        variable="AZURE_OPENAI_API_KEY_FOR_INSTRUCT",
    ),
)


def test_python_is_as_the_article_has_it() -> None:
    assert (
        python(target(NOTED, INSTRUCT))
        == """\
import os

from openai import AzureOpenAI

client = AzureOpenAI(
    api_key=os.environ["AZURE_OPENAI_API_KEY_FOR_INSTRUCT"],
    api_version="2024-02-01",
    azure_endpoint="https://contoso.openai.azure.com",
)
chunks = client.completions.create(
    model="gpt-35-turbo-instruct",
    prompt="Say hello.",
    max_tokens=1000,
    extra_body={"top_k": 4},
    stream=True,
)
for chunk in chunks:
    for choice in chunk.choices or []:
        if choice.text:
            print(choice.text, end="", flush=True)
"""
    )


def test_curl_has_the_body_beside_the_command() -> None:
    assert (
        curl(target(NOTED, INSTRUCT))
        == f"""\
curl --silent --show-error --no-buffer '{URL}' \\
  --header "api-key: $AZURE_OPENAI_API_KEY_FOR_INSTRUCT" \\
  --header 'Content-Type: application/json' \\
  --data-binary @- <<'EOF'
{{
  "model": "gpt-35-turbo-instruct",
  "prompt": "Say hello.",
  "stream": true,
  "max_tokens": 1000,
  "top_k": 4
}}
EOF
"""
    )


@pytest.mark.parametrize(
    ("api", "create"),
    [
        (Api.COMPLETIONS, Completions.create),
        (Api.CHAT, ChatCompletions.create),
        (Api.RESPONSES, Responses.create),
    ],
)
def test_the_sdk_takes_every_argument_by_its_name(api: Api, create: Any) -> None:
    assert ARGUMENTS[api] <= inspect.signature(create).parameters.keys()


@pytest.mark.parametrize("version", ["2024-10-21", None])
@pytest.mark.parametrize("auth", [Auth.ENTRA, Auth.DEVICE_CODE])
def test_who_signs_in_has_no_key(auth: Auth, version: str | None) -> None:
    url = "https://contoso.openai.azure.com" + ("" if version else "/openai/v1")
    profile = replace(INSTRUCT, auth=auth, key=None, endpoint=Endpoint(url, version), variable="")
    found = target(RUN, profile)
    assert "get_bearer_token_provider(DefaultAzureCredential()" in python(found)
    assert "environ" not in python(found)
    assert '"Authorization: Bearer $(az account get-access-token' in curl(found)
    compile(python(found), "copied.py", "exec")


@pytest.mark.parametrize(
    ("url", "version", "variable"),
    [
        ("https://contoso.openai.azure.com", "2024-02-01", "AZURE_OPENAI_API_KEY"),
        ("https://contoso.openai.azure.com/openai/v1", None, "AZURE_OPENAI_API_KEY"),
        ("https://models.example/v1", None, "OPENAI_API_KEY"),
    ],
)
def test_a_key_that_no_variable_holds_gets_the_sdks(
    url: str, version: str | None, variable: str
) -> None:
    profile = replace(INSTRUCT, endpoint=Endpoint(url, version), variable="")
    assert f'os.environ["{variable}"]' in python(target(RUN, profile))
    assert f"${variable}" in curl(target(RUN, profile))


def test_a_variable_that_no_shell_knows_is_called_otherwise_there() -> None:
    profile = replace(INSTRUCT, variable="AZURE_OPENAI_API_KEY_FOR_my-lab")
    assert '["AZURE_OPENAI_API_KEY_FOR_my-lab"]' in python(target(RUN, profile))
    assert '"api-key: $AZURE_OPENAI_API_KEY"' in curl(target(RUN, profile))


def test_an_old_run_is_asked_where_the_profile_says() -> None:
    found = target(RUN, INSTRUCT)
    assert (found.url, found.variable) == (URL, "AZURE_OPENAI_API_KEY_FOR_INSTRUCT")
    assert found.body == {
        "model": "gpt-35-turbo-instruct",
        "prompt": "Say hello.",
        "max_tokens": 1000,
        "stream": True,
    }


@pytest.mark.parametrize(
    ("url", "api", "parts"),
    [
        (URL, Api.COMPLETIONS, ("https://contoso.openai.azure.com", "2024-02-01")),
        (
            "https://a.b/gateway/openai/deployments/x%2Fy/chat/completions?api-version=2024-10-21",
            Api.CHAT,
            ("https://a.b/gateway", "2024-10-21"),
        ),
        (
            "https://a.openai.azure.com/openai/responses?api-version=2025-04-01-preview",
            Api.RESPONSES,
            ("https://a.openai.azure.com", "2025-04-01-preview"),
        ),
        (
            "https://a.openai.azure.com/openai/v1/responses",
            Api.RESPONSES,
            ("https://a.openai.azure.com/openai/v1", None),
        ),
        ("http://127.0.0.1:8080/completions", Api.COMPLETIONS, ("http://127.0.0.1:8080", None)),
    ],
)
def test_a_url_is_taken_apart(url: str, api: Api, parts: tuple[str, str | None]) -> None:
    assert split(url, api) == parts
