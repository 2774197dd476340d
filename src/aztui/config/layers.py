"""Settings in layers: the first that says a value wins, and every value knows who said it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from enum import IntEnum
from typing import Final, Generic, Literal, Protocol, TypeAlias, TypeVar

from aztui.core.data import dataclass

T_co = TypeVar("T_co", covariant=True)


class Layer(IntEnum):
    """Where values come from; the smaller wins."""

    COMMAND_LINE = 0
    ENVIRONMENT = 1
    ENV_FILE = 2
    CONFIG_FILE = 3
    DEFAULT = 4


@dataclass(frozen=True, slots=True)
class Origin:
    """One place that values come from.

    Attributes:
        layer: its rank.
        where: its name in a sentence, such as `the environment`, `/home/ana/.env` or
            `[profiles.work] in /home/ana/.config/aztui/config.toml`.
    """

    layer: Layer
    where: str


COMMAND_LINE: Final = Origin(Layer.COMMAND_LINE, "the command line")
ENVIRONMENT: Final = Origin(Layer.ENVIRONMENT, "the environment")
DEFAULT: Final = Origin(Layer.DEFAULT, "aztui's defaults")


@dataclass(frozen=True, slots=True)
class Sourced(Generic[T_co]):
    """A value and who said it.

    Attributes:
        value: the value.
        name: what it is called there: a variable, a key, or an option such as `--endpoint`.
        origin: where it was said.
    """

    value: T_co = field(repr=False)
    name: str
    origin: Origin

    @property
    def source(self) -> str:
        """Who said it, for a sentence: `AZURE_OPENAI_ENDPOINT in /home/ana/.env`."""
        match self.origin.layer:
            case Layer.COMMAND_LINE:
                return self.name
            case Layer.CONFIG_FILE:
                return f"{self.name} of {self.origin.where}"
            case Layer.DEFAULT:
                return self.origin.where
            case _:
                return f"{self.name} in {self.origin.where}"


Part: TypeAlias = Literal["endpoint", "key", "token", "deployment", "api", "api_version"]
"""What every place calls by a name of its own."""


class Place(Protocol):
    """One place's word on one profile."""

    @property
    def origin(self) -> Origin:
        """Where it is."""

    def find(self, part: Part) -> Sourced[str] | None:
        """What it says about a part; None where it says nothing."""


@dataclass(frozen=True, slots=True)
class Variables:
    """The variables that one place sets.

    Attributes:
        origin: the place.
        values: what it sets; an empty value says nothing and the next layer is asked.
    """

    origin: Origin
    values: Mapping[str, str] = field(repr=False)

    def find(self, names: Sequence[str]) -> Sourced[str] | None:
        """The first of `names` that has a value here."""
        for name in names:
            value = self.values.get(name, "").strip()
            if value:
                return Sourced(value, name, self.origin)
        return None


def find(places: Sequence[Place], part: Part) -> Sourced[str] | None:
    """The first place's word on a part, in the order of the places."""
    return next((found for place in places if (found := place.find(part))), None)


def find_variable(layers: Sequence[Variables], names: Sequence[str]) -> Sourced[str] | None:
    """The first layer's value under any of `names`, in the order of the layers."""
    return next((found for layer in layers if (found := layer.find(names))), None)


def mentions(layers: Sequence[Variables], names: Sequence[str]) -> tuple[Sourced[str], ...]:
    """Every place that sets one of `names`, empty values included."""
    return tuple(
        Sourced(layer.values[name].strip(), name, layer.origin)
        for layer in layers
        for name in names
        if name in layer.values
    )
