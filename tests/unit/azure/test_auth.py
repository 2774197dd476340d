"""Tokens: got once, kept while they last, and every waiting user told where to sign in."""

from __future__ import annotations

import logging
import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from aztui.azure.auth import MissingIdentityError, SignInError, TokenProvider, provider, scope
from aztui.core.events import SignIn
from aztui.core.profile import Auth, Endpoint, Profile, Secret
from aztui.core.request import Api
from tests.support import identity
from tests.support.fakes import Clock

DATED = Endpoint("https://contoso.openai.azure.com", "2024-10-21")
SCOPE = "https://cognitiveservices.azure.com/.default"


def tokens(
    auth: Auth = Auth.ENTRA, clock: Clock | None = None, learnt: list[Secret] | None = None
) -> TokenProvider:
    return TokenProvider(
        auth, SCOPE, ([] if learnt is None else learnt).append, clock or Clock(1_000.0)
    )


def nobody(_: SignIn) -> None:
    raise AssertionError("Nobody has to sign in.")


@pytest.mark.parametrize(
    ("url", "version", "expected"),
    [
        (DATED.url, "2024-10-21", SCOPE),
        (f"{DATED.url}/openai/v1", None, "https://ai.azure.com/.default"),
        ("https://contoso.services.ai.azure.com", "2024-10-21", SCOPE),
        ("https://gateway.example/azure", "2024-10-21", SCOPE),
        (
            "https://contoso.openai.azure.us/openai/v1",
            None,
            "https://cognitiveservices.azure.us/.default",
        ),
        (
            "https://contoso.openai.azure.cn",
            "2024-10-21",
            "https://cognitiveservices.azure.cn/.default",
        ),
        ("https://azure.us.evil.example", "2024-10-21", SCOPE),
    ],
)
def test_each_family_and_cloud_has_its_scope(url: str, version: str | None, expected: str) -> None:
    assert scope(Endpoint(url, version)) == expected


def test_a_token_is_got_once(monkeypatch: pytest.MonkeyPatch) -> None:
    behind = identity.install(monkeypatch, "one", "two")
    asked = tokens()
    assert [asked.token(nobody), asked.token(nobody)] == ["one", "one"]
    assert behind.scopes == [(SCOPE,)]
    assert behind.made == [("DefaultAzureCredential", {})]


def test_a_token_is_replaced_five_minutes_before_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    behind = identity.install(monkeypatch, "one", "two")
    behind.expires_on = 4_600
    clock = Clock(1_000.0)
    asked = tokens(clock=clock)
    assert asked.token(nobody) == "one"
    clock.move(3_299)
    assert asked.token(nobody) == "one"
    clock.move(2)
    assert asked.token(nobody) == "two"
    assert len(behind.made) == 1


def test_each_new_token_is_learnt_to_be_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    identity.install(monkeypatch, "one", "two").expires_on = 0
    learnt: list[Secret] = []
    asked = tokens(learnt=learnt)
    asked.token(nobody)
    asked.token(nobody)
    assert learnt == [Secret("one"), Secret("two")]


def test_a_failure_is_told_by_its_first_sentence_and_tried_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    identity.install(monkeypatch, ValueError("No sign-in works. Attempted:\n\tThis: no"), "one")
    asked = tokens()
    with pytest.raises(SignInError) as caught:
        asked.token(nobody)
    assert str(caught.value) == "No sign-in works."
    assert caught.value.auth is Auth.ENTRA
    assert asked.token(nobody) == "one"


@pytest.mark.parametrize("auth", [Auth.ENTRA, Auth.DEVICE_CODE])
def test_without_the_package_it_says_so(auth: Auth, monkeypatch: pytest.MonkeyPatch) -> None:
    identity.uninstall(monkeypatch)
    with pytest.raises(MissingIdentityError, match="azure"):
        tokens(auth).token(nobody)


def test_a_device_code_is_shown_and_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZURE_TENANT_ID", "contoso")
    behind = identity.install(monkeypatch, "one")
    shown: list[SignIn] = []

    def sign_in(where: SignIn) -> None:
        shown.append(where)
        behind.browser.set()

    assert tokens(Auth.DEVICE_CODE).token(sign_in) == "one"
    assert shown == [SignIn(identity.URL, identity.CODE)]
    assert behind.made == [("DeviceCodeCredential", {"tenant_id": "contoso"})]


def test_who_comes_while_a_sign_in_is_under_way_is_told_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    behind = identity.install(monkeypatch, "one")
    asked = tokens(Auth.DEVICE_CODE)
    first, second = threading.Event(), threading.Event()
    got: list[str] = []

    def wait(told: threading.Event) -> threading.Thread:
        thread = threading.Thread(target=lambda: got.append(asked.token(lambda _: told.set())))
        thread.start()
        assert told.wait(10.0)
        return thread

    threads = [wait(first), wait(second)]
    assert not got
    behind.browser.set()
    for thread in threads:
        thread.join(10.0)
    assert got == ["one", "one"]
    assert len(behind.scopes) == 1
    assert asked.token(nobody) == "one"


def test_what_the_packages_log_does_not_get_on_the_screen(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    identity.install(monkeypatch, "one")
    tokens().token(nobody)
    for name in ("azure.identity._credentials.chained", "msal.application", "urllib3.connection"):
        logging.getLogger(name).warning("loud")
    assert not caplog.records


@pytest.mark.parametrize("auth", [Auth.KEY, Auth.TOKEN])
def test_a_profile_with_a_credential_needs_no_provider(auth: Auth) -> None:
    profile = Profile("p", DATED, Secret("k"), "d", Api.CHAT, auth=auth)
    assert provider(profile, lambda _: None) is None


AZ = """#!/bin/sh
echo '{"accessToken": "from-az", "expires_on": 4000000000, "tokenType": "Bearer"}'
"""


def test_the_real_package_gives_what_az_says(tmp_path: Path) -> None:
    pytest.importorskip("azure.identity", reason="azure-identity is not installed")
    az = tmp_path / "az"
    az.write_text(AZ)
    az.chmod(az.stat().st_mode | stat.S_IXUSR)
    code = (
        "from aztui.azure.auth import TokenProvider; from aztui.core.profile import Auth;"
        f"print(TokenProvider(Auth.ENTRA, {SCOPE!r}, lambda _: None).token(print))"
    )
    environ = os.environ | {
        "PATH": f"{tmp_path}:{os.environ['PATH']}",
        "AZURE_TOKEN_CREDENTIALS": "AzureCliCredential",
    }
    done = subprocess.run(
        [sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=True
    )
    assert (done.stdout, done.stderr) == ("from-az\n", "")


def test_the_real_package_says_in_a_sentence_that_nobody_is_signed_in(tmp_path: Path) -> None:
    pytest.importorskip("azure.identity", reason="azure-identity is not installed")
    code = (
        "from aztui.azure.auth import SignInError, TokenProvider\n"
        "from aztui.core.profile import Auth\n"
        f"asked = TokenProvider(Auth.ENTRA, {SCOPE!r}, lambda _: None)\n"
        "try: asked.token(print)\n"
        "except SignInError as error: print(error)\n"
    )
    environ = os.environ | {
        "PATH": str(tmp_path),
        "HOME": str(tmp_path),
        "AZURE_TOKEN_CREDENTIALS": "AzureCliCredential",
    }
    done = subprocess.run(
        [sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
    assert done.stdout.count("\n") == 1
    assert "failed to retrieve a token" in done.stdout
