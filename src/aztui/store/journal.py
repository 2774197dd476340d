"""The journal: what is sent and what comes is on the disk within a quarter of a second.

One thread writes. Whoever notes something leaves it in a queue and goes on; the thread takes what
is there twenty times a second and commits it at once, so that a thousand tokens that come in a
second cost twenty commits. What cannot be written stays in memory and is tried again.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Final, TypeAlias

from aztui.core.events import Stamped
from aztui.core.history import Change
from aztui.core.ports import Begun

_GATHER: Final = 0.05
"""Seconds between the first of what is committed at once and the commit."""
_AGAIN: Final = 1.0
"""Seconds after which a commit that failed is tried again."""
_LAST: Final = 0.5
"""Seconds that the end waits for the last commit."""

Tell: TypeAlias = Callable[[str], None]
"""Tells the user something, in a sentence; called from the journal's thread, must not block."""
Note: TypeAlias = Begun | Stamped | Change


class WrittenJournal:
    """A `core.ports.Journal` in a database.

    Making one loads and opens nothing: that is the thread's, once there is something to do.
    """

    def __init__(
        self,
        path: Path,
        tell: Tell,
        *,
        opened: Callable[[], None] = lambda: None,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        """Begin to keep things.

        Args:
            path: the database; neither it nor its folder need exist.
            tell: tells the user what is not being kept, and why.
            opened: called from the journal's thread when the database is open and what was
                interrupted is in order.
            clock: the clock of the events, in seconds.
            wall: seconds since 1970.
        """
        self._path = path
        self._tell = tell
        self._opened = opened
        self._clock = clock
        self._wall = wall
        self._queue: deque[Note] = deque()
        self._something = threading.Event()
        self._closing = threading.Event()
        self._trouble = ""
        self._thread = threading.Thread(target=self._work, name="journal", daemon=True)
        self._thread.start()

    def begin(self, begun: Begun) -> None:
        """Note a run before it is sent."""
        self._put(begun)

    def note(self, stamped: Stamped) -> None:
        """Note what has come of it."""
        self._put(stamped)

    def change(self, change: Change) -> None:
        """Note what the user does to what is kept."""
        self._put(change)

    def warm(self) -> None:
        """Have the database opened, and what was interrupted put in order."""
        self._something.set()

    def close(self) -> None:
        """Have all written that was noted; waits for that, but not for ever."""
        self._closing.set()
        self._something.set()
        self._thread.join(_LAST)

    def _put(self, note: Note) -> None:
        self._queue.append(note)
        if not self._something.is_set():
            self._something.set()

    def _work(self) -> None:
        self._something.wait()
        if self._closing.is_set() and not self._queue:
            return
        from aztui.store.commits import Commits  # noqa: PLC0415 - no start waits for SQLite

        commits = Commits(self._path, self._clock, self._wall, self._tell)
        with closing(commits):
            pending: list[Note] = []
            told = checked = False
            while True:
                self._something.wait()
                self._closing.wait(_GATHER)
                self._something.clear()
                # What is noted later than this has its turn in the next round.
                last = self._closing.is_set()
                pending += self._taken()
                trouble = _why_not(partial(commits.commit, pending))
                if not trouble:
                    pending = []
                    trouble = _why_not(commits.settle)
                self._tell_of(trouble)
                if not (trouble or told):
                    told = True
                    self._opened()
                if last:
                    return
                if trouble:
                    self._closing.wait(_AGAIN)
                    self._something.set()
                elif not (checked or self._something.is_set()):
                    checked = commits.check(self._something.is_set)

    def _taken(self) -> list[Note]:
        return [self._queue.popleft() for _ in range(len(self._queue))]

    def _tell_of(self, trouble: str) -> None:
        if trouble and trouble != self._trouble:
            self._tell(f"Nothing is being kept on disk: {trouble}. It is tried again.")
        elif self._trouble and not trouble:
            self._tell("What came is kept on disk again.")
        self._trouble = trouble


def _why_not(work: Callable[[], str]) -> str:
    """Do what returns why it was not done, also where nobody foresaw why."""
    try:
        return work()
    except Exception as error:  # noqa: BLE001 - else nothing more would be kept, unsaid
        return f"{type(error).__name__}: {error}"
