"""Text that arrives in pieces, as an immutable value with a cheap append."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final, final

if TYPE_CHECKING:
    from collections.abc import Iterator

_GOES_ON: Final = 255
_LOOSE: Final = 64
"""Pieces that are kept as they are; more are joined, since a short text takes fifteen times its
size."""
_LARGEST: Final = 1_000_000
"""Characters that are joined at once: all of a very long text would hang a key."""


@final
class Chunks:
    """The pieces of a text in the order they came.

    A value: appending gives a new one and leaves the old one as it was. Values that grow from
    one another share their pieces, so an append costs the same however long the text is;
    only appending to a value that is not the newest copies them.
    """

    __slots__ = ("_count", "_pieces", "size")

    size: int
    """How many characters there are."""

    def __init__(self, *pieces: str) -> None:
        self._pieces = _Pieces()
        for piece in pieces:
            self._pieces.append(piece)
        self._count = len(pieces)
        self.size = sum(map(len, pieces))

    def append(self, piece: str) -> Chunks:
        """Return these pieces followed by `piece`."""
        if self._count != self._pieces.count:
            return Chunks(*self, piece)
        self._pieces.append(piece)
        grown = Chunks.__new__(Chunks)
        grown._pieces = self._pieces  # noqa: SLF001 - it is one of us
        grown._count = self._count + 1  # noqa: SLF001 - as above
        grown.size = self.size + len(piece)
        return grown

    @property
    def text(self) -> str:
        """The whole text; costs its length, once."""
        return self._pieces.join()[: self.size]

    def join(self) -> None:
        """Take little more memory than the text: nothing is to follow for a while."""
        if self.size <= _LARGEST:
            self._pieces.join()

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[str]:
        text, at = self.text, 0
        for length in islice(self._pieces.lengths(), self._count):
            yield text[at : at + length]
            at += length

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Chunks):
            return NotImplemented
        return list(self) == list(other)

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return f"Chunks({', '.join(map(repr, self))})"


@final
class _Pieces:
    """Pieces that only grow in number.

    Attributes:
        count: how many there are.
    """

    __slots__ = ("_joined", "_lengths", "_loose", "count")

    def __init__(self) -> None:
        self.count = 0
        # A byte each, since the text itself takes no more than a few: 255 says that it goes on.
        self._lengths = bytearray()
        self._joined: list[str] = []
        self._loose: list[str] = []

    def lengths(self) -> Iterator[int]:
        """Yield the length of each, in characters."""
        length = 0
        for more in self._lengths:
            length += more
            if more < _GOES_ON:
                yield length
                length = 0

    def join(self) -> str:
        """Return all of them as one text; kept so, since later requests hold the same."""
        if self._loose or len(self._joined) > 1:
            self._joined = ["".join([*self._joined, *self._loose])]
            self._loose.clear()
        return self._joined[0] if self._joined else ""

    def append(self, piece: str) -> None:
        """Add one at the end."""
        parts, rest = divmod(len(piece), _GOES_ON)
        self._lengths += bytes([_GOES_ON] * parts + [rest])
        self.count += 1
        self._loose.append(piece)
        if len(self._loose) == _LOOSE:
            self._joined.append("".join(self._loose))
            self._loose.clear()
