"""A real terminal for a real program: a pty that is read back through a terminal emulator."""

from __future__ import annotations

import contextlib
import fcntl
import math
import os
import re
import select
import selectors
import signal
import struct
import subprocess
import termios
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Self, TypeAlias

from tests.support.processes import (
    Memory,
    cpu_seconds,
    descendants,
    eventually,
    gone,
    memory,
    session_members,
)
from tests.support.screen import Arrival, Picture

Wanted: TypeAlias = str | re.Pattern[str] | Callable[[str], bool]
"""A text to find on the screen, a pattern, or a function of the screen's text."""

DEADLINE: Final = 30.0
"""Seconds that `wait_for` and `wait_exit` wait unless told otherwise."""

_LAST_WORDS: Final = 0.05
"""Seconds without a byte after which an ended program has said all."""

# A shell leads the session, as in life: were it the program itself, the kernel would reset the
# terminal's modes when it ends, and nobody could see whether it had restored them. The inner
# shell tells its pid and becomes the program; the outer one tells how that ended and stays.
_SESSION: Final = """
tty=$1 hup=$2; shift 2
trap : INT QUIT
[ "$hup" = keep ] || trap '' HUP
exec 3>&1 4<&0
exec <>"$tty" >&0 2>&0
sh -c 'echo $$ >&3; exec 3>&- 4<&-; exec "$@"' sh "$@"
echo $? >&3
read _ <&4
"""

_SIP: Final = 32
"""Bytes that a slow terminal reads at once."""
_ASKED: Final = re.compile(rb"\x1b\[([56])n")
_WELL: Final = b"\x1b[0n"
_ON_AT_FIRST: Final = frozenset({7, 25})
_KITTY_PUSH: Final = re.compile(rb"\x1b\[>[0-9;]*u")
_KITTY_POP: Final = re.compile(rb"\x1b\[<[0-9;]*u")
_OTHER_KEYS: Final = re.compile(rb"\x1b\[>4([0-9;]*)m")
_PRIVATE_MODE: Final = re.compile(rb"\x1b\[\?([0-9;]+)([hl])")


class Terminal:
    """A program in a pty of its own: the foreground of its own session.

    A thread reads what the program writes and notes when. The picture is drawn when somebody looks.
    Use it as a context manager: the program does not outlive it.

    Attributes:
        rate: how many bytes a second it reads; endless at first.
        answers: whether it answers when it is asked how it is and where its cursor stands (DSR 5
            and 6), as terminals do.
        pid: the program's process id.
        started: when it was started, in seconds on the monotonic clock.
        initial_attrs: the terminal's modes before the program.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        env: Mapping[str, str],
        cwd: Path,
        rows: int = 24,
        columns: int = 80,
        ignore_hangup: bool = False,
        answers: bool = False,
    ) -> None:
        """Start `command` with exactly the environment `env`.

        Args:
            command: the program and its arguments.
            env: its whole environment; TERM is the caller's business too.
            cwd: its working directory.
            rows: the terminal's height.
            columns: the terminal's width.
            ignore_hangup: start it with SIGHUP ignored, as nohup does.
            answers: see the attribute.
        """
        self.rate = math.inf
        self.answers = answers
        self._picture = Picture(rows, columns)
        self._news = threading.Condition()
        self._arrivals: list[Arrival] = []
        self._tail = b""
        self._drawn = 0
        self._reading = True
        self._watching = False
        self._gone = False
        self._status: int | None = None
        self._master, self._slave = os.openpty()
        self._set_size(rows, columns)
        self.initial_attrs = self.attrs()
        self._reports, reports_end = os.pipe()
        leash_end, self._leash = os.pipe()
        self._wake, self._waker = os.pipe()
        hup = "ignore" if ignore_hangup else "keep"
        self.started = time.monotonic()
        self._session = subprocess.Popen(
            ["/bin/sh", "-c", _SESSION, "sh", os.ttyname(self._slave), hup, *command],
            env=dict(env),
            cwd=cwd,
            start_new_session=True,
            stdin=leash_end,
            stdout=reports_end,
            stderr=subprocess.DEVNULL,
        )
        os.close(reports_end)
        os.close(leash_end)
        self.pid = self._read_report()
        self._reader = threading.Thread(target=self._read, name="terminal", daemon=True)
        self._reader.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the program and whatever it started, and give everything back."""
        members = session_members(self._session.pid)
        for pid in members:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._session.wait()
        assert eventually(lambda: all(map(gone, members)))
        self.close_master()
        for fd in (self._reports, self._leash, self._wake, self._waker):
            with contextlib.suppress(OSError):
                os.close(fd)

    # What the user does.

    def send(self, keys: bytes | str) -> float:
        """Write `keys` to the program, all of them; return when, on the monotonic clock."""
        data = keys.encode() if isinstance(keys, str) else keys
        at = time.monotonic()
        while data:
            data = data[os.write(self._master, data) :]
        return at

    def resize(self, rows: int, columns: int) -> None:
        """Change the terminal's size; the program gets its SIGWINCH."""
        with self._news:
            self._draw()
            self._picture.cells.resize(rows, columns)
        self._set_size(rows, columns)

    def pause(self) -> None:
        """Read nothing more from now on, as a terminal that hangs."""
        self._reading = False
        self._nudge()
        with self._news:
            assert self._news.wait_for(lambda: not self._watching, DEADLINE)

    def resume(self) -> None:
        """Read again."""
        self._reading = True
        self._nudge()

    def close_master(self) -> None:
        """Take the terminal away, as a dropped connection does."""
        if self._gone:
            return
        self._gone = True
        self._nudge()
        self._reader.join()
        os.close(self._master)
        os.close(self._slave)

    # What the user sees.

    @property
    def screen(self) -> str:
        """The screen's text now, rows joined by newlines."""
        with self._news:
            self._draw()
            return self._picture.text

    @property
    def cursor(self) -> tuple[int, int]:
        """Row and column of the cursor, from 0."""
        with self._news:
            self._draw()
            return self._picture.cursor

    @property
    def cells(self) -> Any:
        """pyte's screen, for colours and attributes."""
        with self._news:
            self._draw()
            return self._picture.cells

    @property
    def arrivals(self) -> list[Arrival]:
        """Everything the program wrote so far, and when."""
        with self._news:
            return list(self._arrivals)

    @property
    def last_arrival(self) -> float:
        """When the program last wrote something; `started` where it never did."""
        with self._news:
            return self._arrivals[-1].at if self._arrivals else self.started

    def review(self) -> Iterator[tuple[float, Picture]]:
        """Draw what nobody has looked at yet, piece by piece: when it came, the picture after it.

        Drawing takes long: do it when nothing is being measured.
        """
        while self._drawn < len(self._arrivals):
            arrival = self._arrivals[self._drawn]
            with self._news:
                self._picture.feed(arrival.data)
                self._drawn += 1
            yield arrival.at, self._picture

    def skip(self) -> None:
        """Never draw what came so far; the picture is right again once everything is repainted."""
        with self._news:
            self._drawn = len(self._arrivals)

    @property
    def raw(self) -> bytes:
        """Every byte the program wrote so far."""
        return b"".join(arrival.data for arrival in self.arrivals)

    def wait_for(self, wanted: Wanted, timeout: float = DEADLINE) -> float:
        """Wait until the screen shows `wanted`; return when the bytes that did it arrived.

        Raises:
            AssertionError: it did not within `timeout` seconds, or the program ended without;
                the message holds the screen.
        """
        shows = _predicate(wanted)
        deadline = time.monotonic() + timeout
        with self._news:
            while True:
                over = self._status is not None
                self._draw()
                if shows(self._picture.text):
                    return self._arrivals[-1].at if self._arrivals else self.started
                left = deadline - time.monotonic()
                if over or left <= 0:
                    why = f"ended with {self._status}" if over else f"did not in {timeout:g} s"
                    raise AssertionError(self._report(f"should show {wanted!r} but {why}"))
                self._news.wait(left)

    def wait_exit(self, timeout: float = DEADLINE) -> int:
        """Wait for the program's end; return its exit status, 128 + n after signal n.

        Raises:
            AssertionError: it still runs after `timeout` seconds, or nobody is left to say how
                it ended; the message holds the screen.
        """
        deadline = time.monotonic() + timeout
        with self._news:
            while self._status is None:
                left = deadline - time.monotonic()
                if left <= 0:
                    raise AssertionError(self._report(f"should have ended within {timeout:g} s"))
                self._news.wait(left)
            return self._status

    def wait_gone(self, timeout: float = DEADLINE) -> float:
        """Wait until the process is no more, however it ended; return the seconds that took."""
        began = time.monotonic()
        while not gone(self.pid):
            if time.monotonic() - began > timeout:
                raise AssertionError(self._report(f"should be gone after {timeout:g} s"))
            time.sleep(0.005)
        return time.monotonic() - began

    # What the system knows.

    def attrs(self) -> list[Any]:
        """The terminal's modes (`termios.tcgetattr`)."""
        return termios.tcgetattr(self._slave)

    @property
    def private_modes(self) -> set[int]:
        """The DEC private modes that are not as a terminal has them at first.

        Wrapping (7) and the cursor (25) are on at first, the others off.
        """
        on: set[int] = set()
        for numbers, action in _PRIVATE_MODE.findall(self.raw):
            for number in map(int, numbers.split(b";")):
                if (action == b"h") != (number in _ON_AT_FIRST):
                    on.add(number)
                else:
                    on.discard(number)
        return on

    @property
    def keyboard_modes(self) -> int:
        """How many modes that change what keys send are still on: kitty's, modifyOtherKeys."""
        pushed = len(_KITTY_PUSH.findall(self.raw)) - len(_KITTY_POP.findall(self.raw))
        others = _OTHER_KEYS.findall(self.raw)
        return max(0, pushed) + bool(others and others[-1].strip(b"0;"))

    @property
    def session_flags(self) -> int:
        """The status flags (O_NONBLOCK and so on) of the handle that the shell keeps."""
        info = Path(f"/proc/{self._session.pid}/fdinfo/0").read_text()
        return int(info.partition("flags:")[2].split()[0], 8)

    def cpu(self) -> float:
        """Seconds of CPU that the program and its children have used, user and system."""
        return sum(cpu_seconds(pid) for pid in descendants(self.pid))

    def memory(self) -> Memory:
        """What the program and its children hold in memory."""
        held = [memory(pid) for pid in descendants(self.pid)]
        return Memory(sum(one.now for one in held), sum(one.peak for one in held))

    def _set_size(self, rows: int, columns: int) -> None:
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def _report(self, complaint: str) -> str:
        rule = "-" * 40
        return f"The program {complaint}. Its screen:\n{rule}\n{self._picture.text}\n{rule}"

    def _draw(self) -> None:
        for arrival in self._arrivals[self._drawn :]:
            self._picture.feed(arrival.data)
        self._drawn = len(self._arrivals)

    def _nudge(self) -> None:
        os.write(self._waker, b".")

    def _read_report(self) -> int:
        line = b""
        while not line.endswith(b"\n"):
            byte = os.read(self._reports, 1)
            if not byte:
                raise AssertionError("The terminal's session ended before the program began.")
            line += byte
        return int(line)

    def _read(self) -> None:
        os.set_blocking(self._master, True)
        with selectors.DefaultSelector() as selector:
            selector.register(self._wake, selectors.EVENT_READ)
            selector.register(self._reports, selectors.EVENT_READ)
            while not self._gone:
                if self._watching != self._reading:
                    self._watch(selector, self._reading)
                ready = {key.fd for key, _ in selector.select()}
                if self._wake in ready:
                    os.read(self._wake, 4096)
                if self._master in ready:
                    self._take()
                elif self._reports in ready:
                    selector.unregister(self._reports)
                    self._take_last_words()
                    self._note_end()

    def _watch(self, selector: selectors.BaseSelector, watching: bool) -> None:
        if watching:
            selector.register(self._master, selectors.EVENT_READ)
        else:
            selector.unregister(self._master)
        with self._news:
            self._watching = watching
            self._news.notify_all()

    def _take(self) -> None:
        data = os.read(self._master, 65536 if self.rate == math.inf else _SIP)
        if self.rate < math.inf:
            time.sleep(len(data) / self.rate)
        now = time.monotonic()
        answers = b""
        with self._news:
            for piece, asked in self._pieces(data):
                self._arrivals.append(Arrival(now, piece))
                answers += self._answer(asked) if self.answers else b""
            self._news.notify_all()
        if answers:
            os.write(self._master, answers)

    def _pieces(self, data: bytes) -> Iterator[tuple[bytes, bytes]]:
        """Divide what came: each piece but the last ends with what it asks.

        What is asked is answered as the terminal is by then.
        """
        known = len(self._tail)
        said = self._tail + data
        start = known
        for found in _ASKED.finditer(said):
            yield said[start : found.end()], found[1]
            start = found.end()
        if start < len(said):
            yield said[start:], b""
        self._tail = said[max(start if start > known else 0, len(said) - 3) :]

    def _answer(self, asked: bytes) -> bytes:
        if asked != b"6":
            return _WELL if asked else b""
        self._draw()
        row, column = self._picture.cursor
        return b"\x1b[%d;%dR" % (row + 1, column + 1)

    def _take_last_words(self) -> None:
        """Take what the ended program wrote; a pty hands it on a little later than the pipe."""
        while self._watching and select.select([self._master], [], [], _LAST_WORDS)[0]:
            self._take()

    def _note_end(self) -> None:
        with contextlib.suppress(AssertionError):
            status = self._read_report()
            with self._news:
                self._status = status
                self._news.notify_all()


def _predicate(wanted: Wanted) -> Callable[[str], bool]:
    if isinstance(wanted, str):
        return lambda text: wanted in text
    if isinstance(wanted, re.Pattern):
        return lambda text: wanted.search(text) is not None
    return wanted
