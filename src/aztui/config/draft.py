"""One profile, put together from what the layers say about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from aztui.config import credential
from aztui.config.command_line import CommandLine
from aztui.config.endpoint import V1, base_url, check_api, check_version, parse
from aztui.config.errors import IncompleteError, SettingsError
from aztui.config.layers import DEFAULT, Layer, Sourced, Variables, find, mentions
from aztui.config.names import Names
from aztui.core.profile import Endpoint, Profile
from aztui.core.request import Api, RequestError, check_system

_PARTS: Final = ("endpoint", "key", "deployment")
"""What a profile cannot do without."""
_LONGEST_NAME: Final = 256
"""Characters of a deployment's name: Azure allows 64, others name models by paths."""


@dataclass(frozen=True, slots=True)
class Settings:
    """A profile and where each part of it comes from.

    Attributes:
        profile: the profile.
        sources: who said its `endpoint`, `key`, `deployment`, `api` and `api-version`, in words.
    """

    profile: Profile
    sources: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Draft:
    """What was said about a profile; None where nothing was."""

    endpoint: Sourced[str] | None
    key: Sourced[str] | None
    deployment: Sourced[str] | None
    api: Sourced[str] | None
    version: Sourced[str] | None


def build(name: str, names: Names, said: CommandLine, layers: Sequence[Variables]) -> Settings:
    """Put the profile `name` together.

    Args:
        name: the profile.
        names: what its variables are called, and its defaults.
        said: the command line, which wins over the layers.
        layers: the places to look in, the strongest first.

    Raises:
        IncompleteError: something is missing.
        SettingsError: something is wrong, contradictory, or refused by the credential rule.
    """
    draft = _with_hints(_gathered(names, said, layers), names)
    if draft.endpoint is None or draft.key is None or draft.deployment is None:
        missing = [part for part in _PARTS if getattr(draft, part) is None]
        raise IncompleteError(_incomplete(name, missing, names, layers))
    key = credential.choose(draft.key, draft.endpoint, draft.version, names.key, layers)
    api = names.default_api if draft.api is None else _api(draft.api)
    profile = Profile(
        name,
        _endpoint(draft.endpoint, draft.version, names, api),
        key.value,
        _deployment(draft.deployment),
        api,
        system_prompt(said.system, api),
        said.params(api, names.params_for(api)),
        own_defaults=names.compatible,
    )
    parts: dict[str, Sourced[object] | None] = {
        "endpoint": draft.endpoint,
        "key": key,
        "deployment": draft.deployment,
        "api": draft.api,
        "api-version": draft.version,
    }
    sources = {what: part.source if part else DEFAULT.where for what, part in parts.items()}
    return Settings(profile, MappingProxyType(sources))


def _gathered(names: Names, said: CommandLine, layers: Sequence[Variables]) -> _Draft:
    return _Draft(
        said.find("endpoint") or find(layers, names.endpoint),
        find(layers, names.key),
        said.find("deployment") or find(layers, names.deployment),
        said.find("api") or find(layers, names.api),
        said.find("api_version") or find(layers, names.api_version),
    )


def _with_hints(draft: _Draft, names: Names) -> _Draft:
    """Take from an Azure endpoint what it tells besides the address."""
    where = draft.endpoint
    if where is None or names.compatible:
        return draft
    address = parse(where.value, _subject(where))
    return replace(
        draft,
        deployment=_settled("deployment", draft.deployment, address.deployment, where),
        api=_settled("API", draft.api, address.api, where),
        version=_settled("api-version", draft.version, address.api_version, where),
    )


def _settled(
    what: str, said: Sourced[str] | None, hint: str | None, endpoint: Sourced[str]
) -> Sourced[str] | None:
    """Choose between a setting and what the endpoint says: the stronger layer wins.

    Raises:
        SettingsError: both are of one place and contradict each other.
    """
    if hint is None:
        return said
    hinted = Sourced(hint, endpoint.name, endpoint.origin)
    if said is None or endpoint.origin.layer < said.origin.layer:
        return hinted
    if said.value.lower() == hint.lower() or said.origin.layer < endpoint.origin.layer:
        return said
    raise SettingsError(
        f"Two {what}s: {said.source} says another than the address in {endpoint.source}, which "
        f"says {hint!r}. Change one of them, or leave out {said.name}."
    )


def _endpoint(
    where: Sourced[str], version: Sourced[str] | None, names: Names, api: Api
) -> Endpoint:
    subject = _subject(where)
    default = names.version_for(api)
    if default is None:
        if version is not None and version.value.lower() != V1:
            raise SettingsError(
                f"{subject} is a base URL, which takes no api-version: leave out {version.source}."
            )
        return base_url(where.value, subject)
    if version is None:
        chosen = default
    else:
        says = f"The api-version ({version.source})"
        chosen = check_version(version.value, says)
        check_api(api, chosen, says)
    return parse(where.value, subject).endpoint(chosen)


def _subject(where: Sourced[str]) -> str:
    return f"The endpoint ({where.source})"


def _deployment(said: Sourced[str]) -> str:
    name = said.value
    if len(name) > _LONGEST_NAME:
        raise SettingsError(
            f"The deployment ({said.source}) is {len(name):,} characters long: copy its name from "
            "Deployments in the portal."
        )
    if name in {".", ".."} or not name.isprintable():
        raise SettingsError(
            f"The deployment ({said.source}) is no deployment's name: copy it from Deployments "
            "in the portal."
        )
    return name


def system_prompt(said: str | None, api: Api) -> str | None:
    """Return the system prompt for an API.

    Raises:
        SettingsError: the API has no place for one.
    """
    try:
        check_system(api, said)
    except RequestError as error:
        raise SettingsError(str(error)) from None
    return said


def _api(said: Sourced[str]) -> Api:
    try:
        return Api(said.value.lower())
    except ValueError:
        raise SettingsError(
            f"The API ({said.source}) is none that aztui knows: write {' or '.join(Api)}."
        ) from None


def _incomplete(
    name: str, missing: Sequence[str], names: Names, layers: Sequence[Variables]
) -> str:
    """Say what is missing, what was found where, and what to write."""
    lacking = " and ".join(missing)
    verb = "is" if len(missing) == 1 else "are"
    found = mentions(layers, names.every)
    lines = [f"The profile {name} is not complete: its {lacking} {verb} missing."]
    whole = ", ".join(item.source for item in found if item.value)
    if whole:
        lines.append(f"Found: {whole}.")
    empty = ", ".join(item.source for item in found if not item.value)
    if empty:
        lines.append(f"Empty: {empty}.")
    lines.append(_advice(missing, names, layers))
    return "\n".join(lines)


def _advice(missing: Sequence[str], names: Names, layers: Sequence[Variables]) -> str:
    files = [layer.origin.where for layer in layers if layer.origin.layer is Layer.ENV_FILE]
    variables = [getattr(names, part)[0] for part in missing if getattr(names, part)]
    options = {"endpoint": "--endpoint URL", "deployment": "-m DEPLOYMENT"}
    ways = []
    if variables:
        lines = " and ".join(f"{variable}=…" for variable in variables)
        ways.append(f"write {lines} into {files[0] if files else '.env'} or the environment")
    given = [options[part] for part in missing if part in options]
    if given:
        ways.append(f"give {' and '.join(given)}")
    advice = "; or ".join(ways)
    return f"{advice[0].upper()}{advice[1:]}."
