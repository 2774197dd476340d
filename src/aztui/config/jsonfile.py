"""Small JSON files of aztui's own: read whole, replaced whole, for the user's eyes only."""

from __future__ import annotations

import contextlib
import json
import os
import time
from pathlib import Path
from typing import Any, Final

LIMIT: Final = 1_000_000
"""Bytes. A file this long is none of ours."""

_ABANDONED: Final = 60.0
"""Seconds after which nobody is writing a file any more."""


def read(path: Path) -> Any:
    """What a file says; None where there is none, or none that can be read."""
    try:
        with path.open("rb") as file:
            data = file.read(LIMIT + 1)
        return json.loads(data) if len(data) <= LIMIT else None
    except (OSError, ValueError, RecursionError):
        return None


def write(path: Path, value: Any) -> None:
    """Replace a file at once, so that whoever reads it meanwhile sees the old or the new one.

    The file is made with mode 0600, its folder with 0700.

    Raises:
        OSError: it cannot be written; the old one is as it was.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = path.with_name(f".{path.name}.{os.urandom(8).hex()}")
    try:
        handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(handle, "w", encoding="utf-8") as file:  # noqa: PTH123 - of an open handle
            json.dump(value, file, indent=1)
            file.write("\n")
        new.replace(path)
    except BaseException:
        new.unlink(missing_ok=True)
        raise
    _sweep(path)


def _sweep(path: Path) -> None:
    """Remove what writers have left behind that ended with their process, in the middle."""
    with contextlib.suppress(OSError):
        for left in path.parent.glob(f".{path.name}.*"):
            if time.time() - left.stat().st_mtime > _ABANDONED:
                left.unlink()
