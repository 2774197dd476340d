"""The stuck servers are stuck as they should be."""

from __future__ import annotations

import socket

import pytest

from tests.support.sockets import silent, unreachable


def test_silence_hears_and_notices_who_leaves() -> None:
    with silent() as silence:
        with socket.create_connection(("127.0.0.1", silence.port), timeout=5) as client:
            assert not silence.heard.is_set()
            client.sendall(b"hello")
            assert silence.heard.wait(5)
            assert not silence.left.is_set()
        assert silence.left.wait(5)


def test_nobody_connects_to_a_full_queue() -> None:
    with unreachable() as port, pytest.raises(TimeoutError):
        socket.create_connection(("127.0.0.1", port), timeout=0.3)
