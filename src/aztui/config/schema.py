"""Reading TOML that people write: what is wrong is said with its line and what may stand there."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, Final, TypeAlias

from aztui.config.errors import SettingsError
from aztui.core.request import RESERVED, Json

At: TypeAlias = tuple[str, ...]
"""Where something stands: the tables' names from the top, and the key."""

_HEADER: Final = re.compile(r"\s*\[\s*([^\[\]]+?)\s*\]")
_KEY: Final = re.compile(r"""\s*["']?([^"'=\[\]#]+?)["']?\s*[=.]""")
_NAME: Final = re.compile(r"[\w.-]+", re.ASCII)
_TYPES: Final[Mapping[type, str]] = {
    str: "a text in quotes",
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    dict: "a table",
    list: "a list",
}


class Reader:
    """Reads one file.

    Args:
        path: its name in sentences.
        text: what it holds.

    Raises:
        SettingsError: it is no TOML.
    """

    def __init__(self, path: Path, text: str) -> None:
        self.path = path
        self._lines = text.splitlines()
        try:
            self._top: dict[str, Any] = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise SettingsError(f"{path} is no TOML: {error}. Correct it there.") from None
        except RecursionError:
            raise SettingsError(f"{path} is nested too deeply to be settings.") from None

    def table(self, at: At, shape: Mapping[str, type]) -> dict[str, Any]:
        """Return a table whose keys are all known and hold what they should.

        A date counts as the text it is written as: an api-version looks like one.

        Raises:
            SettingsError: they do not, or there is no table.
        """
        found = self._find(at)
        if not isinstance(found, dict):
            raise self.error(at, f"is {_called(found)}, but must be a table: [{'.'.join(at)}]")
        said = {
            key: value.isoformat() if type(value) is date else value for key, value in found.items()
        }
        for key, value in said.items():
            wanted = shape.get(key)
            if wanted is None:
                known = f"the keys here are {', '.join(shape)}"
                raise self.error((*at, key), f"is no key of aztui's{_like(key, shape)}; {known}")
            if not _fits(value, wanted):
                wrong = f"is {_called(value)}, but must be {_TYPES[wanted]}"
                raise self.error((*at, key), wrong)
        return said

    def params(self, at: At) -> dict[str, Json]:
        """Return a table of request parameters; empty where there is none.

        Raises:
            SettingsError: one cannot be sent, or is aztui's own.
        """
        params = self._find(at) or {}
        for key, value in params.items():
            if key in RESERVED:
                raise self.error((*at, key), "is set by aztui itself: leave it out")
            if not _sendable(value):
                raise self.error((*at, key), "holds a date or a number that JSON cannot say")
        return dict(params)

    def choice(self, at: At, value: str, words: Sequence[str]) -> str:
        """Return the one of `words` that `value` is.

        Raises:
            SettingsError: it is none.
        """
        word = value.strip().lower()
        if word in words:
            return word
        allowed = f"{', '.join(words[:-1])} or {words[-1]}"
        # The value is not shown: it may be a key that got to the wrong place.
        raise self.error(at, f"says what aztui does not know{_like(word, words)}: write {allowed}")

    def name(self, at: At, name: str) -> None:
        """Make sure that a profile can be called so.

        Raises:
            SettingsError: it cannot.
        """
        if not _NAME.fullmatch(name):
            raise self.error(at, "is no profile's name: letters, digits, - and _ make one")

    def error(self, at: At, wrong: str) -> SettingsError:
        """Say what is wrong with what stands there."""
        line = self._line(at)
        where = f"{self.path}, line {line}" if line else str(self.path)
        what = f"[{'.'.join(at)}]" if isinstance(self._find(at), dict) else self._key(at)
        return SettingsError(f"{where}: {what} {wrong}.")

    def _key(self, at: At) -> str:
        return f"{at[-1]} of [{'.'.join(at[:-1])}]" if at[1:] else at[-1]

    def _find(self, at: At) -> Any:
        found: Any = self._top
        for name in at:
            found = found.get(name) if isinstance(found, dict) else None
        return found

    def _line(self, at: At) -> int | None:
        """The line where it stands, as far as a look at the lines' beginnings tells."""
        table: At = ()
        for number, line in enumerate(self._lines, 1):
            if header := _HEADER.match(line):
                table = tuple(part.strip().strip("\"'") for part in header[1].split("."))
                if table == at:
                    return number
            elif table == at[:-1] and (key := _KEY.match(line)) and key[1].strip() == at[-1]:
                return number
        return None


def _like(word: str, words: Mapping[str, object] | Sequence[str]) -> str:
    import difflib  # noqa: PLC0415 - only where something is wrong

    close = difflib.get_close_matches(word.lower(), list(words), 1)
    return f" (did you mean {close[0]}?)" if close else ""


def _fits(value: object, wanted: type) -> bool:
    # In Python true is a number, in TOML it is not; and 2 may stand for 2.0 where people write it.
    if wanted in {int, float} and isinstance(value, bool):
        return False
    return isinstance(value, (int, float) if wanted is float else wanted)


def _called(value: object) -> str:
    match value:
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case str():
            return "a text"
        case list():
            return "a list"
        case dict():
            return "a table"
        case _:
            return "a date or time"


def _sendable(value: object) -> bool:
    match value:
        case datetime() | date() | time():
            return False
        case float():
            return math.isfinite(value)
        case dict():
            return all(map(_sendable, value.values()))
        case list():
            return all(map(_sendable, value))
        case _:
            return True
