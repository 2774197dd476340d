"""One process at a time puts a new database in the place of a damaged one; nobody opens it then."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from aztui.core.history import HistoryError


@contextlib.contextmanager
def alone(path: Path) -> Iterator[None]:
    """Be the only process that replaces a database.

    Raises:
        HistoryError: another one is.
        OSError: that cannot be said.
    """
    handle = os.open(_lock(path), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        if not _locked(handle, fcntl.LOCK_EX):
            raise HistoryError(_replaced(path))
        yield
    finally:
        os.close(handle)


@contextlib.contextmanager
def in_place(path: Path) -> Iterator[None]:
    """Have nobody replace a database meanwhile.

    SQLite finds the log by the database's name. Who opened the one, and then the log of the other,
    would read what never was.

    Raises:
        HistoryError: somebody does now.
    """
    try:
        handle = os.open(_lock(path), os.O_RDONLY | os.O_CLOEXEC)
    except OSError:  # it never was
        yield
        return
    try:
        if not _locked(handle, fcntl.LOCK_SH):
            raise HistoryError(_replaced(path))
        yield
    finally:
        os.close(handle)


def _lock(path: Path) -> Path:
    return path.with_name(f"{path.name}.lock")


def _locked(handle: int, how: int) -> bool:
    try:
        fcntl.flock(handle, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a file system without locks
        return True
    return True


def _replaced(path: Path) -> str:
    return f"{path} is damaged, and another aztui recovers what can be read of it"
