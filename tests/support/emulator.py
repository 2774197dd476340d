"""What tests need around the emulator: its log read back, and backends that misbehave."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from aztui.emulator.backend import Answer, Ask, Part

CERTIFICATE: Final = Path(__file__).parent / "tls" / "cert.pem"
"""For 127.0.0.1, signed by itself and good for tests only."""
EXPIRED: Final = CERTIFICATE.with_name("expired.pem")
"""For 127.0.0.1, signed by itself (Contoso Inspection), with the same key; good for 2020 only."""
CERTIFICATE_KEY: Final = CERTIFICATE.with_name("key.pem")


class Logbook:
    """An emulator's log; hand it in as `log`."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._entries: list[dict[str, Any]] = []

    def __call__(self, line: str) -> None:
        """Take a line."""
        with self._changed:
            self._entries.append(json.loads(line))
            self._changed.notify_all()

    def wait(self, count: int = 1, seconds: float = 10.0) -> list[dict[str, Any]]:
        """The first `count` requests that ended, as soon as there are so many.

        Raises:
            AssertionError: there are fewer when the time is over.
        """
        with self._changed:
            ended = self._changed.wait_for(lambda: len(self._entries) >= count, seconds)
            assert ended, f"after {seconds} s the log holds {self._entries}, not {count} requests"
            return self._entries[:count]

    def last(self, seconds: float = 10.0) -> dict[str, Any]:
        """The only request there should be, when it ended."""
        return self.wait(1, seconds)[0]


class Saying:
    """A backend that answers every request with the same parts, or fails among them."""

    def __init__(self, *parts: Part | Exception, model: str = "saying") -> None:
        self.model = model
        self.asked: list[Ask] = []
        self._parts = parts

    def answer(self, ask: Ask) -> Answer:
        """Begin to answer."""
        self.asked.append(ask)
        return _Said(self._parts)


class _Said:
    def __init__(self, parts: Sequence[Part | Exception]) -> None:
        self._parts = parts

    def __iter__(self) -> Iterator[Part]:
        for part in self._parts:
            if isinstance(part, Exception):
                raise part
            yield part

    def close(self) -> None:
        """Nothing here takes any time."""


class Stuck:
    """A backend that gives some parts and then none until it is closed.

    Attributes:
        waiting: set once it gives no more.
        closed_at: when it was closed, in seconds on the monotonic clock; None before.
    """

    model = "stuck"

    def __init__(self, *parts: Part) -> None:
        self.waiting = threading.Event()
        self.closed_at: float | None = None
        self._parts = parts
        self._closed = threading.Event()

    def answer(self, _ask: Ask) -> Answer:
        """Begin to answer."""
        return self

    def __iter__(self) -> Iterator[Part]:
        yield from self._parts
        self.waiting.set()
        self._closed.wait()

    def close(self) -> None:
        """Let the iteration end."""
        self.closed_at = time.monotonic()
        self._closed.set()
