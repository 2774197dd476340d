"""`aztui paths`: every file and folder that aztui uses."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import click

from aztui.cli import verdict
from aztui.cli.opening import weights_folder, working_folder
from aztui.config import envfile
from aztui.config import paths as folders
from aztui.terminal.sanitise import sanitise


@click.command()
def paths() -> int:
    """Print every file and folder that aztui uses."""
    for what, path in _used():
        note = "" if path is None or path.exists() else "  (not there)"
        click.echo(sanitise(f"{what:<12}  {path or 'none found'}{note}"))
    return verdict.DONE


def _used() -> Iterator[tuple[str, Path | None]]:
    from aztui.emulator.local import weights  # noqa: PLC0415 - only where asked for

    found = folders.paths(os.environ)
    yield "config", found.config
    yield "settings", found.config_file
    yield "data", found.data
    yield "history", found.history_file
    yield "state", found.state
    yield "last used", found.state_file
    yield "approvals", found.approvals_file
    yield "copies", found.copies
    yield "local model", weights.path(weights_folder())
    yield ".env", envfile.nearest(working_folder())
