"""The deployments that a resource has, as it lists them itself."""

from __future__ import annotations

from typing import Protocol

from aztui.core.data import dataclass


@dataclass(frozen=True, slots=True)
class Listed:
    """A deployment that its resource lists.

    Attributes:
        name: the deployment's.
        model: its model and the version, such as `gpt-4o 2024-11-20`; empty where it is not told.
    """

    name: str
    model: str = ""


class ListingError(Exception):
    """The deployments cannot be listed; the text says why, in sentences."""


class Lister(Protocol):
    """Lists the deployments of one resource, once."""

    def fetch(self) -> tuple[Listed, ...]:
        """Return the deployments that answer; blocks for a few seconds at most.

        Raises:
            ListingError: they cannot be listed.
        """

    def stop(self) -> None:
        """Begin no further request: nobody waits any more. May be called from any thread."""
