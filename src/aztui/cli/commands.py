"""The commands by name, and what becomes of wrong usage."""

from __future__ import annotations

import gc
from collections.abc import Sequence
from importlib import import_module
from typing import Final

import click

import aztui
from aztui.cli import verdict
from aztui.cli.said import Shared
from aztui.cli.say import say
from aztui.cli.shared import shared_options

_COMMANDS: Final = ("ask", "doctor", "emulate", "history", "local", "paths")
"""Each is a function in a module of the same name."""


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
        gc.enable()  # all that it needs is loaded
        return None
    from aztui.cli.tui import tui  # noqa: PLC0415 - the commands do without

    return tui(context.ensure_object(Shared))


def invoke(arguments: Sequence[str]) -> int:
    """Do what the arguments say, and return the exit code.

    Raises:
        KeyboardInterrupt: the user stopped it.
    """
    try:
        code = program.main(list(arguments), prog_name="aztui", standalone_mode=False)
    except click.ClickException as error:
        return _wrong_usage(error)
    except click.Abort:
        raise KeyboardInterrupt from None
    return code if isinstance(code, int) else verdict.DONE


def _wrong_usage(error: click.ClickException) -> int:
    if isinstance(error, click.UsageError) and error.ctx is not None:
        say(*error.ctx.get_usage().split("\n"))
        say(f"Try '{error.ctx.command_path} --help' for help.", "")
    say(f"Error: {error.format_message()}")
    return error.exit_code
