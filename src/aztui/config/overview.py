"""Every profile that could be opened, and what keeps the others from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace
from pathlib import Path

from aztui.config import draft
from aztui.config.candidate import Candidate
from aztui.config.command_line import CommandLine
from aztui.config.errors import SettingsError, UnapprovedError
from aztui.config.gathered import Gathered, gather
from aztui.config.paths import Paths
from aztui.core.data import dataclass
from aztui.core.request import Api


@dataclass(frozen=True, slots=True)
class Known:
    """A profile that the settings speak of.

    `settings.resolve` opens it with `--profile` its name, and, where another is chosen,
    `--deployment` and `--api`.

    Attributes:
        name: the profile's.
        deployments: those to choose from: its own first, then what the settings offer, then
            those that answered before.
        api: the API that its deployment is asked through; None where that cannot be said.
        endpoint_host: its host and port; empty where that cannot be said.
        whole: whether it can be opened.
        why: if not, why and what to do, in sentences.
        apis: the API that each deployment is asked through, where that can be said.
        sources: as `draft.Settings.sources`; empty unless it is whole.
        asks: whether it is only the user's approval that lacks (`UnapprovedError`).
    """

    name: str
    deployments: tuple[str, ...]
    api: Api | None
    endpoint_host: str
    whole: bool
    why: str
    sources: Mapping[str, str]
    apis: Mapping[str, Api] = field(default_factory=dict)
    asks: bool = False


def overview(
    command_line: CommandLine,
    environ: Mapping[str, str],
    folder: Path,
    paths: Paths | None = None,
) -> tuple[Known, ...]:
    """List the profiles by name.

    Args:
        command_line: what the user said there; what is about one profile, such as the
            deployment, is better left out.
        environ: the process's environment.
        folder: where the search for `.env` begins.
        paths: as for `settings.resolve`.

    Raises:
        SettingsError: a file cannot be read, or two suffixes make one profile.
    """
    gathered = gather(command_line, environ, folder, paths)
    return tuple(_known(candidate, gathered) for candidate in gathered.candidates.values())


def _known(candidate: Candidate, gathered: Gathered) -> Known:
    try:
        found = draft.build(candidate, gathered.told)
    except SettingsError as error:
        return _broken(candidate, gathered, error)
    profile = found.profile
    used = gathered.state.used(profile.endpoint)
    names = tuple(dict.fromkeys([*found.deployments, *used]))
    return Known(
        candidate.name,
        names,
        profile.api,
        profile.endpoint.host,
        whole=True,
        why="",
        sources=found.sources,
        apis={name: api for name in names if (api := _api(candidate, gathered, name))},
    )


def _api(candidate: Candidate, gathered: Gathered, deployment: str) -> Api | None:
    """The API that a deployment is asked through; None where it cannot be asked."""
    told = gathered.told
    line = replace(told.line, deployment=deployment)
    try:
        return draft.build(candidate, replace(told, line=line)).profile.api
    except SettingsError:
        return None


def _broken(candidate: Candidate, gathered: Gathered, error: SettingsError) -> Known:
    endpoint, offered = draft.outline(candidate, gathered.told)
    used = gathered.state.used(endpoint) if endpoint else ()
    return Known(
        candidate.name,
        tuple(dict.fromkeys([*offered, *used])),
        None,
        endpoint.host if endpoint else "",
        whole=False,
        why=str(error),
        sources={},
        asks=isinstance(error, UnapprovedError),
    )
