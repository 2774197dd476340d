"""One profile, put together from what was said about it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from aztui.config import credential
from aztui.config.candidate import Candidate
from aztui.config.credential import Credential
from aztui.config.defaults import params_of, system_of
from aztui.config.endpoint import V1, parse
from aztui.config.errors import IncompleteError, SettingsError
from aztui.config.layers import DEFAULT, Layer, Sourced, mentions
from aztui.config.sketch import Sketch, Told, endpoint_of, sketch, subject_of
from aztui.core.data import dataclass
from aztui.core.profile import Auth, Endpoint, Profile
from aztui.core.request import Api, RequestError, check_system

_LONGEST_NAME: Final = 256
"""Characters of a deployment's name: Azure allows 64, others name models by paths."""


@dataclass(frozen=True, slots=True)
class Settings:
    """A profile and where each part of it comes from.

    Attributes:
        profile: the profile.
        sources: who said its `endpoint`, `key` (whatever the credential is), `auth`,
            `deployment`, `api`, `api-version`, `system`, `view`, `history`, `context` and each
            `params.NAME`, in words.
        deployments: the deployments that the settings offer in it, its own included.
        given: the endpoint as it was written.
    """

    profile: Profile
    sources: Mapping[str, str]
    deployments: tuple[str, ...] = ()
    given: str = ""


def build(candidate: Candidate, told: Told) -> Settings:
    """Put a profile together.

    Raises:
        IncompleteError: something is missing.
        UnapprovedError: a file decides where requests go, and brought no credential.
        SettingsError: something is wrong or contradictory.
    """
    drawn, names = sketch(candidate, told), candidate.names
    held = _credential(candidate, told, drawn)
    if drawn.endpoint is None or held is None or drawn.deployment is None:
        raise _incomplete(candidate, told, drawn, held)
    api = names.default_api if drawn.api is None else _api(drawn.api)
    endpoint = endpoint_of(drawn.endpoint, drawn.version, names, api)
    credential.check(held, endpoint, (drawn.endpoint, drawn.version), told.approvals)
    system = system_of(candidate, told.line, api, switched=drawn.switched)
    given = params_of(candidate, told.line, api, switched=drawn.switched)
    view = candidate.table.view if candidate.table else None
    history = candidate.table.history if candidate.table else None
    logprobs = candidate.table.logprobs if candidate.table else None
    context = candidate.table.context if candidate.table else None
    profile = Profile(
        candidate.name,
        endpoint,
        held.secret,
        _deployment(drawn.deployment),
        api,
        system_prompt(system.value if system else None, api),
        {name: said.value for name, said in given.items()},
        own_defaults=names.compatible,
        auth=held.auth,
        shown=view.value if view else None,
        kept=history.value if history else True,
        context=context.value if context else None,
        logprobs=logprobs.value if logprobs else True,
        variable=held.variable,
    )
    parts: dict[str, Sourced[object] | None] = {
        "endpoint": drawn.endpoint,
        "auth": candidate.table.auth if candidate.table else None,
        "deployment": drawn.deployment,
        "api": drawn.api,
        "api-version": drawn.version,
        "system": system,
        "view": view,
        "history": history,
        "logprobs": logprobs,
        "context": context,
        **{f"params.{name}": said for name, said in given.items()},
    }
    sources = {what: part.source if part else DEFAULT.where for what, part in parts.items()}
    offered = dict.fromkeys([profile.deployment, *(entry.name for entry in drawn.offered)])
    return Settings(
        profile,
        MappingProxyType({**sources, "key": held.source}),
        tuple(offered),
        drawn.endpoint.value,
    )


def outline(candidate: Candidate, told: Told) -> tuple[Endpoint | None, tuple[str, ...]]:
    """What can be said of a profile that cannot be built: where it is, and its deployments."""
    try:
        said = sketch(candidate, told)
        api = candidate.names.default_api
        where, version = said.endpoint, said.version
        endpoint = endpoint_of(where, version, candidate.names, api) if where else None
    except SettingsError:
        return None, ()
    own = [said.deployment.value] if said.deployment else []
    return endpoint, tuple(dict.fromkeys([*own, *(entry.name for entry in said.offered)]))


def _credential(candidate: Candidate, told: Told, drawn: Sketch) -> Credential | None:
    """The credential: what is set, or a sign-in where that is possible.

    Raises:
        SettingsError: it cannot be used.
    """
    if drawn.endpoint is None:
        return None
    table = candidate.table
    held = credential.choose(candidate.auth, candidate.places(told.layers), drawn.endpoint)
    if held is None and _may_sign_in(candidate, told, drawn):
        return credential.signed_in() if credential.can_sign_in() else None
    if held is not None and held.origin.layer is Layer.CONFIG_FILE and table and table.exposed:
        raise SettingsError(
            f"The {held.noun} ({held.source}) can be read by other users of this machine: make "
            f'the file yours alone (chmod 600), or write {held.noun}_env = "VARIABLE" instead.'
        )
    return held


def _may_sign_in(candidate: Candidate, told: Told, drawn: Sketch) -> bool:
    """Whether a sign-in may stand in for a key that nobody speaks of: on Azure itself only."""
    names, table, where = candidate.names, candidate.table, drawn.endpoint
    spoken_of = mentions(told.layers, (*names.key, *names.token)) or (table and table.unset)
    if candidate.auth or spoken_of or where is None:
        return False
    return parse(where.value, subject_of(where)).endpoint(V1).azure


def _incomplete(
    candidate: Candidate, told: Told, drawn: Sketch, held: Credential | None
) -> IncompleteError:
    from aztui.config.incomplete import incomplete  # noqa: PLC0415 - only where something is

    secret = "token" if candidate.auth is Auth.TOKEN else "key"
    parts = {"endpoint": drawn.endpoint, secret: held, "deployment": drawn.deployment}
    if drawn.endpoint is None and candidate.has_credential(told.layers):
        del parts[secret]
    missing = [part for part, found in parts.items() if found is None]
    entra = secret in missing and _may_sign_in(candidate, told, drawn)
    return incomplete(candidate, missing, told.layers, entra=entra)


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
