"""What tokens cost by the user's own word, in US dollars a million."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from aztui.config.schema import At, Reader
from aztui.core.cost import OwnPrices, Price

_SHAPE: Final[Mapping[str, type]] = {"input": float, "output": float, "cached": float}
_MOST: Final = 1e9
"""Dollars that nobody asks."""
_EXAMPLE: Final = "{ input = 2.5, output = 10.0 }"


def price_of(reader: Reader, at: At) -> Price:
    """Return the price that a table says.

    Raises:
        SettingsError: it says none.
    """
    said = reader.table(at, _SHAPE)
    for key, dollars in said.items():
        if not 0 <= dollars < _MOST:
            raise reader.error((*at, key), "must be dollars for a million tokens, such as 2.5")
    if not {"input", "output"} <= said.keys():
        raise reader.error(at, f"lacks a part of the price: write {_EXAMPLE}")
    cached = said.get("cached")
    return Price(
        float(said["input"]), float(said["output"]), None if cached is None else float(cached)
    )


def own_prices(
    reader: Reader, top: Mapping[str, Any], profiles: Mapping[str, Price | None]
) -> OwnPrices:
    """Return all prices that a file says.

    Args:
        reader: reads it.
        top: its topmost table, of which `prices` has a table for each deployment or model.
        profiles: what it says of profiles.

    Raises:
        SettingsError: one of them is none.
    """
    named: dict[str, Price] = {}
    for name in top.get("prices", {}):
        if name.lower() in named:
            raise reader.error(("prices", name), "is there twice, in other letters")
        named[name.lower()] = price_of(reader, ("prices", name))
    priced = {name: price for name, price in profiles.items() if price is not None}
    return OwnPrices(MappingProxyType(named), MappingProxyType(priced))
