"""Servers that get stuck where an HTTP server cannot: below HTTP."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

_PATIENCE: Final = 15.0


@dataclass(slots=True)
class Silence:
    """A listener that takes connections and what comes on them, and never says a word.

    Attributes:
        port: where it listens, on 127.0.0.1.
        heard: set once a client has sent something: its TLS hello, or its request.
        left: set once a client that had sent something has closed its connection.
    """

    port: int
    heard: threading.Event = field(default_factory=threading.Event)
    left: threading.Event = field(default_factory=threading.Event)

    def serve(self, listener: socket.socket) -> None:
        """Take connections until the listener is closed."""
        with contextlib.suppress(OSError):
            while True:
                connection, _ = listener.accept()
                threading.Thread(target=self._listen, args=(connection,), daemon=True).start()

    def _listen(self, connection: socket.socket) -> None:
        with connection:
            with contextlib.suppress(ConnectionError):
                while connection.recv(65536):
                    self.heard.set()
            if self.heard.is_set():
                self.left.set()


@contextlib.contextmanager
def silent() -> Iterator[Silence]:
    """A server whose TLS handshakes, or answers, never come."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        silence = Silence(listener.getsockname()[1])
        threading.Thread(target=silence.serve, args=(listener,), daemon=True).start()
        yield silence
        listener.shutdown(socket.SHUT_RDWR)


@contextlib.contextmanager
def unreachable() -> Iterator[int]:
    """A port whose queue is full: a connect to it neither succeeds nor fails for a long time."""
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        address = listener.getsockname()
        for _ in range(4):
            filler = stack.enter_context(socket.socket())
            filler.setblocking(False)
            filler.connect_ex(address)
        yield address[1]


def wait_until(holds: threading.Event, what: str, timeout: float = _PATIENCE) -> None:
    """Wait for an event of a server.

    Raises:
        AssertionError: it did not happen; says `what` should have.
    """
    assert holds.wait(timeout), f"{what}: not within {timeout:g} s"
