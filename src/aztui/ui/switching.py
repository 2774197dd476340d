"""Whom to ask: what a choice is, and what there is to choose from."""

from __future__ import annotations

from aztui.core.data import dataclass
from aztui.core.request import Api


@dataclass(frozen=True, slots=True)
class Choice:
    """Whom to ask from now on.

    Attributes:
        profile: the profile's name.
        deployment: the deployment's; empty for the profile's own.
        api: the API to ask it through; None for what the settings say.
    """

    profile: str
    deployment: str = ""
    api: Api | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A deployment of a profile.

    Attributes:
        profile: the profile's name.
        deployment: the deployment's; empty where nobody says one.
        api: the API it is asked through; None where that cannot be said.
        host: where it is; empty where that cannot be said.
        why: why it cannot be opened, and what to do; empty where it can.
        about: who says what of it, in one line.
        first: whether it is the first of its profile.
        present: whether it is asked now.
        asks: whether the user is asked for approval before it opens.
        model: its model, where its resource lists it; empty where that is not known.
    """

    profile: str
    deployment: str
    api: Api | None
    host: str
    why: str = ""
    about: str = ""
    first: bool = False
    present: bool = False
    asks: bool = False
    model: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """What it is known by: the profile and the deployment."""
        return self.profile, self.deployment
