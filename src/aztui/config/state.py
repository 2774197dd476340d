"""What was used before: nothing that may not be lost, and nothing worth an error.

A file that is missing or makes no sense says nothing; one that cannot be written stays as it is.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import field
from pathlib import Path
from types import MappingProxyType
from typing import Final

from aztui.config import jsonfile
from aztui.core.data import dataclass
from aztui.core.profile import Endpoint, Profile

MOST_DEPLOYMENTS: Final = 20
"""Kept of each endpoint."""
MOST_ENDPOINTS: Final = 50


@dataclass(frozen=True, slots=True)
class State:
    """What was used before.

    Attributes:
        last_profile: the profile that was open last, by name; empty if there was none.
        deployments: those that answered, by endpoint (scheme, host and port), the latest first.
    """

    last_profile: str = ""
    deployments: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))

    def used(self, endpoint: Endpoint) -> tuple[str, ...]:
        """The deployments of an endpoint that answered, the latest first."""
        return self.deployments.get(endpoint.origin, ())


def load(file: Path) -> State:
    """Read what was used before."""
    match jsonfile.read(file):
        case {**said}:
            last = said.get("last_profile")
            return State(last if isinstance(last, str) else "", _deployments(said))
        case _:
            return State()


def note_opened(file: Path, profile: str) -> None:
    """Remember that a profile was opened."""
    state = load(file)
    if state.last_profile != profile:
        _save(file, State(profile, state.deployments))


def note_answered(file: Path, profile: Profile) -> None:
    """Remember that a profile's deployment answered."""
    state, origin = load(file), profile.endpoint.origin
    before = state.deployments.get(origin, ())
    if before[:1] == (profile.deployment,):
        return
    others = (name for name in before if name != profile.deployment)
    latest = (profile.deployment, *others)[:MOST_DEPLOYMENTS]
    rest = {key: names for key, names in state.deployments.items() if key != origin}
    kept = dict([(origin, latest), *rest.items()][:MOST_ENDPOINTS])
    _save(file, State(state.last_profile, kept))


def _save(file: Path, state: State) -> None:
    said = {"last_profile": state.last_profile, "deployments": dict(state.deployments)}
    with contextlib.suppress(OSError):
        jsonfile.write(file, said)


def _deployments(said: Mapping[object, object]) -> Mapping[str, tuple[str, ...]]:
    match said.get("deployments"):
        case {**by_endpoint}:
            return {
                str(endpoint): tuple(name for name in names if isinstance(name, str))
                for endpoint, names in by_endpoint.items()
                if isinstance(names, list)
            }
        case _:
            return {}
