"""Where the style sheets are."""

from __future__ import annotations

from pathlib import Path


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
