"""All that the settings say, read once."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING

from aztui.config import approvals, envfile, state
from aztui.config.candidate import Candidate, candidates
from aztui.config.command_line import CommandLine
from aztui.config.layers import ENVIRONMENT, Layer, Origin, Variables
from aztui.config.names import DEFAULT_PROFILE, STANDARD
from aztui.config.paths import Paths
from aztui.config.sketch import Told
from aztui.config.state import State
from aztui.core.data import dataclass

if TYPE_CHECKING:
    from aztui.config.configfile import ConfigFile


@dataclass(frozen=True, slots=True)
class Gathered:
    """What was found.

    Attributes:
        told: what is about any profile.
        candidates: the profiles that are spoken of, by name.
        env_file: the `.env` file.
        config_file: `config.toml`.
        state: what was used before.
    """

    told: Told
    candidates: Mapping[str, Candidate]
    env_file: envfile.EnvFile | None = None
    config_file: ConfigFile | None = None
    state: State = field(default_factory=State)


def gather(
    command_line: CommandLine, environ: Mapping[str, str], folder: Path, paths: Paths | None
) -> Gathered:
    """Read the settings.

    Args:
        command_line: what the user said there.
        environ: the process's environment.
        folder: where the search for `.env` begins.
        paths: where `config.toml`, the state and the approvals are; None for nowhere.

    Raises:
        SettingsError: a file cannot be read, or two suffixes make one profile.
    """
    env_file = _env_file(command_line, folder)
    layers = _layers(environ, env_file)
    config_file = _config_file(paths.config_file, environ) if paths else None
    found = candidates(layers, config_file)
    if not found and command_line.endpoint is not None:
        found = {DEFAULT_PROFILE: Candidate(DEFAULT_PROFILE, STANDARD)}
    approved = approvals.load(paths.approvals_file) if paths else frozenset()
    return Gathered(
        Told(command_line, layers, approved),
        found,
        env_file,
        config_file,
        state.load(paths.state_file) if paths else State(),
    )


def _config_file(path: Path, environ: Mapping[str, str]) -> ConfigFile | None:
    if not os.path.lexists(path):
        return None
    from aztui.config import configfile  # noqa: PLC0415 - most users have none

    return configfile.read(path, environ)


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
