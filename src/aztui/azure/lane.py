"""A lane: one client, one kept-alive connection, one stream at a time, and its socket at hand."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import httpx2
from openai import APIConnectionError, APIResponse, APIStatusError, NotFoundError

from aztui.azure import client as sdk
from aztui.azure import stored
from aztui.azure.auth import Prompt, TokenProvider
from aztui.azure.decode.body import NotAnAnswerError
from aztui.azure.decode.wire_error import WireError, read_error
from aztui.azure.dialects import DIALECTS, Opening
from aztui.azure.ratelimit import quota
from aztui.azure.reading import LateRefusalError
from aztui.azure.retry import Failure, Lost
from aztui.azure.route import EXTENSION, Route, address
from aztui.azure.trip import Tell, Trip
from aztui.core.body import beside_texts
from aztui.core.events import Sent
from aztui.core.problem import Kind
from aztui.core.profile import Auth, Profile
from aztui.core.request import Api, Json

if TYPE_CHECKING:
    from httpcore2 import NetworkStream

IDS: Final = ("x-request-id", "apim-request-id", "x-ms-region")
"""The response headers that Azure's support asks for."""

_STALE_WITHIN: Final = 2.0
"""Seconds after sending in which a kept-alive connection shows that it was dead before."""

_PORTS: Final = {"http": 80, "https": 443}

_WARMING: Final = httpx2.Timeout(5)
"""In seconds, for each step of opening a connection ahead of time."""

_STOPPING: Final = httpx2.Timeout(2)
"""In seconds, for each step of having a response end: the run itself is over."""


def ids(headers: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """The headers that identify a request to support, as name and value."""
    return tuple((name, headers[name]) for name in IDS if name in headers)


class Answer:
    """A response whose headers have come and whose body is to be read.

    Attributes:
        ids: what identifies it to support.
        quota: what it says is left of the deployment's limits.
        content_type: its header; may be empty.
        headers: all of them, their names in lower case.
    """

    def __init__(self, response: APIResponse[Any]) -> None:
        self.headers = _lower(response.headers)
        self.ids = ids(self.headers)
        self.quota = quota(self.headers)
        self.content_type = self.headers.get("content-type", "")
        self._response = response

    def pieces(self) -> Iterator[bytes]:
        """The body's bytes as they arrive.

        Raises:
            httpx2.HTTPError: the connection failed before the body's end.
        """
        return self._response.iter_bytes()


class Lane:
    """Asks a profile's endpoint over a connection that any thread can break off.

    All methods but `shutdown` are for one thread at a time.

    Args:
        profile: whom to ask.
        tokens: gives the credential of a profile that signs in.

    Raises:
        aztui.azure.client.UnusableKeyError: the credential cannot be sent.
        aztui.azure.client.UnusableProxyError: the environment names one that cannot be used.
        aztui.azure.client.UnusableTrustError: the certificates cannot be read.
    """

    def __init__(self, profile: Profile, tokens: TokenProvider | None = None) -> None:
        self._profile = profile
        self._tokens = tokens
        self._token = ""
        self._wire = _Wire()
        self._http = sdk.http_client(
            profile.endpoint.url, self._wire.watch, on_lookup=self._wire.looked_up
        )
        self._client = sdk.build(profile, self._http, self._signed_in if tokens else None)

    @property
    def usable(self) -> bool:
        """Whether it has not been shut down."""
        return not self._wire.shut

    def ask(
        self,
        api: Api,
        deployment: str,
        body: Mapping[str, Json],
        prompt: Prompt,
        tell: Tell | None = None,
    ) -> AbstractContextManager[Answer]:
        """Send a request; its answer can be read inside the `with`.

        Args:
            api: how to ask.
            deployment: whom to ask.
            body: as the API's dialect has made it.
            prompt: shows where to sign in, if that is needed first.
            tell: takes what goes out and what comes back, in the same thread; nobody where None.

        Raises:
            aztui.azure.auth.MissingIdentityError: azure-identity is needed and not installed.
            aztui.azure.auth.SignInError: the sign-in failed.
            NotAnAnswerError: what was read inside the `with` is none; it tells the URL now.
            openai.OpenAIError: the request was refused, or could not be sent.
        """
        trip = Trip(self._sent(deployment, body), tell) if tell else None
        return self._answer(lambda: self._opening(api, deployment, body), prompt, trip)

    def take_up(
        self, response: str, after: int | None, prompt: Prompt
    ) -> AbstractContextManager[Answer]:
        """Ask for the rest of a response that the service keeps, to be read inside the `with`.

        Args:
            response: its id.
            after: the number of the last event that was read; None for all of it.
            prompt: shows where to sign in, if that is needed first.

        Raises:
            openai.OpenAIError: and whatever else `ask` raises.
        """
        return self._answer(lambda: stored.rest(self._client, response, after), prompt)

    def stop(self, response: str, prompt: Prompt) -> None:
        """Have the service write no more of a response that it keeps; takes some seconds at most.

        Args:
            response: its id.
            prompt: shows where to sign in, if that is needed first.

        Raises:
            openai.OpenAIError: and whatever else `ask` raises.
        """
        with self._answer(lambda: stored.end(self._client, response, _STOPPING), prompt):
            pass

    @contextlib.contextmanager
    def _answer(
        self, opening: Callable[[], Opening], prompt: Prompt, trip: Trip | None = None
    ) -> Iterator[Answer]:
        if self._tokens is not None:
            self._token = self._tokens.token(prompt)
        self._wire.trip = trip
        with contextlib.ExitStack() as stack:
            stack.callback(self._wire.settle)
            response = self._send(opening, stack)
            try:
                yield Answer(response)
            except NotAnAnswerError as error:
                error.url = str(response.url)
                raise

    def warm(self) -> None:
        """Have a connection open; the credential is not shown to do so.

        Raises:
            httpx2.HTTPError: there is none.
        """
        if self._wire.alive:
            return
        # The SDK imports an API's part when it is first used. Nothing is sent by preparing.
        self._opening(self._profile.api, self._profile.deployment, {})
        root = urlsplit(self._profile.endpoint.url)._replace(path="/").geturl()
        try:
            self._http.send(self._http.build_request("HEAD", root, timeout=_WARMING))
        finally:
            self._wire.settle()

    def shutdown(self) -> None:
        """Break the connection off, now or as soon as there is one; the lane is of no use then.

        May be called from any thread at any time, and does not block.
        """
        self._wire.shutdown()

    def close(self) -> None:
        """Close the connection."""
        self._http.close()
        self._wire.settle()

    def _signed_in(self) -> str:
        return self._token

    def _send(
        self, opening: Callable[[], Opening], stack: contextlib.ExitStack
    ) -> APIResponse[Any]:
        connections, sent = self._wire.connections, time.monotonic()
        try:
            return stack.enter_context(opening())
        except APIConnectionError as error:
            kept_alive = connections and connections == self._wire.connections
            at_once = time.monotonic() - sent < _STALE_WITHIN
            # A server may close an idle connection just as the request is on its way. Whatever
            # takes longer was perhaps worked on, and would be paid for twice.
            if self._wire.shut or not (kept_alive and at_once and _hung_up(error)):
                raise
        return stack.enter_context(opening())

    def _sent(self, deployment: str, body: Mapping[str, Json]) -> Sent:
        """What goes out, as far as it is known before the SDK makes a request of it."""
        members, thoughts = beside_texts({"model": deployment, "stream": True, **body})
        profile = self._profile
        shown = profile.key is not None or profile.auth is not Auth.KEY
        auth = profile.auth if shown else None
        return Sent("", members, (), thoughts, auth, profile.variable)

    def _opening(self, api: Api, deployment: str, body: Mapping[str, Json]) -> Opening:
        return DIALECTS[api].open(self._client, deployment, body)


def failure(error: BaseException) -> Failure | None:
    """Say what is known of a request that got no answer; None where one had begun or none went out.

    Once a response has begun, errors are httpx2's own and no longer the SDK's.
    """
    match error:
        case APIStatusError():
            headers = _lower(error.response.headers)
            return Failure(error.status_code, headers, read_error(error.body))
        case LateRefusalError(problem=problem):
            status = 429 if problem.kind is Kind.RATE_LIMIT else 500
            return Failure(status, error.headers, WireError(problem.detail))
        case APIConnectionError() if _hung_up(error):
            return Failure(lost=Lost.HUNG_UP)
        case APIConnectionError() if isinstance(error.__cause__, httpx2.ConnectTimeout):
            return Failure(lost=Lost.NOT_MADE)
        case APIConnectionError():
            return Failure(lost=Lost.OTHERWISE)
        case _:
            return None


def dropped(error: BaseException) -> bool:
    """Whether it was the link that failed, at any moment, and nobody who refused."""
    return isinstance(error, APIConnectionError | httpx2.RequestError)


def unknown(error: BaseException) -> bool:
    """Whether the service does not know what was asked for."""
    return isinstance(error, NotFoundError)


def _lower(headers: Mapping[str, str]) -> Mapping[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def _hung_up(error: APIConnectionError) -> bool:
    match error.__cause__:
        case httpx2.ReadError() | httpx2.WriteError():
            return True
        case httpx2.RemoteProtocolError() as cause:
            # httpcore2's words for an end of file where a response should begin; the other
            # causes are responses that make no sense.
            return "without sending a response" in str(cause)
        case _:
            return False


class _Wire:
    """Holds the socket of the one connection a client has open.

    httpx2 tells of connections only through a request's `trace` extension. The socket is kept
    as a duplicate, since starting TLS empties the original object; a duplicate keeps the
    connection open for the peer, so it is closed as soon as the connection is.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None
        self._stream: NetworkStream | None = None
        self._idle_since = 0.0
        self._route = Route()
        self.trip: Trip | None = None
        self.connections = 0
        self.shut = False

    def watch(self, request: httpx2.Request) -> None:
        """Have `request` tell which socket it uses and which way that leads."""
        url = request.url
        host, port = url.raw_host.decode("ascii"), url.port or _PORTS.get(url.scheme, 0)
        self._route.server = address(host, port)
        request.extensions |= {"trace": self._trace, EXTENSION: self._route}
        if self.trip is not None:
            self.trip.sending(request)

    def looked_up(self, seconds: float) -> None:
        """Note how long it took to find an address that is connected to now."""
        if self.trip is not None:
            self.trip.looked_up(seconds)

    @property
    def alive(self) -> bool:
        """Whether an idle connection is open and the server has not closed it."""
        stream = self._stream
        return (
            self._socket is not None
            and stream is not None
            and time.monotonic() - self._idle_since < sdk.KEEPALIVE
            and not stream.get_extra_info("is_readable")
        )

    def shutdown(self) -> None:
        """Shut the socket down, or the next one that appears."""
        with self._lock:
            self.shut = True
            _shut(self._socket)

    def settle(self) -> None:
        """Let go of the socket if its connection is closed; call it when a request is over."""
        self.trip = None
        with self._lock:
            self._idle_since = time.monotonic()
            if self._socket is not None and _is_closed(self._stream):
                self._socket.close()
                self._socket = None

    def _trace(self, event: str, info: Mapping[str, Any]) -> None:
        # "connection.…", "proxy.…" or "socks.…", by what the connection leads through.
        self._route.note(event, info)
        if self.trip is not None:
            self.trip.note(event, info)
        if event.endswith(".connect_tcp.complete"):
            self._connected(info["return_value"])
        elif event.endswith(".start_tls.complete"):
            self._stream = info["return_value"]

    def _connected(self, stream: NetworkStream) -> None:
        duplicate = stream.get_extra_info("socket").dup()
        with self._lock:
            self.connections += 1
            replaced, self._socket, self._stream = self._socket, duplicate, stream
            if self.shut:
                _shut(duplicate)
        if replaced is not None:
            replaced.close()


def _shut(connection: socket.socket | None) -> None:
    if connection is not None:
        with contextlib.suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)


def _is_closed(stream: NetworkStream | None) -> bool:
    return stream is None or stream.get_extra_info("socket").fileno() == -1
