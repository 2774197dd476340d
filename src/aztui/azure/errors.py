"""Any exception to a problem that a user can act on."""

from __future__ import annotations

import errno
import socket
import ssl
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import httpx2
from openai import APIConnectionError, APIStatusError, NotFoundError

from aztui.azure import outages, ratelimit, refusals
from aztui.azure.auth import MissingIdentityError, SignInError
from aztui.azure.client import (
    TIMEOUT,
    UnusableKeyError,
    UnusableProxyError,
    UnusableTrustError,
)
from aztui.azure.decode.body import NotAnAnswerError
from aztui.azure.decode.wire_error import read_error
from aztui.azure.following import Unfinished
from aztui.azure.lane import ids
from aztui.azure.outages import Way
from aztui.azure.reading import LateRefusalError, NothingCameError
from aztui.azure.route import EXTENSION, Route
from aztui.azure.rules import Refusal
from aztui.core.problem import Kind, Problem
from aztui.core.profile import INSTALL_ENTRA, Auth, Profile
from aztui.core.request import Request, RequestError
from aztui.core.run import NO_FINISH, NOTHING_CAME

_SHOWN: Final = 300
_UNREACHABLE: Final = frozenset({errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN})


def explain(
    error: BaseException, profile: Profile, request: Request, *, resumes: bool = False
) -> Problem:
    """Say what an exception means that ended a request. Total.

    The credential may still be in the texts: `redact` takes it out.

    Args:
        error: what was raised.
        profile: whom we asked.
        request: what we asked.
        resumes: whether an answer was to be taken up again that the service keeps.
    """
    match error:
        case APIStatusError():
            forgotten = resumes and isinstance(error, NotFoundError)
            return _forgotten(error) if forgotten else _refused(error, profile, request)
        case APIConnectionError():
            return replace(_before_answer(error), asked=shown_url(error.request.url))
        case httpx2.RequestError():
            return replace(_in_answer(error, profile), asked=_asked(error))
        case LateRefusalError() | NotAnAnswerError() | NothingCameError() | Unfinished():
            return _no_answer(error, profile.endpoint.host)
        case RequestError():
            return Problem(
                Kind.BAD_REQUEST,
                "The request cannot be put into JSON",
                str(error),
                "Correct the option, and send the prompt again.",
            )
        case MissingIdentityError() | SignInError():
            return _not_signed_in(error)
        case UnusableKeyError() | UnusableProxyError() | UnusableTrustError():
            return _unusable(error)
        case httpx2.InvalidURL():
            return _no_address(str(error))
        case _:
            return _internal(error)


def shown_url(url: httpx2.URL) -> str:
    """Return a URL without anything in it that could be a secret."""
    version = url.params.get("api-version")
    return str(
        url.copy_with(
            userinfo=b"", fragment=None, params={"api-version": version} if version else {}
        )
    )


def _refused(error: APIStatusError, profile: Profile, request: Request) -> Problem:
    response = error.response
    said = read_error(error.body)
    if not error.body:
        said = replace(said, message=f"{error.status_code} {response.reason_phrase}".strip())
    elif isinstance(error.body, str):
        said = replace(said, message=_beginning(error.body))
    if location := response.headers.get("location"):
        said = replace(said, message=f"{said.message} {_location(response, location)}".strip())
    wait = ratelimit.wait(error.status_code, response.headers, said.message, time.time())
    refusal = Refusal(error.status_code, said, profile, request, wait)
    return replace(
        refusals.problem(refusal), asked=shown_url(error.request.url), ids=ids(response.headers)
    )


def _forgotten(error: APIStatusError) -> Problem:
    return Problem(
        Kind.SERVER,
        "The service does not know this answer any more, so that it cannot be taken up again",
        read_error(error.body).message,
        "Send the prompt again; what came is kept.",
        error.status_code,
        shown_url(error.request.url),
        ids(error.response.headers),
    )


def _location(response: httpx2.Response, location: str) -> str:
    try:
        return shown_url(response.request.url.join(location))
    except (httpx2.InvalidURL, ValueError):
        return location


def _before_answer(error: APIConnectionError) -> Problem:
    way = _way(error.request)
    # The deepest cause says most: the system's error below httpcore2's below httpx2's.
    for cause in reversed(list(_causes(error))):
        problem = _system_failure(cause, way) or _http_failure(cause, way)
        if problem is not None:
            return problem
    return outages.failed(way, str(error.__cause__ or error))


def _system_failure(cause: BaseException, way: Way) -> Problem | None:
    match cause:
        case socket.gaierror():
            return outages.unknown_name(way, str(cause))
        case ConnectionRefusedError():
            return outages.refused(way, str(cause))
        case ssl.SSLCertVerificationError():
            return outages.distrusted(way, cause)
        case ssl.SSLError():
            return outages.insecure(way, str(cause))
        case OSError() if cause.errno in _UNREACHABLE:
            return outages.unreachable(way, str(cause))
        case _:
            return None


def _http_failure(cause: BaseException, way: Way) -> Problem | None:
    detail = str(cause)
    match cause:
        case httpx2.ProxyError():
            return outages.turned_away(way, detail)
        case httpx2.UnsupportedProtocol():
            return _no_address(detail)
        case httpx2.TimeoutException():
            return _timeout(cause, way)
        case httpx2.RemoteProtocolError() if "without sending a response" not in detail:
            return outages.not_http(way, detail)
        case httpx2.RemoteProtocolError() | httpx2.ReadError() | httpx2.WriteError():
            return outages.hung_up(way, detail)
        case _:
            return None


def _in_answer(error: httpx2.RequestError, profile: Profile) -> Problem:
    way = _way_of(error, profile)
    match error:
        case httpx2.TimeoutException():
            return _timeout(error, way)
        case httpx2.DecodingError():
            return Problem(
                Kind.PROTOCOL,
                "The answer came compressed in a way that cannot be read",
                str(error),
                "Send the prompt again; if it happens again, a proxy damages the answer.",
            )
        case _:
            return outages.broke_off(way, str(error))


def _timeout(error: httpx2.TimeoutException, way: Way) -> Problem:
    match error:
        case httpx2.ConnectTimeout():
            return outages.not_taken(way, str(error), TIMEOUT.connect or 0)
        case httpx2.WriteTimeout():
            return outages.not_read(way, str(error), TIMEOUT.write or 0)
        case _:
            return outages.silent(way, str(error), TIMEOUT.read or 0)


def _no_answer(
    error: LateRefusalError | NotAnAnswerError | NothingCameError | Unfinished, host: str
) -> Problem:
    match error:
        case Unfinished():
            return NO_FINISH
        case LateRefusalError():
            return replace(error.problem, ids=ids(error.headers))
        case NotAnAnswerError():
            return _something_else(error, host)
        case NothingCameError():
            return Problem(
                Kind.PROTOCOL,
                f"{host} ended the stream before any text or finish reason came",
                fix=NOTHING_CAME.fix,
            )


def _something_else(error: NotAnAnswerError, host: str) -> Problem:
    kind = error.content_type.partition(";")[0].strip() or "no stated type"
    what = "a page" if "html" in kind else "something else"
    return Problem(
        Kind.PROTOCOL,
        f"{host} sent {what} ({kind}) and not an answer",
        _beginning(error.beginning.decode("utf-8", "replace")),
        "Check the endpoint: most likely it leads to a website, a sign-in page or a proxy.",
        asked=shown_url(httpx2.URL(error.url)) if error.url else "",
    )


def _no_address(detail: str) -> Problem:
    return Problem(
        Kind.BAD_REQUEST,
        "The endpoint is no address that can be asked",
        detail,
        "Give it as https://NAME.openai.azure.com, or as the portal shows it.",
    )


def _not_signed_in(error: MissingIdentityError | SignInError) -> Problem:
    match error:
        case MissingIdentityError():
            return Problem(
                Kind.AUTHENTICATION,
                "This profile signs in with Entra ID, for which a package is missing",
                str(error),
                f"Install it: {INSTALL_ENTRA}",
            )
        case SignInError(auth=Auth.DEVICE_CODE):
            return Problem(
                Kind.AUTHENTICATION,
                "The sign-in with Entra ID did not succeed",
                str(error),
                "Send the prompt again for a new code; AZURE_TENANT_ID in the environment names "
                "the tenant where you are a guest.",
            )
        case SignInError():
            return Problem(
                Kind.AUTHENTICATION,
                "This machine has no sign-in for Entra ID that works",
                str(error),
                'Sign in with `az login`; or write auth = "device-code" into the profile in '
                "config.toml; or set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET in "
                "the environment.",
            )


def _unusable(error: UnusableKeyError | UnusableProxyError | UnusableTrustError) -> Problem:
    match error:
        case UnusableKeyError():
            return Problem(
                Kind.AUTHENTICATION,
                "The key holds characters that cannot be sent in an HTTP header",
                "Keys are plain letters, digits and punctuation, without spaces at the ends.",
                "Copy the key again, without line ends and quotation marks.",
            )
        case UnusableProxyError() if "socksio" in str(error):
            return Problem(
                Kind.CONNECTION,
                "The proxy that the environment names speaks SOCKS, which needs a further package",
                "The package socksio is not installed.",
                "Install it beside aztui (pip install socksio), or name an http proxy instead.",
            )
        case UnusableProxyError():
            return Problem(
                Kind.CONNECTION,
                "The proxy that the environment names cannot be used",
                str(error),
                "Correct or unset HTTPS_PROXY, HTTP_PROXY and ALL_PROXY.",
            )
        case UnusableTrustError():
            return Problem(
                Kind.CONNECTION,
                "The certificates to judge servers by cannot be read",
                str(error),
                "Correct or unset SSL_CERT_FILE and SSL_CERT_DIR.",
            )


def _internal(error: BaseException) -> Problem:
    return Problem(
        Kind.INTERNAL,
        "Something went wrong inside aztui",
        f"{type(error).__name__}: {error}",
        "What came is kept. Send the prompt again; if it happens again, please report it with "
        "these words.",
    )


def _way(request: httpx2.Request) -> Way:
    host, name = (
        part.decode("ascii", "replace") for part in (request.url.netloc, request.url.raw_host)
    )
    return Way(host, name, request.extensions.get(EXTENSION) or Route())


def _way_of(error: httpx2.RequestError, profile: Profile) -> Way:
    try:
        return _way(error.request)
    except RuntimeError:  # httpx2's, where an error has no request
        host = profile.endpoint.host
        return Way(host, host)


def _asked(error: httpx2.RequestError) -> str:
    try:
        return shown_url(error.request.url)
    except RuntimeError:
        return ""


def _beginning(page: str) -> str:
    return " ".join(page.split())[:_SHOWN]


def _causes(error: BaseException) -> Iterator[BaseException]:
    # httpcore2's pool re-raises `from None`, which hides the cause but not the context.
    seen: set[int] = set()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        yield cause
        cause = cause.__cause__ or cause.__context__
