"""Servers for the whole program to talk to: the emulator, in a process of its own or in ours."""

from __future__ import annotations

import contextlib
import json
import re
import subprocess
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeAlias

from aztui.emulator.backend import Part, Piece, Tally
from aztui.emulator.server import Emulator
from tests.support.emulator import Saying
from tests.support.program import AZTUI, environment

Entry: TypeAlias = dict[str, Any]

_URL: Final = re.compile(r"https?://127\.0\.0\.1:\d+")
_PATIENCE: Final = 15.0


@dataclass(slots=True)
class Emulated:
    """A running emulator and its log.

    Attributes:
        url: where it listens.
        log: an entry for each request that is over, as `aztui.emulator.log.Entry` says.
    """

    url: str = ""
    log: list[Entry] = field(default_factory=list)
    _news: threading.Condition = field(default_factory=threading.Condition)

    def note(self, line: str) -> None:
        """Take a line of the emulator's output."""
        with self._news:
            if line.startswith("{"):
                self.log.append(json.loads(line))
            elif url := _URL.search(line):
                self.url = self.url or url[0]
            self._news.notify_all()

    def read(self, lines: Iterable[str]) -> None:
        """Take all lines of the emulator's output."""
        for line in lines:
            self.note(line)

    def wait_until_up(self) -> None:
        """Wait for its address."""
        with self._news:
            assert self._news.wait_for(lambda: self.url, _PATIENCE), "The emulator does not start."

    def requests(self, deployment: str) -> list[Entry]:
        """The requests to a deployment, faults not counted as part of its name, that are over."""
        with self._news:
            return [entry for entry in self.log if entry["deployment"] == deployment]

    def wait_for_request(self, deployment: str, number: int = 1) -> Entry:
        """Wait for the end of the request with that number to a deployment."""
        with self._news:
            found = self._news.wait_for(
                lambda: len(self.requests(deployment)) >= number, timeout=_PATIENCE
            )
            ends = [(entry["deployment"], entry["prompt"], entry["end"]) for entry in self.log]
            assert found, f"Request {number} to {deployment} did not end. Those that did: {ends}"
        return self.requests(deployment)[number - 1]


@contextlib.contextmanager
def emulating(home: Path, *options: str) -> Iterator[Emulated]:
    """`aztui emulate` in a process of its own."""
    emulated = Emulated()
    with subprocess.Popen(
        [*AZTUI, "emulate", "--port", "0", *options],
        env=environment(home),
        cwd=home,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        assert process.stdout is not None
        reader = threading.Thread(target=emulated.read, args=(process.stdout,))
        reader.start()
        try:
            emulated.wait_until_up()
            yield emulated
        finally:
            process.terminate()
            reader.join()


@contextlib.contextmanager
def saying(*pieces: str) -> Iterator[Emulated]:
    """An emulator of ours that says just this, piece by piece."""
    emulated = Emulated()
    parts: list[Part] = [
        *(Piece(0, piece) for piece in pieces),
        Piece(0, "", "stop"),
        Tally(1, len(pieces)),
    ]
    with Emulator(Saying(*parts), log=emulated.note) as emulator:
        emulated.note(emulator.url)
        yield emulated
