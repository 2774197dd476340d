"""Tokens over real sockets: which header they travel in, and what a user sees of a sign-in."""

from __future__ import annotations

from dataclasses import replace

import pytest

from aztui.core.events import Cause, Ended, Opened, RunId, SignIn
from aztui.core.problem import Kind
from aztui.core.profile import Auth, Profile, Secret
from tests.support import identity
from tests.support.engines import KEY, profile, prompt, running
from tests.support.hostile import Hostile, Peer
from tests.support.recorder import Recorder

TOKEN = "eyJ0eXAi.made-up-token.0123456789"
FAMILIES = pytest.mark.parametrize("version", ["2024-02-01", None])


def answering(peer: Peer) -> None:
    peer.request()
    peer.answer("Hello")
    peer.await_close()


def signing_in(server: Hostile, auth: Auth, version: str | None = "2024-02-01") -> Profile:
    return replace(profile(server, version=version), key=None, auth=auth)


def asked(profile: Profile) -> Recorder:
    got = Recorder()
    with running(profile) as engine:
        engine.start(prompt(), RunId("1"), got)
        got.end()
    return got


@FAMILIES
def test_a_token_travels_as_a_bearer(version: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZURE_OPENAI_API_KEY", "ambient")
    with Hostile(answering) as server:
        got = asked(replace(profile(server, version=version), key=Secret(TOKEN), auth=Auth.TOKEN))
    assert got.text == "Hello"
    (request,) = server.requests
    assert request.headers["authorization"] == f"Bearer {TOKEN}"
    assert "api-key" not in request.headers


@FAMILIES
def test_entra_brings_its_own_token(version: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AZURE_OPENAI_API_KEY", "AZURE_OPENAI_AD_TOKEN", "OPENAI_API_KEY"):
        monkeypatch.setenv(name, "ambient")
    behind = identity.install(monkeypatch, TOKEN)
    with Hostile(answering) as server:
        got = asked(signing_in(server, Auth.ENTRA, version))
    assert got.text == "Hello"
    (request,) = server.requests
    assert request.headers["authorization"] == f"Bearer {TOKEN}"
    assert "api-key" not in request.headers
    assert behind.threads == ["run 1"]


def test_a_token_is_renewed_between_requests_of_one_connection(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def twice(peer: Peer) -> None:
        for _ in range(2):
            peer.request()
            peer.answer("Hello")
        peer.await_close()

    behind = identity.install(monkeypatch, "first-token", "second-token")
    behind.expires_on = 0
    with Hostile(twice) as server, running(signing_in(server, Auth.ENTRA)) as engine:
        for run in ("1", "2"):
            got = Recorder()
            engine.start(prompt(), RunId(run), got)
            assert got.end() == Ended(Cause.CLOSED)
    bearers = [request.headers["authorization"] for request in server.requests]
    assert bearers == ["Bearer first-token", "Bearer second-token"]
    assert server.connections == 1


def test_a_device_code_is_an_event_of_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    behind = identity.install(monkeypatch, TOKEN)
    got = Recorder()
    with Hostile(answering) as server, running(signing_in(server, Auth.DEVICE_CODE)) as engine:
        engine.start(prompt(), RunId("1"), got)
        got.wait(lambda recorder: bool(recorder.events))
        assert got.events == [SignIn(identity.URL, identity.CODE)]
        behind.browser.set()
        got.end()
    assert got.text == "Hello"
    assert any(isinstance(event, Opened) for event in got.events)


def test_a_sign_in_can_be_left_at_once_and_taken_up_again(monkeypatch: pytest.MonkeyPatch) -> None:
    behind = identity.install(monkeypatch, TOKEN)
    first, second = Recorder(), Recorder()
    with Hostile(answering) as server, running(signing_in(server, Auth.DEVICE_CODE)) as engine:
        run = engine.start(prompt(), RunId("1"), first)
        first.wait(lambda recorder: bool(recorder.events))
        run.cancel()
        assert first.ends == [Ended(Cause.CANCELLED)]
        assert not server.requests
        engine.start(prompt(), RunId("2"), second)
        second.wait(lambda recorder: bool(recorder.events))
        assert second.events == [SignIn(identity.URL, identity.CODE)]
        behind.browser.set()
        second.end()
    assert second.text == "Hello"
    assert len(first.events) == 2


@pytest.mark.parametrize("auth", [Auth.ENTRA, Auth.DEVICE_CODE])
def test_without_the_package_nothing_is_sent(auth: Auth, monkeypatch: pytest.MonkeyPatch) -> None:
    identity.uninstall(monkeypatch)
    with Hostile(answering) as server:
        ended = asked(signing_in(server, auth)).end()
    assert ended.problem is not None
    assert ended.problem.kind is Kind.AUTHENTICATION
    assert "pip install 'aztui[entra]'" in ended.problem.fix
    assert not server.requests


def test_a_sign_in_that_fails_says_why_and_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    identity.install(monkeypatch, RuntimeError("Nothing found. Attempted:\n\tA: no"))
    with Hostile(answering) as server:
        ended = asked(signing_in(server, Auth.ENTRA)).end()
    problem = ended.problem
    assert problem is not None
    assert (problem.kind, problem.detail) == (Kind.AUTHENTICATION, "Nothing found.")
    for way in ("az login", 'auth = "device-code"', "AZURE_CLIENT_SECRET"):
        assert way in problem.fix
    assert not server.requests


@FAMILIES
def test_a_token_that_a_server_repeats_is_not_shown(
    version: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refusing(peer: Peer) -> None:
        said = peer.request().headers["authorization"]
        body = b'{"error": {"code": "401", "message": "Bad: %s"}}' % said.encode()
        peer.plain("401 Unauthorized", "application/json", body, f"x-request-id: {TOKEN}")

    identity.install(monkeypatch, TOKEN)
    with Hostile(refusing) as server:
        got = asked(signing_in(server, Auth.ENTRA, version))
    assert TOKEN not in repr(got.events)
    problem = got.end().problem
    assert problem is not None
    assert "Bad: Bearer …6789" in problem.detail
    assert "does not accept your Entra ID sign-in" in problem.title


def test_the_key_of_a_profile_without_a_sign_in_is_sent_as_before() -> None:
    with Hostile(answering) as server:
        asked(profile(server))
    assert server.requests[0].headers["api-key"] == KEY
