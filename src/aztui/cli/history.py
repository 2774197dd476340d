"""`aztui history`: the sessions that are kept."""

from __future__ import annotations

import sys
import time
from codecs import getincrementaldecoder
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import reduce
from pathlib import Path
from typing import Any, BinaryIO, Final, TypeVar

import click

from aztui.cli import verdict
from aztui.cli.moments import MOMENTS, moment
from aztui.cli.opening import places_of_user
from aztui.cli.question import confirmed
from aztui.cli.say import say
from aztui.cli.terminals import can_ask, is_terminal, takes_sequences
from aztui.core.continuing import said, whole
from aztui.core.events import RunId
from aztui.core.history import ALL, BEGIN_MARK, END_MARK, SHORT, HistoryError, Summary, Wanted
from aztui.core.outcome import describe
from aztui.core.run import Phase, Run
from aztui.core.tree import SessionId
from aztui.store import exporting
from aztui.store.exporting import Format
from aztui.store.files import write_file
from aztui.store.library import Library, open_library
from aztui.terminal.sanitise import Sanitiser, sanitise, sanitise_line

_T = TypeVar("_T")
_C = TypeVar("_C", bound=Callable[..., Any])
_OUTCOMES: Final = click.Choice([str(phase) for phase in Phase if phase.over])
_MOST: Final = 50
"""Lines that are shown unless told otherwise."""
_TITLE: Final = 60
"""Characters of a prompt that are shown."""


@click.group()
def history() -> None:
    """The sessions that are kept: list, show, search, export, import and delete them."""


def _filters(command: _C) -> _C:
    """Give a command the options that say which runs are wanted."""
    options = (
        click.option("--profile", metavar="NAME", help="Only where this profile was asked."),
        click.option("--deployment", metavar="NAME", help="Only where this deployment was."),
        click.option("--outcome", type=_OUTCOMES, help="Only what ended so."),
        click.option(
            "--since", metavar="DATE", callback=moment, help="Only what was sent from then on."
        ),
        click.option("--until", metavar="DATE", callback=moment, help="Only what was sent before."),
        click.option(
            "-n", "most", type=click.IntRange(1), default=_MOST, help="How many; 50 otherwise."
        ),
    )
    return reduce(lambda decorated, option: option(decorated), reversed(options), command)


@history.command("list", epilog=MOMENTS)
@_filters
def list_sessions(most: int, **wanted: Any) -> int:
    """Print the sessions used last, the latest first."""
    found = _read(lambda kept: kept.sessions(_wanted(wanted), most))
    if found is None:
        return verdict.FAILED
    for summary in found:
        click.echo(_line(summary))
    if not found:
        say("No session is kept yet." if _wanted(wanted) == ALL else "Nothing is found.")
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


@history.command(epilog=MOMENTS)
@click.argument("words", nargs=-1, required=True)
@_filters
def search(words: tuple[str, ...], most: int, **wanted: Any) -> int:
    """Print where all WORDS stand in a prompt or an answer, the latest first."""
    found = _read(lambda kept: kept.search(words, _wanted(wanted), most))
    if found is None:
        return verdict.FAILED
    for hit in found:
        click.echo(f"{hit.session[:SHORT]}  {_date(hit.started)}  {_marked(hit.words)}")
    if not found:
        say("Nothing is found.")
        return verdict.FAILED
    return verdict.DONE


@history.command()
@click.argument("session_id", metavar="[SESSION]", required=False)
@click.option("--branch", metavar="RUN", help="Only the path to this run.")
@click.option(
    "--format",
    "form",
    type=click.Choice([str(form) for form in Format]),
    help="What to write; by the file's ending, else md.",
)
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Where to.")
@click.option("--force", is_flag=True, help="Overwrite the file.")
def export(
    session_id: str | None,
    *,
    branch: str | None,
    form: str | None,
    output: Path | None,
    force: bool,
) -> int:
    r"""Write a session, or all of them, to FILE or to stdout.

    \b
    md     to read
    json   all that is known, for `aztui history import`
    jsonl  a conversation a line, as files for fine-tuning have them

    SESSION and RUN are the beginnings of their ids.
    """
    named = _read(lambda kept: _named(kept, session_id, branch))
    path = _file()
    if named is None or path is None:
        return verdict.FAILED
    sessions, run = named
    pieces = exporting.export(path, sessions, _format(form, output), run)
    try:
        if output is None:
            _print(pieces)
        else:
            write_file(output, pieces, force=force)
    except HistoryError as error:
        say(f"{error}.")
    except FileExistsError:
        say(f"{output} is there already: --force overwrites it.")
    except BrokenPipeError:
        raise
    except OSError as error:
        say(f"{output or 'stdout'} cannot be written: {error.strerror or error}.")
    else:
        return verdict.DONE
    return verdict.FAILED


@history.command("import")
@click.argument("file", type=click.File("rb"))
def import_sessions(file: BinaryIO) -> int:
    """Take in the sessions of FILE, which `aztui history export --format json` wrote.

    A session that is there already stays as it is.
    """
    path = _file()
    if path is None:
        say("There is no folder to keep anything in: set AZTUI_DATA_DIR.")
        return verdict.FAILED
    from aztui.store.importing import take_in  # noqa: PLC0415 - only where asked for

    try:
        taken = take_in(path, file.read())
    except HistoryError as error:
        say(f"{file.name}: {error}.")
        return verdict.FAILED
    say(f"{_count(len(taken.new), 'session')} imported.")
    for uid in taken.there:
        say(f"{uid[:SHORT]} is there already, and was left as it is.")
    return verdict.DONE


@history.command()
@click.argument("session_ids", metavar="[SESSION]...", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Delete all sessions.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def delete(session_ids: tuple[str, ...], *, everything: bool, yes: bool) -> int:
    """Delete sessions for good: their words are gone from the files too.

    SESSION is the beginning of an id, as `aztui history list` shows it.
    """
    if bool(session_ids) == everything:
        raise click.UsageError("Name the sessions to delete, or say --all.")
    named = _read(lambda kept: _to_delete(kept, session_ids))
    path = _file()
    if named is None or path is None:
        return verdict.FAILED
    if not (yes or _agreed(len(named))):
        say("Nothing is deleted.")
        return verdict.FAILED
    from aztui.store import deleting, recovery  # noqa: PLC0415 - only where asked for

    if is_terminal(sys.stderr):
        say("Deleting, and clearing the file of their words: with a large history a minute or so.")
    try:
        deleted = deleting.delete(path, None if everything else named)
    except HistoryError as error:
        say(f"{error}.")
        return verdict.FAILED
    say(f"{_count(len(deleted.gone), 'session')} deleted.")
    for file in recovery.set_aside(path):
        say(f"{file} was damaged, and is as it was: it may hold some of their words. Remove it.")
    for uid in deleted.open:
        say(f"{uid[:SHORT]} is open in another aztui, and was left: close it there first.")
    if deleted.unswept:
        say(
            f"Some of their words may still be in {path}: {deleted.unswept}. They go with the next "
            "session that is deleted while no other program uses it."
        )
    return verdict.FAILED if deleted.open or deleted.unswept else verdict.DONE


def _to_delete(kept: Library, session_ids: Sequence[str]) -> list[SessionId]:
    return [kept.find(beginning) for beginning in session_ids] or kept.all_sessions()


def _agreed(count: int) -> bool:
    """Ask the user.

    Raises:
        click.UsageError: nobody can be asked.
    """
    if not can_ask():
        raise click.UsageError("Nobody can be asked whether to delete them: say --yes.")
    what = _count(count, "session")
    return confirmed(f"Delete {what} for good?")


def _named(
    kept: Library, session_id: str | None, branch: str | None
) -> tuple[list[SessionId] | None, RunId | None]:
    """What is to be exported: the sessions, all for None, and the run that the path ends at."""
    if branch is not None:
        session, run = kept.find_run(branch)
        if session_id is not None and not session.startswith(session_id):
            raise HistoryError(f"The run {run} is not in the session {session_id}")
        return [session], run
    return (None if session_id is None else [kept.find(session_id)]), None


def _format(form: str | None, output: Path | None) -> Format:
    ending = "" if output is None else output.suffix.removeprefix(".")
    known = form or (ending if ending in set(Format) else Format.MARKDOWN)
    return Format(known)


def _print(pieces: Iterator[bytes]) -> None:
    """Write to stdout: as it is, or safe where a terminal shows it."""
    if not is_terminal(sys.stdout):
        sys.stdout.buffer.writelines(pieces)
        return
    sanitiser, decoder = Sanitiser(), getincrementaldecoder("utf-8")("replace")
    for piece in pieces:
        sys.stdout.write(sanitiser.feed(decoder.decode(piece)))
    sys.stdout.write(sanitiser.flush())


def _wanted(wanted: Mapping[str, Any]) -> Wanted:
    return Wanted(**{name: value for name, value in wanted.items() if value is not None})


def _file() -> Path | None:
    """The database, which need not be there; None for a user who has no place for it."""
    places = places_of_user()
    return None if places is None else places.history_file


def _read(read: Callable[[Library], _T]) -> _T | None:
    """Read what is kept; None where that failed, which was said."""
    path = _file()
    if path is None or not path.exists():
        say("No session is kept yet.")
        return None
    try:
        with open_library(path) as kept:
            if kept.later:
                say(
                    f"{path} was written by a later version of aztui: what this one does not know "
                    "of is left out."
                )
            return read(kept)
    except HistoryError as error:
        say(f"{error}.")
        return None


def _count(number: int, what: str) -> str:
    return f"1 {what}" if number == 1 else f"{number} {what}s"


def _line(summary: Summary) -> str:
    runs = _count(summary.runs, "run")
    title = sanitise_line(summary.name or " ".join(summary.prompt.split()))
    title = title if len(title) <= _TITLE else f"{title[: _TITLE - 1]}…"
    outcome = summary.outcome or "under way"
    return (
        f"{summary.id[:SHORT]}  {_date(summary.used)}  {runs:>7}  {outcome:<11}  "
        f"{sanitise_line(summary.deployment)}  {title}"
    )


def _parts(run: Run) -> Iterator[str]:
    lines = said(run).strip("\n").split("\n")
    yield "\n".join(f"> {line}".rstrip() for line in lines)
    for choice in run.choices:
        text = whole(run, choice).strip("\n")
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
