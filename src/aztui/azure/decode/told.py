"""What of a response's parts was told already, since each of them comes several times."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeAlias, TypeVar

_T = TypeVar("_T")


class Part(StrEnum):
    """What a part of a response is."""

    SAID = "said"
    SUMMARY = "summary"
    THOUGHT = "thought"


Place: TypeAlias = tuple[Part, int | str, int]
"""A part's place: what it is; its item's index, or its id where a server gives no index; and its
own index among the item's parts of its kind."""


class Told:
    """The parts' text, and how many of their tokens, as far as they were told."""

    def __init__(self) -> None:
        self._pieces: dict[Place, list[str]] = {}
        self._tokens: dict[Place, int] = {}

    def note(self, place: Place, piece: str) -> None:
        """Remember that more of a part was told."""
        self._pieces.setdefault(place, []).append(piece)

    def rest(self, place: Place, whole: str) -> str:
        """Return what of a part's whole text was not told yet; from now on it is.

        Nothing where something else was told in its place: that was what came first.
        """
        pieces = self._pieces.get(place, [])
        if not pieces and self._known_without_index(place[0], whole):
            return ""
        told = "".join(pieces)
        rest = whole.removeprefix(told) if whole.startswith(told) else ""
        if pieces or rest:
            self._pieces[place] = [told + rest]
        return rest

    def note_tokens(self, place: Place, count: int) -> None:
        """Remember that so many more of a part's tokens were told."""
        self._tokens[place] = self._tokens.get(place, 0) + count

    def rest_of_tokens(self, place: Place, whole: tuple[_T, ...]) -> tuple[_T, ...]:
        """Return those of a part's tokens that were not told yet; from now on they are."""
        told = self._tokens.get(place, 0)
        self._tokens[place] = max(told, len(whole))
        return whole[told:]

    def _known_without_index(self, part: Part, whole: str) -> bool:
        return any(
            known is part and isinstance(item, str) and "".join(pieces) == whole
            for (known, item, _), pieces in self._pieces.items()
        )
