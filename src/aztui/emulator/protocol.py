"""As much of HTTP/1.1 (RFC 9112) as a client of the emulator needs."""

from __future__ import annotations

import email.utils
import http
import http.client
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from email.message import Message
from typing import Final, TypeAlias

from aztui.emulator.connection import Connection, TooLong

HeaderPairs: TypeAlias = tuple[tuple[str, str], ...]
Headers: TypeAlias = Iterable[tuple[str, str]]

_HEAD_BYTES: Final = 65_536
_BODY_BYTES: Final = 64_000_000
_END_OF_HEAD: Final = b"\r\n\r\n"

LAST_CHUNK: Final = b"0\r\n\r\n"


class Malformed(Exception):  # noqa: N818 - it is the request that is malformed
    """The request cannot be read; an HTTP status and why."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status
        self.why = why


@dataclass(frozen=True, slots=True)
class Head:
    """A request's first line and headers.

    Attributes:
        method: in capitals.
        target: path and query, percent-encoded as it came.
        headers: by name, in any case.
        http10: whether the client speaks HTTP/1.0: no chunks, one request a connection.
    """

    method: str
    target: str
    headers: Mapping[str, str]
    http10: bool = False

    @property
    def keep_alive(self) -> bool:
        """Whether the client wants the connection to stay."""
        return not self.http10 and self.headers.get("connection", "").lower() != "close"


def read_head(connection: Connection) -> Head:
    """Wait for the next request's head.

    Raises:
        Gone: no further request came.
        Malformed: it is no HTTP.
    """
    try:
        data = connection.read_until(_END_OF_HEAD, _HEAD_BYTES).lstrip(b"\r\n")
    except TooLong as error:
        raise Malformed(431, "The request's headers are too long.") from error
    return parse_head(data)


def parse_head(data: bytes) -> Head:
    """Read a request's first line and headers.

    Raises:
        Malformed: it is no HTTP/1 request.
    """
    line, _, rest = data.partition(b"\r\n")
    words = line.decode("latin-1").split(" ")
    if len(words) != 3 or not words[2].startswith("HTTP/1."):
        raise Malformed(400, "The request line is not METHOD TARGET HTTP/1.1.")
    try:
        message: Message = http.client.parse_headers(io.BytesIO(rest))
    except http.client.HTTPException as error:
        raise Malformed(431, "The request's headers are too many or too long.") from error
    headers = {name.lower(): value for name, value in message.items()}
    return Head(words[0].upper(), words[1], headers, http10=words[2] == "HTTP/1.0")


def read_body(connection: Connection, head: Head) -> bytes:
    """Read the body that `head` announces.

    Raises:
        Gone: the client left before its end.
        Malformed: it is too large, or its framing is broken.
    """
    chunked = head.headers.get("transfer-encoding", "").lower() == "chunked"
    length = _number(head.headers.get("content-length", "0"), 10)
    if not chunked and length > _BODY_BYTES:
        raise Malformed(413, f"The body is larger than {_BODY_BYTES:,} bytes.")
    if head.headers.get("expect", "").lower() == "100-continue":
        connection.send(b"HTTP/1.1 100 Continue\r\n\r\n")
    return _read_chunks(connection) if chunked else connection.read(length)


def _read_chunks(connection: Connection) -> bytes:
    body = bytearray()
    while size := _number(_line(connection).partition(";")[0], 16):
        if len(body) + size > _BODY_BYTES:
            raise Malformed(413, f"The body is larger than {_BODY_BYTES:,} bytes.")
        body += connection.read(size)
        connection.read(2)
    while _line(connection):
        pass
    return bytes(body)


def _line(connection: Connection) -> str:
    try:
        return connection.read_until(b"\r\n", _HEAD_BYTES)[:-2].decode("latin-1")
    except TooLong as error:
        raise Malformed(400, "A chunk's first line is too long.") from error


def _number(text: str, base: int) -> int:
    try:
        number = int(text, base)
    except ValueError:
        number = -1
    if number < 0:
        raise Malformed(400, f"{text!r} is no length.")
    return number


def response_head(status: int, headers: Headers, reason: str = "") -> bytes:
    """The first line and headers of a response; a date is added."""
    phrase = reason or http.HTTPStatus(status).phrase
    lines = [f"HTTP/1.1 {status} {phrase}", f"Date: {email.utils.formatdate(usegmt=True)}"]
    lines += [f"{name}: {value}" for name, value in headers]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")


def chunk(data: bytes) -> bytes:
    """Frame a piece of a chunked body."""
    return b"%x\r\n%b\r\n" % (len(data), data)
