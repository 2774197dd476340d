"""A request's way to the service and back: what went out, what came, how long each step took."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from aztui.core.events import Headers, Received, Sent, Steps, interned

if TYPE_CHECKING:
    import httpx2

Tell: TypeAlias = Callable[[Sent | Received], object]
"""Takes what is known of a request on its way, on the thread that sends it."""

_SECRET: Final = frozenset(
    {"api-key", "authorization", "proxy-authorization", "cookie", "set-cookie"}
)
"""Headers that hold a credential, in requests or in responses."""
_CUT: Final = "…"


class Trip:
    """One request, which may be sent again over another connection, or be sent elsewhere.

    Args:
        sent: what goes out; its URL and headers are the request's own.
        tell: takes what goes out and what comes back.
        clock: seconds that only grow.
    """

    def __init__(self, sent: Sent, tell: Tell, clock: Callable[[], float] = time.monotonic) -> None:
        self._sent = sent
        self._tell = tell
        self._clock = clock
        self._began: dict[str, float] = {}
        self._took: dict[str, float] = {}
        self._tunnel = False

    def sending(self, request: httpx2.Request) -> None:
        """Tell that a request goes out now."""
        self._began.clear()
        self._took.clear()
        headers = _told(request.headers.raw)
        sent = self._sent
        self._tell(
            Sent(str(request.url), sent.members, headers, sent.thoughts, sent.auth, sent.variable)
        )

    def looked_up(self, seconds: float) -> None:
        """Note how long it took to find the server's address, while it is connected to."""
        self._took["lookup"] = seconds

    def note(self, event: str, info: Mapping[str, Any]) -> None:
        """Take a step of the connection, as httpx2's trace extension tells it.

        What a proxy is told to let the connection through is no step of the request's own
        (httpcore2, `_sync/http_proxy.py`).
        """
        _, _, step = event.partition(".")
        match step.split("."):
            case ["send_request_headers", "started"]:
                self._tunnel = info["request"].method == b"CONNECT"
                self._begin("write")
            case ["connect_tcp", "started"]:
                self._begin("connect")
            case ["start_tls", "started"]:
                self._begin("tls")
            case ["connect_tcp", "complete"]:
                self._end("connect")
                self._took["connect"] -= self._took.get("lookup", 0.0)
            case ["start_tls", "complete"]:
                self._end("tls")
            case ["send_request_body", "complete"]:
                self._end("write")
                self._begin("wait")
            case ["receive_response_headers", "complete"] if not self._tunnel:
                self._end("wait")
                self._answered(info["return_value"])

    def _answered(self, response: tuple[bytes, int, bytes, list[tuple[bytes, bytes]]]) -> None:
        _, status, _, headers = response
        self._tell(Received(status, _told(headers), Steps(**self._took)))

    def _begin(self, step: str) -> None:
        self._began[step] = self._clock()

    def _end(self, step: str) -> None:
        now = self._clock()
        self._took[step] = now - self._began.get(step, now)


def _told(headers: Iterable[tuple[bytes, bytes]]) -> Headers:
    """Return headers as text, of those that hold a credential only what kind it is."""
    known = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in headers]
    return interned(
        (name, _kind(value) if name.lower() in _SECRET else value) for name, value in known
    )


def _kind(value: str) -> str:
    scheme, blank, rest = value.partition(" ")
    return f"{scheme} {_CUT}" if blank and rest and scheme in {"Bearer", "Basic"} else _CUT
