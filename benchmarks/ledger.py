"""Whose CPU it is: seconds by the parts of a program, none of them counted twice."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Final, Self

VARIABLE: Final = "AZTUI_BENCH_COSTS"
"""Names the file into which a program puts what it spent (`benchmarks.counted`)."""


class Part(StrEnum):
    """What of a program is looked at; all else is the rest."""

    MESSAGE = "posted message"
    """A message of aztui's that chunks are there: posted, dispatched and handled."""
    PAINT = "paint"
    """Textual's layout, compositing and rendering to ANSI, as the driver gets it."""
    DRIVER = "driver"
    """Reading what Textual draws, comparing it with what is shown, and writing."""


@dataclass(frozen=True, slots=True)
class Spent:
    """What a program spent on one answer.

    Attributes:
        whole: seconds of CPU of all its threads.
        seconds: how many of them each part took.
        counts: how many there were of each part.
        turns: how often it was noted whose turn it is.
    """

    whole: float
    seconds: Mapping[Part, float]
    counts: Mapping[Part, int]
    turns: int

    @property
    def rest(self) -> float:
        """Seconds that none of the parts took."""
        return self.whole - sum(self.seconds.values())

    def line(self) -> str:
        """All of it, as a line of JSON."""
        return json.dumps(asdict(self))

    @classmethod
    def parse(cls, line: str) -> Self:
        """Read such a line."""
        read = json.loads(line)
        return cls(
            read["whole"],
            {Part(part): seconds for part, seconds in read["seconds"].items()},
            {Part(part): count for part, count in read["counts"].items()},
            read["turns"],
        )


class Ledger:
    """Adds up what each part takes, on whatever threads it works.

    A thread works for one part at a time: what is done within another part's work is not that
    part's.
    """

    def __init__(
        self,
        thread: Callable[[], float] = time.thread_time,
        process: Callable[[], float] = time.process_time,
    ) -> None:
        """Begin.

        Args:
            thread: seconds of CPU that the calling thread has used.
            process: seconds that all threads have.
        """
        self._clock = thread
        self._process = process
        self._here = threading.local()
        self._lock = threading.Lock()
        self.begin()

    def begin(self) -> None:
        """Forget what was, and begin now."""
        with self._lock:
            self._began = self._process()
            self._seconds = dict.fromkeys(Part, 0.0)
            self._counts: Counter[Part] = Counter(dict.fromkeys(Part, 0))
            self._turns = 0

    def spent(self) -> Spent:
        """What was spent since the beginning; but not by work that is not over."""
        with self._lock:
            whole = self._process() - self._began
            return Spent(whole, dict(self._seconds), dict(self._counts), self._turns)

    @contextmanager
    def on(self, part: Part | None, count: int = 0) -> Iterator[None]:
        """What this thread does in here is a part's, or the rest's where that is None.

        Args:
            part: whose.
            count: how many more there are of it now.
        """
        before = self._turn(part, count)
        try:
            yield
        finally:
            self._turn(before)

    def _turn(self, part: Part | None, count: int = 0) -> Part | None:
        """Let this thread work for a part from now on; return for which it did."""
        now = self._clock()
        before, since = getattr(self._here, "turn", (None, now))
        self._here.turn = part, now
        with self._lock:
            self._turns += 1
            if before is not None:
                self._seconds[before] += now - since
            if part is not None:
                self._counts[part] += count
        return before
