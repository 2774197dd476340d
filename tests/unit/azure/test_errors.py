"""What an exception becomes: whose fault, in which phase, and what to do next."""

from __future__ import annotations

import errno
import socket
import ssl

import httpx2
import openai
import pytest

from aztui.azure.client import UnusableKeyError, UnusableProxyError, UnusableTrustError
from aztui.azure.decode.body import NotAnAnswerError
from aztui.azure.errors import explain
from aztui.azure.reading import NothingCameError
from aztui.azure.route import EXTENSION, Route
from aztui.core.problem import Kind, Problem
from aztui.core.profile import Endpoint
from aztui.core.request import RequestError
from tests.support.refused import AZURE, profile, request

HOST = "contoso.openai.azure.com"
DIRECT = Route(f"{HOST}:443", f"{HOST}:443", secured=True)
TO_PROXY = Route(f"{HOST}:443", "proxy.test:3128")
THROUGH_PROXY = Route(f"{HOST}:443", "proxy.test:3128", secured=True)
WITHOUT_PROXY = f"NO_PROXY={HOST}"


def unreached(
    cause: BaseException,
    url: str = AZURE.url + "/openai?api-version=1&sig=x",
    route: Route | None = None,
) -> Problem:
    """What a failed connection becomes: wrapped as httpcore2, httpx2 and the SDK wrap it."""
    sent = httpx2.Request("POST", url, extensions={EXTENSION: route} if route else {})
    failed = openai.APIConnectionError(request=sent)
    wrapped = cause
    if not isinstance(cause, httpx2.RequestError):
        wrapped = httpx2.ConnectError(str(cause))
        wrapped.__context__ = cause
    failed.__cause__ = wrapped
    endpoint = Endpoint(url, None)
    return explain(failed, profile(endpoint), request())


@pytest.mark.parametrize(
    ("cause", "kind", "title"),
    [
        (
            socket.gaierror(-2, "Name or service not known"),
            Kind.CONNECTION,
            "The name contoso.openai.azure.com cannot be found",
        ),
        (
            ConnectionRefusedError(111, "Connection refused"),
            Kind.CONNECTION,
            "Nothing answers at contoso.openai.azure.com",
        ),
        (
            ssl.SSLCertVerificationError("certificate verify failed"),
            Kind.CONNECTION,
            "The certificate of contoso.openai.azure.com is not trusted",
        ),
        (
            ssl.SSLError("wrong version number"),
            Kind.CONNECTION,
            "No secure connection to contoso.openai.azure.com can be made",
        ),
        (
            OSError(errno.ENETUNREACH, "Network is unreachable"),
            Kind.CONNECTION,
            "There is no way from this machine to contoso.openai.azure.com",
        ),
        (
            httpx2.ConnectTimeout("timed out"),
            Kind.TIMEOUT,
            "contoso.openai.azure.com did not take the connection within 5 s",
        ),
        (
            httpx2.ReadTimeout("timed out"),
            Kind.TIMEOUT,
            "contoso.openai.azure.com was silent for 600 s",
        ),
        (
            httpx2.UnsupportedProtocol("missing protocol"),
            Kind.BAD_REQUEST,
            "The endpoint is no address that can be asked",
        ),
        (
            httpx2.RemoteProtocolError("illegal status line"),
            Kind.PROTOCOL,
            "What contoso.openai.azure.com sends is not HTTP",
        ),
        (
            httpx2.ReadError("Connection reset by peer"),
            Kind.CONNECTION,
            "contoso.openai.azure.com closed the connection without an answer",
        ),
        (
            OSError(errno.EMFILE, "Too many open files"),
            Kind.CONNECTION,
            "The connection to contoso.openai.azure.com failed",
        ),
    ],
)
def test_connections_that_fail(cause: BaseException, kind: Kind, title: str) -> None:
    problem = unreached(cause)
    assert (problem.kind, problem.title) == (kind, title)
    assert str(cause) in problem.detail
    assert problem.fix
    assert problem.asked == AZURE.url + "/openai?api-version=1"


def test_the_deepest_cause_is_the_one_that_is_told() -> None:
    reset = httpx2.ReadError("[SSL] record layer failure")
    reset.__context__ = ssl.SSLError("record layer failure")
    assert unreached(reset).title.startswith("No secure connection to")


def test_a_server_on_this_machine_that_is_down_should_be_started() -> None:
    problem = unreached(ConnectionRefusedError(111, "refused"), "http://localhost:8080/v1")
    assert problem.title == "Nothing answers at localhost:8080"
    assert problem.fix == "Start the server, or check its port."


@pytest.mark.parametrize(
    ("code", "title"),
    [
        (10, "The certificate of contoso.openai.azure.com has expired"),
        (9, "The certificate of contoso.openai.azure.com is not valid yet"),
        (62, "The certificate that came from contoso.openai.azure.com is for another name"),
        (64, "The certificate that came from contoso.openai.azure.com is for another name"),
        (18, "The certificate of contoso.openai.azure.com is not trusted"),
        (20, "The certificate of contoso.openai.azure.com is not trusted"),
    ],
)
def test_what_is_wrong_with_a_certificate_is_said(code: int, title: str) -> None:
    cause = ssl.SSLCertVerificationError("certificate verify failed")
    cause.verify_code = code
    assert unreached(cause).title == title


@pytest.mark.parametrize(
    ("cause", "kind", "title"),
    [
        (
            socket.gaierror(-2, "Name or service not known"),
            Kind.CONNECTION,
            "The name of the proxy proxy.test:3128 cannot be found",
        ),
        (
            ConnectionRefusedError(111, "Connection refused"),
            Kind.CONNECTION,
            "Nothing answers at the proxy proxy.test:3128",
        ),
        (
            httpx2.ConnectTimeout("timed out"),
            Kind.TIMEOUT,
            "The proxy proxy.test:3128 did not take the connection within 5 s",
        ),
        (
            httpx2.ReadTimeout("timed out"),
            Kind.TIMEOUT,
            "The proxy proxy.test:3128 was silent for 600 s",
        ),
        (
            httpx2.ProxyError("407 Proxy Authentication Required"),
            Kind.CONNECTION,
            "The proxy proxy.test:3128 asks for a sign-in",
        ),
        (
            httpx2.ProxyError("502 Bad Gateway"),
            Kind.CONNECTION,
            "The proxy proxy.test:3128 did not let the request through",
        ),
        (
            httpx2.RemoteProtocolError("Server disconnected without sending a response."),
            Kind.CONNECTION,
            "The proxy proxy.test:3128 closed the connection without an answer",
        ),
        (
            httpx2.RemoteProtocolError("illegal status line"),
            Kind.PROTOCOL,
            "What the proxy proxy.test:3128 sends is not HTTP",
        ),
        (
            ssl.SSLError("wrong version number"),
            Kind.CONNECTION,
            "No secure connection to the proxy proxy.test:3128 can be made",
        ),
        (
            OSError(errno.EMFILE, "Too many open files"),
            Kind.CONNECTION,
            "The connection to the proxy proxy.test:3128 failed",
        ),
    ],
)
def test_a_proxy_that_fails_is_named_first(cause: BaseException, kind: Kind, title: str) -> None:
    problem = unreached(cause, route=TO_PROXY)
    assert (problem.kind, problem.title) == (kind, title)
    assert "HTTPS_PROXY" in problem.fix
    assert WITHOUT_PROXY in problem.fix


@pytest.mark.parametrize(
    "cause",
    [
        ssl.SSLError("wrong version number"),
        ssl.SSLCertVerificationError("certificate verify failed"),
        httpx2.ConnectTimeout("handshake timed out"),
        httpx2.ReadError("Connection reset by peer"),
    ],
)
def test_a_server_that_fails_behind_a_proxy_is_named_and_the_proxy_suspected(
    cause: BaseException,
) -> None:
    problem = unreached(cause, route=THROUGH_PROXY)
    assert HOST in problem.title
    assert "through the proxy proxy.test:3128 (HTTPS_PROXY)" in problem.fix
    assert "HTTPS_PROXY" not in unreached(cause, route=DIRECT).fix


def test_a_handshake_that_hangs_is_not_a_server_that_is_away() -> None:
    problem = unreached(httpx2.ConnectTimeout("handshake timed out"), route=DIRECT)
    assert problem.kind is Kind.TIMEOUT
    assert problem.title == f"{HOST} took the connection, but made it no secure one within 5 s"


@pytest.mark.parametrize(
    ("cause", "url", "told"),
    [
        (httpx2.ConnectTimeout("handshake timed out"), "https://127.0.0.1:8080", True),
        (ssl.SSLError("wrong version number"), "https://127.0.0.1:8080", True),
        (httpx2.ConnectTimeout("timed out"), "http://127.0.0.1:8080", False),
        (httpx2.ReadTimeout("timed out"), "https://127.0.0.1:8080", False),
        (ssl.SSLError("wrong version number"), AZURE.url, False),
    ],
)
def test_a_server_on_this_machine_may_want_plain_http(
    cause: BaseException, url: str, *, told: bool
) -> None:
    address = url.partition("//")[2]
    route = Route(address, address, secured=url.startswith("https"))
    assert ("with http://" in unreached(cause, url, route).fix) == told


@pytest.mark.parametrize(
    ("raised", "kind", "words"),
    [
        (httpx2.ReadError("reset"), Kind.CONNECTION, "openai.azure.com broke off"),
        (httpx2.RemoteProtocolError("cut"), Kind.CONNECTION, "openai.azure.com broke off"),
        (httpx2.ReadTimeout("timed out"), Kind.TIMEOUT, "silent for 600 s"),
        (httpx2.DecodingError("bad gzip"), Kind.PROTOCOL, "compressed"),
        (
            NotAnAnswerError("text/html; x", b"<p>\n Hi"),
            Kind.PROTOCOL,
            "contoso.openai.azure.com sent a page (text/html) and not an answer",
        ),
        (
            NotAnAnswerError("application/json", b"{}"),
            Kind.PROTOCOL,
            "contoso.openai.azure.com sent something else (application/json) and not an answer",
        ),
        (NotAnAnswerError("", b"\xff"), Kind.PROTOCOL, "something else (no stated type)"),
        (RequestError("x is NaN."), Kind.BAD_REQUEST, "put into JSON"),
        (UnusableKeyError(), Kind.AUTHENTICATION, "HTTP header"),
        (UnusableProxyError("'socksio' is not installed"), Kind.CONNECTION, "SOCKS"),
        (UnusableProxyError("Unknown scheme"), Kind.CONNECTION, "cannot be used"),
        (UnusableTrustError("no such file"), Kind.CONNECTION, "certificates"),
        (httpx2.InvalidURL("bad port"), Kind.BAD_REQUEST, "no address"),
        (ZeroDivisionError("division by zero"), Kind.INTERNAL, "inside aztui"),
        (RecursionError(), Kind.INTERNAL, "inside aztui"),
        (KeyboardInterrupt(), Kind.INTERNAL, "inside aztui"),
    ],
)
def test_everything_else(raised: BaseException, kind: Kind, words: str) -> None:
    problem = explain(raised, profile(), request())
    assert problem.kind is kind
    assert words in problem.title
    assert problem.detail
    assert problem.fix


def test_a_stream_in_which_nothing_came_names_the_host() -> None:
    problem = explain(NothingCameError(), profile(), request())
    assert problem.kind is Kind.PROTOCOL
    assert problem.title.startswith(f"{HOST} ended the stream before any text")
    assert problem.fix


def test_a_redirects_and_a_requests_secrets_are_not_in_the_url_that_was_asked() -> None:
    error = httpx2.ReadError("reset", request=httpx2.Request("POST", "https://u:p@h.test/a?k=1#f"))
    assert explain(error, profile(), request()).asked == "https://h.test/a"
