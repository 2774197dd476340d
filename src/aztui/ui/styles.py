"""Where the style sheets are, and what they tell screens apart by."""

from __future__ import annotations

from pathlib import Path
from typing import Final

HEIGHTS: Final = [(0, "-tiny"), (8, "-low"), (14, "-tall")]
"""Classes that a screen has from so many rows on, for its style sheet to leave out what does not
fit: `VERTICAL_BREAKPOINTS` of screens with a header and hints."""


def height_class(rows: int) -> str:
    """Return the class of a screen with so many rows."""
    return max((least, name) for least, name in HEIGHTS if rows >= least)[1]


def stylesheet(name: str) -> Path:
    """Return the absolute path of a style sheet.

    In a wheel they are in the package, in a checkout beside `src`.

    Raises:
        FileNotFoundError: the installation is not whole.
    """
    package = Path(__file__).resolve().parent.parent
    for folder in (package / "styles", package.parent.parent / "styles"):
        if (folder / name).is_file():
            return folder / name
    raise FileNotFoundError(f"{name} is missing from aztui's styles: install aztui again.")
