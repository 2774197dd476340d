"""Text that arrives in pieces, as an immutable value with a cheap append."""

from __future__ import annotations

from typing import TYPE_CHECKING, final

if TYPE_CHECKING:
    from collections.abc import Iterator


@final
class Chunks:
    """The pieces of a text in the order they came.

    A value: appending gives a new one and leaves the old one as it was. Values that grow from
    one another share a single list, so an append costs the same however long the text is;
    only appending to a value that is not the newest copies the list.
    """

    __slots__ = ("_length", "_pieces")

    def __init__(self, *pieces: str) -> None:
        self._pieces: list[str] = list(pieces)
        self._length = len(self._pieces)

    def append(self, piece: str) -> Chunks:
        """Return these pieces followed by `piece`."""
        pieces = self._pieces
        if self._length != len(pieces):
            pieces = pieces[: self._length]
        pieces.append(piece)
        grown = Chunks.__new__(Chunks)
        grown._pieces = pieces  # noqa: SLF001 - it is one of us
        grown._length = self._length + 1  # noqa: SLF001 - as above
        return grown

    @property
    def text(self) -> str:
        """The whole text; costs its length."""
        return "".join(self)

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[str]:
        return iter(self._pieces[: self._length])

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Chunks):
            return NotImplemented
        return list(self) == list(other)

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return f"Chunks({', '.join(map(repr, self))})"
