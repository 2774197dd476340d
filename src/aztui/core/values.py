"""What values a parameter takes, and how they are written and read."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from typing import Final, Protocol

from aztui.core.data import dataclass
from aztui.core.request import Json

_BIAS: Final = 100
_LABELS: Final = 16
_SEED: Final = 2**63 - 1
_SHORT: Final = re.compile(r"-?(?:[0-9]{1,9}\.|\.[0-9]{1,9})")


class Kind(Protocol):
    """A set of JSON values."""

    @property
    def words(self) -> str:
        """What is in the set, to stand after "takes"."""

    @property
    def steps(self) -> tuple[Json, ...]:
        """Its values where they are few, in order; nothing otherwise."""

    def read(self, text: str) -> Json:
        """Return the value that a user's text means, which need not be in the set.

        Raises:
            RecursionError: it is JSON that is nested too deeply.
        """

    def normal(self, value: Json) -> Json:
        """Return the value that is sent for one that was written in short."""

    def holds(self, value: Json) -> bool:
        """Whether a value is in the set."""

    def write(self, value: Json) -> str:
        """Return the text that means a value."""


class _Plain:
    """A kind whose values are written as JSON, or as text that needs no quotes."""

    @property
    def steps(self) -> tuple[Json, ...]:
        return ()

    def read(self, text: str) -> Json:
        return self.normal(json_or_text(text.strip()))

    def normal(self, value: Json) -> Json:
        return value

    def write(self, value: Json) -> str:
        return value if isinstance(value, str) else as_json(value)


@dataclass(frozen=True, slots=True)
class Whole(_Plain):
    """Whole numbers.

    Attributes:
        least: the smallest.
        most: the largest; None where there is none.
    """

    least: int
    most: int | None = None

    @property
    def words(self) -> str:
        """What is in the set."""
        if self.most is None:
            return f"a whole number, at least {self.least}"
        return f"a whole number from {self.least} to {self.most}"

    def holds(self, value: Json) -> bool:
        """Whether a value is in the set."""
        if isinstance(value, bool) or not isinstance(value, int):
            return False
        return self.least <= value and (self.most is None or value <= self.most)


class Seed(_Plain):
    """Whole numbers of 64 bits."""

    words = "a whole number of at most 64 bits"

    def holds(self, value: Json) -> bool:
        """Whether a value is in the set."""
        return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= _SEED


@dataclass(frozen=True, slots=True)
class Number(_Plain):
    """Numbers from `least` to `most`."""

    least: float
    most: float

    @property
    def words(self) -> str:
        """What is in the set."""
        return f"a number from {self.least:g} to {self.most:g}"

    def read(self, text: str) -> Json:
        """Return the value that a user's text means: a number, also without a digit at an end."""
        text = text.strip()
        return float(text) if _SHORT.fullmatch(text) else json_or_text(text)

    def holds(self, value: Json) -> bool:
        """Whether a value is in the set."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            return False
        return math.isfinite(value) and self.least <= value <= self.most


class Flag(_Plain):
    """Yes or no."""

    words = "true or false"
    steps: tuple[Json, ...] = (False, True)

    def read(self, text: str) -> Json:
        """Return the value that a user's text means."""
        return json_or_text(text.strip().lower())

    def holds(self, value: Json) -> bool:
        """Whether a value is in the set."""
        return isinstance(value, bool)


@dataclass(frozen=True, slots=True)
class OneOf(_Plain):
    """One of a few words."""

    names: tuple[str, ...]

    @property
    def words(self) -> str:
        """What is in the set."""
        return f"{', '.join(self.names[:-1])} or {self.names[-1]}"

    @property
    def steps(self) -> tuple[Json, ...]:
        """The words."""
        return self.names

    def read(self, text: str) -> Json:
        """Return the value that a user's text means."""
        return text.strip().strip('"').lower()

    def holds(self, value: Json) -> bool:
        """Whether a value is in the set."""
        return value in self.names


class Text(_Plain):
    """Any text; in quotes it is read as JSON, so that it may have line ends and blanks."""

    words = "a text"

    def read(self, text: str) -> Json:
        """Return the value that a user's text means."""
        value = json_or_text(text)
        return value if isinstance(value, str) else text

    def holds(self, value: Json) -> bool:
        """Whether a value is in the set."""
        return isinstance(value, str)

    def write(self, value: Json) -> str:
        """Return the text that means a value."""
        plain = isinstance(value, str) and value == value.strip() and value.isprintable()
        if plain and isinstance(value, str) and self.read(value) == value:
            return value
        return as_json(value)


class Prose(_Plain):
    """Any text, as it is."""

    words = "a text"

    def read(self, text: str) -> Json:
        """Return the value that a user's text means."""
        return text

    def holds(self, value: Json) -> bool:
        """Whether a value is in the set."""
        return isinstance(value, str)


class Anything(_Plain):
    """Any value."""

    words = "JSON, or a text"

    def holds(self, value: Json) -> bool:  # noqa: ARG002 - whatever it is
        """Whether a value is in the set."""
        return True

    def write(self, value: Json) -> str:
        """Return the text that means a value."""
        if isinstance(value, str) and self.read(value) == value:
            return value
        return as_json(value)


@dataclass(frozen=True, slots=True)
class Texts(_Plain):
    """One text, or a list of at most `most`."""

    most: int

    @property
    def words(self) -> str:
        """What is in the set."""
        return f'a text, or a JSON list of up to {self.most} such as ["END", "\\n"]'

    def read(self, text: str) -> Json:
        """Return the value that a user's text means."""
        value = json_or_text(text)
        return value if isinstance(value, str | list) else text

    def holds(self, value: Json) -> bool:
        """Whether a value is in the set."""
        if isinstance(value, str):
            return bool(value)
        if not isinstance(value, Sequence) or not 0 < len(value) <= self.most:
            return False
        return all(isinstance(text, str) and text for text in value)

    def write(self, value: Json) -> str:
        """Return the text that means a value."""
        if isinstance(value, str):
            return Text().write(value) if self.read(value) == value else as_json(value)
        return as_json(value)


class Biases(_Plain):
    """A bias for each of some tokens, by the token's number."""

    words = f'a JSON object of token numbers and biases from -{_BIAS} to {_BIAS}: {{"50256": -100}}'

    def holds(self, value: Json) -> bool:
        """Whether a value is in the set."""
        bias = Number(-_BIAS, _BIAS)
        return isinstance(value, Mapping) and all(
            token.isascii() and token.isdigit() and bias.holds(given)
            for token, given in value.items()
        )


class Labels(_Plain):
    """Texts by name."""

    words = f'a JSON object of at most {_LABELS} texts: {{"team": "docs"}}'

    def holds(self, value: Json) -> bool:
        """Whether a value is in the set."""
        return (
            isinstance(value, Mapping)
            and len(value) <= _LABELS
            and all(isinstance(text, str) for text in value.values())
        )


@dataclass(frozen=True, slots=True)
class Format(_Plain):
    """What an answer looks like: a word, or a JSON schema, bare or as the API wraps it.

    Attributes:
        wrapped: whether the API puts a schema and its name into a member of their own.
    """

    wrapped: bool

    words = "text, json_object, or a JSON schema"

    def normal(self, value: Json) -> Json:
        """Return the value that is sent for a word or a bare schema."""
        if isinstance(value, str):
            return {"type": value}
        if not isinstance(value, Mapping) or value.get("type") in _FORMATS:
            return value
        named: Mapping[str, Json] = {"name": "answer", "schema": value}
        if self.wrapped:
            return {"type": "json_schema", "json_schema": named}
        return {"type": "json_schema", **named}

    def holds(self, value: Json) -> bool:
        """Whether a value is in the set."""
        match value:
            case {"type": "text" | "json_object"}:
                return True
            case {"type": "json_schema", "json_schema": _}:
                return self.wrapped
            case {"type": "json_schema", "schema": _}:
                return not self.wrapped
            case _:
                return False

    def write(self, value: Json) -> str:
        """Return the text that means a value."""
        match value:
            case {"type": "text" | "json_object" as word, **others} if not others:
                return str(word)
            case _:
                return as_json(value)


_FORMATS: Final = frozenset({"text", "json_object", "json_schema"})


def as_json(value: Json) -> str:
    """Return a value as JSON, whatever kind of mapping or sequence stands in it."""
    return json.dumps(value, ensure_ascii=False, default=_as_dict)


def _as_dict(value: object) -> object:
    return dict(value) if isinstance(value, Mapping) else str(value)


def json_or_text(text: str) -> Json:
    """Return the JSON value that a text is, or the text where it is none.

    Raises:
        RecursionError: it is JSON that is nested too deeply.
    """
    try:
        value: Json = json.loads(text)
    except ValueError:
        return text
    return value
