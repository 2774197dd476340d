"""`aztui history`: the sessions that are kept."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from typing import Final, TypeVar

import click

from aztui.cli import verdict
from aztui.cli.opening import places_of_user
from aztui.cli.say import say
from aztui.cli.terminals import is_terminal, takes_sequences
from aztui.core.history import ALL, BEGIN_MARK, END_MARK, HistoryError, Summary
from aztui.core.outcome import describe
from aztui.core.run import Run
from aztui.store import library
from aztui.store.library import Library, open_library
from aztui.terminal.sanitise import sanitise, sanitise_line

_T = TypeVar("_T")
_MOST: Final = 50
"""Lines that are shown unless told otherwise."""
_TITLE: Final = 60
"""Characters of a prompt that are shown."""


@click.group()
def history() -> None:
    """The sessions that are kept: list them, show one, search them all."""


@history.command("list")
@click.option("-n", "most", type=click.IntRange(1), default=_MOST, help="How many; 50 otherwise.")
def list_sessions(most: int) -> int:
    """Print the sessions used last, the latest first."""
    found = _read(lambda kept: kept.sessions(ALL, most))
    if found is None:
        return verdict.FAILED
    for summary in found:
        click.echo(_line(summary))
    if not found:
        say("No session is kept yet.")
        return verdict.FAILED
    return verdict.DONE


@history.command()
@click.argument("session_id", metavar="SESSION")
def show(session_id: str) -> int:
    """Print a session's prompts and answers, from the first to the last.

    SESSION is the beginning of its id, as `aztui history list` shows it.
    """
    found = _read(lambda kept: kept.open(kept.find(session_id)).session)
    if found is None:
        return verdict.FAILED
    safe = sanitise if is_terminal(sys.stdout) else str
    for run in found.path(found.head):
        for part in _parts(run):
            click.echo(safe(part))
    return verdict.DONE


@history.command()
@click.argument("words", nargs=-1, required=True)
@click.option("-n", "most", type=click.IntRange(1), default=_MOST, help="How many; 50 otherwise.")
def search(words: tuple[str, ...], most: int) -> int:
    """Print where all WORDS stand in a prompt or an answer, the latest first."""
    found = _read(lambda kept: kept.search(words, ALL, most))
    if found is None:
        return verdict.FAILED
    for hit in found:
        click.echo(f"{hit.session[: library.SHORT]}  {_date(hit.started)}  {_marked(hit.words)}")
    if not found:
        say("Nothing is found.")
        return verdict.FAILED
    return verdict.DONE


def _read(read: Callable[[Library], _T]) -> _T | None:
    """Read what is kept; None where that failed, which was said."""
    places = places_of_user()
    if places is None or not places.history_file.exists():
        say("No session is kept yet.")
        return None
    try:
        with open_library(places.history_file) as kept:
            return read(kept)
    except HistoryError as error:
        say(f"{error}.")
        return None


def _line(summary: Summary) -> str:
    runs = "1 run" if summary.runs == 1 else f"{summary.runs} runs"
    title = sanitise_line(summary.name or " ".join(summary.prompt.split()))
    title = title if len(title) <= _TITLE else f"{title[: _TITLE - 1]}…"
    outcome = summary.outcome or "under way"
    return (
        f"{summary.id[: library.SHORT]}  {_date(summary.used)}  {runs:>7}  {outcome:<11}  "
        f"{sanitise_line(summary.deployment)}  {title}"
    )


def _parts(run: Run) -> Iterator[str]:
    lines = run.request.prompt.strip("\n").split("\n")
    yield "\n".join(f"> {line}".rstrip() for line in lines)
    for choice in run.choices:
        text = choice.text.strip("\n")
        yield f"\n{text}"
    yield f"\n[{describe(run)}]\n"


def _marked(words: str) -> str:
    """What was found, on one line, bold where the terminal can."""
    bold, plain = ("\x1b[1m", "\x1b[22m") if takes_sequences(sys.stdout) else ("", "")
    parts = " ".join(words.split()).replace(END_MARK, BEGIN_MARK)
    return "".join(
        f"{bold}{sanitise_line(part)}{plain}" if odd else sanitise_line(part)
        for odd, part in ((at % 2, part) for at, part in enumerate(parts.split(BEGIN_MARK)))
    )


def _date(seconds: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(seconds))
