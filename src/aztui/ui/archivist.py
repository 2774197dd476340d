"""Asks an archive, which may take a while, on a thread of its own."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass as mutable
from typing import Final, TypeAlias

from textual.message import Message

from aztui.core.data import dataclass
from aztui.core.history import HistoryError, Hit, Summary, Wanted
from aztui.core.ports import Archive
from aztui.core.tree import SessionId

Entry: TypeAlias = Summary | Hit
"""A session, or a place in one where all words were found."""

_FEW: Final = 8
"""Sessions that may have sent something at the same moment."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is looked for.

    Attributes:
        words: all of them have to be found; with none, sessions are listed.
        wanted: which runs are of interest.
        most: how many entries there may be in the answer.
    """

    words: tuple[str, ...]
    wanted: Wanted
    most: int


@mutable
class Answered(Message):
    """The archive has answered a question."""

    question: Question
    entries: Sequence[Entry]


@mutable
class LookedUp(Message):
    """It is known now in which session something was found.

    Attributes:
        session: which one it is.
        summary: it; None where it is not there any more.
    """

    session: SessionId
    summary: Summary | None


@mutable
class ArchiveFailed(Message):
    """The archive could not be read.

    Attributes:
        asked: what was asked of it.
        why: why, without a full stop.
    """

    asked: Question | Hit
    why: str


class Archivist:
    """Asks one thing after another; of those of a kind that wait, only the newest is asked."""

    def __init__(self, archive: Archive, tell: Callable[[Message], object]) -> None:
        """Make one that does nothing yet.

        Args:
            archive: what is asked.
            tell: takes what came of it, on the thread that asked.
        """
        self._archive = archive
        self._tell = tell
        self._waiting: dict[type[Question | Hit], Question | Hit] = {}
        self._stopped = False
        self._news = threading.Condition()

    def begin(self) -> None:
        """Begin to ask; `stop` ends it."""
        threading.Thread(target=self._work, daemon=True, name="history").start()

    def ask(self, asked: Question | Hit) -> None:
        """Have a question answered, or a hit's session found; another one that waits is let be."""
        with self._news:
            self._waiting[type(asked)] = asked
            self._news.notify()

    def stop(self) -> None:
        """Ask nothing more; nobody waits for what is being asked."""
        with self._news:
            self._stopped = True
            self._news.notify()

    def _work(self) -> None:
        while (asked := self._next()) is not None:
            try:
                self._tell(self._told(asked))
            except HistoryError as error:
                self._tell(ArchiveFailed(asked, str(error)))

    def _next(self) -> Question | Hit | None:
        with self._news:
            self._news.wait_for(lambda: self._waiting or self._stopped)
            # The one that waits longest.
            return None if self._stopped else self._waiting.pop(next(iter(self._waiting)))

    def _told(self, asked: Question | Hit) -> Message:
        return self._answered(asked) if isinstance(asked, Question) else self._looked_up(asked)

    def _answered(self, question: Question) -> Answered:
        words, wanted, most = question.words, question.wanted, question.most
        if words:
            return Answered(question, self._archive.search(words, wanted, most))
        return Answered(question, self._archive.sessions(wanted, most))

    def _looked_up(self, hit: Hit) -> LookedUp:
        """Find a session by the moment at which one of its runs was sent."""
        moment = Wanted(since=hit.started, until=math.nextafter(hit.started, math.inf))
        found = self._archive.sessions(moment, _FEW)
        its = (summary for summary in found if summary.id == hit.session)
        return LookedUp(hit.session, next(its, None))
