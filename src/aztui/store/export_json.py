"""Sessions as JSON: nothing is left out, so that they can be taken in again as they were.

`docs/history.md` describes the format. Whoever changes it counts `VERSION` up.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from aztui.core.data import dataclass
from aztui.store.copies import SessionCopy

FORMAT: Final = "aztui-history"
VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class _Head:
    format: str
    version: int


@dataclass(frozen=True, slots=True)
class _File:
    sessions: list[msgspec.Raw]


def to_json(sessions: Iterable[SessionCopy]) -> Iterator[bytes]:
    """Yield the pieces of a file: a line a session, between a first and a last one."""
    yield f'{{"format":"{FORMAT}","version":{VERSION},"sessions":['.encode()
    for place, session in enumerate(sessions):
        yield b",\n" if place else b"\n"
        yield msgspec.json.encode(session)
    yield b"\n]}\n"


def from_json(data: bytes) -> Iterator[SessionCopy]:
    """Yield the sessions of a file.

    Raises:
        ValueError: it is none, or a part of it is damaged; the text says which.
    """
    try:
        head = msgspec.json.decode(data, type=_Head)
    except msgspec.ValidationError:
        raise ValueError(
            f'it is no export of aztui: it does not say "format": "{FORMAT}"'
        ) from None
    except msgspec.DecodeError as error:
        raise ValueError(f"it is no JSON: {error}") from None
    if head.format != FORMAT:
        raise ValueError(f"it is no export of aztui: its format is {head.format!r}")
    if head.version > VERSION:
        raise ValueError(
            f"it was exported by a later version of aztui (its format is {head.version}, this one "
            f"knows {VERSION}): update aztui"
        )
    for place, raw in enumerate(msgspec.json.decode(data, type=_File).sessions, start=1):
        try:
            yield msgspec.json.decode(raw, type=SessionCopy)
        except msgspec.DecodeError as error:
            raise ValueError(f"its session {place} is damaged: {error}") from None
