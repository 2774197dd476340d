"""An answer's tokens, kept so that they weigh little.

A token and its rivals are some eight objects. Of a long answer that makes a hundred thousand, which
the garbage collector would look through when it is over, for as long as a key can be felt to wait.
Packed they are one tuple of texts, numbers and bytes, which the collector forgets about, and equal
texts are one.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, TypeAlias, final, overload

from aztui.core.events import Chosen, Token
from aztui.core.growing import Growing

_Packed: TypeAlias = tuple[Any, ...]
"""Text, logprob and bytes of the chosen token, and then of each that is ranked."""
_MEMBERS: Final = 3


@final
class PackedTokens(Sequence[Chosen]):
    """Tokens in the text's order; a value that grows as `Growing` does.

    Each is made anew when it is asked for.
    """

    __slots__ = ("_packed",)

    def __init__(self, tokens: Iterable[Chosen] = ()) -> None:
        self._packed = Growing(map(_pack, tokens))

    def extend(self, tokens: Iterable[Chosen]) -> PackedTokens:
        """Return these tokens followed by others."""
        grown: PackedTokens = PackedTokens.__new__(PackedTokens)
        grown._packed = self._packed.extend(map(_pack, tokens))
        return grown

    def logprobs(self) -> Iterator[float | None]:
        """Yield each chosen token's logprob; None where the service does not say."""
        return (packed[1] for packed in self._packed)

    def __len__(self) -> int:
        return len(self._packed)

    @overload
    def __getitem__(self, index: int) -> Chosen: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Chosen]: ...

    def __getitem__(self, index: int | slice) -> Chosen | Sequence[Chosen]:
        if isinstance(index, slice):
            return list(map(_unpacked, self._packed[index]))
        return _unpacked(self._packed[index])

    def __iter__(self) -> Iterator[Chosen]:
        return map(_unpacked, self._packed)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, PackedTokens):
            return NotImplemented
        return self._packed == other._packed

    def __hash__(self) -> int:
        return hash(self._packed)

    def __repr__(self) -> str:
        return f"PackedTokens({list(self)!r})"


def _pack(chosen: Chosen) -> _Packed:
    packed: list[Any] = []
    for token in (chosen.token, *chosen.ranked):
        # The same texts come again and again; the chosen one's among those that are ranked.
        packed += sys.intern(token.text), token.logprob, token.data
    return tuple(packed)


def _unpacked(packed: _Packed) -> Chosen:
    token, *ranked = (Token(*packed[at : at + _MEMBERS]) for at in range(0, len(packed), _MEMBERS))
    return Chosen(token, tuple(ranked))
