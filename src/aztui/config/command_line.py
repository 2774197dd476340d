"""The strongest layer: what the user says on the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, TypeAlias

from aztui.config.errors import SettingsError
from aztui.config.layers import COMMAND_LINE, Sourced
from aztui.core.data import dataclass
from aztui.core.options import check_background, with_option
from aztui.core.request import Api, Params, RequestError

Field: TypeAlias = Literal["profile", "endpoint", "deployment", "api", "api_version"]


@dataclass(frozen=True, slots=True)
class CommandLine:
    """What the user said there; None where nothing.

    Attributes:
        profile: `--profile`.
        endpoint: `--endpoint`.
        deployment: `--deployment`.
        api: `--api`.
        api_version: `--api-version`.
        system: `--system`.
        options: every `--option`, as `KEY=VALUE`, in order.
        env_file: `--env-file`.
    """

    profile: str | None = None
    endpoint: str | None = None
    deployment: str | None = None
    api: str | None = None
    api_version: str | None = None
    system: str | None = None
    options: tuple[str, ...] = ()
    env_file: Path | None = None

    def find(self, name: Field) -> Sourced[str] | None:
        """A value with the option that gave it; an empty one is none."""
        value: str | None = getattr(self, name)
        if value is None or not value.strip():
            return None
        return Sourced(value.strip(), f"--{name.replace('_', '-')}", COMMAND_LINE)

    def params(self, api: Api, given: Params) -> Params:
        """The parameters `given`, with every option over them, for an API.

        Raises:
            SettingsError: an option is not KEY=VALUE, is one that the API does not take, or
                excludes another.
        """
        try:
            for option in self.options:
                given = with_option(api, given, option)
            check_background(api, given)
        except RequestError as error:
            raise SettingsError(str(error)) from None
        return given
