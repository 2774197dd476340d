from __future__ import annotations

import contextlib
import http.client
import json
import math
import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from aztui.emulator.backend import Piece
from aztui.emulator.scripted import ScriptedReplies
from aztui.emulator.server import Emulator, EmulatorError
from tests.support.emulator import CERTIFICATE, CERTIFICATE_KEY, Logbook, Stuck

CHAT = "/openai/v1/chat/completions"
HEADERS = {"api-key": "made-up"}


def port(emulator: Emulator) -> int:
    return int(emulator.url.rpartition(":")[2])


def body(model: str = "demo", prompt: str = "lorem 5", **more: Any) -> bytes:
    messages = [{"role": "user", "content": prompt}]
    return json.dumps({"model": model, "messages": messages, **more}).encode()


def request(content: bytes, *headers: str, version: str = "1.1") -> bytes:
    lines = [f"POST {CHAT} HTTP/{version}", "Host: x", "api-key: k", *headers]
    if not any(header.startswith("Transfer-Encoding") for header in headers):
        lines.append(f"Content-Length: {len(content)}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + content


@contextlib.contextmanager
def client(emulator: Emulator) -> Iterator[http.client.HTTPConnection]:
    connection = http.client.HTTPConnection("127.0.0.1", port(emulator), timeout=30)
    with contextlib.closing(connection):
        yield connection


@contextlib.contextmanager
def plain(emulator: Emulator) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", port(emulator)), timeout=30) as sock:
        yield sock


def read_all(sock: socket.socket) -> bytes:
    received = bytearray()
    while piece := sock.recv(65536):
        received += piece
    return bytes(received)


@pytest.fixture
def logbook() -> Logbook:
    return Logbook()


@pytest.fixture
def emulator(logbook: Logbook) -> Iterator[Emulator]:
    with Emulator(ScriptedReplies(), log=logbook) as emulator:
        yield emulator


def test_one_connection_serves_many_requests(emulator: Emulator, logbook: Logbook) -> None:
    with client(emulator) as connection:
        for method, path, content, status in (
            ("HEAD", "/", None, 404),
            ("GET", "/unknown", None, 404),
            ("POST", CHAT, body(stream=True), 200),
            ("POST", CHAT, body(), 200),
            ("POST", CHAT, body("demo--500"), 500),
            ("POST", CHAT, b"{", 400),
        ):
            connection.request(method, path, content, HEADERS)
            response = connection.getresponse()
            response.read()
            assert response.status == status, (method, path)
    entries = logbook.wait(6)
    assert {entry["connection"] for entry in entries} == {1}
    assert {entry["end"] for entry in entries} == {"complete"}


def test_a_stream_is_server_sent_events(emulator: Emulator) -> None:
    with client(emulator) as connection:
        connection.request(
            "POST", CHAT, body(stream=True), HEADERS | {"x-ms-client-request-id": "7"}
        )
        response = connection.getresponse()
        text = response.read().decode()
    assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert response.headers["x-accel-buffering"] == "no"
    assert response.headers["x-ms-client-request-id"] == "7"
    assert response.headers["x-request-id"]
    assert response.headers["apim-request-id"]
    records = text.split("\n\n")
    assert records[-2:] == ["data: [DONE]", ""]
    assert all(json.loads(record.removeprefix("data: ")) for record in records[:-2])


def test_a_page_is_a_page(emulator: Emulator, logbook: Logbook) -> None:
    with client(emulator) as connection:
        for model in ("demo--html", "demo"):
            connection.request("POST", CHAT, body(model, stream=True), HEADERS)
            response = connection.getresponse()
            page = response.read()
            kind = response.headers["content-type"]
            assert kind.startswith("text/html" if model == "demo--html" else "text/event-stream")
            assert (b"<html>" in page) == (model == "demo--html")
    assert {entry["connection"] for entry in logbook.wait(2)} == {1}


def test_answers_tell_what_is_left_of_the_limits(emulator: Emulator) -> None:
    with client(emulator) as connection:
        for stream in (True, False):
            connection.request("POST", CHAT, body(stream=stream), HEADERS)
            response = connection.getresponse()
            response.read()
            told = {name.lower(): value for name, value in response.getheaders()}
            for unit in ("requests", "tokens"):
                assert int(told[f"x-ratelimit-remaining-{unit}"]) < int(
                    told[f"x-ratelimit-limit-{unit}"]
                )
                assert int(told[f"x-ratelimit-reset-{unit}"]) <= 60
            assert told["x-ms-region"]


def test_the_log_tells_what_was_asked_and_sent_and_no_key(
    emulator: Emulator, logbook: Logbook
) -> None:
    secret = "sk-do-not-log-me"
    with client(emulator) as connection:
        connection.request("POST", f"{CHAT}?x={secret}", body(stream=True), {"api-key": secret})
        connection.getresponse().read()
    entry = logbook.last()
    assert secret not in json.dumps(entry)
    assert (entry["method"], entry["path"], entry["status"]) == ("POST", CHAT, 200)
    assert (entry["api"], entry["deployment"], entry["api_version"]) == ("chat", "demo", "v1")
    assert (entry["prompt"], entry["messages"], entry["streamed"]) == ("lorem 5", 1, True)
    assert (entry["tokens"], entry["fault"], entry["client_left"]) == (5, None, None)
    moments = [moment for moment, _ in entry["sent"]]
    assert entry["started"] <= entry["received"] <= moments[0]
    assert moments == sorted(moments)
    assert moments[-1] <= entry["ended"]


def test_requests_sent_ahead_are_answered_in_turn(logbook: Logbook) -> None:
    with (
        Emulator(ScriptedReplies(), rate=100, log=logbook) as emulator,
        plain(emulator) as sock,
    ):
        sock.sendall(request(body(stream=True)) * 2 + request(body(), "Connection: close"))
        answer = read_all(sock)
    assert answer.count(b"HTTP/1.1 200 OK") == 3
    assert [entry["end"] for entry in logbook.wait(3)] == ["complete"] * 3


def test_a_body_may_come_in_chunks(emulator: Emulator) -> None:
    content = body()
    half = len(content) // 2
    chunks = b"".join(b"%x;e=1\r\n%b\r\n" % (len(c), c) for c in (content[:half], content[half:]))
    with plain(emulator) as sock:
        headers = ("Transfer-Encoding: chunked", "Connection: close")
        sock.sendall(request(chunks + b"0\r\nTrailer: x\r\n\r\n", *headers))
        assert read_all(sock).startswith(b"HTTP/1.1 200 OK")


def test_a_client_may_wait_for_a_word_before_its_body(emulator: Emulator) -> None:
    content = body()
    head = request(content, "Expect: 100-continue", "Connection: close")[: -len(content)]
    with plain(emulator) as sock:
        sock.sendall(head)
        assert sock.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        sock.sendall(content)
        assert read_all(sock).startswith(b"HTTP/1.1 200 OK")


def test_http_1_0_gets_its_stream_without_chunks(emulator: Emulator) -> None:
    with plain(emulator) as sock:
        sock.sendall(request(body(stream=True), version="1.0"))
        head, _, stream = read_all(sock).partition(b"\r\n\r\n")
    assert b"chunked" not in head
    assert stream.startswith(b"data: {")
    assert stream.endswith(b"data: [DONE]\n\n")


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"nonsense\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nX: " + b"x" * 70_000, b"431"),
        (b"POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n", b"400"),
        (b"POST / HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n", b"413"),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", b"400"),
    ],
)
def test_what_is_no_http_is_refused_and_the_connection_closed(
    emulator: Emulator, sent: bytes, status: bytes
) -> None:
    with plain(emulator) as sock:
        sock.sendall(sent)
        assert read_all(sock).startswith(b"HTTP/1.1 " + status)


def test_a_prompt_of_megabytes_is_taken(emulator: Emulator) -> None:
    with client(emulator) as connection:
        connection.request("POST", CHAT, body(prompt="x" * 5_000_000), HEADERS)
        assert connection.getresponse().status == 200


def test_a_slow_answer_keeps_nobody_else_waiting(logbook: Logbook) -> None:
    with (
        Emulator(ScriptedReplies(), log=logbook) as emulator,
        client(emulator) as slow,
        client(emulator) as quick,
    ):
        slow.request("POST", CHAT, body("demo--hang"), HEADERS)
        quick.request("POST", CHAT, body(), HEADERS)
        assert quick.getresponse().status == 200
        assert logbook.last()["deployment"] == "demo"


def test_tokens_come_at_the_asked_rate(logbook: Logbook) -> None:
    with Emulator(ScriptedReplies(), rate=200, log=logbook) as emulator, client(emulator) as c:
        c.request("POST", CHAT, body(prompt="lorem 41", stream=True), HEADERS)
        c.getresponse().read()
    sent = [moment for moment, _ in logbook.last()["sent"]]
    assert sent[-1] - sent[0] >= 40 / 200


def test_latency_passes_before_the_first_byte(logbook: Logbook) -> None:
    with Emulator(ScriptedReplies(), latency=0.1, log=logbook) as emulator, client(emulator) as c:
        c.request("POST", CHAT, body(), HEADERS)
        c.getresponse().read()
    entry = logbook.last()
    assert entry["sent"][0][0] - entry["started"] >= 0.1


def test_https_with_a_certificate(logbook: Logbook) -> None:
    context = ssl.create_default_context(cafile=str(CERTIFICATE))
    tls = Emulator(ScriptedReplies(), cert=CERTIFICATE, key_file=CERTIFICATE_KEY, log=logbook)
    with tls as emulator:
        assert emulator.url.startswith("https://127.0.0.1:")
        connection = http.client.HTTPSConnection(
            "127.0.0.1", port(emulator), timeout=30, context=context
        )
        with contextlib.closing(connection):
            for stream in (True, False):
                connection.request("POST", CHAT, body(prompt="lorem 500", stream=stream), HEADERS)
                response = connection.getresponse()
                assert response.status == 200
                assert b"Lorem" in response.read()
    assert [entry["end"] for entry in logbook.wait(2)] == ["complete", "complete"]


def test_a_reset_is_no_goodbye(emulator: Emulator, logbook: Logbook) -> None:
    with plain(emulator) as sock:
        sock.sendall(request(body("demo--rst", stream=True)))
        with pytest.raises(ConnectionResetError):
            read_all(sock)
    assert logbook.last()["end"] == "cut"


def test_a_reset_is_no_goodbye_over_tls(logbook: Logbook) -> None:
    context = ssl.create_default_context(cafile=str(CERTIFICATE))
    tls = Emulator(ScriptedReplies(), cert=CERTIFICATE, key_file=CERTIFICATE_KEY, log=logbook)
    with tls as emulator, plain(emulator) as below:
        encrypted = below.dup()
        with encrypted, context.wrap_socket(below, server_hostname="127.0.0.1") as sock:
            sock.sendall(request(body("demo--rst", stream=True)))
            with pytest.raises(ConnectionResetError):
                read_all(encrypted)
    assert logbook.last()["end"] == "cut"


def test_half_a_chunk_is_all_that_comes_of_the_last(emulator: Emulator) -> None:
    with plain(emulator) as sock:
        sock.sendall(request(body("demo--half-chunk", stream=True)))
        before, _, half = read_all(sock).rpartition(b"\r\n")
    size = int(before.rpartition(b"\r\n")[2], 16)
    assert half.startswith(b"data: {")
    assert 0 < len(half) < size


def test_closing_ends_every_connection_and_says_so(logbook: Logbook) -> None:
    emulator = Emulator(ScriptedReplies(), log=logbook)
    with emulator, plain(emulator) as idle, plain(emulator) as stalled:
        stalled.sendall(request(body("demo--stall", stream=True)))
        stalled.recv(1)
        emulator.close()
        assert read_all(idle) == b""
        assert b"[DONE]" not in read_all(stalled)
    assert logbook.last()["end"] == "shutdown"
    assert logbook.last()["client_left"] is None
    assert not [t for t in threading.enumerate() if t.name.startswith("emulator")]


def test_an_answer_that_a_fault_cuts_is_written_no_further(logbook: Logbook) -> None:
    backend = Stuck(Piece(0, "Hel"), Piece(0, "lo"))
    with Emulator(backend, log=logbook) as emulator, plain(emulator) as sock:
        sock.sendall(request(body("demo--cut:after=1", stream=True)))
        received = read_all(sock)
    assert b'"content":"Hel"' in received
    assert b'"content":"lo"' not in received
    assert logbook.last()["end"] == "cut"
    assert backend.closed_at is not None


def test_it_listens_on_the_loopback_interface_only(emulator: Emulator) -> None:
    assert emulator.url.startswith("http://127.0.0.1:")
    assert emulator._listener is not None
    assert emulator._listener.getsockname()[0] == "127.0.0.1"


def test_a_log_that_cannot_be_written_stops_no_answer() -> None:
    def broken(_line: str) -> None:
        raise BrokenPipeError

    with Emulator(ScriptedReplies(), log=broken) as emulator, client(emulator) as connection:
        for _ in range(2):
            connection.request("POST", CHAT, body(), HEADERS)
            response = connection.getresponse()
            response.read()
            assert response.status == 200


def test_a_port_in_use_is_named(emulator: Emulator) -> None:
    taken = port(emulator)
    with pytest.raises(EmulatorError, match=rf"{taken} \([^()]*\): choose another port"):
        Emulator(ScriptedReplies(), port=taken).start()


@pytest.mark.parametrize("number", [70_000, -1])
def test_a_port_that_cannot_be_is_named(number: int) -> None:
    with pytest.raises(EmulatorError, match=f"no port {number}"):
        Emulator(ScriptedReplies(), port=number)


def test_wrong_settings_are_named(tmp_path: Path) -> None:
    with pytest.raises(EmulatorError, match="Faults are: 401"):
        Emulator(ScriptedReplies(), fault="teapot")
    for number in (-1, math.inf, math.nan):
        with pytest.raises(EmulatorError, match="from 0 on"):
            Emulator(ScriptedReplies(), rate=number)
        with pytest.raises(EmulatorError, match="from 0 on"):
            Emulator(ScriptedReplies(), latency=number)
    with pytest.raises(EmulatorError, match=r"missing\.pem"):
        Emulator(ScriptedReplies(), cert=tmp_path / "missing.pem")
    (tmp_path / "empty.pem").touch()
    with pytest.raises(EmulatorError, match=r"empty\.pem"):
        Emulator(ScriptedReplies(), cert=tmp_path / "empty.pem")


def test_events_of_a_response_have_their_names(emulator: Emulator) -> None:
    with client(emulator) as connection:
        asked = json.dumps({"model": "demo", "input": "lorem 1", "stream": True})
        connection.request("POST", "/openai/v1/responses", asked, HEADERS)
        response = connection.getresponse()
        assert str(response.getheader("content-type")).startswith("text/event-stream")
        records = response.read().decode().removesuffix("\n\n").split("\n\n")
    for record in records:
        event, data = record.split("\n")
        assert event == f"event: {json.loads(data.removeprefix('data: '))['type']}"
    assert records[-1].startswith("event: response.completed\n")
