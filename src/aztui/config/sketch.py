"""What was said about one profile, before anything is made of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from aztui.config.approvals import Approvals
from aztui.config.candidate import Candidate
from aztui.config.command_line import CommandLine
from aztui.config.endpoint import V1, base_url, check_api, check_version, parse
from aztui.config.errors import SettingsError
from aztui.config.layers import Layer, Sourced, Variables, find
from aztui.config.names import Names
from aztui.core.data import dataclass
from aztui.core.profile import Endpoint
from aztui.core.request import Api

if TYPE_CHECKING:
    from aztui.config.configfile import Offered, Table


@dataclass(frozen=True, slots=True)
class Told:
    """All that was said, whatever profile it is about.

    Attributes:
        line: the command line, which wins over the rest.
        layers: the variables of each place, the strongest first.
        approvals: which endpoints the user approved for which credential.
    """

    line: CommandLine
    layers: tuple[Variables, ...]
    approvals: Approvals = frozenset()


@dataclass(frozen=True, slots=True)
class Sketch:
    """What was said about a profile; None where nothing was.

    Attributes:
        endpoint: where it is.
        deployment: the deployment to ask.
        api: the API to ask it through.
        version: the api-version.
        offered: the deployments that the settings offer.
    """

    endpoint: Sourced[str] | None
    deployment: Sourced[str] | None
    api: Sourced[str] | None
    version: Sourced[str] | None
    offered: tuple[Offered, ...] = ()

    @property
    def switched(self) -> bool:
        """Whether the API is said elsewhere than in the profile's table, or of one deployment."""
        api = self.api
        return api is not None and (
            api.origin.layer < Layer.CONFIG_FILE or api.name == "deployments"
        )


def sketch(candidate: Candidate, told: Told) -> Sketch:
    """Find what was said about a profile.

    Raises:
        SettingsError: it contradicts itself.
    """
    candidate.check_kind(told.layers)
    line, places = told.line, candidate.places(told.layers)
    drawn = Sketch(
        line.find("endpoint") or find(places, "endpoint"),
        line.find("deployment") or find(places, "deployment"),
        line.find("api") or find(places, "api"),
        line.find("api_version") or find(places, "api_version"),
        candidate.table.deployments if candidate.table else (),
    )
    return _with_its_own_api(_with_hints(drawn, candidate.names), candidate.table)


def _with_its_own_api(drawn: Sketch, table: Table | None) -> Sketch:
    """Ask a deployment through its own API, unless the user says another with more weight."""
    said, chosen = drawn.api, drawn.deployment
    if table is None or chosen is None or (said and said.origin.layer < Layer.CONFIG_FILE):
        return drawn
    own = next((entry.api for entry in table.deployments if entry.name == chosen.value), None)
    return replace(drawn, api=Sourced(str(own), "deployments", table.origin)) if own else drawn


def _with_hints(drawn: Sketch, names: Names) -> Sketch:
    """Take from an Azure endpoint what it tells besides the address."""
    where = drawn.endpoint
    if where is None or names.compatible:
        return drawn
    address = parse(where.value, subject_of(where))
    return replace(
        drawn,
        deployment=_settled("deployment", drawn.deployment, address.deployment, where),
        api=_settled("API", drawn.api, address.api, where),
        version=_settled("api-version", drawn.version, address.api_version, where),
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


def endpoint_of(
    where: Sourced[str], version: Sourced[str] | None, names: Names, api: Api
) -> Endpoint:
    """Make an endpoint of what was said.

    Args:
        where: the address.
        version: the api-version.
        names: what holds where nothing was said.
        api: the API that will be asked there.

    Raises:
        SettingsError: it is none, or does not have the API.
    """
    subject = subject_of(where)
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


def subject_of(where: Sourced[str]) -> str:
    """What a sentence about an endpoint begins with."""
    return f"The endpoint ({where.source})"
