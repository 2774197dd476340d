"""The variables that make profiles, and only those: nothing else is read."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from types import MappingProxyType
from typing import Final

from aztui.config.endpoint import V1
from aztui.config.errors import SettingsError
from aztui.config.layers import Origin, Part, Sourced, Variables
from aztui.core.data import dataclass
from aztui.core.parameters import find
from aztui.core.request import NO_PARAMS, TRAITS, Api, Params

DEFAULT_PROFILE: Final = "default"
DEFAULT_VERSION: Final = "2024-10-21"
"""The latest api-version that Azure calls stable, of those with a date."""
OPENAI_PROFILE: Final = "openai"
PROFILE_VARIABLE: Final = "AZTUI_PROFILE"
ENV_LINES: Final = (
    "AZURE_OPENAI_API_KEY=<key>",
    "AZURE_OPENAI_ENDPOINT=https://<resource>.openai.azure.com",
    "AZURE_OPENAI_DEPLOYMENT_NAME=<deployment>",
)
"""What a newcomer puts into `.env`."""
_SUFFIXED: Final = re.compile(
    r"AZURE_OPENAI_(?:ENDPOINT|API_KEY|DEPLOYMENT_NAME|API_VERSION|API)_FOR_(?P<suffix>[\w.-]+)",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Names:
    """What a profile's variables are called, and what holds where they say nothing.

    Attributes:
        endpoint: the variables that give the endpoint, the first that is set counts; so with
            the others.
        key: the key.
        token: the Entra ID token.
        deployment: the deployment's name.
        api_version: the api-version, or `v1`.
        api: `completions`, `chat` or `responses`.
        default_api: the API unless said.
        default_version: the api-version unless said; None for a server that takes none.
        params: members of every request's body.
    """

    endpoint: tuple[str, ...]
    key: tuple[str, ...]
    token: tuple[str, ...] = ()
    deployment: tuple[str, ...] = ()
    api_version: tuple[str, ...] = ()
    api: tuple[str, ...] = ()
    default_api: Api = Api.CHAT
    default_version: str | None = DEFAULT_VERSION
    params: Params = field(default_factory=lambda: NO_PARAMS)

    @property
    def compatible(self) -> bool:
        """Whether it is a server of the OpenAI kind, whose address is a base URL."""
        return self.default_version is None

    def version_for(self, api: Api) -> str | None:
        """The api-version unless said: v1 for an API that `default_version` is too old for."""
        dated = self.default_version
        return dated if dated is None or TRAITS[api].in_version(dated) else V1

    def params_for(self, api: Api) -> Params:
        """The members of every request's body, of those that an API has."""
        return {name: value for name, value in self.params.items() if find(api, name)}

    @property
    def every(self) -> tuple[str, ...]:
        """All of them."""
        return (*self.telling, *self.api_version, *self.api)

    @property
    def telling(self) -> tuple[str, ...]:
        """Those that make it a profile; an api-version alone does not."""
        return (*self.endpoint, *self.key, *self.token, *self.deployment)


@dataclass(frozen=True, slots=True)
class Named:
    """What variables say about the profile whose names these are. A `layers.Place`."""

    variables: Variables
    names: Names

    @property
    def origin(self) -> Origin:
        """Where they are."""
        return self.variables.origin

    def find(self, part: Part) -> Sourced[str] | None:
        """What they say about a part; None where they say nothing."""
        names: tuple[str, ...] = getattr(self.names, part)
        return self.variables.find(names)


STANDARD: Final = Names(
    endpoint=("AZURE_OPENAI_ENDPOINT",),
    key=("AZURE_OPENAI_API_KEY",),
    token=("AZURE_OPENAI_AD_TOKEN",),
    deployment=("AZURE_OPENAI_DEPLOYMENT", "AZURE_OPENAI_DEPLOYMENT_NAME"),
    api_version=("AZURE_OPENAI_API_VERSION", "OPENAI_API_VERSION"),
    api=("AZURE_OPENAI_API",),
)
COMPATIBLE: Final = Names(
    endpoint=("OPENAI_BASE_URL",), key=("OPENAI_API_KEY",), default_version=None
)
_UNNAMED: Final = replace(COMPATIBLE, endpoint=(), key=())
"""Of a server of the OpenAI kind that no variable speaks of."""


def suffixed(suffix: str) -> Names:
    """The names of the profile that a suffix makes."""

    def name(stem: str) -> tuple[str]:
        return (f"AZURE_OPENAI_{stem}_FOR_{suffix}",)

    names = Names(
        endpoint=name("ENDPOINT"),
        key=name("API_KEY"),
        deployment=name("DEPLOYMENT_NAME"),
        api_version=name("API_VERSION"),
        api=name("API"),
    )
    if suffix.lower() != "instruct":
        return names
    return replace(
        names,
        default_api=Api.COMPLETIONS,
        default_version="2024-02-01",
        params=MappingProxyType({"max_tokens": 1000}),
    )


def of_table(name: str, *, compatible: bool | None) -> Names:
    """The names of a profile that a table of `config.toml` makes and no variable speaks of.

    Args:
        name: the profile's.
        compatible: whether the table gives a base URL; None where it gives no address at all.
    """
    if name == DEFAULT_PROFILE and not compatible:
        return STANDARD
    if name == OPENAI_PROFILE and compatible is not False:
        return COMPATIBLE
    return _UNNAMED if compatible else suffixed(name.upper())


def profiles(layers: Sequence[Variables]) -> Mapping[str, Names]:
    """The profiles that these layers speak of, whole or not, by name.

    Raises:
        SettingsError: two suffixes make one profile.
    """
    found: dict[str, Names] = {}
    if _told(layers, STANDARD.telling):
        found[DEFAULT_PROFILE] = STANDARD
    if _told(layers, COMPATIBLE.endpoint):
        found[OPENAI_PROFILE] = COMPATIBLE
    for suffix in sorted(_suffixes(layers)):
        names = suffixed(suffix)
        if not _told(layers, names.telling):
            continue
        name = suffix.lower()
        if name in found:
            raise SettingsError(
                f"The profile {name} is made twice, by {found[name].key[0]} and "
                f"{names.key[0]} and their like: rename or remove one of them."
            )
        found[name] = names
    return dict(sorted(found.items()))


def _told(layers: Sequence[Variables], names: Sequence[str]) -> bool:
    return any(name in layer.values for layer in layers for name in names)


def _suffixes(layers: Sequence[Variables]) -> set[str]:
    matches = (_SUFFIXED.fullmatch(name) for layer in layers for name in layer.values)
    return {match["suffix"] for match in matches if match}
