"""The way to a model, one check at a time: each failing line against what makes it fail."""

from __future__ import annotations

import email.utils
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from aztui.azure import client, reach
from aztui.azure.certificate import Certificate
from aztui.azure.probe import Probe
from aztui.azure.reach import Greeting, Secured
from aztui.core.checkup import Check, State, examine
from aztui.core.events import SignIn
from aztui.core.profile import Auth, Endpoint, Profile, Secret
from aztui.core.request import Api
from aztui.emulator.scripted import ScriptedReplies
from aztui.emulator.server import Emulator
from tests.support import identity
from tests.support.emulator import CERTIFICATE, CERTIFICATE_KEY, EXPIRED, Logbook
from tests.support.hostile import Hostile, Peer
from tests.support.sockets import silent, unreachable

KEY = "made-up-key-0123456789abcdef"
V1 = "/openai/v1"


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
def trust(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """For tests that say in SSL_CERT_FILE which certificates are trusted."""
    client._trust.cache_clear()
    yield monkeypatch
    client._trust.cache_clear()


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    with Emulator(ScriptedReplies(), key=KEY) as emulator:
        yield emulator


def profile(url: str, deployment: str = "demo", version: str | None = "2024-10-21") -> Profile:
    return Profile("test", Endpoint(url, version), Secret(KEY), deployment, Api.CHAT)


def refuse(asked: SignIn) -> None:
    raise AssertionError(asked)


def checked(asked: Profile) -> dict[str, Check]:
    looks = Probe(asked, "KEY in a test", refuse).looks()
    return {check.name: check for check in examine(looks)}


def failing(asked: Profile) -> Check:
    """The only check that fails; all before it pass, all that need it are stopped by it."""
    made = checked(asked)
    [failed] = [check for check in made.values() if check.state is State.FAIL]
    after = list(made)[list(made).index(failed.name) + 1 :]
    assert all(made[name].stopped_by == failed.name for name in after if name != "clock")
    assert failed.fix
    assert KEY not in str(made)
    return failed


@pytest.mark.parametrize("api", Api)
def test_all_is_well(api: Api) -> None:
    log = Logbook()
    with Emulator(ScriptedReplies(), key=KEY, log=log) as emulator:
        version = None if api is Api.RESPONSES else "2024-10-21"
        url = emulator.url + (V1 if version is None else "")
        made = checked(replace(profile(url, version=version), api=api))
    assert {check.state for check in made.values()} == {State.PASS, State.SKIP}
    assert [name for name, check in made.items() if check.state is State.SKIP] == ["tls"]
    assert made["credential"].says == "the key …cdef (KEY in a test) is accepted"
    # Nothing was generated: a request with a body that no model reads, and one with none.
    assert {entry["status"] for entry in log.wait(2)} == {404, 400}


@pytest.mark.parametrize(
    ("fault", "name", "says", "fix"),
    [
        ("401", "credential", "does not accept the key …cdef", "Check the key"),
        ("apim", "credential", "(401)", "key"),
        ("403", "credential", "lets only certain networks in", "VPN"),
        ("404", "deployment", "There is no demo--404 on", "name"),
        ("operation", "api", "does not answer the chat API", "--api"),
        ("500", "deployment", "had an error of its own", "ry again"),
        ("503", "deployment", "too much to do", "Wait 2 s and try again"),
        ("html", "deployment", "sent a page", "Check the endpoint"),
    ],
)
def test_each_refusal_fails_its_line(
    emulator: Emulator, fault: str, name: str, says: str, fix: str
) -> None:
    failed = failing(profile(emulator.url, f"demo--{fault}"))
    assert failed.name == name
    assert says in failed.says
    assert fix in failed.fix


@pytest.mark.parametrize("fault", ["401", "404", "operation"])
@pytest.mark.parametrize("api", Api)
def test_v1_refuses_likewise(emulator: Emulator, api: Api, fault: str) -> None:
    asked = replace(profile(emulator.url + V1, f"demo--{fault}", None), api=api)
    names = {"401": "credential", "404": "deployment", "operation": "api"}
    assert failing(asked).name == names[fault]


def test_a_wrong_key(emulator: Emulator) -> None:
    asked = replace(profile(emulator.url), key=Secret("another-key-0123456789abcdef"))
    assert failing(asked).name == "credential"


def test_a_sign_in_that_this_machine_cannot_do(emulator: Emulator) -> None:
    failed = failing(replace(profile(emulator.url), key=None, auth=Auth.ENTRA))
    assert failed.name == "credential"
    assert "aztui[entra]" in failed.fix or "az login" in failed.fix


def test_a_sign_in_is_a_credential(monkeypatch: pytest.MonkeyPatch) -> None:
    identity.install(monkeypatch, "token-0123456789abcdef")
    with Emulator(ScriptedReplies(), key="token-0123456789abcdef") as emulator:
        asked = replace(profile(emulator.url), key=None, auth=Auth.ENTRA)
        made = checked(asked)
    assert made["credential"].state is State.PASS
    assert "token-0123456789abcdef" not in str(made)


def test_an_api_version_that_is_none_of_azures(emulator: Emulator) -> None:
    failed = failing(profile(emulator.url, version="2024-10-21-beta"))
    assert failed.name == "api-version"
    assert "nothing at this address" in failed.says or "api-version" in failed.says
    assert "api-version=2024-10-21-beta" in failed.detail


def test_an_api_version_that_aztui_does_not_know_is_worth_a_word(emulator: Emulator) -> None:
    check = checked(profile(emulator.url, version="2031-01-01"))["api-version"]
    assert check.state is State.WARN
    assert check.says == "2031-01-01 is none that aztui knows, but it is taken"


def test_a_server_without_the_path(emulator: Emulator) -> None:
    failed = failing(profile(emulator.url + "/elsewhere", version=None))
    assert failed.name == "api"
    assert "/elsewhere/chat/completions" in failed.detail


def test_a_rate_limit_fails_nothing(emulator: Emulator) -> None:
    made = checked(profile(emulator.url, "demo--429"))
    assert made["api"].state is State.WARN
    assert "rate limit" in made["api"].says
    assert made["deployment"].state is State.PASS


def test_a_server_that_never_answers(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reach, "LIMIT", 0.3)
    failed = failing(profile(emulator.url, "demo--hang"))
    assert failed.name == "credential"
    assert "did not answer within" in failed.says


def test_nothing_listens() -> None:
    with unused_port() as port:
        failed = failing(profile(f"http://127.0.0.1:{port}"))
    assert failed.name == "tcp"
    assert failed.says == f"Nothing answers at 127.0.0.1:{port}"


def test_a_connection_that_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reach, "LIMIT", 0.3)
    with unreachable() as port:
        failed = failing(profile(f"http://127.0.0.1:{port}"))
    assert failed.name == "tcp"
    assert "did not take the connection" in failed.says


def test_an_address_that_is_silent_is_told_where_another_answers(
    emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reach, "LIMIT", 0.6)
    with unreachable() as port:
        [(family, where)] = reach.addresses(reach.first_hop(profile(emulator.url)))
        both = [(family, ("127.0.0.1", port)), (family, where)]
        monkeypatch.setattr(reach, "addresses", lambda _hop: both)
        check = checked(profile(emulator.url))["tcp"]
    assert check.state is State.WARN
    assert f"but 127.0.0.1:{port} does not" in check.says


def test_a_name_that_does_not_resolve() -> None:
    failed = failing(profile("https://aztui.invalid"))
    assert failed.name == "dns"
    assert failed.says == "The name aztui.invalid cannot be found"


def test_name_servers_that_are_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    def stuck(*_: object, **__: object) -> None:
        time.sleep(2)

    monkeypatch.setattr(socket, "getaddrinfo", stuck)
    monkeypatch.setattr(reach, "LIMIT", 0.1)
    since = time.monotonic()
    failed = failing(profile("https://contoso.openai.azure.com"))
    assert failed.name == "dns"
    assert "within" in failed.says
    assert time.monotonic() - since < 1.5


def test_a_proxy_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    with unused_port() as port:
        monkeypatch.setenv("HTTPS_PROXY", f"http://ana:hush@127.0.0.1:{port}")
        made = checked(profile("https://contoso.openai.azure.com"))
    assert made["proxy"].says == f"127.0.0.1:{port} is used (HTTPS_PROXY, with a sign-in)"
    assert made["tcp"].says == f"Nothing answers at the proxy 127.0.0.1:{port}"
    assert "NO_PROXY" in made["tcp"].fix
    assert "hush" not in str(made)


def test_a_proxy_that_nobody_can_use(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "gopher://127.0.0.1:70")
    failed = failing(profile("https://contoso.openai.azure.com"))
    assert failed.name == "proxy"
    assert "HTTPS_PROXY" in failed.fix


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n", "sign-in"),
        (b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n", "did not let"),
    ],
)
def test_a_proxy_that_lets_nobody_through(
    monkeypatch: pytest.MonkeyPatch, answer: bytes, says: str
) -> None:
    def script(peer: Peer) -> None:
        peer.request()
        peer.send(answer)

    with Hostile(script) as server:
        monkeypatch.setenv("HTTPS_PROXY", server.url)
        failed = failing(profile("https://contoso.openai.azure.com"))
    assert failed.name == "tls"
    assert says in failed.says


def test_no_proxy_leaves_it_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "aztui.invalid")
    assert checked(profile("https://aztui.invalid"))["proxy"].says == "none is used"


def test_a_certificate_that_is_not_trusted() -> None:
    with secure(CERTIFICATE) as emulator:
        failed = failing(profile(emulator.url))
    assert failed.name == "tls"
    assert "is not trusted" in failed.says
    assert "certificate of 127.0.0.1, issued by 127.0.0.1" in failed.detail
    assert "SSL_CERT_FILE" in failed.fix


def test_a_certificate_that_is_trusted(trust: pytest.MonkeyPatch) -> None:
    trust.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    with secure(CERTIFICATE) as emulator:
        made = checked(profile(emulator.url))
    assert made["tls"].state is State.PASS
    assert made["tls"].says.startswith("TLSv1.")
    assert "certificate of 127.0.0.1, issued by 127.0.0.1" in made["tls"].says
    assert made["api"].state is State.PASS


def test_a_certificate_that_has_expired(trust: pytest.MonkeyPatch) -> None:
    trust.setenv("SSL_CERT_FILE", str(EXPIRED))
    with secure(EXPIRED) as emulator:
        failed = failing(profile(emulator.url))
    assert failed.name == "tls"
    assert "has expired" in failed.says
    assert "issued by 127.0.0.1, Contoso Inspection" in failed.detail


def test_a_certificate_of_another_name(trust: pytest.MonkeyPatch) -> None:
    trust.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    with secure(CERTIFICATE) as emulator:
        failed = failing(profile(emulator.url.replace("127.0.0.1", "localhost")))
    assert failed.name == "tls"
    assert "is for another name" in failed.says


def test_certificates_that_cannot_be_read(trust: pytest.MonkeyPatch) -> None:
    trust.setenv("SSL_CERT_FILE", "/nowhere/ca.pem")
    with secure(CERTIFICATE) as emulator:
        failed = failing(profile(emulator.url))
    assert failed.name == "tls"
    assert "SSL_CERT_FILE" in failed.fix


def test_a_handshake_that_never_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reach, "LIMIT", 0.5)
    with silent() as server:
        failed = failing(profile(f"https://127.0.0.1:{server.port}"))
    assert failed.name == "tls"
    assert "took the connection, but made it no secure one" in failed.says


def test_plain_http_behind_https(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reach, "LIMIT", 0.5)
    with Emulator(ScriptedReplies()) as emulator:
        failed = failing(profile(emulator.url.replace("http:", "https:")))
    assert failed.name == "tls"
    assert "http://" in failed.fix


@pytest.mark.parametrize(
    ("issuer", "days", "state", "words"),
    [
        ("Microsoft Azure RSA TLS Issuing CA 04, Microsoft Corporation", 90, State.PASS, "90 days"),
        ("DigiCert Inc", 3, State.WARN, "3 days"),
        ("Zscaler Root CA, Zscaler Inc.", 90, State.WARN, "something on the way reads"),
    ],
)
def test_whose_certificate_azure_has(
    monkeypatch: pytest.MonkeyPatch, issuer: str, days: int, state: State, words: str
) -> None:
    now = datetime.now(UTC)
    until = now + timedelta(days=days, hours=1)
    shown = Certificate("*.openai.azure.com", issuer, now, until)
    greeting = Greeting(Secured("TLSv1.3", shown, 0.03), ahead=0.0)
    monkeypatch.setattr(reach, "greet", lambda _profile: greeting)
    check = Probe(profile("https://contoso.openai.azure.com"), "", refuse).looks()["tls"]()
    assert check.state is state
    assert words in check.says
    assert issuer in check.says


@pytest.mark.parametrize(
    ("behind", "auth", "state", "words"),
    [
        (30, Auth.KEY, State.PASS, "agrees"),
        (400, Auth.KEY, State.WARN, "7 min ahead of"),
        (-400, Auth.KEY, State.WARN, "7 min behind"),
        (200, Auth.TOKEN, State.WARN, "3 min"),
        (400, Auth.TOKEN, State.FAIL, "has tokens refused"),
    ],
)
def test_the_clock(behind: float, auth: Auth, state: State, words: str) -> None:
    def script(peer: Peer) -> None:
        date = email.utils.formatdate(time.time() - behind, usegmt=True).encode()
        head = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nDate: " + date + b"\r\n\r\n"
        peer._read()
        peer.send(head)
        peer.request()
        peer.send(head)

    with Hostile(script) as server:
        check = checked(replace(profile(server.url), auth=auth))["clock"]
    assert check.state is state
    assert words in check.says


@contextmanager
def secure(certificate: object) -> Iterator[Emulator]:
    cert = EXPIRED if certificate is EXPIRED else CERTIFICATE
    with Emulator(ScriptedReplies(), key=KEY, cert=cert, key_file=CERTIFICATE_KEY) as emulator:
        yield emulator


@contextmanager
def unused_port() -> Iterator[int]:
    """A port on which nothing listens, kept from anybody else."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]
