"""A run under way: hands events to its sink, and ends exactly once."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final

from aztui.core.events import Cause, Ended, Event, Resent, Retrying, RunId, Stamped
from aztui.core.ports import Sink

if TYPE_CHECKING:
    from aztui.azure.lane import Lane

_CANCELLED: Final = Ended(Cause.CANCELLED)


class Stream:
    """A `core.ports.Handle`.

    The sink is called by one thread at a time, so `cancel` waits for a call under way: a sink
    that blocks would block it.

    Args:
        run: whose events these are.
        sink: takes them.
        clock: stamps them.
        pace: seconds that one second of a pause takes.
    """

    def __init__(
        self, run: RunId, sink: Sink, clock: Callable[[], float], pace: float = 1.0
    ) -> None:
        self._run = run
        self._sink = sink
        self._clock = clock
        self._pace = pace
        # A sink may cancel its own run, and a signal may come while another cancel is at work.
        self._lock = threading.Condition(threading.RLock())
        self._over = False
        self._agreed: bool | None = True
        self._lane: Lane | None = None
        self._part: Callable[[], None] | None = None

    @property
    def run(self) -> RunId:
        """Whose handle it is."""
        return self._run

    def cancel(self) -> None:
        """End the run now, as `core.ports.Handle` promises."""
        with self._lock:
            if self._over:
                return
            self._over = True
            self._lock.notify_all()
            if self._part is None:
                self.break_off()
            else:
                self._part()
            self._tell(_CANCELLED)

    def parting(self, part: Callable[[], None]) -> None:
        """Have a function called when the run is cancelled, in the place of `break_off`.

        Args:
            part: returns at once, and sees to it that `break_off` is called.
        """
        with self._lock:
            self._part = part
            if self._over:
                part()

    def break_off(self) -> None:
        """Shut down the connection that the run uses, if it uses one; from any thread."""
        with self._lock:
            if self._lane is not None:
                self._lane.shutdown()

    def agree(self) -> None:
        """Begin a wait that asked for it."""
        self._answer(agreed=True)

    def decline(self) -> None:
        """Let a wait that asked be."""
        self._answer(agreed=False)

    def pause(self, retrying: Retrying) -> bool:
        """Tell of a wait, wait in this thread, and return whether the request is to go out again.

        Args:
            retrying: how long, and whether to begin only when the user agrees.
        """
        with self._lock:
            if self._over:
                return False
            self._agreed = None if retrying.asks else True
            self._tell(retrying)
            self._lock.wait_for(lambda: self._over or self._agreed is not None)
            if self._agreed:
                # A server's date may be thousands of years away, which no lock can wait for.
                timeout = min(retrying.wait * self._pace, threading.TIMEOUT_MAX)
                self._lock.wait_for(lambda: self._over, timeout)
            goes_on = bool(self._agreed) and not self._over
            if goes_on:
                self._tell(Resent())
            return goes_on

    def emit(self, event: Event) -> bool:
        """Hand an event over; False if the run is over, and the event dropped."""
        with self._lock:
            if self._over:
                return False
            self._tell(event)
            return True

    def end(self, ended: Ended) -> None:
        """Hand over the last event, unless the run is over already."""
        with self._lock:
            if not self._over:
                self._over = True
                self._tell(ended)

    @contextlib.contextmanager
    def over(self, lane: Lane) -> Iterator[bool]:
        """Let `cancel` break `lane` off inside the `with`; gives False if the run is over."""
        with self._lock:
            self._lane = lane
            free = not self._over
        try:
            yield free
        finally:
            with self._lock:
                self._lane = None

    def _answer(self, *, agreed: bool) -> None:
        with self._lock:
            if self._agreed is None:
                self._agreed = agreed
                self._lock.notify_all()

    def _tell(self, event: Event) -> None:
        self._sink(Stamped(self._run, self._clock(), event))
