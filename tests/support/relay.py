"""A slow way between two ends of a TCP connection: so many bytes a second, and a delay each way."""

from __future__ import annotations

import contextlib
import math
import socket
import threading
import time
from queue import SimpleQueue
from typing import Final, Self

_SIP: Final = 64
"""Bytes that are carried at once."""


class Relay:
    """Listens on loopback and passes on what comes, either way. Use it as a context manager.

    Attributes:
        port: where it listens.
        rate: bytes a second that it carries each way; endless at first.
        delay: seconds that each byte travels; none at first.
    """

    def __init__(self, port: int) -> None:
        """Make one that leads to a port on loopback."""
        self.rate = math.inf
        self.delay = 0.0
        self._to = port
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listening.getsockname()[1])
        self._open: list[socket.socket] = [self._listening]
        threading.Thread(target=self._accept, name="relay", daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for end in self._open:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._listening.accept()
                far = socket.create_connection(("127.0.0.1", self._to))
                self._open += [near, far]
                for source, sink in ((near, far), (far, near)):
                    sink.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    on_its_way: SimpleQueue[tuple[float, bytes]] = SimpleQueue()
                    for target, end in ((self._take, source), (self._hand_over, sink)):
                        thread = threading.Thread(target=target, args=(end, on_its_way))
                        thread.daemon = True
                        thread.start()

    def _take(self, source: socket.socket, on_its_way: SimpleQueue[tuple[float, bytes]]) -> None:
        data = b"-"
        with contextlib.suppress(OSError):
            while data:
                data = source.recv(65536 if self.rate == math.inf else _SIP)
                if self.rate < math.inf:
                    time.sleep(len(data) / self.rate)
                on_its_way.put((time.monotonic() + self.delay, data))
        on_its_way.put((0.0, b""))

    def _hand_over(self, sink: socket.socket, on_its_way: SimpleQueue[tuple[float, bytes]]) -> None:
        with contextlib.suppress(OSError):
            while True:
                due, data = on_its_way.get()
                if not data:
                    sink.shutdown(socket.SHUT_WR)
                    return
                time.sleep(max(0.0, due - time.monotonic()))
                sink.sendall(data)
