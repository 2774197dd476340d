"""Who knows whom else to ask."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from aztui.config.errors import UnapprovedError
from aztui.core.ports import Source
from aztui.core.profile import Profile
from aztui.ui.switching import Choice, Place

if TYPE_CHECKING:
    from aztui.config.overview import Known
    from aztui.core.listing import Listed, Lister


class Directory(Protocol):
    """Knows every profile, and opens one; only called while nothing is asked."""

    def list(self) -> Sequence[Known]:
        """The profiles there are, by name.

        Raises:
            SettingsError: the settings cannot be read.
        """

    def open(self, choice: Choice | None = None) -> tuple[Profile, Source]:
        """Open what was chosen, or what the settings say; what was open before is closed.

        Raises:
            UnapprovedError: a file says where requests go, and the user has not approved that.
            SettingsError: it cannot be opened; the text says why.
        """

    def lister(self) -> Lister | None:
        """What lists the deployments of whom is asked now; None where nothing does."""

    def approve(self, refused: UnapprovedError) -> None:
        """Let the credential go where the file says, now and later.

        Raises:
            SettingsError: that cannot be remembered.
        """


def places(
    known: Sequence[Known], present: Profile, listed: Sequence[Listed] = ()
) -> tuple[Place, ...]:
    """Return every deployment of every profile, the one that is asked now among them.

    Args:
        known: the profiles.
        present: who is asked now.
        listed: what its resource says that it has; names that differ in case only are the same.
    """
    if present.name not in {profile.name for profile in known}:
        known = [_unknown(present), *known]
    rows: list[Place] = []
    for profile in known:
        if profile.name == present.name:
            rows += _with_present(profile, present, listed)
        else:
            names = profile.deployments or ("",)
            rows += [_place(profile, name, first=not at) for at, name in enumerate(names)]
    return tuple(rows)


def _with_present(profile: Known, present: Profile, listed: Sequence[Listed]) -> Iterator[Place]:
    """Yield the places of the profile that is asked now."""
    names = list(profile.deployments)
    if present.deployment not in names:
        names.insert(0, present.deployment)
    models = {one.name.casefold(): one.model for one in listed}
    had = {name.casefold() for name in names}
    others = {one.name.casefold(): one.name for one in listed if one.name.casefold() not in had}
    for at, name in enumerate([*names, *others.values()]):
        place = _place(profile, name, first=not at)
        if name == present.deployment:
            host = present.endpoint.host
            place = replace(place, api=present.api, host=host, why="", asks=False, present=True)
        yield _running(place, models.get(name.casefold(), ""))


def _running(place: Place, model: str) -> Place:
    about = [f"model: {model}", place.about] if model else [place.about]
    return replace(place, model=model, about="; ".join(filter(None, about)))


def _unknown(profile: Profile) -> Known:
    """What is known of a profile that no settings speak of."""
    from aztui.config.overview import Known  # noqa: PLC0415 - no start should wait for it

    return Known(
        profile.name,
        (profile.deployment,),
        profile.api,
        profile.endpoint.host,
        whole=True,
        why="",
        sources={},
    )


def _place(profile: Known, deployment: str, *, first: bool) -> Place:
    return Place(
        profile.name,
        deployment,
        profile.apis.get(deployment, profile.api),
        profile.endpoint_host,
        profile.why,
        _about(profile),
        first,
        asks=profile.asks,
    )


def _about(profile: Known) -> str:
    said = ((what, profile.sources.get(what)) for what in ("endpoint", "key"))
    return "; ".join(f"{what}: {source}" for what, source in said if source)
