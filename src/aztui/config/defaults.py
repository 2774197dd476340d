"""What goes along with every request of a profile: a system prompt and parameters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from aztui.config.candidate import Candidate
from aztui.config.command_line import CommandLine
from aztui.config.layers import COMMAND_LINE, DEFAULT, Sourced
from aztui.core.request import TRAITS, Api, Json


@dataclass(frozen=True, slots=True)
class Defaults:
    """What goes along, each with who said it.

    Attributes:
        system: the system prompt; None where there is none.
        params: members of every request's body.
    """

    system: Sourced[str] | None
    params: Mapping[str, Sourced[Json]]


def defaults_of(candidate: Candidate, line: CommandLine, api: Api, *, switched: bool) -> Defaults:
    """Gather what goes along with every request.

    Args:
        candidate: the profile.
        line: the command line, which wins.
        api: the API that is asked.
        switched: whether it is another than the profile's own. What the profile says for its own
            is left out then where this one has no place for it; else it is for `draft` to refuse.

    Raises:
        SettingsError: an option is not KEY=VALUE, or one that may not be given.
    """
    traits, table = TRAITS[api], candidate.table
    system = table.system if table and (traits.system or not switched) else None
    if line.system is not None:
        system = Sourced(line.system, "--system", COMMAND_LINE)
    own = {
        key: Sourced(value, key, DEFAULT) for key, value in candidate.names.params_for(api).items()
    }
    told = {
        key: said
        for key, said in (table.params if table else {}).items()
        if not (switched and key in traits.lacks)
    }
    options = {
        key: Sourced(value, f"--option {key}", COMMAND_LINE)
        for key, value in line.params({}).items()
    }
    return Defaults(system, {**own, **told, **options})
