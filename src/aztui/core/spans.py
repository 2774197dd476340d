"""How long a wait is, in words."""

from __future__ import annotations

import math
from typing import Final

_UNITS: Final = ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"))


def span(seconds: float) -> str:
    """Return a wait in words, its two largest units: `0.5 s`, `42 s`, `2 min 5 s`, `1 h`."""
    if 0 < seconds < 1:
        return f"{max(0.1, seconds):.1f} s"
    rest = math.ceil(seconds)
    parts = []
    for size, unit in _UNITS:
        count, rest = divmod(rest, size)
        parts.append(f"{count} {unit}" if count else "")
    first = next((place for place, part in enumerate(parts) if part), len(parts) - 1)
    return " ".join(part for part in parts[first : first + 2] if part) or "0 s"
