"""Connections that fail, each in its phase, with and without a proxy: what the user is told."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import httpx2
import pytest

from aztui.core.events import Event, Opened, RunId, Stamped, TextDelta
from aztui.core.problem import Kind, Problem
from aztui.core.profile import Endpoint, Profile, Secret
from aztui.core.request import Api
from aztui.core.run import Phase, Run, reduce
from tests.support.emulator import CERTIFICATE, CERTIFICATE_KEY
from tests.support.engines import KEY, prompt, running
from tests.support.hostile import DEADLINE, Hostile, Peer, reset_on_close
from tests.support.recorder import Recorder
from tests.support.sockets import silent, unreachable

NAME: Final = "contoso.openai.azure.com"
AZURE: Final = f"https://{NAME}"
EXPIRED: Final = CERTIFICATE.with_name("expired.pem")
OTHER: Final = CERTIFICATE.with_name("other.pem")
PASSWORD: Final = "proxy-password"
WITHOUT_PROXY: Final = f"NO_PROXY={NAME}"


def run(url: str, hear: Callable[[Event], None] = lambda _: None) -> Run:
    """Ask a server once, as the screen and the command line do; `hear` gets the events too."""
    request = prompt()
    profile = Profile("test", Endpoint(url, "2024-02-01"), Secret(KEY), "instruct", Api.COMPLETIONS)
    got = Recorder()

    def take(stamped: Stamped) -> None:
        hear(stamped.event)
        got(stamped)

    with running(profile) as engine:
        engine.start(request, RunId("1"), take)
        got.end()
    made = Run(RunId("1"), request, 0.0)
    for stamped in got.stamped:
        made = reduce(made, stamped)
    return made


def told(url: str) -> Problem:
    """What a run that fails with nothing received is told to have failed of."""
    failed = run(url)
    assert failed.phase is Phase.FAILED
    assert failed.problem is not None
    assert failed.problem.asked.startswith(url)
    assert failed.problem.fix
    return failed.problem


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have every wait end soon; what is told is still the real time."""
    monkeypatch.setattr("aztui.azure.client.TIMEOUT", httpx2.Timeout(0.3))


@pytest.fixture(autouse=True)
def no_proxy_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


def serving(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, CERTIFICATE_KEY)
    return context


def trust(monkeypatch: pytest.MonkeyPatch, certificate: Path) -> None:
    trusting = ssl.create_default_context(cafile=certificate)
    monkeypatch.setattr("aztui.azure.client._trust", lambda: trusting)


def cannot_find(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: Any, **__: Any) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)


def test_a_name_that_nobody_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    cannot_find(monkeypatch)
    problem = told(AZURE)
    assert problem.title == f"The name {NAME} cannot be found"
    assert "spelling" in problem.fix


def test_nobody_listens() -> None:
    with Hostile(lambda _: None) as server:
        pass
    assert told(server.url).title == f"Nothing answers at 127.0.0.1:{server.port}"


@pytest.mark.usefixtures("impatient")
def test_nobody_takes_the_connection() -> None:
    with unreachable() as port:
        problem = told(f"http://127.0.0.1:{port}")
    assert problem.kind is Kind.TIMEOUT
    assert problem.title == f"127.0.0.1:{port} did not take the connection within 5 s"


@pytest.mark.usefixtures("impatient")
def test_silence_in_the_handshake() -> None:
    with silent() as server:
        problem = told(f"https://127.0.0.1:{server.port}")
    assert problem.kind is Kind.TIMEOUT
    assert "took the connection, but made it no secure one" in problem.title
    assert "begin the endpoint with http://" in problem.fix


@pytest.mark.parametrize(
    ("certificate", "trusted", "title", "fix"),
    [
        (CERTIFICATE, OTHER, "The certificate of {} is not trusted", "SSL_CERT_FILE"),
        (EXPIRED, EXPIRED, "The certificate of {} has expired", "clock"),
        (OTHER, OTHER, "The certificate that came from {} is for another name", "spelling"),
    ],
)
def test_a_certificate_that_is_none_to_trust(
    certificate: Path, trusted: Path, title: str, fix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    trust(monkeypatch, trusted)
    with Hostile(lambda peer: peer.await_close(), serving(certificate)) as server:
        problem = told(server.url)
        assert not server.requests
    assert problem.kind is Kind.CONNECTION
    assert problem.title == title.format(f"127.0.0.1:{server.port}")
    assert fix in problem.fix
    assert "certificate verify failed" in problem.detail


def test_no_tls_at_all() -> None:
    def script(peer: Peer) -> None:
        peer.socket.recv(65536)
        peer.send(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
        peer.await_close()

    with Hostile(script) as server:
        problem = told(server.url.replace("http:", "https:"))
    assert problem.title == f"No secure connection to 127.0.0.1:{server.port} can be made"
    assert "begin the endpoint with http://" in problem.fix


@pytest.mark.usefixtures("impatient")
def test_silence_before_the_headers() -> None:
    def script(peer: Peer) -> None:
        peer.request()
        peer.await_close()

    with Hostile(script) as server:
        problem = told(server.url)
    assert problem.kind is Kind.TIMEOUT
    assert problem.title == f"127.0.0.1:{server.port} was silent for 600 s"


@pytest.mark.parametrize(
    ("text", "phase", "where", "kept"),
    [
        ([], Phase.FAILED, "before any text came", False),
        (["half"], Phase.CUT, "in the middle of the answer", True),
    ],
)
@pytest.mark.parametrize("ends", ["silence", "end", "reset"])
@pytest.mark.usefixtures("impatient")
def test_an_answer_that_stops(
    ends: str, text: list[str], phase: Phase, where: str, *, kept: bool
) -> None:
    heard, wanted = threading.Event(), TextDelta if text else Opened

    def script(peer: Peer) -> None:
        peer.request()
        peer.head()
        peer.say(*text)
        assert heard.wait(DEADLINE)
        if ends == "silence":
            peer.await_close()
        elif ends == "reset":
            reset_on_close(peer)

    with Hostile(script) as server:
        failed = run(server.url, lambda event: heard.set() if isinstance(event, wanted) else None)
    assert failed.phase is phase
    assert failed.problem is not None
    assert failed.problem.title.startswith(
        f"127.0.0.1:{server.port} was silent for 600 s"
        if ends == "silence"
        else f"The connection to 127.0.0.1:{server.port} broke off"
    )
    assert failed.problem.title.endswith(where)
    assert ("what came is kept" in failed.problem.fix) == kept
    assert failed.text == "".join(text)


# Proxies. An https endpoint is asked through CONNECT, so that the proxy answers first.


@contextlib.contextmanager
def proxied(monkeypatch: pytest.MonkeyPatch, script: Any) -> Iterator[Hostile]:
    """A proxy that the environment names, with a password."""
    with Hostile(script) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://user:{PASSWORD}@127.0.0.1:{proxy.port}")
        yield proxy


def assert_about_proxy(problem: Problem, title: str) -> None:
    assert problem.title == title
    assert "HTTPS_PROXY" in problem.fix
    assert WITHOUT_PROXY in problem.fix
    assert PASSWORD not in repr(problem)


def test_a_proxy_whose_name_nobody_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://user:{PASSWORD}@proxy.test:3128")
    cannot_find(monkeypatch)
    assert_about_proxy(told(AZURE), "The name of the proxy proxy.test:3128 cannot be found")


def test_a_proxy_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    with proxied(monkeypatch, lambda _: None) as proxy:
        pass
    assert_about_proxy(told(AZURE), f"Nothing answers at the proxy 127.0.0.1:{proxy.port}")


@pytest.mark.parametrize(
    ("answer", "title"),
    [
        (b"407 Proxy Authentication Required", "The proxy {} asks for a sign-in"),
        (b"502 Bad Gateway", "The proxy {} did not let the request through"),
        (b"403 Forbidden", "The proxy {} did not let the request through"),
    ],
)
def test_a_proxy_that_refuses(answer: bytes, title: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def script(peer: Peer) -> None:
        peer.request()
        peer.send(b"HTTP/1.1 %b\r\nContent-Length: 0\r\n\r\n" % answer)
        peer.await_close()

    with proxied(monkeypatch, script) as proxy:
        problem = told(AZURE)
        (asked,) = proxy.requests
    assert asked.line.startswith(f"CONNECT {NAME}:443 ")
    assert_about_proxy(problem, title.format(f"127.0.0.1:{proxy.port}"))
    assert problem.detail == answer.decode()


def test_a_proxy_that_hangs_up(monkeypatch: pytest.MonkeyPatch) -> None:
    def script(peer: Peer) -> None:
        peer.request()

    with proxied(monkeypatch, script) as proxy:
        problem = told(AZURE)
    title = f"The proxy 127.0.0.1:{proxy.port} closed the connection without an answer"
    assert_about_proxy(problem, title)


@pytest.mark.usefixtures("impatient")
def test_a_proxy_that_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def script(peer: Peer) -> None:
        peer.request()
        peer.await_close()

    with proxied(monkeypatch, script) as proxy:
        problem = told(AZURE)
    assert_about_proxy(problem, f"The proxy 127.0.0.1:{proxy.port} was silent for 600 s")


def test_what_fails_behind_a_proxy_is_the_servers_and_the_proxy_suspected(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def script(peer: Peer) -> None:
        peer.request()
        peer.send(b"HTTP/1.1 200 Connection established\r\n\r\n")
        peer.socket.recv(65536)
        peer.send(b"this is no TLS at all\r\n")
        peer.await_close()

    with proxied(monkeypatch, script) as proxy:
        problem = told(AZURE)
    assert problem.title == f"No secure connection to {NAME} can be made"
    assert f"through the proxy 127.0.0.1:{proxy.port} (HTTPS_PROXY)" in problem.fix
    assert PASSWORD not in repr(problem)


def test_a_server_that_no_proxy_is_for_is_asked_directly(monkeypatch: pytest.MonkeyPatch) -> None:
    cannot_find(monkeypatch)
    with proxied(monkeypatch, lambda peer: peer.await_close()) as proxy:
        monkeypatch.setenv("NO_PROXY", NAME)
        problem = told(AZURE)
        assert proxy.connections == 0
    assert problem.title == f"The name {NAME} cannot be found"
    assert "PROXY" not in problem.fix
