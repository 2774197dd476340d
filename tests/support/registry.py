"""A server on loopback that hands out one file, well or badly."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self


class Registry:
    """Serves `content` at every path; each answer may be cut after so many bytes.

    Attributes:
        ranges: whether it knows the Range header.
        cuts: how many bytes the next answers give before they are cut; None for all.
        status: refuses everything with it unless it is 200.
        asked: the Range header of every request; empty where it had none.
    """

    def __init__(
        self,
        content: bytes,
        *,
        ranges: bool = True,
        cuts: Sequence[int | None] = (),
        status: int = 200,
    ) -> None:
        self.content = content
        self.ranges = ranges
        self.cuts = list(cuts)
        self.status = status
        self.asked: list[str] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/weights.whl"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def page(self, path: str) -> tuple[str, bytes]:
        """The content type and the content of a path."""
        return "application/octet-stream", self.content

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        registry = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                registry.answer(self)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name
                """Say nothing."""

        return Handler

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        asked = request.headers.get("Range", "")
        self.asked.append(asked)
        kind, content = self.page(request.path)
        start = int(asked.removeprefix("bytes=").rstrip("-")) if asked and self.ranges else 0
        if self.status != 200 or start >= len(content):
            request.send_error(416 if self.status == 200 else self.status)
            return
        request.send_response(206 if start else 200)
        if start:
            request.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        request.send_header("Content-Type", kind)
        request.send_header("Content-Length", str(len(content) - start))
        request.end_headers()
        cut = self.cuts.pop(0) if self.cuts else None
        with suppress(ConnectionError):
            request.wfile.write(content[start : None if cut is None else start + cut])
