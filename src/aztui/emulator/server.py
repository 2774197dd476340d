"""The emulator: a server on the loopback interface that answers as Azure OpenAI does."""

from __future__ import annotations

import contextlib
import itertools
import math
import os
import socket
import ssl
import threading
import time
from pathlib import Path
from typing import Final, Self

from aztui.emulator import faults
from aztui.emulator.backend import Backend
from aztui.emulator.connection import Connection
from aztui.emulator.exchange import Tempo, converse
from aztui.emulator.log import Log
from aztui.emulator.service import Service

_HOST: Final = "127.0.0.1"
_LAST_PORT: Final = 65_535
_CLOSING_SECONDS: Final = 1.0
_PAUSE_SECONDS: Final = 0.05


class EmulatorError(Exception):
    """The emulator cannot start; the text says why and what to do."""


def _silent(_line: str) -> None:
    """Log nothing."""


class Emulator:
    """A local server that speaks Azure OpenAI's wire format, on threads of its own.

    Use it as a context manager, or call `start` and `close`.
    """

    def __init__(
        self,
        backend: Backend,
        *,
        port: int = 0,
        key: str | None = None,
        rate: float = 0.0,
        latency: float = 0.0,
        fault: str | None = None,
        cert: Path | None = None,
        key_file: Path | None = None,
        log: Log = _silent,
    ) -> None:
        """Prepare an emulator.

        Args:
            backend: writes the answers; stays the caller's to close.
            port: the port to listen on; 0 for any free one.
            key: the only key that is accepted; None accepts any that is not empty.
            rate: tokens a second; 0 for as fast as possible.
            latency: seconds before an answer's first byte.
            fault: `FAULT[:key=value,…]`, shown where the deployment's name asks for none.
            cert: a PEM file with a certificate, to serve https.
            key_file: a PEM file with the certificate's key; None if `cert` holds it too.
            log: takes one line of JSON a request, from any thread, one at a time.

        Raises:
            EmulatorError: the fault is unknown, a number is out of its range, or the
                certificate cannot be used.
        """
        if not 0 <= port <= _LAST_PORT:
            raise EmulatorError(
                f"There is no port {port}: choose one from 1 to {_LAST_PORT}, or 0 for any."
            )
        if not (0 <= rate < math.inf and 0 <= latency < math.inf):
            raise EmulatorError(
                f"A rate of {rate} tokens a second with a latency of {latency} s cannot be kept: "
                "both must be numbers from 0 on."
            )
        try:
            parsed = faults.parse(fault) if fault else None
        except faults.FaultError as error:
            raise EmulatorError(str(error)) from error
        self._service = Service(backend, key or None, parsed, rate=rate)
        self._tempo = Tempo(rate, latency)
        self._port = port
        self._tls = _context(cert, key_file) if cert else None
        self._log = log
        self._lock = threading.Lock()
        self._logging = threading.Lock()
        self._numbers = itertools.count(1)
        self._open: dict[Connection, threading.Thread] = {}
        self._listener: socket.socket | None = None
        self._acceptor: threading.Thread | None = None
        self._closing = threading.Event()

    @property
    def url(self) -> str:
        """The endpoint to give to a client, such as `http://127.0.0.1:8080`.

        Raises:
            RuntimeError: the emulator has not been started.
        """
        if self._listener is None:
            raise RuntimeError("The emulator has no address before start().")
        return f"{'https' if self._tls else 'http'}://{_HOST}:{self._port}"

    def start(self) -> None:
        """Listen, and answer from daemon threads.

        Raises:
            EmulatorError: the port cannot be had.
        """
        try:
            listener = socket.create_server((_HOST, self._port), backlog=128)
        except OSError as error:
            raise EmulatorError(
                f"Cannot listen on {_HOST}:{self._port} ({os.strerror(error.errno or 0)}): "
                "choose another port, or 0 for any free one."
            ) from error
        self._listener = listener
        self._port = listener.getsockname()[1]
        self._acceptor = threading.Thread(
            target=self._accept, args=(listener,), name="emulator", daemon=True
        )
        self._acceptor.start()

    def close(self) -> None:
        """Stop listening and end every connection; takes a second at most."""
        with self._lock:
            if self._closing.is_set() or self._listener is None:
                return
            self._closing.set()
        self._service.close()
        # Only a connection wakes a thread out of accept() on every system.
        with contextlib.suppress(OSError):
            socket.create_connection((_HOST, self._port), timeout=_CLOSING_SECONDS).close()
        until = time.monotonic() + _CLOSING_SECONDS
        if self._acceptor is not None:
            self._acceptor.join(_CLOSING_SECONDS)
        with self._lock:
            still_open = dict(self._open)
        for connection in still_open:
            connection.abort()
        for thread in still_open.values():
            thread.join(max(0.0, until - time.monotonic()))

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _accept(self, listener: socket.socket) -> None:
        with listener:
            while not self._closing.is_set():
                try:
                    sock, _ = listener.accept()
                    self._serve(sock)
                except OSError:  # the client is gone already, or no file handle is left
                    self._closing.wait(_PAUSE_SECONDS)

    def _serve(self, sock: socket.socket) -> None:
        if self._closing.is_set():
            sock.close()
            return
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self._tls:
            sock = self._tls.wrap_socket(sock, server_side=True, do_handshake_on_connect=False)
        connection = Connection(sock)
        thread = threading.Thread(
            target=self._converse, args=(connection,), name="emulator-connection", daemon=True
        )
        with self._lock:
            self._open[connection] = thread
        connection.start()
        thread.start()

    def _converse(self, connection: Connection) -> None:
        try:
            converse(connection, next(self._numbers), self._service, self._tempo, self._note)
        finally:
            connection.close()
            with self._lock:
                del self._open[connection]

    def _note(self, line: str) -> None:
        # A log that cannot be written (its pipe or file is closed) is no reason not to answer.
        with self._logging, contextlib.suppress(OSError, ValueError):
            self._log(line)


def _context(cert: Path, key_file: Path | None) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        context.load_cert_chain(cert, key_file)
    except OSError as error:
        raise EmulatorError(
            f"The certificate {cert} and its key {key_file or cert} cannot be used ({error}): "
            "give two PEM files that belong together."
        ) from error
    return context
