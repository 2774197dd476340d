"""The program: the screen or a command, and what becomes of what they raise."""

from __future__ import annotations

import os
import sys
import threading
import traceback
from collections.abc import Sequence
from typing import Final

from aztui.cli import signals, verdict
from aztui.cli.said import Shared
from aztui.cli.say import say
from aztui.config.errors import SettingsError
from aztui.core.problem import crash
from aztui.core.request import RequestError

_STDERR: Final = 2
_INTERRUPTED: Final = 130
_TERMINATED: Final = 143


def run(arguments: Sequence[str]) -> int:
    """Run the program and return its exit code; whatever happens, no traceback is shown.

    With `AZTUI_DEBUG=1` in the environment it is shown after all.
    """
    _fill_standard_handles()
    threading.excepthook = _thread_failed
    sys.unraisablehook = _unraisable
    try:
        code = _invoke(arguments)
        if sys.stdout is not None:
            sys.stdout.flush()
    except BrokenPipeError:
        _leave_stdout()
        return verdict.DONE
    except OSError as error:
        _leave_stdout()
        say(f"aztui cannot go on: {error.strerror or error}.")
        return verdict.FAILED
    except Exception as error:  # noqa: BLE001 - the outermost handler
        _report(error)
        return verdict.FAILED
    return code


def _invoke(arguments: Sequence[str]) -> int:
    try:
        return _command(arguments)
    except (SettingsError, RequestError) as error:
        say(*str(error).split("\n"))
        return verdict.USAGE
    except KeyboardInterrupt:
        say("Stopped by SIGINT.")
        return _INTERRUPTED
    except signals.Terminated:
        say("Stopped by SIGTERM.")
        return _TERMINATED


def _command(arguments: Sequence[str]) -> int:
    if arguments:
        from aztui.cli.commands import invoke  # noqa: PLC0415 - nothing to parse without arguments

        return invoke(arguments)
    from aztui.cli.tui import tui  # noqa: PLC0415 - the commands do without

    return tui(Shared())


def _fill_standard_handles() -> None:
    """Open what the caller closed, or the next socket would get stdout's number."""
    handle = os.open(os.devnull, os.O_RDWR)
    while handle <= _STDERR:
        handle = os.dup(handle)
    os.close(handle)


def _leave_stdout() -> None:
    """Let Python flush at its exit to nowhere, since nobody reads stdout any more."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def _report(error: BaseException) -> None:
    if os.environ.get("AZTUI_DEBUG"):
        traceback.print_exception(error)
        return
    say(crash(error))


def _thread_failed(arguments: threading.ExceptHookArgs) -> None:
    if arguments.exc_value is not None:
        _report(arguments.exc_value)


def _unraisable(arguments: sys.UnraisableHookArgs) -> None:
    if os.environ.get("AZTUI_DEBUG"):
        sys.__unraisablehook__(arguments)
