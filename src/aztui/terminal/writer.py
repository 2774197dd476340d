"""Writing to the terminal without ever waiting for it."""

from __future__ import annotations

import contextlib
import os
import select
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Final, final

from aztui.terminal.wakeup import WakeUp

MEND: Final = b"\x18\x1b[?2026l"
"""Ends what a cut left unfinished: CAN ends an escape sequence, then a synchronised update."""


def open_terminal(fd: int) -> int:
    """Open the terminal that `fd` is on a second time, for writing without blocking.

    A handle of our own: O_NONBLOCK on the one that came with the process would change it for
    the shell, too, since they share it. Where the terminal cannot be opened again (it belongs to
    another user, and is not the controlling one) writing to it may block the writer's thread.
    """
    flags = os.O_WRONLY | os.O_NOCTTY | os.O_NONBLOCK | os.O_CLOEXEC
    with contextlib.suppress(OSError):
        return os.open(os.ttyname(fd), flags)
    with contextlib.suppress(OSError):
        return os.open("/dev/tty", flags)
    return os.dup(fd)


@final
class Writer:
    """Writes what it is given as fast as the terminal takes it, in order.

    What the terminal does not take at once a thread writes later. `write` never waits and takes no
    lock, so that signal handlers may call it. What is given is never dropped: whoever gives it
    watches `backlog` and gives no more while that is large.
    """

    def __init__(
        self, fd: int, *, on_drained: Callable[[], None], on_gone: Callable[[], None]
    ) -> None:
        """Begin.

        Args:
            fd: an open file that does not block; the writer closes it.
            on_drained: called on the writer's thread, once after each `tell_when_drained`.
            on_gone: called on the writer's thread when the terminal is no more.
        """
        self._fd = fd
        self._on_drained = on_drained
        self._on_gone = on_gone
        self._queue: deque[bytes] = deque()
        self._wakeup = WakeUp()
        self._given = self._written = 0
        self._asked = False
        self._gone = False
        self._never_blocks = not os.get_blocking(fd)
        self._close_by: float | None = None
        self._rest = b""
        self._thread = threading.Thread(target=self._run, name="terminal-writer", daemon=True)
        self._thread.start()

    @property
    def backlog(self) -> int:
        """How many bytes the terminal has not taken yet."""
        return self._given - self._written

    def write(self, text: str) -> int:
        """Have `text` written, and return how many bytes that is.

        Does nothing when the terminal is gone or the writer closed.
        """
        if not text or self._gone or self._close_by is not None:
            return 0
        data = text.encode("utf-8", "replace")
        size = len(data)
        if self._never_blocks and not self.backlog:
            data = self._write_now(data)
        if data and self._close_by is None:  # a signal's handler may have closed it meanwhile
            self._given += len(data)
            self._queue.append(data)
            self._wakeup.set()
        return size

    def _write_now(self, data: bytes) -> bytes:
        """Write what the terminal takes at once, sparing a turn of the thread; return the rest.

        The thread has nothing to write then. That the terminal is gone is for it to find out.
        """
        try:
            return data[os.write(self._fd, data) :]
        except OSError:
            return data

    def tell_when_drained(self) -> None:
        """Have `on_drained` called as soon as everything is written, which may be now."""
        self._asked = True
        self._wakeup.set()

    def close(self, last: str, patience: float) -> None:
        """Write `last` after everything else, and end.

        A terminal that takes nothing is given half of `patience`, in seconds, for what it was
        already given; then that is cut, and `last` is tried for the other half. Closing again
        does nothing.
        """
        if self._close_by is not None:
            return
        deadline = time.monotonic() + patience
        self._close_by = deadline - patience / 2
        self._wakeup.set()
        self._thread.join(patience / 2 + 0.05)
        if self._thread.is_alive():
            return
        rest = (MEND if self._rest else b"") + last.encode()
        while rest and not self._gone and (left := deadline - time.monotonic()) > 0:
            select.select([], [self._fd], [], left)
            rest = self._put(rest)
        self._wakeup.close()
        os.close(self._fd)

    def _run(self) -> None:
        while not self._gone and not self._finished():
            self._wait()
            self._wakeup.clear()
            while self._queue:
                self._rest += self._queue.popleft()
            self._rest = self._put(self._rest)
            if self._asked and not self._rest and not self._queue:
                self._asked = False
                self._on_drained()
        if self._gone:
            self._queue.clear()
            self._on_gone()

    def _finished(self) -> bool:
        if self._close_by is None:
            return False
        empty = not self._rest and not self._queue
        return empty or time.monotonic() >= self._close_by

    def _wait(self) -> None:
        left = None if self._close_by is None else max(0.0, self._close_by - time.monotonic())
        select.select([self._wakeup], [self._fd] if self._rest else [], [], left)

    def _put(self, data: bytes) -> bytes:
        """Write what the terminal takes of `data`; return the rest."""
        if not data:
            return data
        try:
            count = os.write(self._fd, data)
        except BlockingIOError:
            return data
        except OSError:
            self._gone = True
            return b""
        self._written += count
        return data[count:]
