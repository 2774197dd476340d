from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aztui.config.endpoint import Address, base_url, check_version, normalise, parse
from aztui.config.errors import SettingsError
from aztui.core.profile import Endpoint
from aztui.core.request import Api

ROOT = "https://contoso.openai.azure.com"


@pytest.mark.parametrize(
    "text",
    [
        ROOT,
        f"{ROOT}/",
        f"{ROOT}//",
        f"  {ROOT}/\n",
        f'"{ROOT}"',
        f"'{ROOT}/'",
        f"<{ROOT}>",
        f"\u201c{ROOT}\u201d",
        "HTTPS://Contoso.OpenAI.Azure.COM/",
        "contoso.openai.azure.com",
        "contoso.openai.azure.com/openai",
        f"{ROOT}:443",
        f"{ROOT}.",
        f"{ROOT}/openai",
        f"{ROOT}/openai/",
        f"{ROOT}/OpenAI/",
        f"{ROOT}/openai/deployments",
        f"{ROOT}/openai/responses?api-version=2024-10-21",
        f"{ROOT}/openai/v1",
        f"{ROOT}/openai/v1/chat/completions",
        f"{ROOT}/openai/deployments/gpt/chat/completions?api-version=2025-01-01-preview",
        f"{ROOT}/openai/deployments/gpt/embeddings?api-version=2023-05-15",
        f"{ROOT}/api/projects/playground",
    ],
)
def test_every_form_that_the_portal_shows_is_one_endpoint(text: str) -> None:
    assert normalise(text, "2024-10-21") == Endpoint(ROOT, "2024-10-21")
    assert normalise(text, "v1") == Endpoint(f"{ROOT}/openai/v1", None)


@pytest.mark.parametrize(
    ("text", "root"),
    [
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("http://127.9.9.9:8000/openai", "http://127.9.9.9:8000"),
        ("http://LOCALHOST:80", "http://localhost"),
        ("http://[::1]:8000/", "http://[::1]:8000"),
        ("https://[2001:DB8:0:0::1]/openai", "https://[2001:db8::1]"),
        ("https://10.0.0.4:8443", "https://10.0.0.4:8443"),
        ("localhost:8000", "https://localhost:8000"),
        ("[::1]:8000", "https://[::1]:8000"),
        ("https://gateway.example/azure", "https://gateway.example/azure"),
        ("https://gateway.example/azure/openai/v1", "https://gateway.example/azure"),
        ("https://gateway.example/a%20b", "https://gateway.example/a%20b"),
    ],
)
def test_other_servers_keep_port_and_prefix(text: str, root: str) -> None:
    assert parse(text).root == root


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is empty"),
        ("  ", "is empty"),
        ('""', "is empty"),
        ("contoso", "neither a scheme nor a host"),
        ("0123456789abcdef0123456789abcdef", "neither a scheme nor a host"),
        ("::1", "neither a scheme nor a host"),
        ("https:/contoso.openai.azure.com", "neither a scheme nor a host"),
        ("https://", "names no host"),
        ("https:///openai", "names no host"),
        ("https://.", "names no host"),
        ("ftp://contoso.openai.azure.com", "begins with ftp://"),
        ("https://con toso.openai.azure.com", "a space"),
        ("https:\\\\contoso.openai.azure.com", "a backslash"),
        ("https://contoso.openai\n.azure.com", "a line end"),
        ("https://contoso\x1b[2J.openai.azure.com", "control character"),
        ("https://contoso\x9b.openai.azure.com", "control character"),
        ("https://contöso.openai.azure.com", "outside ASCII"),
        ("https://me:secret@contoso.openai.azure.com", "a user name or password"),
        ("me@contoso.openai.azure.com", "a user name or password"),
        ("https://contoso.openai.azure.com:https", "host or port"),
        ("https://contoso.openai.azure.com:99999", "host or port"),
        ("https://contoso.openai.azure.com:0", "port 0"),
        ("https://contoso..azure.com", "no valid name"),
        ("https://-contoso.azure.com", "no valid name"),
        ("https://con%74oso.azure.com", "no valid name"),
        ("https://" + "a" * 64 + ".azure.com", "no valid name"),
        ("https://1.2.3", "no valid IP address"),
        ("https://127.1", "no valid IP address"),
        ("https://2130706433", "no valid IP address"),
        ("https://[::1", "host or port"),
        ("https://[fe80::1%25eth0]", "host"),
        ("https://contoso.openai.azure.com/#/resource", "a # in it"),
        ("https://contoso.openai.azure.com/../x", ". or .. in its path"),
        ("https://contoso.openai.azure.com/%2e%2e/x", ". or .. in its path"),
        ("https://contoso.openai.azure.com/?subscription-key=secret", "a query"),
        ("https://contoso.openai.azure.com/openai?api-version=new", "neither v1 nor a date"),
        ("https://portal.azure.com/", "the portal itself"),
        ("https://ai.azure.com/build", "the portal itself"),
        ("https://portal.azure.com/#view/Microsoft_Azure_ProjectOxford", "the portal itself"),
        ("http://contoso.openai.azure.com", "plain http to contoso.openai.azure.com"),
        ("http://10.0.0.4", "plain http to 10.0.0.4"),
        ("http://localhost.evil.example", "plain http to localhost.evil.example"),
        ("http://127.0.0.1.evil.example", "plain http to 127.0.0.1.evil.example"),
        ("http://127.0.0.1@evil.example", "a user name or password"),
        ("http://evil.example#@127.0.0.1", "a # in it"),
        (ROOT + "/openai" * 300, "longer than 2000 characters"),
        ("http://0.0.0.0:8000", "plain http to 0.0.0.0"),
    ],
)
def test_what_is_no_endpoint_is_refused_with_a_sentence(text: str, says: str) -> None:
    with pytest.raises(SettingsError) as caught:
        normalise(text, "2024-10-21", "The endpoint (X in the environment)")
    sentence = str(caught.value)
    assert sentence.startswith("The endpoint (X in the environment)")
    assert says in sentence
    assert "secret" not in sentence
    assert "0123456789abcdef" not in sentence
    assert sentence.isprintable()


@pytest.mark.parametrize(
    ("path", "address"),
    [
        (
            "/openai/deployments/My%20Gpt/chat/completions?api-version=2025-01-01-preview",
            Address(ROOT, "2025-01-01-preview", "My Gpt", Api.CHAT),
        ),
        (
            "/openai/deployments/old/completions?API-Version=2024-02-01",
            Address(ROOT, "2024-02-01", "old", Api.COMPLETIONS),
        ),
        ("/openai/deployments/old", Address(ROOT, None, "old", None)),
        ("/openai/v1/chat/completions?api-version=preview", Address(ROOT, "v1", None, Api.CHAT)),
        ("/openai/v1/responses", Address(ROOT, "v1", None, Api.RESPONSES)),
        (
            "/openai/responses?api-version=2025-04-01-preview",
            Address(ROOT, "2025-04-01-preview", None, Api.RESPONSES),
        ),
        ("/openai/v1/", Address(ROOT, "v1")),
        ("/openai", Address(ROOT)),
    ],
)
def test_a_target_uri_tells_more_than_the_address(path: str, address: Address) -> None:
    assert parse(ROOT + path) == address


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("http://localhost:8000/v1/", "http://localhost:8000/v1"),
        ("https://api.example/v1", "https://api.example/v1"),
        (f"{ROOT}/openai/v1/", f"{ROOT}/openai/v1"),
        ("https://API.example", "https://api.example"),
    ],
)
def test_a_base_url_keeps_its_path(text: str, url: str) -> None:
    assert base_url(text) == Endpoint(url, None)


def test_a_base_url_has_no_query() -> None:
    with pytest.raises(SettingsError, match="query"):
        base_url("https://api.example/v1?key=1")


@pytest.mark.parametrize("version", ["v1", "V1", "2024-10-21", "2025-03-01-preview", " 2024-02-01"])
def test_versions(version: str) -> None:
    assert check_version(version) == version.strip().lower()


@pytest.mark.parametrize("version", ["", "v2", "latest", "2024", "2024-10-21&x=1", "2024-10-21/.."])
def test_what_is_no_version(version: str) -> None:
    with pytest.raises(SettingsError, match="neither v1 nor a date"):
        check_version(version)


_PIECES = [
    "https://", "http://", "://", "@", "[::1]", "/openai", "/v1", "/deployments/", "a.b",
    "localhost", "127.0.0.1", "?api-version=", "2024-10-21", "/api/projects/", "%2e", "\x9b",
]  # fmt: skip
_BITS = st.sampled_from([*string.printable, *_PIECES])


@given(st.one_of(st.text(), st.lists(_BITS, max_size=12).map("".join)))
def test_any_text_is_an_endpoint_or_a_settings_error(text: str) -> None:
    try:
        endpoint = normalise(text, "2024-10-21")
    except SettingsError:
        return
    assert normalise(endpoint.url, "2024-10-21") == endpoint
    assert endpoint.url.isascii()
    assert endpoint.url.isprintable()
    assert " " not in endpoint.url


@given(st.lists(_BITS, max_size=8).map(lambda bits: "https://a.b/" + "".join(bits)))
def test_normalising_twice_changes_nothing(text: str) -> None:
    try:
        endpoint = normalise(text, "v1")
    except SettingsError:
        return
    assert normalise(endpoint.url, "v1") == endpoint
