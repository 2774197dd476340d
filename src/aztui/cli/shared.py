"""The options of every command that talks to a model, before or after the command's name."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from pathlib import Path
from typing import Any, Final, TypeAlias, TypeVar

import click

from aztui.cli.said import Shared
from aztui.core.request import Api

Command: TypeAlias = Callable[..., Any]
_C = TypeVar("_C", bound=Command)


def _keep(context: click.Context, parameter: click.Parameter, value: Any) -> None:
    """Note a value; the command and the program share one `Shared`."""
    said = context.ensure_object(Shared)
    if parameter.name == "options":
        said.options.extend(value)
    elif value is not None and value is not False:
        setattr(said, str(parameter.name), value)


def _option(*names: str, **settings: Any) -> Callable[[_C], _C]:
    return click.option(*names, callback=_keep, expose_value=False, **settings)


def local_option(text: str) -> Callable[[_C], _C]:
    """The option `--local`, with a help text of the command's own."""
    return _option("--local", is_flag=True, help=text)


_OPTIONS: Final = (
    _option("-p", "--profile", metavar="NAME", help="The profile of the settings to use."),
    _option("-m", "--deployment", metavar="NAME", help="The deployment to ask."),
    _option(
        "--api",
        type=click.Choice([str(api) for api in Api], case_sensitive=False),
        help="The API to ask it through.",
    ),
    _option("--endpoint", metavar="URL", help="The resource's endpoint, or a target URI."),
    _option("--api-version", metavar="VERSION", help="A date such as 2024-10-21, or v1."),
    _option("-s", "--system", metavar="TEXT", help="The system prompt (chat, responses)."),
    _option(
        "-o",
        "--option",
        "options",
        metavar="KEY=VALUE",
        multiple=True,
        help="A request parameter, such as temperature=0.2; repeatable.",
    ),
    _option(
        "--env-file",
        type=click.Path(path_type=Path),
        metavar="PATH",
        help="Read this file instead of the nearest .env.",
    ),
    local_option("Ask the small model on this machine."),
    _option("--demo", is_flag=True, help="Scripted replies, no model and no network."),
    _option("--no-history", is_flag=True, help="Keep nothing of it on disk."),
)


def shared_options(command: _C) -> _C:
    """Give a command these options."""
    return reduce(lambda decorated, option: option(decorated), reversed(_OPTIONS), command)
