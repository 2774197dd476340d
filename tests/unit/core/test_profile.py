import pickle

import pytest

from aztui.core.profile import Endpoint, Profile, Secret, is_loopback
from aztui.core.request import Api

KEY = "0123456789abcdef"


def test_a_secret_shows_only_its_end() -> None:
    assert str(Secret(KEY)) == "…cdef"
    assert repr(Secret(KEY)) == "Secret(…cdef)"
    assert f"{Secret(KEY)}" == "…cdef"


def test_a_short_secret_shows_nothing() -> None:
    assert str(Secret("short")) == "…"


def test_a_secret_is_not_pickled() -> None:
    with pytest.raises(TypeError):
        pickle.dumps(Secret(KEY))


def test_secrets_compare_by_value() -> None:
    assert Secret(KEY) == Secret(KEY) != Secret("other")
    assert len({Secret(KEY), Secret(KEY)}) == 1
    assert Secret(KEY) != KEY


def test_a_profile_does_not_show_its_key() -> None:
    endpoint = Endpoint("https://contoso.openai.azure.com", "2024-10-21")
    profile = Profile("default", endpoint, Secret(KEY), "gpt", Api.CHAT)
    assert KEY not in repr(profile)


@pytest.mark.parametrize(
    ("url", "resource"),
    [
        ("https://contoso.openai.azure.com", "contoso"),
        ("https://contoso.services.ai.azure.com/openai/v1", "contoso"),
        ("http://127.0.0.1:8080", "127.0.0.1:8080"),
        ("https://gateway.example.com/v1", "gateway.example.com"),
    ],
)
def test_the_resource_is_azures_or_the_host(url: str, resource: str) -> None:
    assert Endpoint(url, None).resource == resource


@pytest.mark.parametrize(
    ("host", "here"),
    [
        ("localhost", True),
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("", False),
        ("10.0.0.1", False),
        ("::2", False),
        ("api.localhost", False),
        ("localhost.evil.example", False),
    ],
)
def test_this_machine_is_told_from_others(host: str, here: bool) -> None:
    assert is_loopback(host) == here
