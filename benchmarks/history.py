"""`python -m benchmarks.history [RUNS …]`: how long what is kept takes to list, search and open.

A database is filled up to each number of runs (1,000, 10,000 and 100,000), five to a session, with
answers of some 1,000 characters that came in 250 pieces: words as common as in English (Zipf),
rare ones among them. Each figure is what the screen waits for: the database is opened, asked and
closed. The system has the file in its memory by then, as it has after the first key.
"""

from __future__ import annotations

import argparse
import random
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from itertools import accumulate
from pathlib import Path
from typing import Final

from aztui.core.events import Cause, Ended, FinishReason, Opened, RunId, TextDelta, Usage
from aztui.core.history import ALL, Wanted
from aztui.core.ports import Begun
from aztui.core.profile import Endpoint, Profile
from aztui.core.request import Api, Message, Request
from aztui.core.run import Run
from aztui.core.tree import SessionId
from aztui.store import writing
from aztui.store.database import connect, transaction
from aztui.store.library import KeptSessions
from aztui.store.record import fold
from aztui.store.wire import Entry
from benchmarks.table import Table, median, ms

SIZES: Final = (1_000, 10_000, 100_000)
MOST: Final = 50
"""Rows that the screen asks for."""
_EACH: Final = 5
"""Runs of a session."""
_LONG: Final = 1_000
"""Runs of the longest."""
_WORDS: Final = 20_000
_ANSWER: Final = 170
"""Words, of six characters with the space behind."""
_PROMPT: Final = 12
_PIECE: Final = 4
"""Characters."""
_DAY: Final = 86_400.0
_BEGAN: Final = 1_700_000_000.0
_APART: Final = 300.0
"""Seconds between two runs."""
_TIMES: Final = 11
_COMMON: Final = ("the", "of", "and", "to", "is", "that", "which", "about", "because", "a")
_DEPLOYMENTS: Final = ("gpt-4o-mini", "gpt-4o", "gpt-4.1", "o4-mini")


class Filling:
    """Fills a database with runs."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._chance = random.Random(7)  # noqa: S311 - the same texts each time
        self._words = [*_COMMON, *{self._word() for _ in range(_WORDS)}]
        self._weights = list(accumulate(1 / place for place in range(1, len(self._words) + 1)))
        self.runs = 0

    def fill(self, runs: int) -> None:
        """Add sessions up to so many runs."""
        while self.runs < runs:
            with transaction(self._connection):
                for _ in range(min(200, (runs - self.runs) // _EACH or 1)):
                    self.session(f"{self.runs:032x}", _EACH)

    def session(self, uid: str, runs: int) -> None:
        """Add a session, a conversation of so many runs."""
        turns: tuple[Message, ...] = ()
        parent = None
        for _ in range(runs):
            prompt, answer = self._said(_PROMPT), self._said(_ANSWER)
            parent = self._run(SessionId(uid), parent, (*turns, Message("user", prompt)), answer)
            turns = (*turns, Message("user", prompt), Message("assistant", answer))

    def _run(
        self, session: SessionId, parent: RunId | None, messages: tuple[Message, ...], answer: str
    ) -> RunId:
        deployment = _DEPLOYMENTS[self.runs % len(_DEPLOYMENTS)]
        profile = Profile(
            "rare" if self.runs % 997 == 0 else "work",
            Endpoint("https://contoso.openai.azure.com", "2024-10-21"),
            None,
            deployment,
            Api.CHAT,
        )
        uid = RunId(f"{self.runs:016x}")
        request = Request(Api.CHAT, deployment, messages, {"temperature": 0.2})
        when = _BEGAN + self.runs * _APART
        run = Run(uid, request, 0.0)
        begun = Begun(session, run, parent, profile)
        number = writing.begin(self._connection, begun, when, "benchmark")
        writing.keep(self._connection, number, *fold(run, _events(answer)))
        self.runs += 1
        return uid

    def _said(self, words: int) -> str:
        chosen = self._chance.choices(self._words, cum_weights=self._weights, k=words)
        return " ".join(chosen)

    def _word(self) -> str:
        length = self._chance.randint(3, 9)
        return "".join(self._chance.choices("etaoinshrdlucmfwypvbgkqjxz", k=length))


def _events(answer: str) -> Iterator[Entry]:
    yield 0.4, Opened((("x-request-id", "6f1c0b7e"),))
    for at in range(0, len(answer), _PIECE):
        yield 0.5 + at / 800, TextDelta(0, answer[at : at + _PIECE])
    yield 3.0, FinishReason(0, "stop")
    yield 3.1, Usage(20, len(answer) // _PIECE)
    yield 3.1, Ended(Cause.CLOSED)


def asked(path: Path) -> dict[str, Callable[[], object]]:
    """What the screen asks for, by what it is called in the table."""
    kept = KeptSessions(path)
    rare, nobody = Wanted(profile="rare"), Wanted(profile="nobody")
    last_day = Wanted(since=_BEGAN + _DAY, until=_BEGAN + 2 * _DAY)
    short = kept.sessions(ALL, 1)[0].id
    sought: dict[str, tuple[str, Wanted]] = {
        "search: one letter, t": ("t", ALL),
        "search: two letters, th": ("th", ALL),
        "search: a common word, the": ("the", ALL),
        "search: a common word, because": ("because", ALL),
        "search: two common words": ("the because", ALL),
        "search: a common and a rare word": ("the qjxz", ALL),
        "search: a rare beginning, qjx": ("qjx", ALL),
        "search: nothing found": ("nothinglikethis", ALL),
        "search: a common word, a rare profile": ("the", rare),
        "search: a common word, a profile that nobody asked": ("the", nobody),
        "search: one letter, one day of the first": ("t", last_day),
    }
    return {
        "the list": lambda: kept.sessions(ALL, MOST),
        "the list of a rare profile": lambda: kept.sessions(rare, MOST),
        "the list of a profile that nobody asked": lambda: kept.sessions(nobody, MOST),
        **{
            name: lambda words=words, wanted=wanted: kept.search(words.split(), wanted, MOST)  # type: ignore[misc]
            for name, (words, wanted) in sought.items()
        },
        "open a session of 5 runs": lambda: kept.open(short),
    }


def timed(ask: Callable[[], object]) -> list[float]:
    """How long it takes, in seconds, each time."""
    took = []
    for _ in range(_TIMES):
        began = time.perf_counter()
        ask()
        took.append(time.perf_counter() - began)
    return took


def measure(sizes: Sequence[int]) -> Table:
    """Fill a database up to each size, and ask for everything."""
    columns: list[dict[str, str]] = []
    with tempfile.TemporaryDirectory(prefix="aztui-bench-") as folder:
        path = Path(folder) / "history.db"
        with closing(connect(path)) as connection:
            connection.execute("PRAGMA synchronous = OFF")
            filling = Filling(connection)
            for size in sizes:
                filling.fill(size)
                connection.execute("PRAGMA wal_checkpoint (TRUNCATE)")
                figures = {name: _figure(timed(ask)) for name, ask in asked(path).items()}
                megabytes = f"{path.stat().st_size / 2**20:.0f} MiB"
                columns.append({"the file": megabytes, **figures})
            with transaction(connection):
                filling.session("long", _LONG)
        took = timed(lambda: KeptSessions(path).open(SessionId("long")))
        columns[-1][f"open a session of {_LONG:,} runs"] = _figure(took)
    names = list(columns[-1])
    return Table(
        f"What is kept, {MOST} rows each: median (slowest of {_TIMES}) in ms",
        ("", *(f"{size:,} runs" for size in sizes)),
        [(name, *(column.get(name, "-") for column in columns)) for name in names],
    )


def _figure(took: Sequence[float]) -> str:
    return f"{ms(median(took))} ({ms(max(took))})"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.history", description=__doc__)
    parser.add_argument("runs", nargs="*", type=int, default=SIZES, metavar="RUNS")
    print(measure(sorted(parser.parse_args().runs)))


if __name__ == "__main__":
    main()
