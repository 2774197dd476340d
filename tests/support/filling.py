"""A process that writes runs to a database, as fast as its journal takes them.

`python -m tests.support.filling DATABASE NAME RUNS` waits for a line on stdin, writes, and prints a
JSON object: `held`, the longest time in seconds that one of its commits waited for another process,
and `longest`, the longest time that one took in all.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

from aztui.core.events import Cause, Ended, FinishReason, RunId, Stamped, TextDelta
from aztui.core.ports import Begun
from aztui.core.profile import Endpoint, Profile
from aztui.core.request import Api, compose
from aztui.core.run import Run
from aztui.core.tree import SessionId
from aztui.store.commits import Commits
from aztui.store.journal import Note

PROFILE = Profile("work", Endpoint("http://127.0.0.1:1/v1", None), None, "gpt", Api.CHAT)
AT_ONCE = 5
"""Runs of a commit: each is begun, answered and over within it, fifty a second."""
PAUSE = 0.1


class Held:
    """Measures how long a transaction's beginning waits."""

    def __init__(self) -> None:
        self.longest = 0.0

    @contextlib.contextmanager
    def transaction(self, connection: sqlite3.Connection) -> Iterator[None]:
        began = time.perf_counter()
        connection.execute("BEGIN IMMEDIATE")
        self.longest = max(self.longest, time.perf_counter() - began)
        try:
            yield
            connection.execute("COMMIT")
        except BaseException:
            connection.execute("ROLLBACK")
            raise


def notes(name: str, number: int) -> Iterator[Note]:
    uid = RunId(f"{name}-{number}")
    started = time.monotonic()
    request = compose(Api.CHAT, "gpt", f"Question {number} of {name}")
    session = SessionId(f"{name}-{number // 10}")
    yield Begun(session, Run(uid, request, started), None, PROFILE)
    for place in range(20):
        yield Stamped(uid, started + place / 100, TextDelta(0, f"word{number % 97} "))
    yield Stamped(uid, started + 1, FinishReason(0, "stop"))
    yield Stamped(uid, started + 1, Ended(Cause.CLOSED))


def timed(writing: Commits, some: list[Note]) -> float:
    began = time.perf_counter()
    assert writing.commit(some) == ""
    return time.perf_counter() - began


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> None:
    path, name, runs = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    held = Held()
    with contextlib.closing(Commits(path, time.monotonic, time.time, say)) as writing:
        assert writing.commit([]) == ""
        say("ready")
        sys.stdin.readline()
        longest = 0.0
        with patch("aztui.store.commits.transaction", held.transaction):
            for first in range(0, runs, AT_ONCE):
                numbers = range(first, first + AT_ONCE)
                some = [note for number in numbers for note in notes(name, number)]
                longest = max(longest, timed(writing, some))
                time.sleep(PAUSE)
    say(json.dumps({"held": held.longest, "longest": longest}))


if __name__ == "__main__":
    main()
