"""Servers for the whole program to talk to: the emulator, in a process of its own or in ours."""

from __future__ import annotations

import contextlib
import json
import re
import socket
import subprocess
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeAlias

from aztui.emulator.backend import Part, Piece, Tally
from aztui.emulator.server import Emulator
from tests.support.emulator import Saying
from tests.support.program import AZTUI, environment

Entry: TypeAlias = dict[str, Any]

_URL: Final = re.compile(r"https?://127\.0\.0\.1:\d+")
_PATIENCE: Final = 15.0


@dataclass(slots=True)
class Emulated:
    """A running emulator and its log.

    Attributes:
        url: where it listens.
        log: an entry for each request that is over, as `aztui.emulator.log.Entry` says.
    """

    url: str = ""
    log: list[Entry] = field(default_factory=list)
    _news: threading.Condition = field(default_factory=threading.Condition)

    def note(self, line: str) -> None:
        """Take a line of the emulator's output."""
        with self._news:
            if line.startswith("{"):
                self.log.append(json.loads(line))
            elif url := _URL.search(line):
                self.url = self.url or url[0]
            self._news.notify_all()

    def read(self, lines: Iterable[str]) -> None:
        """Take all lines of the emulator's output."""
        for line in lines:
            self.note(line)

    def wait_until_up(self) -> None:
        """Wait for its address."""
        with self._news:
            assert self._news.wait_for(lambda: self.url, _PATIENCE), "The emulator does not start."

    def requests(self, deployment: str) -> list[Entry]:
        """The requests to a deployment, faults not counted as part of its name, that are over."""
        with self._news:
            return [entry for entry in self.log if entry["deployment"] == deployment]

    def wait_for_request(self, deployment: str, number: int = 1) -> Entry:
        """Wait for the end of the request with that number to a deployment."""
        with self._news:
            found = self._news.wait_for(
                lambda: len(self.requests(deployment)) >= number, timeout=_PATIENCE
            )
            ends = [(entry["deployment"], entry["prompt"], entry["end"]) for entry in self.log]
            assert found, f"Request {number} to {deployment} did not end. Those that did: {ends}"
        return self.requests(deployment)[number - 1]


@contextlib.contextmanager
def emulating(home: Path, *options: str) -> Iterator[Emulated]:
    """`aztui emulate` in a process of its own."""
    emulated = Emulated()
    with subprocess.Popen(
        [*AZTUI, "emulate", "--port", "0", *options],
        env=environment(home),
        cwd=home,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        assert process.stdout is not None
        reader = threading.Thread(target=emulated.read, args=(process.stdout,))
        reader.start()
        try:
            emulated.wait_until_up()
            yield emulated
        finally:
            process.terminate()
            reader.join()


@contextlib.contextmanager
def saying(*pieces: str) -> Iterator[Emulated]:
    """An emulator of ours that says just this, piece by piece."""
    emulated = Emulated()
    parts: list[Part] = [
        *(Piece(0, piece) for piece in pieces),
        Piece(0, "", "stop"),
        Tally(1, len(pieces)),
    ]
    with Emulator(Saying(*parts), log=emulated.note) as emulator:
        emulated.note(emulator.url)
        yield emulated


@dataclass(slots=True)
class HalfChunk:
    """A server that stops in the middle of a chunk, and sees who leaves.

    Attributes:
        url: where it listens.
        left: set once the client has closed its connection.
    """

    url: str
    left: threading.Event = field(default_factory=threading.Event)

    def serve(self, listener: socket.socket) -> None:
        """Answer whoever comes, until the listener is closed."""
        with contextlib.suppress(OSError):
            while True:
                client, _ = listener.accept()
                threading.Thread(target=self._answer, args=(client,), daemon=True).start()

    def _answer(self, client: socket.socket) -> None:
        record = b'data: {"choices":[{"index":0,"text":"half","finish_reason":null}]}\n\n'
        head = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n"
        head += b"content-type: text/event-stream\r\n\r\n"
        with client:
            if not client.recv(65536).startswith(b"POST"):
                return
            client.sendall(head + b"%x\r\n%b\r\nff\r\ndata: {" % (len(record), record))
            with contextlib.suppress(ConnectionError):
                while client.recv(65536):
                    pass
            self.left.set()


@contextlib.contextmanager
def half_chunk() -> Iterator[HalfChunk]:
    """A server that says `half` and then stops in the middle of a chunk."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = HalfChunk(f"http://127.0.0.1:{listener.getsockname()[1]}")
        threading.Thread(target=server.serve, args=(listener,), daemon=True).start()
        yield server
        listener.shutdown(socket.SHUT_RDWR)


def wait_until(holds: threading.Event, what: str, timeout: float = _PATIENCE) -> None:
    """Wait for an event of a server.

    Raises:
        AssertionError: it did not happen; says `what` should have.
    """
    assert holds.wait(timeout), f"{what}: not within {timeout:g} s"
