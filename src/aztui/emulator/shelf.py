"""Responses that run in the background: kept, and written on whether anybody listens or not."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import Final

from aztui.core.request import Json, Params
from aztui.emulator.pace import Turns
from aztui.emulator.steps import Open, Pause, Record, Reply, Step, Tick

_OVER: Final = frozenset({"completed", "incomplete", "failed"})


class Kept:
    """A response that is kept. It is written by a thread of its own, from `begin` on.

    Attributes:
        name: its id.
        deployment: whose it is.

    Args:
        steps: those of its whole stream.
        stop: has no more of them come; from any thread.
        rate: tokens a second; 0 for as fast as possible.
    """

    def __init__(
        self,
        name: str,
        deployment: str,
        steps: Iterator[Step],
        stop: Callable[[], None],
        rate: float,
    ) -> None:
        self.name = name
        self.deployment = deployment
        self._steps = steps
        self._stop = stop
        self._turns = Turns(rate)
        self._changed = threading.Condition()
        self._written: list[Step] = []
        self._begun = self._over = False
        self._stopped = threading.Event()

    def begin(self) -> None:
        """Have it written, if that has not begun yet."""
        with self._changed:
            begun, self._begun = self._begun, True
        if not begun:
            threading.Thread(target=self._write, name="emulator-response", daemon=True).start()

    def cancel(self) -> None:
        """Have no more of it written; nothing where it is over."""
        with self._changed:
            if self._over:
                return
            self._stopped.set()
            self._over = True
            self._changed.notify_all()
        self._stop()

    @property
    def response(self) -> Params:
        """The response as it is now."""
        with self._changed:
            latest = self._latest()
            if self._stopped.is_set() and latest.get("status") not in _OVER:
                return {**latest, "status": "cancelled"}
            return latest

    def hear(self, left: threading.Event) -> Iterator[Step]:
        """The steps of its stream as they are written, from the first one on.

        Args:
            left: set, and `wake` called, when nobody listens any more.
        """
        heard, over = 0, False
        while not (over or left.is_set()):
            news, over = self._news(heard, left)
            yield from news
            heard += len(news)

    def wake(self) -> None:
        """Have those who listen see whether they still should."""
        with self._changed:
            self._changed.notify_all()

    def _news(self, heard: int, left: threading.Event) -> tuple[list[Step], bool]:
        """Wait for more steps than were heard; return them, and whether they are the last."""
        with self._changed:
            self._changed.wait_for(
                lambda: left.is_set() or self._over or len(self._written) > heard
            )
            return self._written[heard:], self._over

    def _write(self) -> None:
        for step in self._steps:
            if isinstance(step, Pause):
                self._stopped.wait(step.seconds)
            elif isinstance(step, Tick) or (isinstance(step, Record) and step.tokens):
                self._await_token()
            with self._changed:
                if self._over:
                    return
                if isinstance(step, Open | Record | Reply):
                    self._written.append(step)
                    self._changed.notify_all()
        with self._changed:
            self._over = True
            self._changed.notify_all()

    def _await_token(self) -> None:
        due = self._turns.next()
        if due is not None:
            self._stopped.wait(max(0.0, due - time.monotonic()))

    def _latest(self) -> Params:
        """The response in the last of the events that hold it, or before there are any."""
        for step in reversed(self._written):
            if isinstance(step, Record):
                found = step.payload.get("response")
                if isinstance(found, dict):
                    return found
        return {
            "id": self.name,
            "object": "response",
            "status": "failed" if self._over else "queued",
            "background": True,
            "output": [],
        }


class Listener:
    """Somebody whom a kept response is told.

    Args:
        kept: the response.
        after: the number of the event after which it is told; None for all of it, the head and a
            refusal included, as it is told to whoever asked for it.
    """

    def __init__(self, kept: Kept, after: int | None = None) -> None:
        self._kept = kept
        self._after = after
        self._left = threading.Event()

    def steps(self) -> Iterator[Step]:
        """What is told, as it is written; ends early after `close`."""
        steps = self._kept.hear(self._left)
        if self._after is None:
            yield from steps
            return
        yield Open()
        for step in steps:
            if isinstance(step, Record) and _number(step) > self._after:
                yield step

    def close(self) -> None:
        """Listen no more; from any thread."""
        self._left.set()
        self._kept.wake()


def _number(record: Record) -> int:
    number: Json = record.payload.get("sequence_number")
    return number if isinstance(number, int) else -1


class Shelf:
    """The responses that are kept, by their ids; for many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[str, Kept] = {}

    def put(self, kept: Kept) -> None:
        """Keep a response."""
        with self._lock:
            self._kept[kept.name] = kept

    def find(self, name: str) -> Kept | None:
        """The response of that id; None where none is kept."""
        with self._lock:
            return self._kept.get(name)

    def remove(self, name: str) -> None:
        """Keep a response no more, and have no more of it written."""
        with self._lock:
            kept = self._kept.pop(name, None)
        if kept is not None:
            kept.cancel()

    def close(self) -> None:
        """Have nothing more written."""
        with self._lock:
            kept = list(self._kept.values())
        for one in kept:
            one.cancel()
