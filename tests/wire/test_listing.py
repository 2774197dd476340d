"""Listing a resource's deployments over real sockets: what is asked, of whom, and what may fail."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from aztui.azure import listing
from aztui.azure.auth import TokenProvider
from aztui.azure.engine import Engine
from aztui.azure.listing import PLANES, Listing, Plane, plane
from aztui.azure.redact import Redactor
from aztui.core.events import SignIn
from aztui.core.listing import Listed, ListingError
from aztui.core.profile import Auth, Endpoint, Profile, Secret
from aztui.core.request import Api
from tests.support import identity
from tests.support.arm import ACCOUNTS, Arm, account, deployment, subscription
from tests.support.engines import join

TOKEN = "eyJ0eXAi.for-the-control-plane.0123456789"
SCOPE = "https://management.example/.default"
PROFILE = Profile(
    "work",
    Endpoint("https://contoso.openai.azure.com", "2024-10-21"),
    None,
    "gpt-4o",
    Api.CHAT,
    auth=Auth.ENTRA,
)
CONTOSO = account("contoso")
LIST = f"{CONTOSO['id']}/deployments"
ACCOUNTS_OF_ONE = f"/subscriptions/one/{ACCOUNTS}"


@pytest.fixture(autouse=True)
def behind(monkeypatch: pytest.MonkeyPatch) -> Iterator[identity.Identity]:
    monkeypatch.delenv("AZURE_TOKEN_CREDENTIALS", raising=False)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    yield identity.install(monkeypatch, TOKEN)
    join("checkup")


def lister(
    url: str,
    profile: Profile = PROFILE,
    tokens: TokenProvider | None = None,
    limit: float = listing.LIMIT,
) -> Listing:
    redactor = Redactor()
    tokens = tokens or TokenProvider(profile.auth, "https://inference/.default", redactor.learn)
    return Listing(profile, tokens, redactor, Plane(url, SCOPE), limit)


def failure(arm: Arm, **options: Any) -> str:
    with arm, pytest.raises(ListingError) as caught:
        lister(arm.url, **options).fetch()
    return str(caught.value)


def test_the_deployments_of_the_resource_are_listed(behind: identity.Identity) -> None:
    given = [deployment("chat"), deployment("new", state="Creating"), deployment("o4", "o4-mini")]
    with Arm.of(CONTOSO, *given) as arm:
        listed = lister(arm.url).fetch()
    assert listed == (Listed("chat", "gpt-4o 2024-11-20"), Listed("o4", "o4-mini 2024-11-20"))
    assert [(asked.path, asked.version) for asked in arm.requests] == [
        ("/subscriptions", "2022-12-01"),
        (ACCOUNTS_OF_ONE, "2023-05-01"),
        (LIST, "2023-05-01"),
    ]
    assert {asked.headers["authorization"] for asked in arm.requests} == {f"Bearer {TOKEN}"}
    assert behind.scopes == [(SCOPE,)]


def test_every_page_is_read_and_no_subscription_behind_the_right_one() -> None:
    others = [account(f"other{number}", "two") for number in range(3)]
    names = [f"d{number}" for number in range(5)]
    resource = account("contoso", "two")
    lists = {
        "/subscriptions": [
            subscription("old", "Disabled"),
            *map(subscription, ("one", "two", "three")),
        ],
        f"/subscriptions/two/{ACCOUNTS}": [*others, resource],
        f"{resource['id']}/deployments": [deployment(name) for name in names],
    }
    with Arm(lists, size=2) as arm:
        listed = lister(arm.url).fetch()
    assert [one.name for one in listed] == names
    assert not any("old" in path or "three" in path for path in arm.paths)
    assert arm.paths.count(f"{resource['id']}/deployments") == 3


def test_a_subscription_that_refuses_does_not_hide_the_others() -> None:
    arm = Arm.of(CONTOSO, deployment("chat"))
    refused = f"/subscriptions/zero/{ACCOUNTS}"
    arm.lists = {**arm.lists, "/subscriptions": [subscription("zero"), subscription("one")]}
    arm.refuses = {refused: (403, {"error": {"code": "AuthorizationFailed", "message": "No."}})}
    with arm:
        assert [one.name for one in lister(arm.url).fetch()] == ["chat"]
    assert refused in arm.paths


def test_a_refusal_says_which_role_is_missing() -> None:
    said = {"error": {"code": "AuthorizationFailed", "message": f"No {TOKEN} may."}}
    arm = Arm.of(CONTOSO, refuses={LIST: (403, said)})
    assert failure(arm) == (
        "Azure refuses it with 403 (AuthorizationFailed). The role Cognitive Services OpenAI User "
        "on contoso allows it. No …6789 may."
    )


def test_a_resource_that_is_not_seen_is_told() -> None:
    lists = {"/subscriptions": [subscription("one"), subscription("two")]}
    assert "Your sign-in sees no contoso in 2 subscriptions. The role" in failure(Arm(lists))
    assert "Your sign-in sees no subscription. The role" in failure(Arm({"/subscriptions": []}))


@pytest.mark.parametrize(
    "onward",
    ["http://127.0.0.1:9/next", "https://evil.example/next", "http://me@{host}/x", "//evil/x"],
)
def test_the_token_follows_no_link_to_another_server(onward: str) -> None:
    with Arm({"/subscriptions": [subscription("one")]}) as arm:
        arm.onward = onward.replace("{host}", arm.url.removeprefix("http://"))
        with pytest.raises(ListingError, match="says that the list goes on at"):
            lister(arm.url).fetch()
    assert set(arm.paths) == {"/subscriptions", ACCOUNTS_OF_ONE}


def test_the_token_follows_no_redirect() -> None:
    arm = Arm(refuses={"/subscriptions": (302, {"error": {"message": "Elsewhere."}})})
    assert "Azure refuses it with 302. Elsewhere." in failure(arm)


def test_a_list_that_goes_round_in_a_circle_ends() -> None:
    with Arm({"/subscriptions": [subscription("one")]}) as arm:
        arm.onward = f"{arm.url}/subscriptions?api-version=2022-12-01"
        with pytest.raises(ListingError, match="no contoso in 1 subscription"):
            lister(arm.url).fetch()


def test_an_odd_name_stays_in_its_place_of_the_path() -> None:
    odd = "one/two?x=%2F#y"
    arm = Arm({"/subscriptions": [subscription(odd)]})
    assert "no contoso" in failure(arm)
    assert arm.requests[-1].path == f"/subscriptions/{odd}/{ACCOUNTS}"
    assert arm.requests[-1].version == "2023-05-01"


@pytest.mark.parametrize("body", [b"<html>Sign in</html>", b"", b"[1]", b'{"value": 7}'])
def test_what_is_no_list_is_told(body: bytes) -> None:
    words = failure(Arm(refuses={"/subscriptions": (200, body)}))
    assert "127.0.0.1 sent something else than a list" in words


def test_silence_ends_with_the_limit() -> None:
    arm = Arm.of(CONTOSO, silent=frozenset({ACCOUNTS_OF_ONE}))
    assert failure(arm, limit=0.3) == "127.0.0.1 has not told them in 0 s."


def test_a_server_that_is_not_there_is_told() -> None:
    with pytest.raises(ListingError, match=r"Nothing answers at 127\.0\.0\.1:9"):
        lister("http://127.0.0.1:9").fetch()


def test_a_list_that_nobody_waits_for_is_not_read_on() -> None:
    with Arm.of(CONTOSO, silent=frozenset({"/subscriptions"})) as arm:
        one = lister(arm.url)

        def fetch() -> None:
            with contextlib.suppress(ListingError):
                one.fetch()

        thread = threading.Thread(target=fetch)
        thread.start()
        assert arm.asked.wait(10.0)
        one.stop()
        arm.speak.set()
        thread.join(10.0)
        join("checkup")
    assert arm.paths == ["/subscriptions"]


def test_a_list_that_nobody_waits_for_is_not_begun() -> None:
    with Arm.of(CONTOSO) as arm:
        one = lister(arm.url)
        one.stop()
        with pytest.raises(ListingError, match="Nobody waits"):
            one.fetch()
    assert arm.paths == []


def test_a_sign_in_that_fails_says_what_to_do(behind: identity.Identity) -> None:
    behind.tokens = [RuntimeError("Nothing found.")]
    words = failure(Arm())
    assert words.startswith("This machine has no sign-in for Entra ID that works. Sign in with")


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    identity.uninstall(monkeypatch)
    assert "pip install 'aztui[entra]'" in failure(Arm())


def test_the_first_token_is_not_disturbed(behind: identity.Identity) -> None:
    """A prompt's token is kept beside, and asked for by itself."""
    tokens = TokenProvider(Auth.ENTRA, "https://inference/.default", lambda _: None)
    with Arm.of(CONTOSO, deployment("chat")) as arm:
        for _ in range(2):
            assert lister(arm.url, tokens=tokens).fetch()
    assert tokens.token(lambda _: None) == TOKEN
    assert behind.scopes == [(SCOPE,), ("https://inference/.default",)]


@pytest.mark.parametrize(
    ("host", "cloud"),
    [
        ("contoso.openai.azure.com", "com"),
        ("contoso.services.ai.azure.com", "com"),
        ("contoso.openai.azure.us", "us"),
        ("contoso.openai.azure.cn", "cn"),
    ],
)
def test_each_cloud_has_its_control_plane(host: str, cloud: str) -> None:
    assert plane(Endpoint(f"https://{host}/openai/v1", None)) is PLANES[cloud]


@pytest.mark.parametrize("host", ["gateway.example", "127.0.0.1:8080", "azure.us.evil.example"])
def test_what_is_no_azure_resource_has_no_list(host: str) -> None:
    assert plane(Endpoint(f"http://{host}", "2024-10-21")) is None


@pytest.mark.parametrize(
    "profile",
    [
        replace(PROFILE, auth=Auth.KEY, key=Secret("0123456789abcdef")),
        replace(PROFILE, auth=Auth.TOKEN, key=Secret("0123456789abcdef")),
        replace(PROFILE, auth=Auth.DEVICE_CODE),
        replace(PROFILE, endpoint=Endpoint("https://gateway.example", "2024-10-21")),
    ],
)
def test_only_a_sign_in_at_azure_that_is_made_already_has_a_list(profile: Profile) -> None:
    assert Engine(profile).lister() is None
    assert Engine(PROFILE).lister() is not None


def test_a_browser_is_not_opened_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZURE_TOKEN_CREDENTIALS", "InteractiveBrowserCredential")
    assert Engine(PROFILE).lister() is None


def signed_in(behind: identity.Identity) -> TokenProvider:
    """Tokens of a device code that was typed already."""
    tokens = TokenProvider(Auth.DEVICE_CODE, "https://inference/.default", lambda _: None)
    behind.browser.set()
    tokens.token(lambda _: None)
    return tokens


def test_a_device_codes_sign_in_is_good_for_it_too(behind: identity.Identity) -> None:
    tokens = signed_in(behind)
    assert tokens.silent
    with Arm.of(CONTOSO, deployment("chat")) as arm:
        made = lister(arm.url, replace(PROFILE, auth=Auth.DEVICE_CODE), tokens)
        assert [one.name for one in made.fetch()] == ["chat"]
    assert behind.scopes == [("https://inference/.default",), (SCOPE,)]
    assert [name for name, _ in behind.made] == ["DeviceCodeCredential"]


def test_nobody_is_asked_for_another_code(behind: identity.Identity) -> None:
    tokens = signed_in(behind)
    behind.forgets = True
    shown: list[SignIn] = []
    profile = replace(PROFILE, auth=Auth.DEVICE_CODE)
    words = failure(Arm(), profile=profile, tokens=tokens)
    assert words == ("Your sign-in is not good for 127.0.0.1: It asks for a sign-in of its own.")
    assert tokens.token(shown.append) == TOKEN
    assert shown == []
