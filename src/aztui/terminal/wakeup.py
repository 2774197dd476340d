"""Waking a thread that waits for a file."""

from __future__ import annotations

import contextlib
import os
from typing import final


@final
class WakeUp:
    """A pipe to select on together with other files.

    `set` takes no lock: it may be called from any thread and from signal handlers.
    """

    def __init__(self) -> None:
        self._reader, self._writer = os.pipe()
        os.set_blocking(self._reader, False)
        os.set_blocking(self._writer, False)

    def fileno(self) -> int:
        """The file that becomes readable with `set`."""
        return self._reader

    def set(self) -> None:
        """Wake whoever waits."""
        with contextlib.suppress(BlockingIOError):  # full of earlier calls: it wakes anyway
            os.write(self._writer, b".")

    def clear(self) -> None:
        """Let the next wait wait again."""
        with contextlib.suppress(BlockingIOError):
            os.read(self._reader, 4096)

    def close(self) -> None:
        """Give the pipe back; nobody may wait or wake any more."""
        os.close(self._reader)
        os.close(self._writer)
