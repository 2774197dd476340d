"""The program: its commands, and what becomes of what they raise."""

from __future__ import annotations

import os
import sys
import threading
import traceback
from collections.abc import Sequence
from importlib import import_module
from typing import Final

import click

import aztui
from aztui.cli import signals, verdict
from aztui.cli.say import say
from aztui.cli.shared import Shared, shared_options
from aztui.config.errors import SettingsError
from aztui.core.problem import crash
from aztui.core.request import RequestError

_COMMANDS: Final = ("ask", "doctor", "emulate", "local", "paths")
"""Each is a function in a module of the same name."""

_STDERR: Final = 2
_INTERRUPTED: Final = 130
_TERMINATED: Final = 143


class _Commands(click.Group):
    """Imports a command when it is called: what the others need would hold up the start."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = getattr(import_module(f"aztui.cli.{cmd_name}"), cmd_name)
        return command


@click.group(
    cls=_Commands,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 90},
    epilog="""\b
Examples:
  aztui                                  open it on your settings
  aztui --local                          open it on the local model
  aztui ask "Why is the sky blue?"       one answer on stdout
  aztui -p instruct ask "Once upon"      with another profile

Settings come from the command line, the environment, the nearest .env file and config.toml.
""",
)
@shared_options
@click.version_option(aztui.__version__, prog_name="aztui", message="%(prog)s %(version)s")
@click.pass_context
def program(context: click.Context) -> int | None:
    """A terminal playground for Azure OpenAI; without a command it opens the screen."""
    if context.invoked_subcommand is not None:
        return None
    from aztui.cli.tui import tui  # noqa: PLC0415 - the commands do without

    return tui(context.ensure_object(Shared))


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
        code = program.main(list(arguments), prog_name="aztui", standalone_mode=False)
    except click.ClickException as error:
        return _wrong_usage(error)
    except (SettingsError, RequestError) as error:
        say(*str(error).split("\n"))
        return verdict.USAGE
    except (KeyboardInterrupt, click.Abort):
        say("Stopped by SIGINT.")
        return _INTERRUPTED
    except signals.Terminated:
        say("Stopped by SIGTERM.")
        return _TERMINATED
    return code if isinstance(code, int) else verdict.DONE


def _wrong_usage(error: click.ClickException) -> int:
    if isinstance(error, click.UsageError) and error.ctx is not None:
        say(*error.ctx.get_usage().split("\n"))
        say(f"Try '{error.ctx.command_path} --help' for help.", "")
    say(f"Error: {error.format_message()}")
    return error.exit_code


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
