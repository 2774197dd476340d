"""The way that a connection takes, and how far it got: what the words about its failure need."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from aztui.core.data import dataclass

EXTENSION: Final = "aztui.route"
"""The request extension that holds the route of its connection."""


@dataclass(slots=True)
class Route:
    """Where a lane's connection leads. Filled in as the connection is made.

    Attributes:
        server: host and port that is asked.
        peer: host and port that the TCP connection leads to; empty before there is one.
        secured: whether the TLS handshake with the server itself has begun. Behind a proxy it
            begins when the proxy has let the connection through.
    """

    server: str = ""
    peer: str = ""
    secured: bool = False

    def note(self, event: str, info: Mapping[str, Any]) -> None:
        """Take a step of the connection, as httpx2's trace extension tells it.

        The events are called `connection.…`, and `proxy.…` or `socks.…` for what leads through
        a proxy (httpcore2, `_trace.py`).
        """
        if event.endswith(".connect_tcp.started"):
            self.peer = address(info["host"], info["port"])
            self.secured = False
        elif event.endswith(".start_tls.started"):
            # A proxy that is spoken to over TLS itself has a handshake of its own before.
            self.secured = not (self.proxy and event.startswith("connection."))

    @property
    def proxy(self) -> str:
        """Host and port of the proxy; empty where there is none."""
        return self.peer if self.peer != self.server else ""


def address(host: str, port: int) -> str:
    """Return host and port as one text."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
