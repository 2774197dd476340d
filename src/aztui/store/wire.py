"""Events as they stand in the database: a JSON array of `[when, what, how]`.

`what` is the event's name and `how` its members; for text, of which there is most by far, they are
the choice's index and the text.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, TypeAlias, get_args

import msgspec

from aztui.core.data import dataclass
from aztui.core.events import (
    Adapted,
    Event,
    Headers,
    ReasoningItem,
    Received,
    Sent,
    TextDelta,
    interned,
)
from aztui.core.lessons import Refused
from aztui.core.profile import Auth

Entry: TypeAlias = tuple[float, Event]
"""An event, and when it came, in seconds since its run was sent."""

_DIGITS: Final = 4
"""Of a time in seconds: no network tells less than a tenth of a millisecond apart."""


# JSON of any kind is, in `core`, a type that refers to itself, which msgspec does not read.


@dataclass(frozen=True, slots=True)
class _Item:
    item: dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Lesson:
    param: str
    value: Any
    instead: str
    words: str


@dataclass(frozen=True, slots=True)
class _Lessons:
    lessons: tuple[_Lesson, ...]
    again: bool


@dataclass(frozen=True, slots=True)
class _Sent:
    url: str
    members: dict[str, Any]
    headers: Headers = ()
    thoughts: bool = False
    auth: Auth | None = Auth.KEY
    variable: str = ""


_SHAPES: Final[Mapping[str, type[Any]]] = {
    **{event.__name__: event for event in get_args(Event)},
    ReasoningItem.__name__: _Item,
    Adapted.__name__: _Lessons,
    Sent.__name__: _Sent,
}
_ENCODER: Final = msgspec.json.Encoder(enc_hook=dict)
"""What it does not know by itself are read-only mappings."""
_LINES: Final = msgspec.json.Decoder(list[tuple[float, int | str, msgspec.Raw]])


def encode(
    entries: Iterable[Entry], text: Callable[[TextDelta], str | int] = lambda delta: delta.text
) -> bytes:
    """Write events down.

    Args:
        entries: the events of one run, in order.
        text: what to write for a text; the text itself unless told otherwise.
    """
    lines = [
        (round(at, _DIGITS), event.choice, text(event))
        if isinstance(event, TextDelta)
        else (round(at, _DIGITS), type(event).__name__, event)
        for at, event in entries
    ]
    try:
        return _ENCODER.encode(lines)
    except UnicodeEncodeError:  # half a character, which nobody can write, holds nothing else up
        plain = msgspec.to_builtins(lines, enc_hook=dict)
        return json.dumps(plain, ensure_ascii=False).encode(errors="replace")


def decode(
    data: bytes,
    text: Callable[[int, Any], str] = lambda _choice, written: str(written),
    *,
    later: bool = False,
) -> list[Entry]:
    """Read what `encode` wrote.

    Args:
        data: it.
        text: returns a text from its choice's index and what was written for it.
        later: whether a later version wrote it, so that events that nobody knows are passed over.

    Raises:
        ValueError: it makes no sense.
    """
    return [
        (at, TextDelta(what, text(what, msgspec.json.decode(how))))
        if isinstance(what, int)
        else (at, _event(what, how))
        for at, what, how in _LINES.decode(data)
        if not later or isinstance(what, int) or what in _SHAPES
    ]


def _event(name: str, members: msgspec.Raw) -> Event:
    shape = _SHAPES.get(name)
    if shape is None:
        raise ValueError(f"there is no event {name!r}")
    match msgspec.json.decode(members, type=shape):
        case _Item(item):
            return ReasoningItem(item)
        case _Lessons(lessons, again):
            refused = (Refused(one.param, one.value, one.instead, one.words) for one in lessons)
            return Adapted(tuple(refused), again)
        case _Sent(url, body, headers, thoughts, auth, variable):
            return Sent(url, body, interned(headers), thoughts, auth, variable)
        case Received(status, headers, steps):
            return Received(status, interned(headers), steps)
        case event:
            known: Event = event
            return known
