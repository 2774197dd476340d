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
from aztui.core.ports import (
    Archive,
    Begun,
    Handle,
    Journal,
    Sink,
    Source,
    Unwritten,
    journalled,
)
from aztui.core.profile import Profile
from aztui.core.request import Request
from aztui.core.resuming import Held
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
        from aztui.store import exporting, files, library  # noqa: PLC0415 - as above

        short = session[: library.SHORT]
        pieces = list(exporting.export(path, [session], exporting.Format.MARKDOWN))
        for number in itertools.count(1):
            file = working_folder() / f"aztui-{short}{f'-{number}' if number > 1 else ''}.md"
            with contextlib.suppress(FileExistsError):
                files.write_file(file, pieces, force=False)
                break
        return f"Written to {file}. For JSON: aztui history export {short} -o FILE.json"

    return export


class Kept:
    """A source of which each run is kept, as the only one of its session."""

    def __init__(self, source: Source, journal: Journal, profile: Profile) -> None:
        """Keep what a source answers.

        Args:
            source: it.
            journal: keeps it.
            profile: who is asked.
        """
        self._source = source
        self._journal = journal
        self._profile = profile

    def start(self, request: Request, run: RunId, sink: Sink) -> Handle:
        """Begin a run; its events go to the journal, and to `sink`."""
        if not self._profile.kept:
            return self._source.start(request, run, sink)
        session = SessionId(os.urandom(_ID_BYTES).hex())
        begun = Run(run, request, time.monotonic())
        self._journal.begin(Begun(session, begun, None, self._profile))
        return self._source.start(request, run, journalled(self._journal, sink))

    def resume(self, request: Request, run: RunId, sink: Sink, held: Held) -> Handle:
        """Take up an answer again; what is new of it goes to the journal, and to `sink`."""
        return self._source.resume(request, run, journalled(self._journal, sink), held)
