"""How long the stop keys take: to the server, and to the screen."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.harness import BARE, OURS, Program, Server, is_request, opened, serve, settle
from benchmarks.table import Table, ms, percentile
from benchmarks.text import tokens
from tests.support.terminal import Terminal

_AFTER = 3
_STALLED = f"demo--stall:after={_AFTER}"
_STALLED_AT = "".join(itertools.islice(tokens(100), _AFTER)).strip()
_STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Key:
    """A way to stop a stream of a program."""

    program: Program
    name: str
    byte: bytes


_KEYS = (
    Key(OURS, "ctrl+c", b"\x03"),
    Key(OURS, "esc", b"\x1b"),
    Key(BARE, "esc", b"\x1b"),
)


def measure(*, quick: bool) -> Table:
    """From the key's byte on the pty to the server's seeing the client leave."""
    count = 5 if quick else 50
    rows = []
    with serve() as server:
        for key in _KEYS:
            left, shown = _stops(key, server, count)
            rows.append((f"{key.program.name}, {key.name}", *_figures(left), *_figures(shown)[:2]))
    return Table(
        f"Stop, {count} stalled streams (ms)",
        ("program, key", "server p50", "p95", "max", "screen p50", "p95"),
        rows,
        [
            "To reach, p95: ctrl+c 10 ms, esc 40 ms (25 of them wait for a sequence) at the",
            "server; esc 60 ms on the screen. The bare app says nothing when it stops.",
        ],
    )


def _stops(key: Key, server: Server, count: int) -> tuple[list[float], list[float]]:
    """The delays to the server and, where the program says that it stopped, to the screen."""
    left, shown = [], []
    with opened(key.program, server, _STALLED) as terminal:
        for number in range(1001, 1001 + count):
            told = len(server.records)
            _start(key.program, terminal, server, str(number))
            pressed = terminal.send(key.byte)
            if key.program is OURS:
                shown.append(terminal.wait_for(_below(str(number), _STOPPED)) - pressed)
            request = server.wait_for(is_request, told)
            left.append(float(request["client_left"]) - pressed)
    return left, shown


def _start(program: Program, terminal: Terminal, server: Server, prompt: str) -> None:
    """Send a prompt and wait until its answer has stalled."""
    told = len(server.records)
    terminal.send(f"{prompt}\r")
    server.wait_for(lambda record: record.get("asked") == prompt, told)
    if program is OURS:
        terminal.wait_for(_below(prompt, _STALLED_AT))
    else:
        settle(terminal)


def _below(prompt: str, text: str) -> Callable[[str], bool]:
    return lambda screen: prompt in screen and text in screen.rpartition(prompt)[2]


def _figures(delays: list[float]) -> list[str]:
    return [ms(percentile(delays, percent)) for percent in (50, 95, 100)]
