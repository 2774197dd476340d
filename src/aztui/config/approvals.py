"""Which endpoints of files the user has approved, and for which credential.

A credential is known here by where it comes from, never by its value: another key in the same
variable is as trusted as the one before, and nothing of it is on the disk.
"""

from __future__ import annotations

from pathlib import Path
from typing import TypeAlias

from aztui.config import jsonfile
from aztui.config.errors import SettingsError, UnapprovedError
from aztui.config.paths import Paths

Approvals: TypeAlias = frozenset[tuple[str, str]]
"""Pairs of an endpoint (scheme, host and port) and a credential's source."""


def load(file: Path) -> Approvals:
    """Read what was approved; a file that makes no sense approves nothing."""
    match jsonfile.read(file):
        case [*entries]:
            return frozenset(pair for entry in entries if (pair := _pair(entry)))
        case _:
            return frozenset()


def approve(paths: Paths, refused: UnapprovedError) -> None:
    """Let the credential go to the endpoint from now on.

    Args:
        paths: where it is remembered.
        refused: what was refused.

    Raises:
        SettingsError: it cannot be remembered.
    """
    approved = load(paths.approvals_file) | {(refused.endpoint, refused.credential)}
    said = [{"endpoint": where, "credential": whose} for where, whose in sorted(approved)]
    try:
        jsonfile.write(paths.approvals_file, said)
    except OSError as error:
        raise SettingsError(
            f"{paths.approvals_file} cannot be written: {error.strerror}. Nothing was approved."
        ) from None


def _pair(entry: object) -> tuple[str, str] | None:
    match entry:
        case {"endpoint": str(where), "credential": str(whose)}:
            return where, whose
        case _:
            return None
