"""What tokens cost, and who takes how many. Prices and costs are in US dollars."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from types import MappingProxyType
from typing import Final

from aztui.core.data import dataclass
from aztui.core.events import Usage

_MILLION: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Price:
    """What a million tokens cost.

    Attributes:
        input: of the prompt and the turns before it.
        output: of answers, and of what was thought before them.
        cached: of those of the prompt that the service had kept from earlier requests; None where
            they cost as much as others.
    """

    input: float
    output: float
    cached: float | None = None

    def of(self, usage: Usage) -> float:
        """Return what so many tokens cost."""
        cached = 0 if self.cached is None else min(usage.cached_tokens, usage.prompt_tokens)
        return (
            (usage.prompt_tokens - cached) * self.input
            + cached * (self.cached or 0.0)
            + usage.completion_tokens * self.output
        ) / _MILLION


@dataclass(frozen=True, slots=True)
class Service:
    """Who is asked, as far as prices go by it.

    Attributes:
        profile: the profile's name.
        endpoint: the endpoint's URL.
        deployment: the deployment's name.
        model: the model that answers, in the service's words; empty while nobody knows.
    """

    profile: str
    endpoint: str
    deployment: str
    model: str = ""

    @property
    def called(self) -> str:
        """The model; where nobody knows, the deployment may be called after it."""
        return self.model or self.deployment


@dataclass(frozen=True, slots=True)
class Terms:
    """What a service asks for tokens, and how many it takes; None where nobody says.

    Attributes:
        price: what they cost.
        own: whether the user says so, and not a table of list prices.
        context: how many tokens its model takes, by that table; the service itself knows better.
    """

    price: Price | None = None
    own: bool = False
    context: int | None = None


UNPRICED: Final = Terms()


@dataclass(frozen=True, slots=True)
class OwnPrices:
    """The prices that the user has set down.

    Attributes:
        named: by the names of deployments and models, in small letters.
        profiles: by the names of profiles.
    """

    named: Mapping[str, Price] = field(default_factory=lambda: MappingProxyType({}))
    profiles: Mapping[str, Price] = field(default_factory=lambda: MappingProxyType({}))

    def find(self, service: Service) -> Price | None:
        """Return the price of a service: by its names, else by its profile; None without one.

        A model that is named without the day it was made on means all of that name.
        """
        names = (service.deployment.lower(), service.model.lower())
        for name in names:
            if name in self.named:
                return self.named[name]
        called = service.called.lower()
        dated = [name for name in self.named if called.startswith(f"{name}-20")]
        if dated:
            return self.named[max(dated, key=len)]
        return self.profiles.get(service.profile)


@dataclass(frozen=True, slots=True)
class Spent:
    """What the runs have taken that one service was asked for.

    Attributes:
        service: who was asked.
        runs: how many of them there are.
        told: of how many the service has told how much they took.
        usage: the tokens of those, together.
    """

    service: Service
    runs: int
    told: int
    usage: Usage
