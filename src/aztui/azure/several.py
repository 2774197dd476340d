"""Several answers of a service that gives one a request: as many requests, seen as one run."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from functools import partial
from typing import Final

from aztui.azure.joining import Joining
from aztui.core.events import Cause, Ended, Event, Opened, RunId, Stamped
from aztui.core.lessons import Learnt, Subject, for_one, one_each
from aztui.core.ports import Forgetful, Handle, Memory, Sink, Source
from aztui.core.request import Api, Request
from aztui.core.resuming import Held

AT_ONCE: Final = 5
"""Requests that are under way at a time: as many answers as a wide screen has columns for, and few
enough for the rate limit of a small deployment."""


class OneEach:
    """A memory that also keeps in mind, for as long as the program runs, who refuses `n`.

    A run that was refused goes on at once by what was learnt from that, whether it can be kept
    or not.

    Args:
        memory: keeps everything; nothing does where it is None.
    """

    def __init__(self, memory: Memory | None = None) -> None:
        self._memory = memory or Forgetful()
        self._lock = threading.Lock()
        self._refusing: dict[Subject, Learnt] = {}

    def recall(self, subject: Subject) -> Learnt:
        """What is known, as far as it was kept."""
        return self._memory.recall(subject)

    def note(self, subject: Subject, learnt: Learnt) -> None:
        """Remember it in place of what was known."""
        with self._lock:
            if any(lesson.param == "n" for lesson in learnt.refused):
                self._refusing[subject] = learnt
        self._memory.note(subject, learnt)

    def holds(self, subject: Subject, request: Request) -> bool:
        """Whether a request's answers are to be asked for one by one."""
        with self._lock:
            heard = self._refusing.get(subject)
        if heard is not None and one_each(request, heard):
            return True
        return one_each(request, self._memory.recall(subject))


class Several:
    """A `core.ports.Source` that has another one answer, several times where that is needed.

    Args:
        source: answers.
        url: its endpoint's.
        memory: knows who gives one answer a request; the source's own memory.
        clock: seconds that only grow, by which the source stamps its events.
    """

    def __init__(
        self,
        source: Source,
        url: str,
        memory: OneEach,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._source = source
        self._url = url
        self._memory = memory
        self._clock = clock

    def start(self, request: Request, run: RunId, sink: Sink) -> Handle:
        """Begin a run and return at once; its events go to `sink` from another thread."""
        if request.answers < 2:
            return self._source.start(_plain(request), run, sink)
        subject = Subject.of(self._url, request)
        apart = partial(self._memory.holds, subject, request)
        answers = _Answers(self._source, request, run, sink, apart=apart, clock=self._clock)
        answers.begin()
        return answers

    def resume(self, request: Request, run: RunId, sink: Sink, held: Held) -> Handle:
        """Take up an answer again, of which there is one only; else as `start`."""
        return self._source.resume(_plain(request), run, sink, held)


def _plain(request: Request) -> Request:
    """Return a request for one answer as its API takes it: Responses have no `n`."""
    return for_one(request) if request.api is Api.RESPONSES else request


class _Answers:
    """A `core.ports.Handle` of a run with several answers.

    No lock is held while the source is called, since the source calls back under locks of its own.
    """

    def __init__(
        self,
        source: Source,
        request: Request,
        run: RunId,
        sink: Sink,
        *,
        apart: Callable[[], bool],
        clock: Callable[[], float],
    ) -> None:
        self._source = source
        self._request = request
        self._run = run
        self._sink = sink
        self._apart = apart
        self._clock = clock
        # A sink may cancel its own run.
        self._lock = threading.RLock()
        self._over = False
        self._opened = False
        self._parted = False
        self._handles: tuple[Handle, ...] = ()
        self._unsent: deque[int] = deque()
        self._joining = Joining(request.answers, self._unsent)

    @property
    def run(self) -> RunId:
        """Whose handle it is."""
        return self._run

    def begin(self) -> None:
        """Send the request, or one for each of its answers."""
        if self._apart():
            self._send_apart()
        else:
            self._send(self._request, self._run, self._take)

    def cancel(self) -> None:
        """End the run now, as `core.ports.Handle` promises."""
        with self._lock:
            if self._over:
                return
            handles = self._handles
            self._tell(self._clock(), [Ended(Cause.CANCELLED)])
        # A sink that cancels is called under the lock of one stream, while another may wait for it.
        threading.Thread(target=_cancel, args=(handles,), name="cancel", daemon=True).start()

    def agree(self) -> None:
        """Begin the waits that asked for it; nothing otherwise."""
        for handle in self._asking():
            handle.agree()

    def decline(self) -> None:
        """Let the waits that asked be, and do not send what has not been; nothing otherwise."""
        handles = self._asking()
        if handles and self._parted:
            with self._lock:
                self._give_up()
        for handle in handles:
            handle.decline()

    def _send_apart(self) -> None:
        with self._lock:
            self._parted = True
            self._unsent.extend(range(0 if self._over else self._request.answers))
            first = [self._unsent.popleft() for _ in range(min(AT_ONCE, len(self._unsent)))]
        for number in first:
            self._send_one(number)

    def _send_one(self, number: int) -> None:
        name = RunId(f"{self._run}.{number + 1}")
        self._send(for_one(self._request), name, partial(self._take_of, number))

    def _send(self, request: Request, name: RunId, sink: Sink) -> None:
        handle = self._source.start(request, name, sink)
        with self._lock:
            over = self._over
            self._handles = (*self._handles, handle)
        if over:
            handle.cancel()

    def _take(self, stamped: Stamped) -> None:
        """Take an event of the one request for all answers."""
        event = stamped.event
        with self._lock:
            self._opened = self._opened or isinstance(event, Opened)
            failed = isinstance(event, Ended) and event.cause is Cause.BROKEN
            refused = failed and not self._opened and not self._over and self._apart()
            if not refused:
                self._tell(stamped.at, [event])
        if refused:
            self._send_apart()

    def _take_of(self, number: int, stamped: Stamped) -> None:
        """Take an event of the request for one answer."""
        event, following = stamped.event, None
        with self._lock:
            if isinstance(event, Ended) and self._unsent and not self._over:
                following = self._unsent.popleft()  # it counts as under way from now on
            self._tell(stamped.at, self._joining.take(number, event))
            if isinstance(event, Ended):
                if self._joining.hopeless or event.cause is Cause.CANCELLED:
                    self._unsent.extend([] if following is None else [following])
                    following = None
                    self._give_up()
                elif self._over:
                    following = None
        if following is not None:
            self._send_one(following)

    def _give_up(self) -> None:
        """Send none of the requests that have not been sent."""
        unsent = set(self._unsent)
        self._unsent.clear()
        self._tell(self._clock(), self._joining.give_up(unsent))

    def _tell(self, at: float, events: Iterable[Event]) -> None:
        for event in events:
            if self._over:
                return
            self._over = isinstance(event, Ended)
            self._sink(Stamped(self._run, at, event))

    def _asking(self) -> tuple[Handle, ...]:
        """Return the handles that may ask; none where the user was not asked."""
        with self._lock:
            asked = not self._parted or self._joining.answered()
            return self._handles if asked else ()


def _cancel(handles: Iterable[Handle]) -> None:
    for handle in handles:
        handle.cancel()
