"""A connection to a client that knows at any moment whether the client is still there."""

from __future__ import annotations

import contextlib
import select
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator
from typing import Final

_PIECE: Final = 65_536
_HANDSHAKE_SECONDS: Final = 10.0
_INBOX_BYTES: Final = 80_000_000
"""More than the largest request: who sends more without waiting for answers is cut off."""

_WOULD_BLOCK: Final = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)


class Gone(Exception):  # noqa: N818 - it is news, not an error
    """The client has left, or the server is closing."""


class TooLong(Exception):  # noqa: N818 - see Gone
    """What the client sends is longer than allowed."""


class Connection:
    """One client's socket, read by a thread of its own and written by the caller's.

    Reading all the time is what tells a client that leaves (its FIN or RST is seen at once,
    whatever the writing side is busy with) from one that sends its next request early.

    Attributes:
        left_at: when the connection was found to have ended, in seconds on the monotonic clock;
            None while it stands.
        aborted: whether it was this side that ended it.
    """

    def __init__(self, sock: socket.socket) -> None:
        self.left_at: float | None = None
        self.aborted = False
        self._resetting = False
        self._socket = sock
        self._calling = threading.Lock()  # OpenSSL takes one call on a connection at a time.
        self._changed = threading.Condition()
        self._inbox = bytearray()
        self._alarm: Callable[[], None] | None = None
        self._reader = threading.Thread(target=self._read_on, name="emulator-reader", daemon=True)

    def start(self) -> None:
        """Begin to read; over TLS, shake hands first."""
        self._reader.start()

    def read_until(self, mark: bytes, limit: int) -> bytes:
        """Take what was received up to the end of `mark`.

        Raises:
            Gone: the client left before.
            TooLong: `limit` bytes came without it.
        """
        with self._changed:
            while (at := self._inbox.find(mark)) < 0:
                if len(self._inbox) > limit:
                    raise TooLong
                self._wait_for_more()
            return self._take(at + len(mark))

    def read(self, count: int) -> bytes:
        """Take exactly `count` bytes.

        Raises:
            Gone: the client left before.
        """
        with self._changed:
            while len(self._inbox) < count:
                self._wait_for_more()
            return self._take(count)

    def send(self, data: bytes) -> None:
        """Hand all of `data` to the system.

        Raises:
            Gone: nobody is there to take it.
        """
        rest = memoryview(data)
        while rest:
            if self.left_at is not None:
                raise Gone
            sent = self._send_some(rest)
            rest = rest[sent:]
            if not sent:
                self._poll(select.POLLOUT)

    def wait(self, until: float | None) -> None:
        """Wait for a moment of the monotonic clock, or for ever.

        Raises:
            Gone: as soon as the client leaves.
        """
        with self._changed:
            while self.left_at is None:
                rest = None if until is None else until - time.monotonic()
                if rest is not None and rest <= 0:
                    return
                self._changed.wait(None if rest is None else min(rest, threading.TIMEOUT_MAX))
        raise Gone

    @contextlib.contextmanager
    def alarm(self, ring: Callable[[], None]) -> Iterator[None]:
        """Call `ring` from another thread if the client leaves inside this context."""
        with self._changed:
            self._alarm = ring
            late = self.left_at is not None
        if late:
            ring()
        try:
            yield
        finally:
            with self._changed:
                self._alarm = None

    def abort(self) -> None:
        """End the connection from this side; both threads notice at once. Never blocks."""
        self.aborted = True
        self._shut_down()

    def reset(self) -> None:
        """Have `close` end the connection with a TCP reset instead of a goodbye."""
        self._resetting = True
        nothing_waits = struct.pack("ii", 1, 0)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, nothing_waits)

    def close(self) -> None:
        """Say goodbye, wait for the reading thread and free the socket."""
        self._shut_down()
        if self._reader.ident is not None:
            self._reader.join()
        self._socket.close()

    def _shut_down(self) -> None:
        # SSLSocket.shutdown forgets the encryption, so that a later send would go out in clear.
        with contextlib.suppress(OSError):
            # Shutting down only the reading side wakes the reader and sends nothing.
            how = socket.SHUT_RD if self._resetting else socket.SHUT_RDWR
            socket.socket.shutdown(self._socket, how)

    def _read_on(self) -> None:
        with contextlib.suppress(OSError):
            self._shake_hands()
            while piece := self._receive():
                with self._changed:
                    self._inbox += piece
                    self._changed.notify_all()
                    if len(self._inbox) > _INBOX_BYTES:
                        break
        self._leave()

    def _shake_hands(self) -> None:
        if isinstance(self._socket, ssl.SSLSocket):
            self._socket.settimeout(_HANDSHAKE_SECONDS)
            self._socket.do_handshake()
        self._socket.setblocking(False)

    def _receive(self) -> bytes:
        # After a reset OpenSSL is not asked again: it would answer the end with an alert.
        while not self._resetting:
            with self._calling, contextlib.suppress(*_WOULD_BLOCK):
                return self._socket.recv(_PIECE)
            self._poll(select.POLLIN)
        return b""

    def _send_some(self, data: memoryview) -> int:
        try:
            with self._calling, contextlib.suppress(*_WOULD_BLOCK):
                return self._socket.send(data)
        except OSError as error:
            self._leave()
            raise Gone from error
        return 0

    def _poll(self, event: int) -> None:
        poller = select.poll()
        poller.register(self._socket, event)
        poller.poll()

    def _leave(self) -> None:
        with self._changed:
            if self.left_at is not None:
                return
            self.left_at = time.monotonic()
            alarm = self._alarm
            self._changed.notify_all()
        self._shut_down()
        if alarm is not None:
            alarm()

    def _wait_for_more(self) -> None:
        if self.left_at is not None:
            raise Gone
        self._changed.wait()

    def _take(self, count: int) -> bytes:
        taken = bytes(self._inbox[:count])
        del self._inbox[:count]
        return taken
