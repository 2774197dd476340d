"""A server that does exactly what a script says, byte by byte, and sees when its client leaves."""

from __future__ import annotations

import contextlib
import functools
import json
import socket
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self, TypeAlias
from urllib.parse import SplitResult, urlsplit

DEADLINE = 10.0
"""Seconds after which anything that should have happened counts as not happening."""

HEAD = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n"
    b"x-request-id: req-1\r\napim-request-id: apim-1\r\nx-ms-region: Nowhere\r\n\r\n"
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it came.

    Attributes:
        line: the request line.
        fields: the headers, names in lower case, in their order, repeated ones too.
        body: its bytes.
    """

    line: str
    fields: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def headers(self) -> dict[str, str]:
        return dict(self.fields)

    @property
    def method(self) -> str:
        return self.line.split()[0]

    @property
    def url(self) -> SplitResult:
        """Path and query."""
        return urlsplit(self.line.split()[1])

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Peer:
    """One connection, seen from the server."""

    def __init__(self, server: Hostile, connection: socket.socket, number: int) -> None:
        self.server = server
        self.number = number
        self.socket = connection
        connection.settimeout(DEADLINE)

    def request(self) -> Asked:
        """Wait for the next request; HEADs are answered on the way."""
        while True:
            asked = self._read()
            self.server.requests.append(asked)
            if not asked.line.startswith("HEAD "):
                return asked
            self.send(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def head(self) -> None:
        """Begin a chunked event stream."""
        self.send(HEAD)

    def chunk(self, data: bytes) -> None:
        self.send(b"%x\r\n%s\r\n" % (len(data), data))

    def end(self) -> None:
        self.chunk(b"")

    def say(self, *texts: str, finish: str | None = None) -> None:
        """Stream completions chunks, the last one with a finish reason if one is given."""
        for position, text in enumerate(texts, 1):
            reason = finish if position == len(texts) else None
            self.chunk(event(text, reason))

    def answer(self, *texts: str) -> None:
        """Answer whole and well."""
        self.head()
        self.say(*texts, finish="stop")
        self.chunk(b"data: [DONE]\n\n")
        self.end()

    def plain(self, status: str, content_type: str, body: bytes, *headers: str) -> None:
        """Answer at once, not as a stream."""
        lines = [f"HTTP/1.1 {status}", f"Content-Type: {content_type}", *headers]
        lines.append(f"Content-Length: {len(body)}")
        self.send("\r\n".join(lines).encode() + b"\r\n\r\n" + body)

    def await_close(self) -> None:
        """Read until the client is gone, and note when that was seen."""
        with contextlib.suppress(ConnectionError, ssl.SSLError):
            while self.socket.recv(65536):
                pass
        self.server.note_close()

    def left(self, seconds: float) -> bool:
        """Whether the client leaves within so many seconds."""
        self.socket.settimeout(seconds)
        try:
            return not self.socket.recv(65536)
        except TimeoutError:
            return False
        finally:
            self.socket.settimeout(DEADLINE)

    def _read(self) -> Asked:
        data = b""
        while b"\r\n\r\n" not in data:
            data += self._more()
        head, _, body = data.partition(b"\r\n\r\n")
        line, *fields = head.decode("latin-1").split("\r\n")
        named = [(n.lower(), v.strip()) for n, _, v in (field.partition(":") for field in fields)]
        pieces, missing = [body], int(dict(named).get("content-length", "0")) - len(body)
        while missing > 0:
            pieces.append(self._more())
            missing -= len(pieces[-1])
        return Asked(line, tuple(named), b"".join(pieces))

    def _more(self) -> bytes:
        more = self.socket.recv(65536)
        if not more:
            raise ConnectionError
        return more


Script: TypeAlias = Callable[[Peer], None]


class Hostile:
    """Runs `script` for each connection, in a thread of its own.

    A connection is closed when its script returns; a script that finds its client gone just
    ends. Leaving the server's `with` breaks off what is still open.

    Attributes:
        url: where it is.
        requests: what came, HEADs included.
        connections: how many were opened.
        closes: when clients were seen leaving, on the monotonic clock.
        ready: for a script to say that it is where its test wants it.
        received: for a script to say what it got.
    """

    def __init__(self, script: Script, tls: ssl.SSLContext | None = None) -> None:
        self._script = script
        self._tls = tls
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._changed = threading.Condition()
        self.port: int = self._listener.getsockname()[1]
        self.url = f"http{'s' if tls else ''}://127.0.0.1:{self.port}"
        self.requests: list[Asked] = []
        self.connections = 0
        self.closes: list[float] = []
        self.ready = threading.Event()
        self.received = b""
        self.failures: list[BaseException] = []

    def __enter__(self) -> Self:
        self._spawn(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in self._open:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(DEADLINE)
        assert not self.failures, self.failures

    def note_close(self) -> None:
        with self._changed:
            self.closes.append(time.monotonic())
            self._changed.notify_all()

    def await_closes(self, count: int = 1) -> list[float]:
        """Wait until so many clients have been seen leaving; gives when that was."""
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.closes) >= count, DEADLINE)
            return list(self.closes)

    def await_connections(self, count: int = 1) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: self.connections >= count, DEADLINE)

    def _spawn(self, target: Callable[[], None]) -> None:
        thread = threading.Thread(target=target, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with self._changed:
                self.connections += 1
                self._changed.notify_all()
            self._open.append(connection)
            self._spawn(functools.partial(self._serve, connection, self.connections))

    def _serve(self, connection: socket.socket, number: int) -> None:
        try:
            if self._tls is not None:
                connection = self._tls.wrap_socket(connection, server_side=True)
            self._script(Peer(self, connection, number))
        except (ConnectionError, ssl.SSLError):
            self.note_close()
        except BaseException as error:  # noqa: BLE001 - the test says it at its end
            self.failures.append(error)
        finally:
            connection.close()


def event(text: str, finish: str | None = None) -> bytes:
    """One completions chunk as a server-sent event."""
    choice = {"text": text, "index": 0, "logprobs": None, "finish_reason": finish}
    return b"data: " + json.dumps({"model": "instruct", "choices": [choice]}).encode() + b"\n\n"


def reset_on_close(peer: Peer) -> None:
    """Have the connection end with a reset (RST) and not with an end of file."""
    peer.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
