"""Who knows whom else to ask."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from aztui.config.errors import UnapprovedError
from aztui.core.ports import Source
from aztui.core.profile import Profile
from aztui.ui.switching import Choice, Place

if TYPE_CHECKING:
    from aztui.config.overview import Known


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

    def approve(self, refused: UnapprovedError) -> None:
        """Let the credential go where the file says, now and later.

        Raises:
            SettingsError: that cannot be remembered.
        """


def places(known: Sequence[Known], present: Profile) -> tuple[Place, ...]:
    """Return every deployment of every profile, the one that is asked now among them."""
    rows: list[Place] = []
    if present.name not in {profile.name for profile in known}:
        rows.append(_present(present, first=True))
    for profile in known:
        here = profile.name == present.name
        names = list(profile.deployments) or [""]
        if here and present.deployment not in names:
            names.insert(0, present.deployment)
        for index, name in enumerate(names):
            if here and name == present.deployment:
                rows.append(_present(present, _about(profile), first=not index))
            else:
                rows.append(_place(profile, name, first=not index))
    return tuple(rows)


def _present(profile: Profile, about: str = "", *, first: bool) -> Place:
    return Place(
        profile.name,
        profile.deployment,
        profile.api,
        profile.endpoint.host,
        about=about,
        first=first,
        present=True,
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
