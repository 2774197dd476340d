"""Sessions as files: what was asked for, read from the database and written in a format."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType

from aztui.core.events import RunId
from aztui.core.history import HistoryError
from aztui.core.tree import Session, SessionId
from aztui.store.copies import SessionCopy
from aztui.store.export_json import to_json
from aztui.store.export_jsonl import to_jsonl
from aztui.store.export_markdown import to_markdown
from aztui.store.library import Library, open_library


class Format(StrEnum):
    """What a file is written as, by its ending."""

    MARKDOWN = "md"
    JSON = "json"
    JSONL = "jsonl"


def export(
    path: Path,
    sessions: Sequence[SessionId] | None,
    form: Format,
    branch: RunId | None = None,
) -> Iterator[bytes]:
    """Yield the pieces of a file with sessions.

    Args:
        path: the database.
        sessions: which; None for all.
        form: what they are written as.
        branch: the run that the path ends at which alone is taken; None for all runs.

    Raises:
        HistoryError: one is not there, or cannot be read.
    """
    with open_library(path) as kept, kept.unchanging():
        chosen = kept.all_sessions() if sessions is None else sessions
        if form is Format.JSON:
            yield from to_json(_copies(kept, chosen, branch))
            return
        for place, uid in enumerate(chosen):
            session = _cut(kept.open(uid).session, branch)
            if form is Format.JSONL:
                yield from to_jsonl(session)
            else:
                known = kept.copy(uid, frozenset(session.nodes))
                between = "\n" if place else ""
                yield f"{between}{to_markdown(known, session)}".encode()


def _copies(
    kept: Library, sessions: Sequence[SessionId], branch: RunId | None
) -> Iterator[SessionCopy]:
    for uid in sessions:
        runs = None
        if branch is not None:
            runs = frozenset(_cut(kept.open(uid).session, branch).nodes)
        yield kept.copy(uid, runs)


def _cut(session: Session, branch: RunId | None) -> Session:
    """Return a session with the path to one run alone.

    Raises:
        HistoryError: the run is not in it.
    """
    if branch is None:
        return session
    if branch not in session.nodes:
        raise HistoryError(f"The run {branch} is not in the session {session.id}")
    path = {run.id: session.nodes[run.id] for run in session.path(branch)}
    return replace(session, nodes=MappingProxyType(path), head=branch)
