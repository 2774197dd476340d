"""How far a connection got, by the trace of the HTTP client."""

from __future__ import annotations

from typing import Any

import pytest

from aztui.azure.route import Route, address

SERVER = "contoso.test:443"


def taken(*events: tuple[str, dict[str, Any]]) -> Route:
    route = Route(SERVER)
    for event, info in events:
        route.note(event, info)
    return route


def tcp(host: str, port: int) -> tuple[str, dict[str, Any]]:
    return "connection.connect_tcp.started", {"host": host, "port": port}


def test_before_a_connection_there_is_no_proxy() -> None:
    assert taken().proxy == ""
    assert not taken().secured


def test_a_direct_connection_has_no_proxy() -> None:
    route = taken(tcp("contoso.test", 443), ("connection.start_tls.started", {}))
    assert route.proxy == ""
    assert route.secured


@pytest.mark.parametrize("own_tls", [False, True])
def test_behind_a_proxy_only_the_servers_own_handshake_counts(own_tls: bool) -> None:
    steps = [tcp("proxy.test", 3128)]
    steps += [("connection.start_tls.started", {})] if own_tls else []
    route = taken(*steps)
    assert route.proxy == "proxy.test:3128"
    assert not route.secured
    route.note("proxy.start_tls.started", {})
    assert route.secured


def test_a_new_connection_begins_anew() -> None:
    route = taken(tcp("contoso.test", 443), ("connection.start_tls.started", {}))
    route.note(*tcp("contoso.test", 443))
    assert not route.secured


def test_an_address_can_be_read() -> None:
    assert address("::1", 8080) == "[::1]:8080"
    assert address("127.0.0.1", 80) == "127.0.0.1:80"
