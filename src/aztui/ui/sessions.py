"""What is listed of the history, and what the user does to it before the archive tells of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from aztui.core.history import Change, Hit, Named, Removed, Summary
from aztui.core.tree import SessionId
from aztui.ui.archivist import Entry


class Sessions:
    """The entries that are listed, in their order, and all that is known of their sessions.

    Attributes:
        entries: what is listed.
    """

    def __init__(self, change: Callable[[Change], object], deleted: list[Summary]) -> None:
        """List nothing yet.

        Args:
            change: takes what the user does to a session.
            deleted: the sessions that go when the program ends, the one deleted last at the end;
                it is changed.
        """
        self.entries: Sequence[Entry] = ()
        self._change = change
        self._deleted = deleted
        self._known: dict[SessionId, Summary | None] = {}
        self._names: dict[SessionId, str] = {}
        self._all = False

    def take(self, found: Sequence[Entry], *, whole: bool) -> None:
        """List what was found, without what is deleted.

        Args:
            found: it, the latest first.
            whole: whether these are all sessions there are.
        """
        self._all = whole
        self.entries = [each for each in self._named(found) if not self.gone(session_of(each))]

    def join(self, found: Sequence[Entry], *, whole: bool) -> None:
        """List what was not there yet below what is; that stays, deleted or not."""
        self._all = whole
        listed = set(map(_key, self.entries))
        more = [each for each in self._named(found) if _key(each) not in listed]
        self.entries = [*self.entries, *(each for each in more if not self.gone(session_of(each)))]

    def learn(self, session: SessionId, summary: Summary | None) -> None:
        """Note which session that is; None where it is not there any more."""
        self._known[session] = None if summary is None else self._renamed(summary)

    def knows(self, session: SessionId) -> bool:
        """Whether it was asked for already."""
        return session in self._known

    def summary(self, session: SessionId) -> Summary | None:
        """Return what is known of a session; None where nothing is."""
        return self._known.get(session)

    def values(self) -> dict[str, list[str]]:
        """Return the profiles and deployments that were seen, as values of filters."""
        seen = [summary for summary in self._known.values() if summary is not None]
        return {
            "profile": list(dict.fromkeys(summary.profile for summary in seen)),
            "deployment": list(dict.fromkeys(summary.deployment for summary in seen)),
        }

    def gone(self, session: SessionId) -> bool:
        """Whether it goes when the program ends."""
        return any(summary.id == session for summary in self._deleted)

    def rename(self, summary: Summary, name: str) -> None:
        """Give a session another name; an empty one for none."""
        self._names[summary.id] = name
        self._change(Named(summary.id, name))
        self.learn(summary.id, summary)
        self.entries = self._named(self.entries)

    def delete(self, summary: Summary) -> None:
        """Have a session go when the program ends; it stays listed."""
        self._deleted.append(summary)
        self._change(Removed(summary.id, removed=True))

    def restore(self, session: SessionId) -> None:
        """Have a deleted session stay, and list it again where all there are are listed."""
        (summary,) = (each for each in self._deleted if each.id == session)
        self._deleted.remove(summary)
        self._change(Removed(session, removed=False))
        if self._all and session not in map(session_of, self.entries):
            self._insert(self._renamed(summary))

    def deleted_last(self) -> Summary | None:
        """Return the session that was deleted last; None where none is."""
        return self._deleted[-1] if self._deleted else None

    def _insert(self, summary: Summary) -> None:
        """List a session: the archive may not know yet that it is there again."""
        later = [each for each in self.entries if moment_of(each) >= summary.used]
        self.entries = [*later, summary, *self.entries[len(later) :]]
        self.learn(summary.id, summary)

    def _named(self, entries: Iterable[Entry]) -> list[Entry]:
        """Return entries with the names that the user gave, and learn what they tell."""
        named = [self._renamed(each) if isinstance(each, Summary) else each for each in entries]
        self._known.update({each.id: each for each in named if isinstance(each, Summary)})
        return named

    def _renamed(self, summary: Summary) -> Summary:
        name = self._names.get(summary.id)
        return summary if name is None else replace(summary, name=name)


def session_of(entry: Entry) -> SessionId:
    """Return whose entry it is."""
    return entry.id if isinstance(entry, Summary) else entry.session


def moment_of(entry: Entry) -> float:
    """Return when that was, in seconds since 1970."""
    return entry.used if isinstance(entry, Summary) else entry.started


def _key(entry: Entry) -> SessionId | Hit:
    return entry.id if isinstance(entry, Summary) else entry
