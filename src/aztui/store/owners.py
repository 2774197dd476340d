"""Which of the processes that write to the database are still there.

Each holds a lock on a file of its own, which the system lets go of however the process ends.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from pathlib import Path
from typing import Final

RUNNING: Final = "running"
"""The folder of these files, beside the database."""


class Owner:
    """This process, as one that writes.

    Attributes:
        name: what tells it from all others.
    """

    def __init__(self, folder: Path) -> None:
        """Say that it is there.

        Args:
            folder: where such files are; made where it is missing.

        Raises:
            OSError: that cannot be said.
        """
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.name = os.urandom(8).hex()
        self._path = folder / self.name
        self._handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with contextlib.suppress(OSError):  # a file system without locks
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def close(self) -> None:
        """Say that it is not there any more."""
        self._path.unlink(missing_ok=True)
        os.close(self._handle)


def is_there(folder: Path, name: str) -> bool:
    """Whether a process that writes is still running; what one left behind is removed."""
    path = folder / name
    try:
        handle = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False  # a file system without locks
    else:
        path.unlink(missing_ok=True)
        return False
    finally:
        os.close(handle)
