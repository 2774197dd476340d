"""Connecting with the name looked up first, so that the time it takes is known by itself."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterable

import httpx2
from httpcore2 import ConnectError, ConnectTimeout, NetworkBackend, NetworkStream, SyncBackend

_Option = tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]


class Lookup(SyncBackend):
    """Opens connections as httpcore2 does: to one address after the other, until one answers.

    Args:
        tell: takes the seconds that it took to look a name up.
        clock: seconds that only grow.
    """

    def __init__(
        self, tell: Callable[[float], object], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._tell = tell
        self._clock = clock

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[_Option] | None = None,
    ) -> NetworkStream:
        """Open a connection.

        Raises:
            httpcore2.ConnectError: there is no such name, or nobody answers.
            httpcore2.ConnectTimeout: nobody answers in time.
        """
        began = self._clock()
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except OSError as error:
            raise ConnectError(error) from error
        self._tell(self._clock() - began)
        addresses = [_written(address) for *_, address in found]
        for address in addresses[:-1]:
            try:
                return super().connect_tcp(address, port, timeout, local_address, socket_options)
            except (ConnectError, ConnectTimeout):
                continue
        return super().connect_tcp(addresses[-1], port, timeout, local_address, socket_options)


def _written(address: tuple[object, ...]) -> str:
    """Return an address with its scope, without which a link-local one means nothing (RFC 4007)."""
    host, _, *more = address
    scope = more[1] if len(more) > 1 else 0
    return f"{host}%{scope}" if scope and "%" not in str(host) else str(host)


def time_lookups(client: httpx2.Client, tell: Callable[[float], object]) -> None:
    """Have a client tell how long it takes to look names up.

    Args:
        client: it, before its first connection.
        tell: takes the seconds, on the thread that connects.
    """
    backend: NetworkBackend = Lookup(tell)
    # No public way: httpx2 makes its pools itself, and of httpcore2's arguments passes some on.
    for transport in (client._transport, *client._mounts.values()):  # noqa: SLF001
        pool = getattr(transport, "_pool", None)
        if pool is not None and hasattr(pool, "_network_backend"):
            pool._network_backend = backend  # noqa: SLF001
