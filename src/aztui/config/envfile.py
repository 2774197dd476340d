"""The `.env` file: where it is and what it says."""

from __future__ import annotations

import io
import logging
from collections.abc import Mapping
from dataclasses import field
from pathlib import Path
from types import MappingProxyType
from typing import Final

from aztui.config.errors import SettingsError
from aztui.core.data import dataclass

FILE_NAME: Final = ".env"
LIMIT: Final = 1_000_000
"""Bytes. Far more than settings need; a file this long is something else."""


@dataclass(frozen=True, slots=True)
class EnvFile:
    """What a `.env` file says.

    Attributes:
        path: where it is.
        values: every name that it sets; empty for a name without a value.
        broken: the numbers of lines where something cannot be read as `NAME=value`.
    """

    path: Path
    values: Mapping[str, str] = field(repr=False)
    broken: tuple[int, ...] = ()


def nearest(folder: Path) -> Path | None:
    """The closest `.env` file in `folder` or above it.

    Folders of that name are passed over: many a virtual environment is called so.
    """
    for place in (folder, *folder.parents):
        candidate = place / FILE_NAME
        try:
            if candidate.is_file():
                return candidate
        except OSError:  # a folder that may not be searched has no file for us
            continue
    return None


def read(path: Path) -> EnvFile:
    """Read a `.env` file as UTF-8, with or without a byte order mark.

    Nothing is interpolated: python-dotenv fills `${NAME}` from the process's environment, with
    which a file of someone else's could copy a secret of the user's into an address that it
    chooses. Nothing enters the environment either.

    Raises:
        SettingsError: there is no such file, or it is a folder, unreadable, larger than
            `LIMIT` or not UTF-8.
    """
    from dotenv import dotenv_values  # noqa: PLC0415 - 5 ms, and not everyone has such a file

    text = _text(path)
    notes = _BrokenLines()
    logger = logging.getLogger("dotenv.main")
    propagate, logger.propagate = logger.propagate, False
    logger.addHandler(notes)
    try:
        values = dotenv_values(stream=io.StringIO(text), interpolate=False)
    finally:
        logger.removeHandler(notes)
        logger.propagate = propagate
    said = {name: value or "" for name, value in values.items()}
    return EnvFile(path, MappingProxyType(said), tuple(notes.lines))


class _BrokenLines(logging.Handler):
    """Notes the lines that python-dotenv warns of, which would else be printed on the screen."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[int] = []

    def emit(self, record: logging.LogRecord) -> None:
        if isinstance(record.args, tuple):
            self.lines.extend(arg for arg in record.args if isinstance(arg, int))


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(LIMIT + 1)
    except FileNotFoundError:
        raise SettingsError(f"There is no file {path}: check the path after --env-file.") from None
    except IsADirectoryError:
        raise SettingsError(f"{path} is a folder: name the file in it.") from None
    except OSError as error:
        raise SettingsError(
            f"{path} cannot be read: {error.strerror}. Change its permissions, or name another "
            "file with --env-file."
        ) from None
    except ValueError:  # a NUL in the path
        raise SettingsError("The path after --env-file is no path.") from None
    if len(data) > LIMIT:
        raise SettingsError(
            f"{path} is larger than {LIMIT // 1_000_000} MB, so it cannot be a file of settings: "
            "name another with --env-file."
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SettingsError(
            f"{path} is not UTF-8 text (line {line}): save it as UTF-8, or name another file "
            "with --env-file."
        ) from None
