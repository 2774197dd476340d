"""`aztui` without a command: the screen."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from aztui.cli import verdict
from aztui.cli.directory import SettingsDirectory
from aztui.cli.keeping import archive_of, exporter_of, open_journal
from aztui.cli.metering import meter
from aztui.cli.opening import (
    Opened,
    memory_of,
    open_demo,
    open_local,
    open_source,
    places_of_user,
    weights_folder,
)
from aztui.cli.said import Shared
from aztui.cli.terminals import is_terminal
from aztui.config.command_line import CommandLine
from aztui.config.errors import SettingsError, UnapprovedError
from aztui.config.settings import NoSettings
from aztui.core.ports import Source
from aztui.core.profile import Profile

if TYPE_CHECKING:
    from aztui.core.checkup import Checkup
    from aztui.ui.offers import Offer, Report


PAINTS: Final = ("TEXTUAL_FPS", "120")
"""How often a second Textual may paint. It paints when its clock ticks, and leaves out ticks that
come late: a key beside a paint waits for one or two, which are 33 ms at its own 60 a second."""


def tui(said: Shared) -> int:
    """Show the screen until the user leaves it.

    Raises:
        SettingsError: there is no terminal, or the settings cannot be used.
    """
    _need_terminal()
    with ExitStack() as stack:
        directory, refused = SettingsDirectory(said, stack), None
        try:
            opened = open_source(said, remember=True)
        except UnapprovedError as error:
            opened, refused = NoSettings(None), error
        os.environ.setdefault(*PAINTS)
        from aztui.ui.app import AztuiApp  # noqa: PLC0415 - Textual takes its time

        app = partial(
            AztuiApp,
            directory=directory,
            memory=memory_of(places_of_user()),
            journal=partial(open_journal, said, stack),
            archive=archive_of(said),
            export=exporter_of(said),
            meter=meter,
            copies=_copies,
            checkup=partial(_checkup, directory),
        )
        if refused is not None:
            shown = app(None, None, refused=refused, on_ready=_collect_again)
        elif isinstance(opened, NoSettings):
            shown = app(
                None,
                None,
                offers=_offers(said.command_line, directory),
                unread=opened.unread,
                on_ready=_collect_again,
            )
        else:
            shown = app(*directory.begin(opened), on_ready=partial(_ready, opened))
        shown.run(mouse=False)
        if refused is not None and not directory.opened:
            raise refused
        return shown.return_code or verdict.DONE


def _checkup(
    directory: SettingsDirectory, profile: Profile, tell: Callable[[str], None]
) -> Checkup:
    from aztui.cli.checking import Checking  # noqa: PLC0415 - rarely needed

    return Checking(directory.said_of(profile.name), tell, profile=profile)


def _copies() -> Path:
    """Where to put what no clipboard takes.

    Raises:
        OSError: the user has no home.
    """
    places = places_of_user()
    if places is None:
        raise OSError("there is no home folder: set HOME, or AZTUI_STATE_DIR")
    return places.copies


def _ready(opened: Opened) -> None:
    _collect_again()
    opened.warm()


def _collect_again() -> None:
    gc.freeze()
    gc.enable()


def _need_terminal() -> None:
    for name, stream in (("stdin", sys.stdin), ("stdout", sys.stdout)):
        if not is_terminal(stream):
            raise SettingsError(
                f"{name} is not a terminal, so there is nowhere to show the screen: start aztui in "
                'one, or use aztui ask "…" in scripts.'
            )
    terminal = os.environ.get("TERM", "")
    if terminal in {"", "dumb"}:
        why = "TERM=dumb" if terminal else "TERM is not set"
        raise SettingsError(
            f"This terminal cannot move its cursor ({why}): start aztui in another one, or use "
            'aztui ask "…".'
        )


def _offers(said: CommandLine, directory: SettingsDirectory) -> tuple[Offer, ...]:
    """What needs no settings, opened with what was said."""
    from aztui.cli.local import megabytes  # noqa: PLC0415 - only for newcomers
    from aztui.emulator.local import weights  # noqa: PLC0415 - likewise
    from aztui.ui.offers import Offer  # noqa: PLC0415 - likewise

    about = "small and on this machine; its answers are unreliable"
    if missing := weights.status(weights_folder()).to_fetch:
        about = f"a small model, to run here; a download of {megabytes(missing)}, once"
    return (
        Offer("Local model", about, lambda report: _started(_local(said, report), directory)),
        Offer(
            "Scripted replies",
            "no model and no network: to see how it works",
            lambda _report: _started(open_demo(said), directory),
        ),
    )


def _local(said: CommandLine, report: Report) -> Opened:
    """Open the local model, its weights brought first where they are missing.

    Raises:
        SettingsError: it cannot be had here; the text says why.
    """
    from aztui.cli.local import how_far  # noqa: PLC0415 - only for newcomers
    from aztui.emulator.local import engine, weights  # noqa: PLC0415 - likewise
    from aztui.emulator.local.errors import LocalUnavailable  # noqa: PLC0415 - likewise

    folder = weights_folder()
    try:
        engine.check_installed()
        if not weights.status(folder).present:
            weights.pull(folder, lambda done, total: report(how_far(done, total)))
    except (LocalUnavailable, weights.WeightsError) as error:
        raise SettingsError(str(error)) from None
    return open_local(said)


def _started(opened: Opened, directory: SettingsDirectory) -> tuple[Profile, Source]:
    opened.warm()
    return directory.begin(opened)
