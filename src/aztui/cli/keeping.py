"""Keeping what is sent and what comes, unless the user wants nothing kept."""

from __future__ import annotations

import contextlib
import itertools
import os
import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import Final

from aztui.cli.opening import places_of_user, working_folder
from aztui.cli.said import Shared
from aztui.core.events import RunId
from aztui.core.history import SHORT
from aztui.core.ports import (
    Archive,
    Begun,
    Handle,
    Journal,
    Sink,
    Source,
    Start,
    Unwritten,
    journalled,
)
from aztui.core.profile import Profile
from aztui.core.request import Request
from aztui.core.run import Run
from aztui.core.tree import SessionId
from aztui.store.journal import WrittenJournal

_ID_BYTES: Final = 16


def open_journal(
    said: Shared,
    stack: ExitStack,
    tell: Callable[[str], None],
    opened: Callable[[], None] = lambda: None,
) -> Journal:
    """Begin to keep what is sent and what comes.

    Args:
        said: the options.
        stack: has all of it written in the end.
        tell: tells the user what is not being kept; called from another thread.
        opened: called, from that thread too, once all that was kept before can be read.

    Raises:
        SettingsError: a variable names a folder that cannot be one.
    """
    places = None if said.no_history else places_of_user()
    if places is None:
        return Unwritten()
    journal = WrittenJournal(places.history_file, tell, opened=opened)
    stack.callback(journal.close)
    return journal


def archive_of(said: Shared) -> Callable[[], Archive] | None:
    """Return what opens all that is kept; None where nothing is.

    Raises:
        SettingsError: a variable names a folder that cannot be one.
    """
    places = None if said.no_history else places_of_user()
    if places is None:
        return None
    path = places.history_file

    def opened() -> Archive:
        from aztui.store.library import KeptSessions  # noqa: PLC0415 - no start waits for SQLite

        return KeptSessions(path)

    return opened


def exporter_of(said: Shared) -> Callable[[SessionId], str] | None:
    """Return what writes a session to a file in the working folder; None where none is kept.

    It returns a sentence that says where, and raises HistoryError or OSError.

    Raises:
        SettingsError: a variable names a folder that cannot be one.
    """
    places = None if said.no_history else places_of_user()
    if places is None:
        return None
    path = places.history_file

    def export(session: SessionId) -> str:
        from aztui.store import exporting, files  # noqa: PLC0415 - as above

        short = session[:SHORT]
        pieces = list(exporting.export(path, [session], exporting.Format.MARKDOWN))
        for number in itertools.count(1):
            file = working_folder() / f"aztui-{short}{f'-{number}' if number > 1 else ''}.md"
            with contextlib.suppress(FileExistsError):
                files.write_file(file, pieces, force=False)
                break
        return f"Written to {file}. For JSON: aztui history export {short} -o FILE.json"

    return export


def kept(source: Source, journal: Journal, profile: Profile) -> Start:
    """Return what begins runs of a source, each kept as the only one of its session.

    Args:
        source: it.
        journal: keeps what comes, unless the profile says that nothing is kept.
        profile: who is asked.
    """
    if not profile.kept:
        return source.start

    def start(request: Request, run: RunId, sink: Sink) -> Handle:
        session = SessionId(os.urandom(_ID_BYTES).hex())
        begun = Run(run, request, time.monotonic())
        journal.begin(Begun(session, begun, None, profile))
        return source.start(request, run, journalled(journal, sink))

    return start
