"""What a server's refusal becomes on its way through the real SDK."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any, Final

import httpx2
import openai
import pytest

from aztui.azure.dialects import DIALECTS
from aztui.azure.errors import explain
from aztui.core.problem import Problem
from aztui.core.profile import Auth, Endpoint, Profile, Secret
from aztui.core.request import Api, Message, Request

KEY: Final = "0123456789abcdef"
DEPLOYMENT: Final = "gpt-4o-mni"

AZURE: Final = Endpoint("https://contoso.openai.azure.com", "2024-02-01")
AZURE_V1: Final = Endpoint("https://contoso.openai.azure.com/openai/v1", None)
OTHER: Final = Endpoint("http://127.0.0.1:8080/v1", None)


def profile(
    endpoint: Endpoint = AZURE, key: str | None = KEY, api: Api = Api.COMPLETIONS
) -> Profile:
    return Profile("p", endpoint, None if key is None else Secret(key), DEPLOYMENT, api)


def request(api: Api = Api.COMPLETIONS) -> Request:
    return Request(api, DEPLOYMENT, (Message("user", "Hi"),))


def refused(
    status: int,
    body: Any,
    *,
    headers: dict[str, str] | None = None,
    endpoint: Endpoint = AZURE,
    key: str | None = KEY,
    api: Api = Api.COMPLETIONS,
    auth: Auth = Auth.KEY,
) -> Problem:
    """Ask, get this response, and return what is made of it; a body that is no text is JSON."""

    def answer(_: httpx2.Request) -> httpx2.Response:
        content = body if isinstance(body, str) else json.dumps(body)
        # A stream, so that it is read only if somebody reads it, as on a real connection.
        return httpx2.Response(status, headers=headers, content=iter([content.encode()]))

    http = httpx2.Client(transport=httpx2.MockTransport(answer))
    client = (
        openai.AzureOpenAI(
            azure_endpoint=endpoint.url,
            api_version=endpoint.api_version,
            api_key="k",
            http_client=http,
            max_retries=0,
        )
        if endpoint.api_version
        else openai.OpenAI(base_url=endpoint.url, api_key="k", http_client=http, max_retries=0)
    )
    dialect = DIALECTS[api]
    opening = dialect.open(client, DEPLOYMENT, dialect.body(request(api), endpoint.api_version))
    with pytest.raises(openai.APIStatusError) as caught, opening:
        pass
    asked = replace(profile(endpoint, key, api), auth=auth)
    return explain(caught.value, asked, request(api))


def error(code: str | None, message: str, **more: Any) -> dict[str, Any]:
    """A body in the shape of most services."""
    return {"error": {"code": code, "message": message, **more}}
