"""The engine's process, as its parent sees it: started, ready, over."""

from __future__ import annotations

import importlib.util
import json
import os
import secrets
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final

from aztui.emulator.local.child import Order, Report
from aztui.emulator.local.errors import LocalUnavailable

SLOTS: Final = 2
"""Answers written at once; a third one waits."""
CONTEXT: Final = 4096
"""Tokens of prompt and answer together. On one thread the smallest model reads so many in half
a minute, and they cost about 100 MB in each slot."""

_MAGIC: Final = b"GGUF"
_SECRET: Final = ("AZURE_OPENAI_", "OPENAI_")
"""How variables begin that are none of the engine's business: users keep their keys there."""
_END: Final = 2.0
"""Seconds in which a killed process is gone."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a ready engine listens on 127.0.0.1, and the key that it asks for."""

    port: int
    key: str = field(repr=False)


def check_installed() -> None:
    """Make sure that there is an engine.

    Raises:
        LocalUnavailable: there is none; the sentence says what to do.
    """
    if importlib.util.find_spec("xllamacpp") is None:
        raise LocalUnavailable(
            "The local model needs an engine that is not installed: pip install 'aztui[local]'."
        )


def check(weights: Path) -> None:
    """Make sure, without loading anything, that `weights` could run here.

    Raises:
        LocalUnavailable: no engine, no such file, or no GGUF file; the sentence says what to do.
    """
    check_installed()
    try:
        with weights.open("rb") as file:
            magic = file.read(len(_MAGIC))
    except FileNotFoundError as error:
        raise LocalUnavailable(
            f"The local model's weights are not at {weights}: run `aztui local pull`."
        ) from error
    except OSError as error:
        raise LocalUnavailable(
            f"The local model's weights cannot be read: {weights} ({error.strerror})."
        ) from error
    if magic != _MAGIC:
        raise LocalUnavailable(
            f"{weights} is not a model in GGUF format: run `aztui local pull`, or let "
            "AZTUI_LOCAL_MODEL name one that is."
        )


class Engine:
    """A process with a model in it; started at once, ready a second or two later.

    A thread of its own starts the process and waits for its end. It must live as long as the
    process does: Linux counts the thread that starts a process as its parent.
    """

    def __init__(self, weights: Path) -> None:
        self._order = Order(
            weights=str(weights.absolute()),
            key=secrets.token_urlsafe(32),
            threads=max(1, _cores() - 1),
            slots=SLOTS,
            context=CONTEXT,
        )
        self._changed = threading.Condition()
        self._process: subprocess.Popen[bytes] | None = None
        self._address: Address | None = None
        self._stopped = False
        self._end = ""
        threading.Thread(target=self._keep, name="local model", daemon=True).start()

    @property
    def pid(self) -> int | None:
        """The process's id; None while it is being started."""
        return self._process.pid if self._process else None

    @property
    def end(self) -> str:
        """Why it is over, as a sentence; empty while it is not."""
        return self._end

    def address(self, given_up: Callable[[], bool]) -> Address | None:
        """Wait until the engine is ready, it is over, or `given_up` says so.

        `given_up` is asked again at every `wake`.

        Returns:
            Where to ask; None where it is over or given up.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._address or self._end or given_up())
            return None if self._end or given_up() else self._address

    def wake(self) -> None:
        """Have every waiting `address` ask its `given_up` again."""
        with self._changed:
            self._changed.notify_all()

    def wait_for_end(self, seconds: float) -> bool:
        """Wait so long for the process to be gone; return whether it is."""
        with self._changed:
            return self._changed.wait_for(lambda: bool(self._end), seconds)

    def stop(self) -> None:
        """Kill the process, which has nothing to save, and see it gone."""
        with self._changed:
            self._stopped = True
            if self._process:
                self._process.kill()
        self.wait_for_end(_END)

    def _keep(self) -> None:
        try:
            process = self._spawn()
        except OSError as error:
            self._over(f"The local model's process cannot be started: {error}.")
            return
        with process:
            report = self._hear(process)
            if report.port:
                self._ready(Address(report.port, self._order.key))
            code = process.wait()
        self._over(report.error or self._why(code))

    def _spawn(self) -> subprocess.Popen[bytes]:
        # A session of its own: ctrl+c in the terminal is for aztui, which ends it when it wants.
        # -P: a file called like a module in the working directory is not for it.
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "aztui.emulator.local.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            start_new_session=True,
            env={k: v for k, v in os.environ.items() if not k.startswith(_SECRET)},
        )
        with self._changed:
            self._process = process
            if self._stopped:
                process.kill()
        return process

    def _hear(self, process: subprocess.Popen[bytes]) -> Report:
        """Give the order and wait for the report; a process that dies over it reports nothing."""
        if process.stdin is None or process.stdout is None:
            return Report()
        with suppress(BrokenPipeError):
            process.stdin.write(json.dumps(asdict(self._order)).encode() + b"\n")
        line = process.stdout.readline()
        return Report(**json.loads(line)) if line else Report()

    def _why(self, code: int) -> str:
        if self._stopped:
            return "The local model has been stopped."
        return f"The local model's process ended ({_how(code)}); the next request starts it again."

    def _ready(self, address: Address) -> None:
        with self._changed:
            self._address = address
            self._changed.notify_all()

    def _over(self, end: str) -> None:
        with self._changed:
            self._end = end
            self._changed.notify_all()


def _cores() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _how(code: int) -> str:
    """Say how a process ended: its exit code, or the signal's name."""
    if code < 0:
        with suppress(ValueError):
            return signal.Signals(-code).name
    return f"exit code {code}"
