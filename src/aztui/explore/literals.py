"""JSON values as Python writes them, in lines that are not too long."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from aztui.core.request import Json

WIDTH: Final = 88
"""Characters of a line that is still easy to read."""

_INDENT: Final = " " * 4
_UNUSUAL: Final = re.compile(r"[^ !#-\[\]-~]")
"""Whatever may need an escape."""
_ESCAPES: Final = {"\n": "\\n", "\t": "\\t", "\r": "\\r", '"': '\\"', "\\": "\\\\"}


def literal(value: Json, depth: int = 0, before: int = 0) -> str:
    """Return a value as an expression.

    Args:
        value: it.
        depth: how deep it stands, in indents; those are not part of the result.
        before: how many characters stand before it in its line, the indents aside.
    """
    inline = _inline(value)
    room = WIDTH - len(_INDENT) * depth - before - 1
    if len(inline) <= room and not (isinstance(value, str) and "\n" in value.strip("\n")):
        return inline
    match value:
        case str():
            return _text(value, depth) or inline
        case Mapping():
            return _wrapped("{", "}", (_member(*item, depth + 1) for item in value.items()), depth)
        case Sequence():
            return _wrapped("[", "]", (literal(one, depth + 1) for one in value), depth)
        case _:
            return inline


def argument(name: str, value: Json, depth: int) -> str:
    """Return `name=value,` as it stands in a call."""
    return f"{name}={literal(value, depth, len(name) + 1)},"


def string(text: str) -> str:
    """Return a text in double quotes, with an escape for what cannot be seen."""
    return f'"{_UNUSUAL.sub(_character, text)}"'


def _character(found: re.Match[str]) -> str:
    char = found[0]
    if char in _ESCAPES:
        return _ESCAPES[char]
    if char.isprintable():
        return char
    code = ord(char)
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def _inline(value: Json) -> str:
    match value:
        case str():
            return string(value)
        case Mapping():
            items = (f"{string(name)}: {_inline(inner)}" for name, inner in value.items())
            return "{" + ", ".join(items) + "}"
        case Sequence():
            return "[" + ", ".join(map(_inline, value)) + "]"
        case _:
            return repr(value)


def _text(text: str, depth: int) -> str:
    """Return a long text line by line, as strings that Python joins."""
    lines = text.splitlines(keepends=True)
    if len(lines) < 2:
        return ""
    return _wrapped("(", ")", map(string, lines), depth, end="")


def _member(name: str, value: Json, depth: int) -> str:
    key = f"{string(name)}: "
    return key + literal(value, depth, len(key))


def _wrapped(first: str, last: str, parts: Iterable[str], depth: int, end: str = ",") -> str:
    inner = _INDENT * (depth + 1)
    lines = "".join(f"{inner}{part}{end}\n" for part in parts)
    return f"{first}\n{lines}{_INDENT * depth}{last}"
