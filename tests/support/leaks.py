"""Looking for a secret where it must not be, in every form that programs write it in."""

from __future__ import annotations

import base64
import html
import json
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import quote, quote_plus

from tests.support.processes import descendants

_TELLING: Final = 8
"""Characters of a key in a row that are too many; its last four are shown on purpose."""


def unique_key() -> str:
    """A key that is nowhere else, with characters that encodings write in their own ways."""
    return f'k+/{uuid.uuid4().hex}"\\%='


def forms(key: str) -> set[bytes]:
    """The key as it may stand in a file or on a screen, and the parts of it that tell too much."""
    parts = {key[at : at + _TELLING] for at in range(len(key) - _TELLING + 1)}
    escaped = {json.dumps(key)[1:-1], repr(key)[1:-1], html.escape(key)}
    quoted = {quote(key), quote(key, safe=""), quote_plus(key)}
    plain = {form.encode() for form in parts | escaped | quoted | {key}}
    return plain | {data.hex().encode() for data in (key.encode(),)} | set(_base64(key.encode()))


def _base64(key: bytes) -> Iterator[bytes]:
    # What stands before it shifts the digits; those of its first and last bytes mix with others.
    for shift in range(3):
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            yield encode(bytes(shift) + key)[4:-4]


def found(key: str, data: bytes) -> list[bytes]:
    """Which forms of the key are in `data`."""
    return sorted(form for form in forms(key) if form in data)


def files_with(key: str, folder: Path) -> list[Path]:
    """The files below a folder that hold the key, or are named after it."""
    return [
        path
        for path in folder.rglob("*")
        if found(key, str(path.relative_to(folder)).encode())
        or (path.is_file() and found(key, path.read_bytes()))
    ]


def processes_with(key: str, pid: int) -> list[str]:
    """Of a process and all below it: which show the key in their arguments or environment."""
    shown = []
    for process in descendants(pid):
        for name in ("cmdline", "environ"):
            file = Path(f"/proc/{process}/{name}")
            if found(key, file.read_bytes()):
                shown.append(str(file))
    return shown
