"""A link that drops: it carries what goes over it, and breaks off after so many bytes."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterable
from typing import Final, Self
from urllib.parse import urlsplit

from tests.support.hostile import DEADLINE

_AT_ONCE: Final = b"\x01\0\0\0\0\0\0\0"


class Cutting:
    """Carries bytes between clients and a server.

    Attributes:
        url: where clients find the server.
        connections: how many were made.
        carried: what came from the server, by connection.

    Args:
        server: its URL.
        after: for each connection, the first one first, the number of the server's bytes after
            which it drops; later ones hold.
        reset: whether it drops by a reset (TCP's RST).
    """

    def __init__(self, server: str, after: Iterable[int] = (), *, reset: bool = False) -> None:
        self._server = urlsplit(server).port
        self._after = list(after)
        self._reset = reset
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._threads: list[threading.Thread] = []
        self._open: list[socket.socket] = []
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.connections = 0
        self.carried: list[bytearray] = []

    def __enter__(self) -> Self:
        self._spawn(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for one in self._open:
            _shut(one)
        for thread in self._threads:
            thread.join(DEADLINE)
        for one in self._open:
            one.close()

    def _spawn(self, target: object, *args: object) -> None:
        assert callable(target)
        thread = threading.Thread(target=target, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self._server or 0))
            for one in (client, server):
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._open += [client, server]
            most = self._after[self.connections] if self.connections < len(self._after) else None
            self.connections += 1
            carried = bytearray()
            self.carried.append(carried)
            self._spawn(self._carry, client, server, bytearray(), None)
            self._spawn(self._carry, server, client, carried, most)

    def _carry(
        self, source: socket.socket, drain: socket.socket, carried: bytearray, most: int | None
    ) -> None:
        with contextlib.suppress(OSError):
            while most is None or len(carried) < most:
                data = source.recv(65536 if most is None else min(65536, most - len(carried)))
                if not data:
                    break
                carried += data
                drain.sendall(data)
        if most is not None and len(carried) >= most and self._reset:
            _reset(drain)
        else:
            _shut(drain)


def _reset(one: socket.socket) -> None:
    """End a connection by a reset, for which nobody may be reading from it."""
    with contextlib.suppress(OSError):
        one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
        one.shutdown(socket.SHUT_RD)
    one.close()


def _shut(one: socket.socket) -> None:
    with contextlib.suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
