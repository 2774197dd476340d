"""JSON as it really comes: bad UTF-8 and lone surrogates must not cost the rest of a record."""

from __future__ import annotations

import json
import re
from typing import Any, Final

import jiter

_SURROGATE: Final = re.compile("[\ud800-\udfff]")


def parse(data: bytes) -> Any:
    """Read JSON; bytes that are no UTF-8 become U+FFFD. None for what is no JSON at all."""
    try:
        return jiter.from_json(data, cache_mode="keys")
    except ValueError:
        pass
    try:
        return json.loads(data.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return None


def text(value: object) -> str:
    """Return a string with U+FFFD for each lone surrogate; empty for any other JSON value."""
    if not isinstance(value, str):
        return ""
    return value if value.isascii() else _SURROGATE.sub("\ufffd", value)


def dump(value: object) -> str:
    """Return any JSON value as text that can be shown and encoded."""
    if isinstance(value, str):
        return text(value)
    try:
        return text(json.dumps(value, ensure_ascii=False, default=str))
    except (ValueError, RecursionError):
        return ""
