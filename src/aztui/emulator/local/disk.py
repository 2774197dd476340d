"""The folder that holds the weights: who may see it, who may write to it, what it complains of."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from aztui.emulator.local.errors import WeightsError

_LOCK: Final = ".pull.lock"
_LOOK_AGAIN: Final = 0.2
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})
_FORBIDDEN: Final = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})


def megabytes(size: int) -> str:
    """Say `size` bytes as a person would: `98 MB`."""
    return f"{size / 1e6:.0f} MB"


def make_private(folder: Path) -> None:
    """Make `folder`, and what is missing above it, for this user only (0700)."""
    missing = [place for place in (folder, *folder.parents) if not place.exists()]
    for place in reversed(missing):
        place.mkdir(mode=0o700, exist_ok=True)


def need_room(folder: Path, size: int) -> None:
    """Make sure that `size` more bytes fit into `folder`.

    Raises:
        WeightsError: they do not.
    """
    free = shutil.disk_usage(folder).free
    if free < size:
        raise WeightsError(
            f"The disk is full: the local model needs {megabytes(size)} in {folder} for now, "
            f"and {megabytes(free)} are free there."
        )


@contextmanager
def complaints(folder: Path) -> Iterator[None]:
    """Turn what the system says about `folder` into a sentence.

    Raises:
        WeightsError: something in the block failed with an OSError.
    """
    try:
        yield
    except OSError as error:
        raise WeightsError(_sentence(error, folder)) from error


def _sentence(error: OSError, folder: Path) -> str:
    place = error.filename or folder
    if error.errno in _FULL:
        return f"The disk is full: there is no room for the local model in {folder}."
    if error.errno in _FORBIDDEN:
        return (
            f"The local model's folder cannot be written to: {place} ({error.strerror}). "
            "Let AZTUI_DATA_DIR name a folder that can."
        )
    return f"The local model's folder cannot be used: {place} ({error.strerror or error})."


@contextmanager
def exclusive(folder: Path, while_waiting: Callable[[], None]) -> Iterator[None]:
    """Keep other processes out of `folder` for the length of the block.

    Args:
        folder: where the lock is kept.
        while_waiting: called five times a second for as long as another process has the lock.
    """
    with (folder / _LOCK).open("w") as lock:
        while not _locked(lock.fileno()):
            while_waiting()
            time.sleep(_LOOK_AGAIN)
        yield


@contextmanager
def exclusive_or_refuse(folder: Path) -> Iterator[None]:
    """Keep other processes out of `folder` for the length of the block.

    Raises:
        WeightsError: another process is at work there.
    """
    with (folder / _LOCK).open("w") as lock:
        if not _locked(lock.fileno()):
            raise WeightsError(
                f"Another aztui is downloading into {folder}: stop that one first, or wait for it."
            )
        yield


def _locked(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def settle(temporary: Path, final: Path) -> None:
    """Give a finished file its name, so that even after a power cut it is whole or not there."""
    with temporary.open("rb") as finished:
        os.fsync(finished.fileno())
    temporary.replace(final)
    handle = os.open(final.parent, os.O_RDONLY)
    with suppress(OSError):  # some network file systems cannot do it for a folder
        os.fsync(handle)
    os.close(handle)


def size_of(file: Path) -> int:
    """Return a file's length in bytes; 0 where there is none."""
    try:
        return file.stat().st_size
    except (FileNotFoundError, NotADirectoryError):
        return 0
