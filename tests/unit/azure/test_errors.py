"""Every failure names its cause in Azure's words, and what to do next."""

from __future__ import annotations

import errno
import json
import socket
import ssl
from dataclasses import replace
from typing import Any

import httpx2
import openai
import pytest

from aztui.azure.client import UnusableKeyError, UnusableProxyError, UnusableTrustError
from aztui.azure.decode.body import NotAnAnswerError
from aztui.azure.dialects import DIALECTS
from aztui.azure.errors import explain
from aztui.core.problem import Kind, Problem
from aztui.core.profile import Auth, Endpoint, Profile, Secret
from aztui.core.request import Api, Message, Request, RequestError

KEY = "0123456789abcdef"
AZURE = Endpoint("https://contoso.openai.azure.com", "2024-02-01")
REQUEST = Request(Api.COMPLETIONS, "gpt-4o-mni", (Message("user", "Hi"),))


def profile(endpoint: Endpoint = AZURE, key: str | None = KEY) -> Profile:
    secret = None if key is None else Secret(key)
    return Profile("p", endpoint, secret, "gpt-4o-mni", Api.COMPLETIONS)


def refused(
    status: int,
    body: Any,
    headers: dict[str, str] | None = None,
    endpoint: Endpoint = AZURE,
    key: str | None = KEY,
    *,
    auth: Auth = Auth.KEY,
) -> Problem:
    """What a response of a server becomes, through the real SDK."""

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
    dialect = DIALECTS[Api.COMPLETIONS]
    asking = dialect.body(REQUEST, endpoint.api_version)
    opening = dialect.open(client, REQUEST.deployment, asking)
    with pytest.raises(openai.APIStatusError) as caught, opening:
        pass
    asked = replace(profile(endpoint, key), auth=auth)
    return explain(caught.value, asked, REQUEST)


def error(code: str | None, message: str, **more: Any) -> dict[str, Any]:
    return {"error": {"code": code, "message": message, **more}}


NOT_DEPLOYED = "The API deployment for this resource does not exist."
WRONG_MODEL = "The completion operation does not work with the specified model, gpt-4o."
FILTERED = {
    "code": "ResponsibleAIPolicyViolation",
    "content_filter_result": {
        "hate": {"filtered": True, "severity": "high"},
        "violence": {"filtered": False, "severity": "safe"},
    },
}


@pytest.mark.parametrize(
    ("status", "body", "kind", "title", "fix"),
    [
        (
            401,
            error("401", "Access denied due to invalid subscription key or wrong API endpoint."),
            Kind.AUTHENTICATION,
            "contoso does not accept the key …cdef",
            "Keys and Endpoint",
        ),
        (
            401,
            {"statusCode": 401, "message": "Access denied due to missing subscription key."},
            Kind.AUTHENTICATION,
            "contoso does not accept the key …cdef",
            "Keys and Endpoint",
        ),
        (
            403,
            error("403", "Access denied due to Virtual Network/Firewall rules."),
            Kind.PERMISSION,
            "contoso lets only certain networks in, and not this one",
            "Networking",
        ),
        (
            403,
            error("403", "This resource has been temporarily blocked."),
            Kind.PERMISSION,
            "contoso does not allow this request",
            "Cognitive Services OpenAI User",
        ),
        (
            404,
            error("DeploymentNotFound", NOT_DEPLOYED),
            Kind.NOT_FOUND,
            "The deployment gpt-4o-mni does not exist on contoso",
            "Deployments",
        ),
        (
            404,
            error("404", "Resource not found"),
            Kind.NOT_FOUND,
            "contoso has nothing at this address",
            "api-version (2024-02-01)",
        ),
        (
            400,
            error("OperationNotSupported", WRONG_MODEL),
            Kind.BAD_REQUEST,
            "gpt-4o-mni does not answer the completions API",
            "--api chat",
        ),
        (
            400,
            error("content_filter", "It was filtered.", innererror=FILTERED),
            Kind.CONTENT_FILTER,
            "The content filter refused the prompt for hate (high)",
            "Reword",
        ),
        (
            400,
            error("context_length_exceeded", "This model's maximum context length is 4097 tokens."),
            Kind.BAD_REQUEST,
            "Prompt and answer together are longer than the model's context",
            "Shorten",
        ),
        (
            400,
            error("unsupported_parameter", "Unsupported parameter: …", param="max_tokens"),
            Kind.BAD_REQUEST,
            "gpt-4o-mni does not take the parameter max_tokens of this request",
            "-o KEY=VALUE",
        ),
        (
            400,
            error(None, "Unrecognized request argument supplied: stream_options"),
            Kind.BAD_REQUEST,
            "gpt-4o-mni does not take a parameter of this request",
            "-o KEY=VALUE",
        ),
        (
            400,
            error("unsupported_value", "Unsupported value: …", param="temperature"),
            Kind.BAD_REQUEST,
            "gpt-4o-mni does not take this value for the parameter temperature",
            "-o KEY=VALUE",
        ),
        (
            400,
            error("BadRequest", "Something else."),
            Kind.BAD_REQUEST,
            "Azure refused the request",
            "Change",
        ),
        (
            407,
            error("407", "Sign in."),
            Kind.CONNECTION,
            "A proxy on the way to contoso asks for a sign-in",
            "HTTPS_PROXY",
        ),
        (
            413,
            error("413", "Too large."),
            Kind.BAD_REQUEST,
            "The prompt is too large for contoso",
            "Shorten",
        ),
        (
            429,
            error("429", "… exceeded token rate limit. Please retry after 60 seconds."),
            Kind.RATE_LIMIT,
            "The rate limit of gpt-4o-mni is used up for now",
            "Wait 60 s",
        ),
        (
            500,
            error(None, "The server had an error while processing your request."),
            Kind.SERVER,
            "Azure had an error of its own",
            "in a moment",
        ),
        (
            504,
            error(None, "Gateway timeout."),
            Kind.TIMEOUT,
            "Azure took too long to answer",
            "fewer tokens",
        ),
    ],
)
def test_azures_refusals(status: int, body: Any, kind: Kind, title: str, fix: str) -> None:
    problem = refused(status, body)
    assert (problem.kind, problem.title, problem.status) == (kind, title, status)
    assert fix in problem.fix
    said = body["error"]["message"] if "error" in body else body["message"]
    assert problem.detail.startswith(said)


def test_a_filter_says_what_it_found() -> None:
    problem = refused(400, error("content_filter", "It was filtered.", innererror=FILTERED))
    assert problem.title == "The content filter refused the prompt for hate (high)"
    assert problem.detail == "It was filtered."


def test_a_refusal_says_what_was_asked_and_which_ids_support_wants() -> None:
    ids = {"x-request-id": "1", "apim-request-id": "2", "x-ms-region": "Sweden Central"}
    problem = refused(500, "", headers={**ids, "x-other": "3"})
    assert problem.asked == (
        "https://contoso.openai.azure.com/openai/deployments/gpt-4o-mni/completions"
        "?api-version=2024-02-01"
    )
    assert dict(problem.ids) == ids


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"retry-after": "9"}, "9 s"),
        ({"retry-after-ms": "1500", "retry-after": "9"}, "2 s"),
        ({"retry-after": "Wed, 21 Oct 2026 07:28:00 GMT"}, "a minute"),
        ({}, "a minute"),
    ],
)
def test_a_rate_limit_says_how_long_to_wait(headers: dict[str, str], wait: str) -> None:
    assert f"Wait {wait} and" in refused(429, error("429", "Slow down."), headers).fix


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        ("", "502 Bad Gateway"),
        ("<html>\n<h1>Bad gateway</h1>", "<html> <h1>Bad gateway</h1>"),
        ("[1]", "[1]"),
        ({"detail": "No."}, "No."),
        ({"error": "No."}, "No."),
    ],
)
def test_bodies_of_other_shapes_are_shown(body: Any, detail: str) -> None:
    assert refused(502, body).detail == detail


def test_other_servers_are_named_by_their_host() -> None:
    local = Endpoint("http://127.0.0.1:8080/v1", None)
    missing = refused(404, error("404", "Not found"), endpoint=local)
    assert missing.title == "127.0.0.1:8080 has nothing at this address"
    assert "--api chat" in missing.fix
    keyless = refused(401, error("401", "No key."), endpoint=local, key=None)
    assert keyless.title == "127.0.0.1:8080 asks for a key, and this profile has none"
    unknown = refused(404, error("model_not_found", "No."), endpoint=local)
    assert "Azure" not in unknown.title + unknown.fix
    assert "log" in refused(500, "", endpoint=local).fix
    assert refused(500, "", endpoint=local).title == "127.0.0.1:8080 had an error of its own"


@pytest.mark.parametrize(
    ("auth", "version", "title", "fix"),
    [
        (Auth.TOKEN, "2024-02-01", "the token …cdef", "--resource https://cognitiveservices."),
        (Auth.TOKEN, None, "the token …cdef", "--resource https://ai.azure.com)"),
        (Auth.ENTRA, None, "your Entra ID sign-in", "Cognitive Services OpenAI User"),
        (Auth.DEVICE_CODE, "2024-02-01", "your Entra ID sign-in", "tenant"),
    ],
)
def test_a_refused_credential_is_named_for_what_it_is(
    auth: Auth, version: str | None, title: str, fix: str
) -> None:
    endpoint = Endpoint(AZURE.url, version)
    problem = refused(401, error("401", "No."), endpoint=endpoint, auth=auth)
    assert title in problem.title
    assert fix in problem.fix


def unreached(
    cause: BaseException, url: str = AZURE.url + "/openai?api-version=1&sig=x"
) -> Problem:
    """What a failed connection becomes: wrapped as httpcore2, httpx2 and the SDK wrap it."""
    failed = openai.APIConnectionError(request=httpx2.Request("POST", url))
    wrapped = cause
    if not isinstance(cause, httpx2.RequestError):
        wrapped = httpx2.ConnectError(str(cause))
        wrapped.__context__ = cause
    failed.__cause__ = wrapped
    endpoint = Endpoint(url, None)
    return explain(failed, profile(endpoint), REQUEST)


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
            httpx2.ProxyError("407 Proxy Authentication Required"),
            Kind.CONNECTION,
            "The proxy that the environment names did not let the request through",
        ),
        (
            httpx2.ConnectTimeout("timed out"),
            Kind.TIMEOUT,
            "contoso.openai.azure.com was silent for 5 s",
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


@pytest.mark.parametrize(("bypass", "told"), [("", True), ("contoso.openai.azure.com", False)])
def test_a_proxy_of_the_environment_is_suspected_where_it_is_used(
    bypass: str, told: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.test:3128")
    monkeypatch.setenv("NO_PROXY", bypass)
    assert ("HTTPS_PROXY" in unreached(ConnectionRefusedError(111, "refused")).fix) == told


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
    assert ("with http://" in unreached(cause, url).fix) == told


@pytest.mark.parametrize(
    ("raised", "kind", "words"),
    [
        (httpx2.ReadError("reset"), Kind.CONNECTION, "in the middle of the answer"),
        (httpx2.RemoteProtocolError("incomplete"), Kind.CONNECTION, "in the middle of the answer"),
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
        (UnusableProxyError("no socksio"), Kind.CONNECTION, "proxy"),
        (UnusableTrustError("no such file"), Kind.CONNECTION, "certificates"),
        (httpx2.InvalidURL("bad port"), Kind.BAD_REQUEST, "no address"),
        (ZeroDivisionError("division by zero"), Kind.INTERNAL, "inside aztui"),
        (RecursionError(), Kind.INTERNAL, "inside aztui"),
        (KeyboardInterrupt(), Kind.INTERNAL, "inside aztui"),
    ],
)
def test_everything_else(raised: BaseException, kind: Kind, words: str) -> None:
    problem = explain(raised, profile(), REQUEST)
    assert problem.kind is kind
    assert words in problem.title
    assert problem.detail
    assert problem.fix
