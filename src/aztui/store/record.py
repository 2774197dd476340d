"""A run folded: the texts of its answers, and all else that came with them.

Nothing is left out: unfolded, the same events come out at the same times, the text in the chunks in
which it came, so that whatever can be told of a run can be told of it for ever.
"""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any, Final

from aztui.core.data import dataclass
from aztui.core.events import TextDelta
from aztui.core.run import Run
from aztui.store.plain import encoded
from aztui.store.replay import replayed
from aztui.store.wire import Entry, decode, encode

_PART: Final = 1_000
"""Events that are folded at a time."""


@dataclass(frozen=True, slots=True)
class Folded:
    """What came of a run.

    Attributes:
        texts: its answers in UTF-8, by the choices' indexes.
        record: everything else, compressed.
    """

    texts: Mapping[int, bytes]
    record: bytes


class Folding:
    """Puts a run's events into less room, a part of them after the other."""

    def __init__(self) -> None:
        self._texts: dict[int, list[bytes]] = defaultdict(list)
        self._packer = zlib.compressobj()
        self._record = bytearray(self._packer.compress(b"["))
        self._between = b""

    def add(self, entries: Sequence[Entry]) -> None:
        """Fold what came next, in order."""
        for _, event in entries:
            if isinstance(event, TextDelta):
                self._texts[event.choice].append(encoded(event.text))
        if entries:
            members = encode(entries, lambda delta: len(delta.text))[1:-1]
            self._record += self._packer.compress(self._between + members)
            self._between = b","

    def folded(self) -> Folded:
        """Return all that was folded; there is nothing to be added any more."""
        self._record += self._packer.compress(b"]") + self._packer.flush()
        texts = {choice: b"".join(pieces) for choice, pieces in self._texts.items()}
        return Folded(texts, bytes(self._record))


def fold(run: Run, known: Iterable[Entry]) -> tuple[Run, Folded]:
    """Fold a run that is over; of a long answer there is never more than a part in the memory.

    Args:
        run: it, as it was sent; the turns before its prompt do not matter.
        known: all that came.

    Returns:
        The run as it ended, and what came of it.
    """
    folding, rest = Folding(), iter(known)
    while part := list(islice(rest, _PART)):
        folding.add(part)
        run = replayed(run, part)
    return run, folding.folded()


def unfold(record: bytes, texts: Mapping[int, str], *, later: bool = False) -> list[Entry]:
    """Return the events that were folded.

    Args:
        record: what came beside the answers.
        texts: the answers, by the choices' indexes.
        later: whether a later version did so, so that events that nobody knows are passed over.

    Raises:
        ValueError: it makes no sense.
    """
    read: dict[int, int] = defaultdict(int)

    def cut(choice: int, length: Any) -> str:
        start = read[choice]
        read[choice] += length
        return texts.get(choice, "")[start : read[choice]]

    try:
        return decode(zlib.decompress(record), cut, later=later)
    except (zlib.error, TypeError) as error:
        raise ValueError(str(error)) from None


def lengths(record: bytes) -> dict[int, int]:
    """Return how many characters each answer has by a run's record, by the choices' indexes.

    Raises:
        ValueError: it makes no sense.
    """
    counted: dict[int, int] = defaultdict(int)

    def count(choice: int, length: Any) -> str:
        counted[choice] += length
        return ""

    try:
        decode(zlib.decompress(record), count)
    except (zlib.error, TypeError) as error:
        raise ValueError(str(error)) from None
    return counted
