from __future__ import annotations

import pytest

from aztui.emulator.protocol import Malformed, chunk, parse_head, response_head


def test_a_head_is_read() -> None:
    head = parse_head(b"post /x?y=1 HTTP/1.1\r\nAPI-Key: k:1\r\nConnection: Close\r\n\r\n")
    assert (head.method, head.target) == ("POST", "/x?y=1")
    assert head.headers["api-key"] == "k:1"
    assert not head.keep_alive


def test_http_1_1_keeps_the_connection_and_1_0_does_not() -> None:
    assert parse_head(b"GET / HTTP/1.1\r\n\r\n").keep_alive
    assert not parse_head(b"GET / HTTP/1.0\r\n\r\n").keep_alive


@pytest.mark.parametrize("line", [b"", b"GET /", b"GET / HTTP/2", b"GET / / HTTP/1.1", b"\x16\x03"])
def test_what_is_no_http_is_refused(line: bytes) -> None:
    with pytest.raises(Malformed):
        parse_head(line + b"\r\n\r\n")


def test_a_response_begins_with_its_status() -> None:
    head = response_head(401, [("a", "b")], "PermissionDenied")
    assert head.startswith(b"HTTP/1.1 401 PermissionDenied\r\nDate: ")
    assert head.endswith(b"\r\na: b\r\n\r\n")


def test_a_chunk_tells_its_length_in_hex() -> None:
    assert chunk(b"x" * 26) == b"1a\r\n" + b"x" * 26 + b"\r\n"
