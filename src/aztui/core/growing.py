"""A sequence that only grows, as an immutable value with a cheap append."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Generic, TypeVar, final, overload

T = TypeVar("T")


@final
class Growing(Sequence[T], Generic[T]):
    """Things in the order they came.

    A value: extending gives a new one and leaves the old one as it was. Values that grow from one
    another share what they hold, so that costs the same however many there are; only to extend a
    value that is not the newest copies them.
    """

    __slots__ = ("_all", "_count")

    def __init__(self, things: Iterable[T] = ()) -> None:
        self._all = list(things)
        self._count = len(self._all)

    def extend(self, things: Iterable[T]) -> Growing[T]:
        """Return these things followed by others."""
        if self._count != len(self._all):
            return Growing([*self, *things])
        self._all.extend(things)
        grown: Growing[T] = Growing.__new__(Growing)
        grown._all = self._all
        grown._count = len(self._all)
        return grown

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, index: int) -> T: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[T]: ...

    def __getitem__(self, index: int | slice) -> T | Sequence[T]:
        if isinstance(index, slice):
            return [self._all[at] for at in range(*index.indices(self._count))]
        return self._all[range(self._count)[index]]

    def __iter__(self) -> Iterator[T]:
        return islice(self._all, self._count)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Growing):
            return NotImplemented
        return list(self) == list(other)

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return f"Growing({list(self)!r})"
