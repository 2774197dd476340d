"""Whose credential goes out, and what of the environment does not."""

from __future__ import annotations

import logging
import re
import subprocess
import sys
from pathlib import Path

import httpx2
import openai
import pytest

from aztui.azure import client as sdk
from aztui.azure.dialects import DIALECTS
from aztui.core.profile import Endpoint, Profile, Secret
from aztui.core.request import Api, Message, Request

AZURE = "https://contoso.openai.azure.com"
KEY = "0123456789abcdef"


class SentError(Exception):
    """Stops a request where it would be sent."""


def sent(
    url: str = AZURE, version: str | None = "2024-10-21", key: str | None = KEY
) -> httpx2.Request:
    """What would go out."""
    caught: list[httpx2.Request] = []

    def catch(request: httpx2.Request) -> None:
        caught.append(request)
        raise SentError

    secret = None if key is None else Secret(key)
    profile = Profile("p", Endpoint(url, version), secret, "gpt 4o", Api.CHAT)
    with sdk.http_client(url, catch) as http:
        client = sdk.build(profile, http)
        chat = DIALECTS[Api.CHAT]
        body = chat.body(Request(Api.CHAT, "gpt 4o", (Message("user", "Hi"),)), version)
        with pytest.raises(SentError), chat.open(client, "gpt 4o", body):
            pass
    (only,) = caught
    return only


def test_a_dated_endpoint_is_asked_as_azure() -> None:
    request = sent()
    path = "/openai/deployments/gpt%204o/chat/completions?api-version=2024-10-21"
    assert str(request.url) == AZURE + path
    assert request.headers["api-key"] == KEY
    assert "authorization" not in request.headers


def test_any_other_endpoint_is_asked_as_openai() -> None:
    request = sent(AZURE + "/openai/v1", None)
    assert str(request.url) == AZURE + "/openai/v1/chat/completions"
    assert request.headers["authorization"] == f"Bearer {KEY}"


def ambient_names() -> set[str]:
    """Every variable that the SDK's source reads."""
    read = re.compile(r"""environ(?:\.get\(|\[)\s*["'](\w+)["']""")
    sources = Path(openai.__file__).parent.rglob("*.py")
    return {name for source in sources for name in read.findall(source.read_text("utf-8"))}


@pytest.mark.parametrize("key", [KEY, None])
@pytest.mark.parametrize(("url", "version"), [(AZURE, "2024-10-21"), (AZURE + "/openai/v1", None)])
def test_nothing_of_the_environment_gets_into_a_request(
    url: str, version: str | None, key: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ambient_names()
    assert {"OPENAI_API_KEY", "AZURE_OPENAI_AD_TOKEN", "OPENAI_ORG_ID"} <= names
    for name in names:
        monkeypatch.setenv(name, f"ambient-{name}")
    headers = "X-Extra: ambient\nAuthorization: Bearer ambient\napi-key: ambient\nHost: ambient"
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", headers)
    request = sent(url, version, key)
    assert "ambient" not in f"{request.url} {request.headers.raw!r} {request.read()!r}"
    assert request.url.host == "contoso.openai.azure.com"


@pytest.mark.parametrize("key", ["a\nb", "a b\r", "clé", " padded ", "tab\t", "\x00"])
def test_a_key_that_no_header_can_carry_is_refused(key: str) -> None:
    profile = Profile("p", Endpoint(AZURE, "2024-10-21"), Secret(key), "x", Api.CHAT)
    with sdk.http_client(AZURE, lambda _: None) as http, pytest.raises(sdk.UnusableKeyError):
        sdk.build(profile, http)


PROXY = "http://proxy.test:3128"


@pytest.mark.parametrize(
    ("url", "proxied"),
    [
        (AZURE, True),
        ("https://inside.test", False),
        ("http://127.0.0.1:8080/v1", False),
        ("http://localhost:8080/v1", False),
        ("http://[::1]:8080/v1", False),
    ],
)
def test_proxies_of_the_environment_are_used_but_not_for_this_machine(
    url: str, proxied: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, PROXY)
    monkeypatch.setenv("NO_PROXY", "inside.test")
    with sdk.http_client(url, lambda _: None) as http:
        transport = http._transport_for_url(httpx2.URL(url))
        assert (transport is not http._transport) == proxied


@pytest.mark.parametrize("proxy", ["socks5://proxy.test:1080", "gopher://proxy.test"])
def test_a_proxy_that_cannot_be_used_is_named(proxy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", proxy)
    with pytest.raises(sdk.UnusableProxyError, match=r"(?i)proxy|url|port"):
        sdk.http_client(AZURE, lambda _: None)


def test_certificates_that_cannot_be_read_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/no/such/file.pem")
    sdk._trust.cache_clear()
    with pytest.raises(sdk.UnusableTrustError, match="No such file"):
        sdk.http_client(AZURE, lambda _: None)


def test_clients_share_one_tls_context() -> None:
    assert sdk._trust() is sdk._trust()


def test_the_sdk_does_not_write_to_the_screen() -> None:
    for name in ("openai", "httpx2", "httpcore2"):
        assert not logging.getLogger(name).propagate
        assert logging.getLogger(name).handlers


def test_importing_the_engine_loads_neither_sdk_nor_http() -> None:
    code = (
        "import sys, aztui.azure.engine; "
        "print(*sorted({'openai', 'httpx2', 'httpcore2', 'pydantic'} & set(sys.modules)))"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    )
    assert loaded.stdout.split() == []
