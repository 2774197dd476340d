"""The way to an endpoint, one step at a time, as an engine's lane would go it.

No credential is shown on it. Every step ends within `LIMIT`, whatever name servers and networks
do: what cannot be broken off is left behind in a daemon thread.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field, replace
from datetime import UTC, datetime
from typing import Any, Final, TypeAlias, TypeVar

import httpx2
from openai import APIConnectionError

from aztui.azure import certificate, client
from aztui.azure.certificate import Certificate
from aztui.azure.errors import explain
from aztui.azure.ratelimit import epoch
from aztui.azure.route import EXTENSION, Route, address
from aztui.core.data import dataclass
from aztui.core.problem import Problem
from aztui.core.profile import Profile
from aztui.core.request import Message, Request

LIMIT: Final = 5.0
"""Seconds for each step."""

_PORTS: Final = {"http": 80, "https": 443}
_T = TypeVar("_T")

SocketAddress: TypeAlias = tuple[Any, ...]
Target: TypeAlias = tuple[socket.AddressFamily, SocketAddress]


class _Seen(Exception):  # noqa: N818 - it is what was wanted
    """Enough of a connection was seen; nothing more is to be sent over it."""


@dataclass(frozen=True, slots=True)
class Hop:
    """Where the TCP connection leads.

    Attributes:
        host: a name or an address.
        port: the port.
        proxy: whether it is a proxy and not the server itself.
    """

    host: str
    port: int
    proxy: bool

    def __str__(self) -> str:
        return address(self.host, self.port)


@dataclass(frozen=True, slots=True)
class Connected:
    """An address that takes connections.

    Attributes:
        address: it, with the port.
        seconds: how long that took.
        silent: those that did not answer before it.
    """

    address: str
    seconds: float
    silent: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Secured:
    """A TLS connection.

    Attributes:
        version: such as `TLSv1.3`.
        certificate: the server's; None where it cannot be read.
        seconds: how long the handshake took.
    """

    version: str
    certificate: Certificate | None
    seconds: float


@dataclass(slots=True)
class Greeting:
    """How far a request without a credential came.

    Attributes:
        secured: the TLS connection; None where there is none.
        ahead: how many seconds our clock is ahead of the server's; None where it does not say.
        error: why no answer came; None where one did.
        route: the way that it went.
    """

    secured: Secured | None = None
    ahead: float | None = None
    error: Exception | None = None
    route: Route = field(default_factory=Route)


def within(call: Callable[[], _T], seconds: float | None = None) -> _T:
    """Call in another thread and wait for the result, for so long; `LIMIT` unless said.

    Raises:
        TimeoutError: it takes longer; what it still brings is dropped.
        Exception: whatever the call raises.
    """
    over = threading.Event()
    results: list[_T] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            results.append(call())
        except BaseException as error:  # noqa: BLE001 - raised again where it is waited for
            errors.append(error)
        over.set()

    threading.Thread(target=run, daemon=True, name="checkup").start()
    patience = LIMIT if seconds is None else seconds
    if not over.wait(patience):
        raise TimeoutError(f"no result within {patience:.0f} s")
    if errors:
        raise errors[0]
    return results[0]


def first_hop(profile: Profile) -> Hop:
    """Where a connection to a profile's endpoint would lead; nothing is sent.

    Raises:
        aztui.azure.client.UnusableProxyError: the environment names one that cannot be used.
        aztui.azure.client.UnusableTrustError: the certificates cannot be read.
    """
    found: list[tuple[str, int]] = []

    def note(event: str, info: Mapping[str, Any]) -> None:
        if event.endswith(".connect_tcp.started"):
            found.append((info["host"], info["port"]))
            raise _Seen

    def watch(request: httpx2.Request) -> None:
        request.extensions["trace"] = note

    with client.http_client(profile.endpoint.url, watch) as http, contextlib.suppress(_Seen):
        _head(http, profile)
    (host, port), own = found[0], _server(profile)
    return Hop(host, port, proxy=(host, port) != own)


def addresses(hop: Hop) -> list[Target]:
    """Look a name up.

    Raises:
        OSError: it has no address.
        TimeoutError: the name servers are silent.
    """
    found = within(lambda: socket.getaddrinfo(hop.host, hop.port, type=socket.SOCK_STREAM))
    return list(dict.fromkeys((family, where) for family, _, _, _, where in found))


def connect(targets: Sequence[Target]) -> Connected:
    """Connect to the first address that takes it, and let go of it again.

    Raises:
        OSError: none does; says why the first one does not.
    """
    silent: list[str] = []
    errors: list[OSError] = []
    for family, where in targets:
        name, since = address(where[0], where[1]), time.monotonic()
        try:
            with socket.socket(family, socket.SOCK_STREAM) as connection:
                connection.settimeout(LIMIT / len(targets))
                connection.connect(where)
        except TimeoutError as error:
            silent.append(name)
            errors.append(error)
        except OSError as error:
            errors.append(error)
        else:
            return Connected(name, time.monotonic() - since, tuple(silent))
    raise errors[0]


def greet(profile: Profile) -> Greeting:
    """Send a request that asks for nothing, and see how far it comes. Never raises.

    It is done with once there is an answer, whatever it says.
    """
    greeting = Greeting()
    watch = _Watch(profile, greeting)

    def send() -> tuple[httpx2.Response, float, float]:
        with client.http_client(profile.endpoint.url, watch.request) as http:
            since = time.time()
            return _head(http, profile), since, time.time()

    try:
        response, since, until = within(send)
    except TimeoutError as error:
        greeting.error = error
    except Exception as error:  # noqa: BLE001 - explained by whoever tells of it
        greeting.error = error
    else:
        greeting.ahead = _ahead(response, (since + until) / 2)
    return greeting


def shown_certificate(profile: Profile) -> Certificate | None:
    """The server's certificate, good or bad; None where there is none to be had.

    Nothing is sent over the connection.
    """
    greeting = Greeting()
    watch = _Watch(profile, greeting, only_tls=True)
    anybody = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    anybody.check_hostname = False
    anybody.verify_mode = ssl.CERT_NONE

    def send() -> None:
        with client.http_client(profile.endpoint.url, watch.request, anybody) as http:
            _head(http, profile)

    with contextlib.suppress(Exception):
        within(send)
    return greeting.secured.certificate if greeting.secured else None


def explained(error: Exception, profile: Profile, route: Route) -> Problem:
    """Say why a step failed, in the words that a prompt's failure would have."""
    if isinstance(error, TimeoutError) and not isinstance(error, socket.gaierror):
        error = httpx2.ConnectTimeout(str(error))
    nothing = Request(profile.api, profile.deployment, (Message("user", ""),))
    if isinstance(error, httpx2.TransportError | OSError):
        asked = httpx2.Request("HEAD", _root(profile), extensions={EXTENSION: route})
        wrapped = APIConnectionError(request=asked)
        wrapped.__cause__ = error
        return replace(explain(wrapped, profile, nothing), asked="")
    return explain(error, profile, nothing)


def is_distrust(error: BaseException) -> bool:
    """Whether a connection failed of the server's certificate."""
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, ssl.SSLCertVerificationError):
        cause = cause.__cause__ or cause.__context__
    return cause is not None


def route_to(profile: Profile, hop: Hop) -> Route:
    """The route of a connection that leads to a hop and no further."""
    return Route(server=address(*_server(profile)), peer=str(hop))


class _Watch:
    """Notes how far a request gets, as httpx2's trace extension tells it."""

    def __init__(self, profile: Profile, greeting: Greeting, *, only_tls: bool = False) -> None:
        self._greeting = greeting
        self._only_tls = only_tls
        self._since = 0.0
        greeting.route.server = address(*_server(profile))

    def request(self, request: httpx2.Request) -> None:
        """Have `request` tell."""
        request.extensions |= {"trace": self._note, EXTENSION: self._greeting.route}

    def _note(self, event: str, info: Mapping[str, Any]) -> None:
        route = self._greeting.route
        route.note(event, info)
        if event.endswith(".start_tls.started"):
            self._since = time.monotonic()
        elif event.endswith(".start_tls.complete") and route.secured:
            stream = info["return_value"]
            tls = stream.get_extra_info("ssl_object")
            seconds = time.monotonic() - self._since
            self._greeting.secured = Secured(tls.version() or "TLS", _certificate(tls), seconds)
            if self._only_tls:
                stream.close()
                raise _Seen


def _certificate(tls: ssl.SSLSocket | ssl.SSLObject) -> Certificate | None:
    shown = tls.getpeercert(True)  # by position: SSLSocket knows no names
    if shown is None:
        return None
    with contextlib.suppress(certificate.UnreadableError):
        return certificate.read(shown)
    return None


def _head(http: httpx2.Client, profile: Profile) -> httpx2.Response:
    return http.send(http.build_request("HEAD", _root(profile), timeout=httpx2.Timeout(LIMIT)))


def _root(profile: Profile) -> str:
    return str(httpx2.URL(profile.endpoint.url).copy_with(raw_path=b"/"))


def _server(profile: Profile) -> tuple[str, int]:
    url = httpx2.URL(profile.endpoint.url)
    return url.raw_host.decode("ascii"), url.port or _PORTS.get(url.scheme, 0)


def _ahead(response: httpx2.Response, now: float) -> float | None:
    theirs = epoch(response.headers.get("date", ""))
    return None if theirs is None else now - theirs


def now() -> datetime:
    """The time, to judge certificates by."""
    return datetime.now(UTC)
