"""A client that leaves is noticed in every phase.

Each phase would last far longer than a test may: that a log line comes at all shows that the
emulator did not wait the phase out.
"""

from __future__ import annotations

import contextlib
import json
import socket
import ssl
import struct
import time
from collections.abc import Iterator
from typing import Any

import pytest

from aztui.emulator.backend import Piece
from aztui.emulator.scripted import ScriptedReplies
from aztui.emulator.server import Emulator
from tests.support.emulator import CERTIFICATE, CERTIFICATE_KEY, Logbook, Stuck

AGES = 1e12


def request(model: str = "demo", prompt: str = "lorem 9", *, stream: bool = True) -> bytes:
    messages = [{"role": "user", "content": prompt}]
    body = json.dumps({"model": model, "messages": messages, "stream": stream}).encode()
    head = "POST /openai/v1/chat/completions HTTP/1.1\r\nHost: x\r\napi-key: k\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


def connect(emulator: Emulator) -> socket.socket:
    return socket.create_connection(("127.0.0.1", int(emulator.url.rpartition(":")[2])), timeout=30)


def receive(sock: socket.socket, until: bytes) -> None:
    received = b""
    while until not in received:
        piece = sock.recv(65536)
        assert piece, "the emulator closed the connection"
        received += piece


def reset(sock: socket.socket) -> None:
    """Close with a RST."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()


@pytest.fixture
def logbook() -> Logbook:
    return Logbook()


@contextlib.contextmanager
def noticed(logbook: Logbook) -> Iterator[dict[str, Any]]:
    """Inside, the client leaves; the emulator must see it, and not before."""
    entry: dict[str, Any] = {}
    before = time.monotonic()
    yield entry
    entry.update(logbook.last())
    assert entry["end"] == "client left"
    assert before <= entry["client_left"] <= entry["ended"] <= time.monotonic()


@pytest.mark.parametrize("leave", [socket.socket.close, reset])
@pytest.mark.parametrize("stream", [True, False])
@pytest.mark.parametrize(
    ("model", "latency", "rate", "sign"),
    [
        ("demo", AGES, 0, b""),
        ("demo", 0, 1 / AGES, b"Lorem"),
        ("demo--hang", 0, 0, b""),
        ("demo--stall:after=2", 0, 0, b"ipsum"),
    ],
    ids=["latency", "between tokens", "hang", "stall"],
)
def test_while_the_emulator_waits(
    logbook: Logbook,
    *,
    model: str,
    latency: float,
    rate: float,
    sign: bytes,
    stream: bool,
    leave: Any,
) -> None:
    emulator = Emulator(ScriptedReplies(), latency=latency, rate=rate, log=logbook)
    with emulator, connect(emulator) as sock:
        sock.sendall(request(model, stream=stream))
        if stream:
            receive(sock, sign)
        with noticed(logbook):
            leave(sock)


@pytest.mark.parametrize("stream", [True, False])
@pytest.mark.parametrize("pieces", [0, 1])
def test_while_the_backend_is_silent(logbook: Logbook, stream: bool, pieces: int) -> None:
    backend = Stuck(*[Piece(0, "Hello")] * pieces)
    emulator = Emulator(backend, log=logbook)
    with emulator, connect(emulator) as sock:
        sock.sendall(request(stream=stream))
        assert backend.waiting.wait(10)
        with noticed(logbook) as entry:
            sock.close()
    assert backend.closed_at is not None
    assert backend.closed_at <= entry["ended"]


def test_while_its_request_is_half_sent(logbook: Logbook) -> None:
    emulator = Emulator(ScriptedReplies(), log=logbook)
    with emulator, connect(emulator) as sock:
        sock.sendall(request()[:-10])
        with noticed(logbook) as entry:
            sock.close()
    assert entry["received"] is None


def test_while_it_does_not_read(logbook: Logbook) -> None:
    emulator = Emulator(ScriptedReplies(), log=logbook)
    with emulator, connect(emulator) as sock:
        sock.sendall(request(prompt="lorem 1000000"))
        receive(sock, b"ipsum")
        with noticed(logbook) as entry:
            sock.close()
    assert 0 < entry["tokens"] < 1_000_000


def test_after_it_sent_its_next_request_early(logbook: Logbook) -> None:
    emulator = Emulator(ScriptedReplies(), rate=1 / AGES, log=logbook)
    with emulator, connect(emulator) as sock:
        sock.sendall(request() + request())
        receive(sock, b"Lorem")
        with noticed(logbook):
            sock.close()


@pytest.mark.parametrize("model", ["demo--hang", "demo--stall:after=2"])
@pytest.mark.parametrize("goodbye", [True, False])
def test_over_tls(logbook: Logbook, model: str, goodbye: bool) -> None:
    context = ssl.create_default_context(cafile=str(CERTIFICATE))
    emulator = Emulator(ScriptedReplies(), cert=CERTIFICATE, key_file=CERTIFICATE_KEY, log=logbook)
    with (
        emulator,
        connect(emulator) as sock,
        context.wrap_socket(sock, server_hostname="127.0.0.1") as tls,
    ):
        tls.sendall(request(model))
        if "stall" in model:
            receive(tls, b"ipsum")
        with noticed(logbook):
            if goodbye:
                with contextlib.suppress(OSError):
                    tls.settimeout(0)
                    tls.unwrap()
            tls.close()


def test_between_requests_it_is_nothing_to_note(logbook: Logbook) -> None:
    emulator = Emulator(ScriptedReplies(), log=logbook)
    with emulator, connect(emulator) as sock:
        sock.sendall(request())
        receive(sock, b"[DONE]")
        sock.close()
        with connect(emulator) as other:
            other.sendall(request())
            receive(other, b"[DONE]")
            assert [entry["end"] for entry in logbook.wait(2)] == ["complete"] * 2
