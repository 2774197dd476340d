"""aztui with a fault planted in it: to see that the benchmarks would see one.

`AZTUI_BENCH_FAULT=NAME python -m benchmarks.planted …` is aztui, but for that. The program itself
knows nothing of it.
"""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

from textual.app import App

from aztui.cli import main
from aztui.terminal.driver import AztuiDriver

VARIABLE: Final = "AZTUI_BENCH_FAULT"

_received = bytearray()


def _before(owner: type, name: str, do: Callable[[], object]) -> None:
    """Have something done before each call of a method.

    Raises:
        AttributeError: there is no such method.
    """
    method: Callable[..., Any] = getattr(owner, name)

    def call(*arguments: Any, **named: Any) -> Any:
        do()
        return method(*arguments, **named)

    setattr(owner, name, call)


def _burn(seconds: float) -> None:
    until = time.thread_time() + seconds
    while time.thread_time() < until:
        pass


def _count() -> None:
    _received.extend(b".")


def _late_start() -> None:
    time.sleep(0.5)


def _late_request() -> None:
    for name in ("send", "sendall"):
        _before(socket.socket, name, lambda: time.sleep(0.05))


def _dear_tokens() -> None:
    _before(socket.socket, "recv", lambda: _burn(0.004))


def _dearer_tokens() -> None:
    """Each costs more than the one before: what a transcript does that renders all of itself."""
    _before(socket.socket, "recv", _count)
    _before(socket.socket, "recv", lambda: _burn(len(_received) * 5e-7))


def _slow_paints() -> None:
    _before(App, "_display", lambda: time.sleep(0.15))


def _wasteful() -> None:
    os.environ["AZTUI_DRIVER"] = "plain"


def _late_stop() -> None:
    _before(socket.socket, "shutdown", lambda: time.sleep(0.1))


def _restless() -> None:
    def write() -> None:
        while True:
            time.sleep(1)
            os.write(1, b"\x1b7\x1b8")
            _burn(0.01)

    threading.Thread(target=write, daemon=True).start()


def _leak() -> None:
    _before(socket.socket, "recv", lambda: _received.extend(bytes(100_000)))


def _lingering() -> None:
    _before(AztuiDriver, "_end", lambda: time.sleep(2))


FAULTS: Final[Mapping[str, Callable[[], None]]] = {
    "late-start": _late_start,
    "late-request": _late_request,
    "dear-tokens": _dear_tokens,
    "dearer-tokens": _dearer_tokens,
    "slow-paints": _slow_paints,
    "wasteful": _wasteful,
    "late-stop": _late_stop,
    "restless": _restless,
    "leak": _leak,
    "lingering": _lingering,
}
"""Every fault by its name."""


def plant() -> None:
    """Plant the fault that the environment names, if it names one."""
    if fault := os.environ.get(VARIABLE):
        FAULTS[fault]()


if __name__ == "__main__":
    plant()
    main()
