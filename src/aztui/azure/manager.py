"""Azure Resource Manager over HTTP: lists, read page by page, for one sign-in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import quote

import httpx2
from openai import APIConnectionError

from aztui.azure import client
from aztui.azure.decode import management
from aztui.azure.decode.lenient import parse
from aztui.azure.decode.wire_error import WireError, read_error
from aztui.azure.errors import explain
from aztui.azure.route import EXTENSION, Route, address
from aztui.core.listing import ListingError
from aztui.core.profile import Profile
from aztui.core.request import Message, Request

_TIMEOUT: Final = httpx2.Timeout(connect=5, read=10, write=5, pool=5)
"""In seconds."""
_LARGEST: Final = 16 * 2**20
"""Bytes of a page; Azure's are a hundredth of it."""
_SHOWN: Final = 200
_PORTS: Final = {"http": 80, "https": 443}


class RefusedError(Exception):
    """A list was refused.

    Attributes:
        status: the HTTP status.
        said: why, in the service's words.
    """

    def __init__(self, status: int, said: WireError) -> None:
        super().__init__(said.message)
        self.status = status
        self.said = said


class Manager:
    """Reads lists from one server, and shows its token to no other.

    Args:
        url: scheme, host and port of the server.
        token: good for that server.
        stopped: whether nobody waits any more.

    Raises:
        aztui.azure.client.UnusableProxyError: the environment names one that cannot be used.
        aztui.azure.client.UnusableTrustError: the certificates cannot be read.
    """

    def __init__(self, url: str, token: str, stopped: Callable[[], bool]) -> None:
        self._url = httpx2.URL(url)
        self._headers = {"Authorization": f"Bearer {token}"}
        self._stopped = stopped
        self._route = Route(server=address(*_server(self._url)))
        self._http = client.http_client(url, self._watch)

    def __enter__(self) -> Self:
        """Nothing is opened before the first request."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the connection."""
        self._http.close()

    def items(self, path: str, version: str) -> Iterator[Mapping[str, Any]]:
        """Return what is in a list; its pages are read when they are needed.

        Args:
            path: of the list, with a slash before it.
            version: the api-version to ask in.

        Raises:
            RefusedError: the server refuses it.
            ListingError: what comes is no list.
            httpx2.HTTPError: the connection failed.
        """
        link = f"{quote(path, safe='/()')}?api-version={version}"
        read: set[httpx2.URL] = set()
        while link and (url := self._own(link)) not in read:
            read.add(url)
            page = management.page(parse(self._get(url)))
            if page is None:
                raise ListingError(
                    f"{self._url.host} sent something else than a list: most likely a proxy on "
                    "the way answers in its place."
                )
            yield from page.items
            link = page.onward

    def _get(self, url: httpx2.URL) -> bytes:
        with self._http.stream("GET", url, headers=self._headers, timeout=_TIMEOUT) as response:
            body = self._read(response)
        if response.status_code != 200:
            said = read_error(parse(body) or body.decode("utf-8", "replace"))
            raise RefusedError(response.status_code, said)
        return body

    def _read(self, response: httpx2.Response) -> bytes:
        body = bytearray()
        for piece in response.iter_bytes():
            body += piece
            if self._stopped() or len(body) > _LARGEST:
                raise ListingError(f"{self._url.host} sends more than can be waited for.")
        return bytes(body)

    def _own(self, link: str) -> httpx2.URL:
        """Return the URL of a page, if it is of the server that the token is for."""
        if self._stopped():
            raise ListingError("Nobody waits for it any more.")
        url = self._url.join(link)
        if url.userinfo or (url.scheme, _server(url)) != (self._url.scheme, _server(self._url)):
            raise ListingError(f"{self._url.host} says that the list goes on at {url.host}.")
        return url

    def _watch(self, request: httpx2.Request) -> None:
        request.extensions |= {"trace": self._route.note, EXTENSION: self._route}


def why(error: Exception, profile: Profile) -> str:
    """Say in sentences why a list cannot be had. The token may still be in them."""
    match error:
        case ListingError():
            return str(error)
        case RefusedError(status=status, said=said):
            code = f" ({said.code})" if said.code else ""
            return f"Azure refuses it with {status}{code}.{_hint(status, profile)} " + _words(said)
        case httpx2.RequestError():
            lost = APIConnectionError(request=error.request)
            lost.__cause__ = error
            return f"{explain(lost, profile, _nothing(profile)).title}."
        case _:
            problem = explain(error, profile, _nothing(profile))
            return f"{problem.title}. {problem.fix}".rstrip()


def _hint(status: int, profile: Profile) -> str:
    if status not in {401, 403}:
        return ""
    return f" The role Cognitive Services OpenAI User on {profile.endpoint.resource} allows it."


def _words(said: WireError) -> str:
    words = " ".join(said.message.split())
    return words if len(words) <= _SHOWN else f"{words[:_SHOWN].rstrip()}…"


def _nothing(profile: Profile) -> Request:
    return Request(profile.api, profile.deployment, (Message("user", ""),))


def _server(url: httpx2.URL) -> tuple[str, int]:
    return url.raw_host.decode("ascii"), url.port or _PORTS.get(url.scheme, 0)
