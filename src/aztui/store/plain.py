"""Texts and values as a database takes them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Final

_SURROGATES: Final = re.compile("[\ud800-\udfff]")
"""Half a character, as it comes from a command line that is not UTF-8; SQLite takes none."""


def clean(text: str) -> str:
    """Return a text with U+FFFD in the place of what is no character."""
    return encoded(text).decode()


def encoded(text: str) -> bytes:
    """Return the same in UTF-8.

    There is hardly ever anything to replace, and to look for it in 50 MB would hold every other
    thread up for half a second.
    """
    try:
        return text.encode()
    except UnicodeEncodeError:
        return _SURROGATES.sub("\ufffd", text).encode()


def to_json(value: object) -> str:
    """Return a value as JSON, its mappings too where they can only be read."""
    return json.dumps(value, default=_plain, separators=(",", ":"))


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} is not JSON")
