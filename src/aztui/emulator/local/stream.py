"""One request to the engine and the records that come back."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Callable, Iterator
from contextlib import closing

from aztui.core.request import Params
from aztui.emulator.local import dialect
from aztui.emulator.local.engine import Address


class LostError(Exception):
    """The connection to the engine broke off, or was broken off."""


def records(
    address: Address, path: str, body: Params, hold: Callable[[socket.socket], None]
) -> Iterator[bytes]:
    """Post `body` and give each record's JSON as it comes.

    Args:
        address: where the engine is.
        path: what to post to.
        body: what to ask.
        hold: gets the connection's socket before anything is sent; shutting that down ends
            the request.

    Raises:
        BackendError: the engine refuses.
        LostError: the records ended before the engine said that they do.
    """
    try:
        yield from _records(address, path, body, hold)
    except (OSError, http.client.HTTPException) as error:
        raise LostError(str(error) or type(error).__name__) from error


def _records(
    address: Address, path: str, body: Params, hold: Callable[[socket.socket], None]
) -> Iterator[bytes]:
    # No timeout: a long prompt is read in silence, a third request waits for the first two.
    with closing(http.client.HTTPConnection("127.0.0.1", address.port)) as connection:
        connection.connect()
        hold(connection.sock)
        connection.request(
            "POST",
            path,
            dialect.encode(body),
            {"Authorization": f"Bearer {address.key}", "Content-Type": "application/json"},
        )
        with connection.getresponse() as response:
            if response.status != http.client.OK:
                raise dialect.refusal(response.status, response.read())
            for line in response:
                if not line.endswith(b"\n"):
                    break
                data = dialect.payload(line)
                if data == dialect.DONE:
                    return
                if data:
                    yield data
    raise LostError("its answer ended early")
