"""The terminals on which a screen is looked at."""

from __future__ import annotations

from typing import Final

import pytest

from aztui.ui.theme import DARK, LIGHT

Size = tuple[int, int]

SIZES: Final[tuple[Size, ...]] = ((80, 24), (40, 12), (200, 50))


def size_name(size: Size) -> str:
    """Return a size in columns and rows as it stands in a picture's name."""
    return "x".join(map(str, size))


_SIGHTS: Final = (*((size, DARK) for size in SIZES), (SIZES[0], LIGHT))

on_each = pytest.mark.parametrize(
    ("size", "theme"), _SIGHTS, ids=[f"{size_name(size)}-{theme}" for size, theme in _SIGHTS]
)
"""A test of each: small, usual and wide, and a light one."""
