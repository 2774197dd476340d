"""A request's body as it can be looked at: what is very long in it is cut."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from aztui.core.request import Json

_TEXT: Final = 600
"""Characters of a text that are shown."""
_ITEMS: Final = 8
"""Members of a list that are shown, the last ones: those are the newest turns."""


def elided(value: Json) -> Json:
    """Return a value without the middle of what nobody reads whole; it says how much that is."""
    match value:
        case str() if len(value) > _TEXT:
            return f"{value[:_TEXT]}\u2026 and {len(value) - _TEXT:,} characters more"
        case str():
            return value
        case Mapping():
            return {name: elided(inner) for name, inner in value.items()}
        case Sequence() if len(value) > _ITEMS:
            return [f"\u2026 {len(value) - _ITEMS:,} before", *map(elided, value[-_ITEMS:])]
        case Sequence():
            return list(map(elided, value))
        case _:
            return value
