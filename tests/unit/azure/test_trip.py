from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import httpx2
import pytest

from aztui.azure.lookup import Lookup
from aztui.azure.trip import Trip
from aztui.core.events import Received, Sent, Steps

RESPONSE = (b"HTTP/1.1", 200, b"OK", [(b"X-Id", b"1")])


def trip(told: list[Any]) -> Trip:
    times = iter(range(100))
    return Trip(Sent("", {"model": "m"}), told.append, clock=lambda: float(next(times)))


def play(trip: Trip, *events: str, method: bytes = b"POST") -> None:
    for event in events:
        info: dict[str, Any] = {"request": SimpleNamespace(method=method), "return_value": RESPONSE}
        trip.note(event, info)


EXCHANGE = (
    "http11.send_request_headers.started",
    "http11.send_request_body.complete",
    "http11.receive_response_headers.complete",
)


def test_each_step_is_timed_and_a_reused_connection_has_fewer() -> None:
    told: list[Any] = []
    made = trip(told)
    made.sending(httpx2.Request("POST", "https://a.b/c?d=e", headers={"api-key": "secret"}))
    play(made, "connection.connect_tcp.started")
    made.looked_up(0.25)
    play(made, "connection.connect_tcp.complete", "connection.start_tls.started")
    play(made, "connection.start_tls.complete", *EXCHANGE)
    made.sending(httpx2.Request("POST", "https://a.b/c?d=e"))
    play(made, *EXCHANGE)
    sent, first, _, second = told
    assert sent.url == "https://a.b/c?d=e"
    assert sent.headers[-1] == ("api-key", "\u2026")
    assert first == Received(200, (("X-Id", "1"),), Steps(0.25, 0.75, 1.0, 1.0, 1.0))
    assert second.steps == Steps(write=1.0, wait=1.0)
    assert (first.steps.reused, second.steps.reused) == (False, True)


def test_what_a_proxy_answers_is_not_the_response() -> None:
    told: list[Any] = []
    made = trip(told)
    play(made, *EXCHANGE, method=b"CONNECT")
    assert told == []
    play(made, "proxy.start_tls.started", "proxy.start_tls.complete", *EXCHANGE)
    assert [type(one) for one in told] == [Received]


def test_the_next_address_is_tried_where_one_does_not_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        dead = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.2", port))
        here = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))
        really = socket.getaddrinfo
        monkeypatch.setattr(
            socket,
            "getaddrinfo",
            lambda host, *args, **more: (
                [dead, here] if host == "two.test" else really(host, *args, **more)
            ),
        )
        took: list[float] = []
        stream = Lookup(took.append).connect_tcp("two.test", port, 5.0)
        assert stream.get_extra_info("server_addr") == ("127.0.0.1", port)
        stream.close()
    assert len(took) == 1
