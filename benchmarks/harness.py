"""What every figure needs: the programs, the server, and a terminal to run them in."""

from __future__ import annotations

import contextlib
import gc
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Self, TypeAlias

from aztui.cli.tui import PAINTS
from benchmarks.text import Recipe
from tests.support.program import AZTUI, environment, instruct
from tests.support.terminal import Terminal

ROWS: Final = 30
COLUMNS: Final = 100
PATIENCE: Final = 60.0
"""Seconds that anything may take which is not measured."""

_CALM: Final = 0.05
"""Seconds of CPU in 0.3 s that a program may use and still count as calm."""
_ROOT: Final = Path(__file__).parent.parent
_PATH: Final = os.pathsep.join(map(str, (_ROOT / "src", _ROOT)))
"""Where programs import from: what is measured is this checkout, wherever aztui is installed from.
"""

Record: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Program:
    """Something to measure.

    Attributes:
        name: as tables call it.
        command: what starts it.
        ready: what its screen shows once it takes a prompt.
        config: its `config.toml`; empty for none.
        extra: what is added to its environment.
    """

    name: str
    command: tuple[str, ...]
    ready: str
    config: str = ""
    extra: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}), hash=False)

    def open(self, server: Server, home: Path, *, ignore_hangup: bool = False) -> Terminal:
        """Start it in a terminal of its own, set up to ask `server`."""
        settings = {**instruct(server.url), **self.extra}
        env = environment(home, PYTHONPATH=_PATH, COLORTERM="truecolor", **settings)
        if self.config:
            folder = home / "config" / "aztui"
            folder.mkdir(parents=True, mode=0o700)
            (folder / "config.toml").write_text(self.config)
        return Terminal(
            self.command,
            env=env,
            cwd=home,
            rows=ROWS,
            columns=COLUMNS,
            ignore_hangup=ignore_hangup,
            answers=True,
        )


ARTICLE: Final = Program("article", (sys.executable, "-m", "benchmarks.floors.article"), "prompt>")
BARE: Final = Program("bare", (sys.executable, "-m", "benchmarks.floors.bare"), "Ask anything")
FLOORS: Final = (ARTICLE, BARE)
CODEX: Final = Program("codex", (sys.executable, "-m", "benchmarks.codex"), "Ask Codex")
"""How well others do it; it is not everywhere to be had (`benchmarks.peers`)."""

_OURS: Final = (*AZTUI, "-p", "instruct")
_READY: Final = "Ask anything"


def aztui(view: str) -> Program:
    """Our program, set up to show its answers `rendered` or `raw`."""
    config = f'[profiles.instruct]\nview = "{view}"\n'
    return Program("aztui, raw" if view == "raw" else "aztui", _OURS, _READY, config)


def started_by(
    program: Program, module: str, extra: Mapping[str, str] = MappingProxyType({})
) -> Program:
    """Our program, started by a module of the benchmarks that changes something about it.

    It imports Textual before the program can say how often that may paint.
    """
    command = (sys.executable, "-m", f"benchmarks.{module}", *program.command[len(AZTUI) :])
    return replace(program, command=command, extra={**program.extra, **dict([PAINTS]), **extra})


class ProgramError(Exception):
    """A program did not do what was asked of it within the time that anything may take."""

    def __init__(self, program: Program, why: str) -> None:
        super().__init__(f"{program.name}: {why}")
        self.program = program
        self.why = why


@contextlib.contextmanager
def trial(program: Program) -> Iterator[None]:
    """What goes wrong in here is the program's failure, unless an inner trial knew better.

    Raises:
        ProgramError: something did.
    """
    try:
        yield
    except (AssertionError, TimeoutError) as error:
        raise ProgramError(program, str(error) or repr(error)) from error


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
            record = json.loads(line)
            with self._news:
                self.records.append(record)
                self._news.notify_all()

    def wait_for(
        self, wanted: Callable[[Record], bool], since: int = 0, patience: float = PATIENCE
    ) -> Record:
        """Wait for a record after the first `since` ones.

        Raises:
            TimeoutError: none came within `patience` seconds.
        """
        deadline = time.monotonic() + patience
        seen = since
        with self._news:
            while True:
                for record in self.records[seen:]:
                    if wanted(record):
                        return record
                seen = len(self.records)
                if not self._news.wait(deadline - time.monotonic()):
                    raise TimeoutError("The server tells nothing of the kind.")


@contextlib.contextmanager
def serve() -> Iterator[Server]:
    """A server that answers recipes."""
    with subprocess.Popen(
        [sys.executable, "-m", "benchmarks.server"],
        cwd=_ROOT,
        env={**os.environ, "PYTHONPATH": _PATH},
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
def opened(program: Program, server: Server, *, ignore_hangup: bool = False) -> Iterator[Terminal]:
    """A program that shows its prompt.

    What is no longer used in this process is looked for now, and only now: after half an hour that
    takes a tenth of a second, in which nothing that a program writes is noted.

    Raises:
        ProgramError: it does not do in time what is asked of it.
    """
    gc.disable()
    gc.collect()
    with (
        trial(program),
        new_home() as home,
        program.open(server, home, ignore_hangup=ignore_hangup) as terminal,
    ):
        terminal.wait_for(program.ready, PATIENCE)
        yield terminal


@contextlib.contextmanager
def warmed_up(
    program: Program, server: Server, *, ignore_hangup: bool = False
) -> Iterator[Terminal]:
    """A program that has answered a first prompt: openai imported, connection open."""
    with opened(program, server, ignore_hangup=ignore_hangup) as terminal:
        told = len(server.records)
        terminal.send("hello")
        settle(terminal, 0.15)  # to some, what comes at once is a paste, and its enter a line's end
        terminal.send("\r")
        server.wait_for(is_request, told)
        terminal.wait_for("fin2.", PATIENCE)
        settle(terminal)
        yield terminal


def enter(terminal: Terminal, recipe: Recipe) -> float:
    """Type a prompt, wait until it stands there, and send it; return when Enter was pressed."""
    terminal.send(recipe.prompt)
    settle(terminal, 0.15)
    return terminal.send("\r")


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


def settle(terminal: Terminal, quiet: float = 0.3, patience: float = PATIENCE) -> None:
    """Wait until the program has written nothing for `quiet` seconds from now on.

    Raises:
        TimeoutError: it went on writing for `patience` seconds.
    """
    began = since = time.monotonic()
    while time.monotonic() - since < quiet:
        if time.monotonic() - began > patience:
            raise TimeoutError("The program does not stop writing.")
        time.sleep(quiet / 4)
        since = max(since, terminal.last_arrival)


def calm(terminal: Terminal, patience: float = PATIENCE) -> None:
    """Wait until the program neither writes nor computes, as far as 0.3 s tell.

    Raises:
        TimeoutError: it did for `patience` seconds.
    """
    deadline = time.monotonic() + patience
    busy = True
    while busy:
        used = terminal.cpu()
        settle(terminal, patience=patience)
        busy = terminal.cpu() - used > _CALM
        if time.monotonic() > deadline:
            raise TimeoutError("The program does not come to rest.")


def is_request(record: Record, prompt: str | None = None) -> bool:
    """Whether a record is the emulator's line on a prompt, on this one if one is given."""
    return record.get("method") == "POST" and prompt in {None, record["prompt"]}


def is_sent(record: Record, prompt: str | None = None) -> bool:
    """Whether a record tells when an answer's marked words went out, this prompt's if one is given.

    A peer also asks for what nobody typed: for a title.
    """
    return "sent" in record and "method" not in record and prompt in {None, record["asked"]}
