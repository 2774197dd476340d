"""Writing to stdout from a thread of its own, so that a slow reader stops nothing else."""

from __future__ import annotations

import errno
import os
import select
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Final, TypeAlias

from aztui.core.data import dataclass
from aztui.terminal.wakeup import WakeUp

_STDERR: Final = 2
_GONE: Final = frozenset({errno.EPIPE, errno.ECONNRESET, errno.EIO})


@dataclass(frozen=True, slots=True)
class Drained:
    """All that was put in before `end` is written."""


@dataclass(frozen=True, slots=True)
class ReaderGone:
    """Nobody reads stdout any more."""


@dataclass(frozen=True, slots=True)
class Unwritable:
    """stdout does not take the text.

    Attributes:
        reason: the system's words, such as that the disk is full.
    """

    reason: str


News: TypeAlias = Drained | ReaderGone | Unwritable


class Outlet:
    """A file handle that takes bytes at its reader's pace and notices when the reader leaves.

    Attributes:
        written: how many bytes the system has taken so far.
    """

    def __init__(self, handle: int, tell: Callable[[News], None]) -> None:
        """Begin to watch and to write.

        Args:
            handle: what to write to.
            tell: takes the one thing that ends it, on the writing thread.
        """
        self.written = 0
        self._handle = handle
        self._tell = tell
        self._queue: deque[tuple[int, bytes]] = deque()
        self._ended = False
        self._wakeup = WakeUp()
        threading.Thread(target=self._serve, daemon=True, name="stdout").start()

    def put(self, data: bytes) -> None:
        """Have `data` written after all that was put in before."""
        self._add(self._handle, data)

    def aside(self, data: bytes) -> None:
        """Have `data` written to stderr, after all that was put in before."""
        self._add(_STDERR, data)

    def end(self) -> None:
        """Have `Drained` told once everything is written."""
        self._ended = True
        self._wakeup.set()

    def _add(self, handle: int, data: bytes) -> None:
        if data:
            self._queue.append((handle, data))
            self._wakeup.set()

    def _serve(self) -> None:
        watch = select.poll()
        watch.register(self._wakeup, select.POLLIN)
        # Asked for nothing, poll still tells when the other end is closed.
        watch.register(self._handle, 0)
        try:
            while self._wait(watch):
                self._write_all()
                if self._ended and not self._queue:
                    self._tell(Drained())
                    return
        except OSError as error:
            gone = error.errno in _GONE
            self._tell(ReaderGone() if gone else Unwritable(error.strerror or str(error)))

    def _wait(self, watch: select.poll) -> bool:
        """Wait for something to write; False when the reader left."""
        for handle, event in watch.poll():
            if handle == self._wakeup.fileno():
                self._wakeup.clear()
            elif event & (select.POLLERR | select.POLLHUP):
                self._tell(ReaderGone())
                return False
            else:  # a device that cannot be watched
                watch.unregister(self._handle)
        return True

    def _write_all(self) -> None:
        while self._queue:
            handle, data = self._queue.popleft()
            if handle != self._handle:
                with suppress(OSError):
                    _write(handle, data)
                continue
            together = [data]
            while self._queue and self._queue[0][0] == handle:
                together.append(self._queue.popleft()[1])
            rest = memoryview(b"".join(together))
            while rest:
                taken = _write(handle, rest)
                self.written += taken
                rest = rest[taken:]


def _write(handle: int, data: bytes | memoryview) -> int:
    """Write some of `data`, waiting even where whoever started us made the handle non-blocking."""
    while True:
        try:
            return os.write(handle, data)
        except BlockingIOError:
            ready = select.poll()
            ready.register(handle, select.POLLOUT)
            ready.poll()
