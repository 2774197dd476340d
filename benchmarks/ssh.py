"""`python -m benchmarks.ssh [--quick]`: aztui on another machine, over a slow link.

A real sshd on loopback, and a relay before it that carries 2,000 bytes a second each way, each for
200 ms. 200 tokens a second stream while letters are typed, the log is scrolled up and back, and esc
is pressed. The same with `AZTUI_DRIVER=plain`, which writes what Textual draws.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks.bench import Bench
from benchmarks.harness import COLUMNS, ROWS, Program, enter, is_request, is_sent, settle
from benchmarks.slow_terminal import (
    MOST,
    PATIENCE,
    RATE,
    STREAMED,
    TAKES,
    TYPED,
    markers_sent,
    markers_shown,
    oldest,
    typed,
)
from benchmarks.table import Table, in_ms, median
from benchmarks.text import MARKER, words
from benchmarks.with_and_without import run
from tests.support.program import environment, instruct
from tests.support.relay import Relay
from tests.support.sshd import Sshd, sshd
from tests.support.terminal import Terminal

DELAY: Final = 0.2
"""Seconds each way."""
_STEPS: Final = (
    "oldest",
    "letter shown",
    "scrolled up",
    "back at the end",
    "esc at the server",
    "stopped shown",
)


def measure(bench: Bench) -> Table:
    """Let both go through the same in each round."""
    found: dict[str, list[list[float]]] = {"aztui": [], "plain": []}
    for _ in range(bench.scale.rounds):
        for name, figures in found.items():
            extra = {"AZTUI_DRIVER": "plain"} if name == "plain" else {}
            with TemporaryDirectory() as folder, sshd(Path(folder)) as server:
                figures.append(_run(bench, server, extra))
    return Table(
        f"Over SSH at {TAKES:,} bytes a second and {DELAY * 1000:.0f} ms each way (ms)",
        ("program", *_STEPS),
        [
            (name, *[in_ms(median(of_step)) for of_step in zip(*figures, strict=True)])
            for name, figures in found.items()
        ],
        [
            f"{in_ms(2 * DELAY)} are the way there and back.",
            f"What did not show within {PATIENCE:g} s never did.",
        ],
    )


def _run(bench: Bench, server: Sshd, extra: dict[str, str]) -> list[float]:
    ours: Program = bench.ours
    with TemporaryDirectory() as folder, Relay(server.port) as relay:
        home = Path(folder)
        env = environment(home, **instruct(bench.server.url), **ours.extra, **extra)
        command = server.command(relay.port, env, ours.command)
        with Terminal(
            command, env=environment(home), cwd=home, rows=ROWS, columns=COLUMNS
        ) as terminal:
            terminal.answers = True
            terminal.wait_for(ours.ready)
            settle(terminal)
            relay.rate, relay.delay = TAKES, DELAY
            terminal.send("hello\r")
            terminal.wait_for("fin2.")
            settle(terminal, 1)
            return _steps(bench, terminal)


def _steps(bench: Bench, terminal: Terminal) -> list[float]:
    told = len(bench.server.records)
    began = enter(terminal, words(MOST, RATE))
    time.sleep(STREAMED)
    letters = [typed(terminal, TYPED[: number + 1]) for number in range(len(TYPED))]
    scrolling = time.monotonic()
    top = min(MARKER.findall(terminal.screen), default="")
    up = _until(terminal, "\x1b[5~", lambda shown: min(shown) < top)
    newest = max(MARKER.findall(terminal.screen), default="")
    back = _until(terminal, "\x1b[1;5F", lambda shown: max(shown) > newest)
    time.sleep(1)
    pressed = terminal.send("\x1b")
    left = bench.server.wait_for(is_request, told)
    sent = bench.server.wait_for(is_sent, told)
    try:
        stopped = terminal.wait_for("stopped", PATIENCE) - pressed
    except AssertionError:
        stopped = math.inf
    return [
        oldest(markers_sent(sent), markers_shown(terminal.arrivals, began), scrolling),
        max(letters),
        up,
        back,
        float(left["client_left"]) - pressed,
        stopped,
    ]


def _until(terminal: Terminal, key: str, shows: Callable[[list[str]], bool]) -> float:
    """Press a key; return how long it took until the markers on the screen were as wanted."""
    pressed = terminal.send(key)
    try:
        shown = terminal.wait_for(
            lambda screen: bool(seen := MARKER.findall(screen)) and shows(seen), PATIENCE
        )
    except AssertionError:
        return math.inf
    return shown - pressed


if __name__ == "__main__":
    run(measure, "ssh", __doc__)
