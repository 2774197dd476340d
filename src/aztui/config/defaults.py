"""What goes along with every request of a profile: a system prompt and parameters."""

from __future__ import annotations

from collections.abc import Mapping

from aztui.config.candidate import Candidate
from aztui.config.command_line import CommandLine
from aztui.config.layers import COMMAND_LINE, DEFAULT, Sourced
from aztui.core.request import TRAITS, Api, Json


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
        SettingsError: an option is not KEY=VALUE, or one that may not be given.
    """
    own = candidate.names.params_for(api)
    told = candidate.table.params if candidate.table else {}
    left_out = TRAITS[api].lacks if switched else frozenset()
    return {
        **{key: Sourced(value, key, DEFAULT) for key, value in own.items()},
        **{key: said for key, said in told.items() if key not in left_out},
        **{
            key: Sourced(value, f"--option {key}", COMMAND_LINE)
            for key, value in line.params({}).items()
        },
    }
