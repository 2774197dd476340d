"""The way of events from worker threads to the screen's loop."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby

from aztui.core.events import Chosen, RunId, Stamped, TextDelta, Tokens


class Mailbox:
    """Keeps events until the screen takes them, and wakes it only where it does not look anyway.

    A message a chunk would queue up without end where chunks come faster than they are drawn.
    """

    def __init__(self, wake: Callable[[], bool]) -> None:
        """Make an empty mailbox.

        Args:
            wake: tells the screen that something is here; callable from any thread; returns
                False when the screen is gone, after which nothing is kept any more.
        """
        self._wake = wake
        self._lock = threading.Lock()
        self._unread: list[Stamped] = []
        self._woken = False
        self._gone = False

    def put(self, stamped: Stamped) -> None:
        """Take an event, on any thread."""
        with self._lock:
            if self._gone:
                return
            self._unread.append(stamped)
            if self._woken:
                return
            self._woken = True
        if not self._wake():
            with self._lock:
                self._gone = True
                self._unread.clear()

    def take(self) -> list[Stamped]:
        """Return what has come since the last time, in order.

        Whoever gets something is expected to look again before long, and is not woken until a
        look has found nothing.
        """
        with self._lock:
            unread, self._unread = self._unread, []
            self._woken = bool(unread)
        return unread


def joined(events: Iterable[Stamped]) -> Iterator[Stamped]:
    """Join what came of a run's answers between two other events: a screen is drawn less often.

    Of each answer's text all but the first, with the last's time, so that the times of the first
    and of the latest text stay as they are, and with the time of each; and all its tokens.
    """
    for run, group in groupby(events, key=_streamed):
        some = list(group)
        yield from some if run is None else _merged(run, some)


def _streamed(stamped: Stamped) -> RunId | None:
    return stamped.run if isinstance(stamped.event, TextDelta | Tokens) else None


def _merged(run: RunId, group: Iterable[Stamped]) -> Iterator[Stamped]:
    first: dict[int, Stamped] = {}
    more: dict[int, list[str]] = defaultdict(list)
    tokens: dict[int, list[Chosen]] = defaultdict(list)
    moments: dict[int, list[float]] = defaultdict(list)
    for stamped in group:
        match stamped.event:
            case TextDelta(choice) if choice not in first:
                first[choice] = stamped
            case TextDelta(choice, text):
                more[choice].append(text)
                moments[choice] += stamped.pieces or (stamped.at,)
            case Tokens(choice, known):
                tokens[choice] += known
    joined = [
        *first.values(),
        *[
            Stamped(run, moments[at][-1], TextDelta(at, "".join(texts)), tuple(moments[at]))
            for at, texts in more.items()
        ],
        *[Stamped(run, stamped.at, Tokens(at, tuple(chosen))) for at, chosen in tokens.items()],
    ]
    yield from sorted(joined, key=lambda stamped: stamped.at)
