"""What every figure needs: the programs, the server, and a terminal to run them in."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Self, TypeAlias

from tests.support.program import AZTUI, environment, instruct
from tests.support.terminal import Terminal

ROWS: Final = 30
COLUMNS: Final = 100
RATE: Final = 200
"""Tokens a second, unless a figure says otherwise."""

_ROOT: Final = Path(__file__).parent.parent
_PATIENCE: Final = 30.0

Record: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Program:
    """Something to measure.

    Attributes:
        name: as tables call it.
        command: what starts it.
        ready: what its screen shows once it takes a prompt.
    """

    name: str
    command: tuple[str, ...]
    ready: str

    def open(self, server: Server, home: Path, deployment: str = "demo") -> Terminal:
        """Start it in a terminal of its own, set up to ask `server`."""
        settings = instruct(server.url, deployment)
        env = environment(home, PYTHONPATH=str(_ROOT), COLORTERM="truecolor", **settings)
        return Terminal(self.command, env=env, cwd=home, rows=ROWS, columns=COLUMNS)


ARTICLE: Final = Program("article", (sys.executable, "-m", "benchmarks.floors.article"), "prompt>")
BARE: Final = Program("bare", (sys.executable, "-m", "benchmarks.floors.bare"), "Ask anything")
OURS: Final = Program("aztui", (*AZTUI, "-p", "instruct"), "Ask anything")


@dataclass(slots=True)
class Server:
    """The benchmarks' server, a process of its own, and what it has told.

    Attributes:
        url: where it listens.
        records: its lines, parsed, in the order they came.
    """

    url: str
    records: list[Record] = field(default_factory=list)
    _news: threading.Condition = field(default_factory=threading.Condition)

    def listen(self, lines: Iterator[str]) -> None:
        """Take in the server's lines until there are no more."""
        for line in lines:
            with self._news:
                self.records.append(json.loads(line))
                self._news.notify_all()

    def wait_for(self, wanted: Callable[[Record], bool], since: int = 0) -> Record:
        """Wait for a record after the first `since` ones.

        Raises:
            TimeoutError: none came.
        """
        deadline = time.monotonic() + _PATIENCE
        with self._news:
            while True:
                for record in self.records[since:]:
                    if wanted(record):
                        return record
                if not self._news.wait(deadline - time.monotonic()):
                    raise TimeoutError("The server tells nothing of the kind.")


@contextlib.contextmanager
def serve(rate: float = RATE) -> Iterator[Server]:
    """A server that sends `rate` tokens a second."""
    with subprocess.Popen(
        [sys.executable, "-m", "benchmarks.server", str(rate)],
        cwd=_ROOT,
        env={**os.environ, "PYTHONPATH": str(_ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        server = Server(json.loads(process.stdout.readline())["url"])
        listener = threading.Thread(target=server.listen, args=(process.stdout,), daemon=True)
        listener.start()
        try:
            yield server
        finally:
            process.stdin.close()
            listener.join()


@contextlib.contextmanager
def new_home() -> Iterator[Path]:
    """A home folder of a user who has just arrived."""
    with tempfile.TemporaryDirectory(prefix="aztui-bench-") as folder:
        yield Path(folder)


@contextlib.contextmanager
def opened(program: Program, server: Server, deployment: str = "demo") -> Iterator[Terminal]:
    """A program that shows its prompt."""
    with new_home() as home, program.open(server, home, deployment) as terminal:
        terminal.wait_for(program.ready, _PATIENCE)
        yield terminal


@contextlib.contextmanager
def warmed_up(program: Program, server: Server) -> Iterator[Terminal]:
    """A program that has answered a first prompt: openai imported, connection open."""
    with opened(program, server) as terminal:
        told = len(server.records)
        terminal.send("2\r")
        terminal.wait_for("fin2.", _PATIENCE)
        server.wait_for(is_request, told)
        settle(terminal)
        yield terminal


class CpuTrace:
    """How much CPU a program has used by when, noted from another thread."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._notes: list[tuple[float, float]] = []
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._note, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def at(self, moment: float) -> float:
        """The seconds of CPU used by a moment of the monotonic clock, within 20 ms."""
        return next((cpu for when, cpu in self._notes if when >= moment), self._notes[-1][1])

    def _note(self) -> None:
        while not self._over.is_set():
            self._notes.append((time.monotonic(), self._terminal.cpu()))
            self._over.wait(0.02)
        self._notes.append((time.monotonic(), self._terminal.cpu()))


def settle(terminal: Terminal, quiet: float = 0.3) -> None:
    """Wait until the program has written nothing for `quiet` seconds from now on."""
    since = time.monotonic()
    while time.monotonic() - since < quiet:
        time.sleep(quiet / 4)
        since = max(since, terminal.arrivals[-1].at)


def is_request(record: Record) -> bool:
    """Whether a record is the emulator's line on a prompt."""
    return record.get("method") == "POST"


def is_sent(record: Record) -> bool:
    """Whether a record tells when each token of an answer went out."""
    return "sent" in record
