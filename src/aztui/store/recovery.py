"""A damaged database, set aside and never deleted, and a new one of what can be read of it."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Final, TypeAlias

from aztui.core.data import dataclass
from aztui.core.history import HistoryError
from aztui.store.database import is_damage, transaction
from aztui.store.files import sync_folder
from aztui.store.pages import Pages
from aztui.store.replacing import alone
from aztui.store.salvage import Salvaged, salvage

Identity: TypeAlias = tuple[int, int] | None
"""Which file it is that has a name, by its device and number there; None where there is none."""

_BESIDE: Final = ("-wal", "-shm")
_ASIDE: Final = ".damaged-"
"""In the name of a file that was set aside."""
_PATIENCE: Final = 1.0
"""Seconds to wait for another process that writes."""


@dataclass(frozen=True, slots=True)
class Recovered:
    """What became of a damaged database.

    Attributes:
        aside: where it is now.
        salvaged: what could be read of it, and is in the new one.
    """

    aside: Path
    salvaged: Salvaged

    def __str__(self) -> str:
        """Say so, in a sentence."""
        sessions, runs = self.salvaged.sessions, self.salvaged.runs
        what = "1 session" if sessions == 1 else f"{sessions} sessions"
        return (
            f"The history was damaged: {what} ({runs} runs) recovered, the damaged file kept as "
            f"{self.aside}."
        )


def identity(path: Path) -> Identity:
    """Return which file it is that has a name now."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def set_aside(path: Path) -> list[Path]:
    """Return the damaged files that a database once was, the oldest first."""
    return sorted(
        file
        for file in path.parent.glob(f"{path.name}{_ASIDE}*")
        if not file.name.endswith(_BESIDE)
    )


def recover(path: Path, damaged: Identity) -> Recovered | None:
    """Set a damaged database aside, and put what can be read of it in its place.

    What is in its place is there from one moment to the next: whoever opens the database meanwhile
    gets the damaged one or the new one. Its log goes first, since it belongs to no other. Who has
    it open can write nothing to it until it is replaced, and sees by `identity` that it was.

    Args:
        path: the database.
        damaged: which file that was when it was found to be damaged.

    Returns:
        What was done; None where another process has done it already.

    Raises:
        HistoryError: another process is doing it, or is writing.
        OSError: it cannot be done; the damaged one is where it was.
        sqlite3.Error: as above.
    """
    with alone(path), ExitStack() as after, _held(path):
        if identity(path) != damaged:
            return None
        new = path.with_name(f"{path.name}.recovering")
        _remove(new)
        try:
            # Closing a file lets go of all locks that the process has on it (POSIX).
            salvaged = salvage(after.enter_context(closing(Pages(path))), new)
            aside = _free_name(path)
            for beside in _BESIDE:
                with contextlib.suppress(FileNotFoundError):
                    path.with_name(path.name + beside).rename(aside.with_name(aside.name + beside))
            _keep_as(path, aside)
            new.replace(path)
        finally:
            _remove(new)
        sync_folder(path.parent)
        return Recovered(aside, salvaged)


@contextlib.contextmanager
def _held(path: Path) -> Iterator[None]:
    """Have nobody else write to it, as far as it is a database yet.

    Raises:
        HistoryError: somebody does, and goes on with it.
    """
    with ExitStack() as stack:
        connection = sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None)
        stack.enter_context(closing(connection))
        try:
            stack.enter_context(transaction(connection))
        except sqlite3.Error as error:
            if not is_damage(error):
                raise HistoryError(
                    f"{path} is damaged, and another program does not let go of it"
                ) from None
        yield


def _free_name(path: Path) -> Path:
    """A name that says when, and that nothing has."""
    dated = f"{path.name}{_ASIDE}{time.strftime('%Y-%m-%dT%H%M')}"
    names = [dated, *(f"{dated}-{number}" for number in range(2, 1000))]
    return next(path.with_name(name) for name in names if not os.path.lexists(path.with_name(name)))


def _keep_as(path: Path, aside: Path) -> None:
    """Give the damaged file its second name, its first one being about to go to the new one."""
    try:
        os.link(path, aside)
    except OSError:  # a file system without links
        path.rename(aside)


def _remove(new: Path) -> None:
    for beside in ("", *_BESIDE):
        new.with_name(new.name + beside).unlink(missing_ok=True)
