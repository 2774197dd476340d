"""A server that answers as Azure Resource Manager does, with the subscriptions a test gives it."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final, Self
from urllib.parse import parse_qs, unquote, urlsplit

DEADLINE: Final = 10.0
ACCOUNTS: Final = "providers/Microsoft.CognitiveServices/accounts"

OPENAI: Final = "OpenAI Language Model Instance API"


def subscription(name: str, state: str = "Enabled") -> dict[str, Any]:
    return {"id": f"/subscriptions/{name}", "subscriptionId": name, "state": state}


def account(name: str, within: str = "one", **properties: Any) -> dict[str, Any]:
    """A resource, whose group's name has to be quoted in a URL."""
    return {
        "id": f"/subscriptions/{within}/resourceGroups/rg (test)/{ACCOUNTS}/{name}",
        "name": name,
        "kind": "OpenAI",
        "properties": {"endpoint": f"https://{name}.openai.azure.com/", **properties},
    }


def deployment(name: str, model: str = "gpt-4o", state: str = "Succeeded") -> dict[str, Any]:
    return {
        "name": name,
        "properties": {
            "model": {"format": "OpenAI", "name": model, "version": "2024-11-20"},
            "provisioningState": state,
        },
    }


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it came."""

    path: str
    version: str
    headers: Mapping[str, str]


@dataclass
class Arm:
    """Answers on 127.0.0.1 while its `with` lasts.

    Attributes:
        lists: what is in each list, by its path.
        size: how many items a page has.
        refuses: the status, and what is said with it, by path.
        onward: named by each first page as the next one, in its place.
        silent: paths that get no answer before `speak` is set, or the server ends.
        requests: what was asked, in order.
    """

    lists: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    size: int = 100
    refuses: Mapping[str, tuple[int, object]] = field(default_factory=dict)
    onward: str = ""
    silent: frozenset[str] = frozenset()
    requests: list[Asked] = field(default_factory=list)

    @classmethod
    def of(cls, resource: dict[str, Any], *deployments: dict[str, Any], **options: Any) -> Self:
        """One subscription with one resource."""
        lists = {
            "/subscriptions": [subscription("one")],
            f"/subscriptions/one/{ACCOUNTS}": [resource],
            f"{resource['id']}/deployments": deployments,
        }
        return cls(lists, **options)

    def __enter__(self) -> Self:
        arm = self
        self.speak = threading.Event()
        self.asked = threading.Event()

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                arm._answer(self, unquote(parts.path), parse_qs(parts.query))

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.speak.set()
        self._server.shutdown()
        self._thread.join(DEADLINE)
        self._server.server_close()

    @property
    def paths(self) -> list[str]:
        """What was asked for, in order."""
        return [request.path for request in self.requests]

    def _answer(
        self, handler: BaseHTTPRequestHandler, path: str, query: Mapping[str, list[str]]
    ) -> None:
        named = {name.lower(): value for name, value in handler.headers.items()}
        self.requests.append(Asked(path, query.get("api-version", [""])[0], named))
        self.asked.set()
        if path in self.silent:
            self.speak.wait(DEADLINE)
        status, said = self.refuses.get(path) or (200, self._page(path, query))
        body = said if isinstance(said, bytes) else json.dumps(said).encode()
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    def _page(self, path: str, query: Mapping[str, list[str]]) -> dict[str, Any]:
        start = int(query.get("$skipToken", ["0"])[0])
        items = self.lists.get(path, [])
        page: dict[str, Any] = {"value": items[start : start + self.size]}
        if self.onward:
            page["nextLink"] = self.onward
        elif start + self.size < len(items):
            version = query["api-version"][0]
            again = path.replace(" ", "%20")
            more = f"$skipToken={start + self.size}"
            page["nextLink"] = f"{self.url}{again}?api-version={version}&{more}"
        return page
