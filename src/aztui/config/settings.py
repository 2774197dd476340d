"""From settings in layers to the profile that opens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from aztui.config.candidate import Candidate
from aztui.config.command_line import CommandLine
from aztui.config.draft import Settings, build
from aztui.config.envfile import EnvFile
from aztui.config.errors import IncompleteError, SettingsError
from aztui.config.gathered import Gathered, gather
from aztui.config.layers import Sourced, find_variable
from aztui.config.names import DEFAULT_PROFILE, PROFILE_VARIABLE
from aztui.config.paths import Paths
from aztui.core.data import dataclass


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
    command_line: CommandLine,
    environ: Mapping[str, str],
    folder: Path,
    paths: Paths | None = None,
) -> Settings | NoSettings:
    """Find the profile that opens.

    Args:
        command_line: what the user said there.
        environ: the process's environment.
        folder: where the search for `.env` begins.
        paths: where `config.toml` is, and what was used and approved before; None for nowhere.

    Raises:
        UnapprovedError: a file decides where requests go, and brought no credential.
        SettingsError: the settings cannot be used; the text says why and what to do.
    """
    gathered = gather(command_line, environ, folder, paths)
    wanted = _wanted(gathered)
    if wanted is not None:
        candidate = _known(wanted, gathered.candidates)
    elif gathered.candidates:
        candidate = _choose(gathered)
    else:
        file = gathered.env_file
        return NoSettings(file.path, file.broken) if file else NoSettings(None)
    try:
        return build(candidate, gathered.told)
    except IncompleteError as error:
        raise IncompleteError(_with_broken_lines(str(error), gathered.env_file)) from None


def _wanted(gathered: Gathered) -> Sourced[str] | None:
    told, file = gathered.told, gathered.config_file
    return (
        told.line.find("profile")
        or find_variable(told.layers, (PROFILE_VARIABLE,))
        or (file.default_profile if file else None)
    )


def _known(wanted: Sourced[str], candidates: Mapping[str, Candidate]) -> Candidate:
    name = wanted.value.strip().lower()
    if name in candidates:
        return candidates[name]
    there = f"there are {', '.join(candidates)}" if candidates else "there are none"
    raise SettingsError(
        f"There is no profile {wanted.value!r} ({wanted.source}); {there}.\n"
        "A profile NAME is made by AZURE_OPENAI_ENDPOINT_FOR_NAME, AZURE_OPENAI_API_KEY_FOR_NAME "
        "and AZURE_OPENAI_DEPLOYMENT_NAME_FOR_NAME, in the environment or in .env, or by a table "
        "[profiles.NAME] in config.toml."
    )


def _choose(gathered: Gathered) -> Candidate:
    """`default` if it is whole, the one used last, the first whole one, the first there is.

    Where one is whole and no other, it is all of these.
    """
    there = gathered.candidates
    first = (DEFAULT_PROFILE, gathered.state.last_profile)
    order = [*(name for name in first if name in there), *there]
    whole = (there[name] for name in order if _whole(there[name], gathered))
    return next(whole, there[order[0]])


def _whole(candidate: Candidate, gathered: Gathered) -> bool:
    try:
        build(candidate, gathered.told)
    except IncompleteError:
        return False
    except SettingsError:
        pass  # whole but wrong: better to hear of it than to ask another model
    return True


def _with_broken_lines(text: str, file: EnvFile | None) -> str:
    if file is None or not file.broken:
        return text
    return f"{text}\n{_unreadable(file.path, file.broken)}"


def _unreadable(path: Path, lines: Sequence[int]) -> str:
    """Say which lines of a `.env` file say nothing."""
    which = f"line {lines[0]}" if len(lines) == 1 else f"lines {', '.join(map(str, lines))}"
    return f"In {path} this cannot be read as NAME=value: {which}."
