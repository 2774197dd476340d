"""From settings in layers to the profile that opens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from aztui.config import envfile
from aztui.config.command_line import CommandLine
from aztui.config.draft import Settings, build
from aztui.config.errors import IncompleteError, SettingsError
from aztui.config.layers import ENVIRONMENT, Layer, Origin, Sourced, Variables, find
from aztui.config.names import DEFAULT_PROFILE, PROFILE_VARIABLE, STANDARD, Names, profiles


@dataclass(frozen=True, slots=True)
class NoSettings:
    """Nobody said anything about any model.

    Attributes:
        env_file: the `.env` file that was read, or None if there is none.
        broken: the numbers of its lines that cannot be read as `NAME=value`.
    """

    env_file: Path | None
    broken: tuple[int, ...] = ()

    @property
    def unread(self) -> str:
        """Which lines of the file say nothing, in a sentence; empty where all is well."""
        return _unreadable(self.env_file, self.broken) if self.env_file and self.broken else ""


def resolve(
    command_line: CommandLine, environ: Mapping[str, str], folder: Path
) -> Settings | NoSettings:
    """Find the profile that opens.

    Args:
        command_line: what the user said there.
        environ: the process's environment.
        folder: where the search for `.env` begins.

    Raises:
        SettingsError: the settings cannot be used; the text says why and what to do.
    """
    file = _env_file(command_line, folder)
    layers = _layers(environ, file)
    table = profiles(layers)
    if not table and command_line.endpoint is not None:
        table = {DEFAULT_PROFILE: STANDARD}
    wanted = _wanted(command_line, layers)
    if wanted is not None:
        name = _known(wanted, table)
    elif table:
        name = _choose(command_line, layers, table)
    else:
        return NoSettings(file.path, file.broken) if file else NoSettings(None)
    try:
        return build(name, table[name], command_line, layers)
    except IncompleteError as error:
        raise IncompleteError(_with_broken_lines(str(error), file)) from None


def _env_file(command_line: CommandLine, folder: Path) -> envfile.EnvFile | None:
    if command_line.env_file is not None:
        return envfile.read(folder / command_line.env_file)
    path = envfile.nearest(folder)
    return None if path is None else envfile.read(path)


def _layers(environ: Mapping[str, str], file: envfile.EnvFile | None) -> tuple[Variables, ...]:
    environment = Variables(ENVIRONMENT, environ)
    if file is None:
        return (environment,)
    return environment, Variables(Origin(Layer.ENV_FILE, str(file.path)), file.values)


def _wanted(command_line: CommandLine, layers: Sequence[Variables]) -> Sourced[str] | None:
    return command_line.find("profile") or find(layers, (PROFILE_VARIABLE,))


def _known(wanted: Sourced[str], table: Mapping[str, Names]) -> str:
    name = wanted.value.strip().lower()
    if name in table:
        return name
    there = f"there are {', '.join(table)}" if table else "there are none"
    raise SettingsError(
        f"There is no profile {wanted.value!r} ({wanted.source}); {there}.\n"
        "A profile NAME is made by AZURE_OPENAI_ENDPOINT_FOR_NAME, AZURE_OPENAI_API_KEY_FOR_NAME "
        "and AZURE_OPENAI_DEPLOYMENT_NAME_FOR_NAME, in the environment or in .env."
    )


def _choose(
    command_line: CommandLine, layers: Sequence[Variables], table: Mapping[str, Names]
) -> str:
    """`default` if it is whole, else the first whole one, else the first that there is."""
    order = sorted(table, key=lambda name: (name != DEFAULT_PROFILE, name))
    for name in order:
        try:
            build(name, table[name], command_line, layers)
        except IncompleteError:
            continue
        except SettingsError:
            pass  # whole but wrong: better to hear of it than to ask another model
        return name
    return order[0]


def _with_broken_lines(text: str, file: envfile.EnvFile | None) -> str:
    if file is None or not file.broken:
        return text
    return f"{text}\n{_unreadable(file.path, file.broken)}"


def _unreadable(path: Path, lines: Sequence[int]) -> str:
    """Say which lines of a `.env` file say nothing."""
    which = f"line {lines[0]}" if len(lines) == 1 else f"lines {', '.join(map(str, lines))}"
    return f"In {path} this cannot be read as NAME=value: {which}."
