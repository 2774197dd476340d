"""What goes along with every request of a profile: a system prompt and parameters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from aztui.config.candidate import Candidate
from aztui.config.command_line import CommandLine
from aztui.config.errors import SettingsError
from aztui.config.layers import COMMAND_LINE, DEFAULT, Sourced
from aztui.core.options import lacks, with_value
from aztui.core.request import NO_PARAMS, TRAITS, Api, Json, RequestError


def system_of(
    candidate: Candidate, line: CommandLine, api: Api, *, switched: bool
) -> Sourced[str] | None:
    """The system prompt; None where there is none.

    Args:
        candidate: the profile.
        line: the command line, which wins.
        api: the API that is asked.
        switched: whether it is another than the profile's own. The profile's prompt is left out
            where such a one has no place for it; its own is for `draft` to refuse.
    """
    if line.system is not None:
        return Sourced(line.system, "--system", COMMAND_LINE)
    fits = TRAITS[api].system or not switched
    return candidate.table.system if candidate.table and fits else None


def params_of(
    candidate: Candidate, line: CommandLine, api: Api, *, switched: bool
) -> Mapping[str, Sourced[Json]]:
    """Members of every request's body, each with who said it.

    Args:
        candidate: the profile.
        line: the command line, which wins.
        api: the API that is asked.
        switched: whether it is another than the profile's own. What such a one lacks of the
            profile's parameters is left out.

    Raises:
        SettingsError: an option is not KEY=VALUE, or a parameter is not as the API takes it.
    """
    own = candidate.names.params_for(api)
    told = candidate.table.params if candidate.table else {}
    given = {key: Sourced(value, key, DEFAULT) for key, value in own.items()}
    for key, said in told.items():
        if not (switched and lacks(api, key)):
            given.update(_checked(api, key, said))
    before = {key: said.value for key, said in given.items()}
    after = line.params(api, before)
    options = {key: Sourced(after[key], f"--option {key}", COMMAND_LINE) for key in after}
    same = {key: given[key] for key in before if key in after and after[key] == before[key]}
    return {**options, **same}


def _checked(api: Api, name: str, said: Sourced[Json]) -> Mapping[str, Sourced[Json]]:
    """A parameter of a file as it is sent, if it is.

    Raises:
        SettingsError: the API does not take it so.
    """
    try:
        checked = with_value(api, NO_PARAMS, name, said.value)
    except RequestError as error:
        raise SettingsError(f"{said.source}: {error}") from None
    return {key: replace(said, value=value) for key, value in checked.items()}
