"""`aztui local`: the weights of the model on this machine."""

from __future__ import annotations

import sys
import time
from typing import Final

import click

from aztui.cli import signals, verdict
from aztui.cli.opening import weights_folder
from aztui.cli.say import say
from aztui.cli.terminals import can_rewrite

_STEP: Final = 10
"""Per cent between two lines of progress where nothing can be overwritten."""
_REDRAW: Final = 0.1
"""Seconds between two states of the line that is overwritten."""


@click.group()
def local() -> None:
    """Get, find and remove the local model's weights."""


@local.command()
def pull() -> int:
    """Download the weights; an interrupted download is taken up again."""
    from aztui.emulator.local import weights  # noqa: PLC0415 - only where asked for

    folder = weights_folder()
    before = weights.status(folder)
    if before.to_fetch:
        size = megabytes(before.to_fetch)
        say(f"Downloading the local model {weights.SMOLLM2.model} ({size}) to {before.path}")
    progress = Progress()
    try:
        with signals.raising():
            file = weights.pull(folder, progress if before.to_fetch else None)
    except weights.WeightsError as error:
        progress.end()
        say(str(error))
        return verdict.FAILED
    progress.end()
    say(f"The local model is at {file}; aztui --local asks it.")
    return verdict.DONE


@local.command()
def path() -> int:
    """Print where the weights are."""
    from aztui.emulator.local import weights  # noqa: PLC0415 - only where asked for

    found = weights.status(weights_folder())
    click.echo(str(found.path))
    if found.present:
        return verdict.DONE
    say("There is no such file yet: aztui local pull downloads it.")
    return verdict.FAILED


@local.command()
def remove() -> int:
    """Delete the weights and what is left of unfinished downloads."""
    from aztui.emulator.local import weights  # noqa: PLC0415 - only where asked for

    try:
        freed = weights.remove(weights_folder())
    except weights.WeightsError as error:
        say(str(error))
        return verdict.FAILED
    say(f"Removed; that freed {megabytes(freed)}." if freed else "Nothing was there to remove.")
    return verdict.DONE


class Progress:
    """Shows on stderr how far a download is: one line that is overwritten, or plain lines."""

    def __init__(self) -> None:
        self._overwrites = can_rewrite()
        self._next = 0
        self._drawn = float("-inf")
        self._open = False

    def __call__(self, done: int, total: int) -> None:
        """Show that `done` of `total` bytes are here."""
        line, percent = how_far(done, total), _percent(done, total)
        if self._overwrites:
            self._redraw(line, last=done >= total)
        elif percent >= self._next:
            self._next = percent - percent % _STEP + _STEP
            say(line)

    def end(self) -> None:
        """End the line that was being overwritten."""
        if self._open:
            say("")
            self._open = False

    def _redraw(self, line: str, *, last: bool) -> None:
        now = time.monotonic()
        if last or now - self._drawn >= _REDRAW:
            self._drawn = now
            self._open = True
            sys.stderr.write(f"\r{line} ")
            sys.stderr.flush()


def how_far(done: int, total: int) -> str:
    """Say how much of a download is here; both in bytes."""
    return f"{megabytes(done)} of {megabytes(total)} ({_percent(done, total)} %)"


def megabytes(size: int) -> str:
    """Say how large something of `size` bytes is."""
    return f"{size / 1e6:.1f} MB"


def _percent(done: int, total: int) -> int:
    return done * 100 // total if total else 100
