"""SIGINT and SIGTERM: an end in good order, and at the second one an end at once."""

from __future__ import annotations

import os
import select
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Final

BASE: Final = 128
"""A program that a signal ended exits with this plus the signal's number."""

_STDERR: Final = 2
_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)


class Terminated(BaseException):
    """SIGTERM came; like KeyboardInterrupt nothing but the outermost handler catches it."""


def name(code: int) -> str:
    """The name of the signal behind an exit code."""
    return signal.Signals(code - BASE).name


@contextmanager
def raising() -> Iterator[None]:
    """Have SIGTERM raise `Terminated` in the main thread, as SIGINT raises KeyboardInterrupt."""

    def terminated(_number: int, _frame: FrameType | None) -> None:
        raise Terminated

    with _handled({signal.SIGTERM: terminated}):
        yield


@contextmanager
def told(tell: Callable[[int], None]) -> Iterator[None]:
    """Have the first signal's exit code told, and the second signal end the process at once.

    Args:
        tell: called between any two steps of the main thread, so it must not take a lock.
    """
    seen: list[int] = []

    def handle(number: int, _frame: FrameType | None) -> None:
        if seen:
            _last_words(BASE + number)
            os._exit(BASE + number)
        seen.append(number)
        tell(BASE + number)

    with _handled(dict.fromkeys(_SIGNALS, handle)):
        yield


def _last_words(code: int) -> None:
    """Write a line to stderr if that can be done without waiting."""
    ready = select.poll()
    ready.register(_STDERR, select.POLLOUT)
    with suppress(OSError):
        if ready.poll(0):
            os.write(_STDERR, f"Stopped at once by {name(code)}.\n".encode())


@contextmanager
def _handled(
    handlers: dict[signal.Signals, Callable[[int, FrameType | None], None]],
) -> Iterator[None]:
    """Set handlers for a while; a signal that whoever started us has ignored stays ignored."""
    before = {
        number: signal.signal(number, handler)
        for number, handler in handlers.items()
        if signal.getsignal(number) is not signal.SIG_IGN
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
