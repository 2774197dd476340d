"""The rows in a database file, page by page, whatever is damaged around them.

SQLite reads a table from its root down; where a page on the way is damaged, all below it is out of
reach, and without the first page nothing can be read at all. But the rows stand in the leaves, and
each leaf says by itself what it is. What is read here, and how, is in SQLite's documentation
(fileformat2.html: "B-tree Pages", "Record Format", "The WAL File Format").
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Final, TypeAlias

from aztui.core.data import dataclass

Value: TypeAlias = int | float | str | bytes | None

_MAGIC: Final = b"SQLite format 3\x00"
_HEADER: Final = 100
"""Bytes before the first page's b-tree."""
_USUAL: Final = 4096
"""A page's size where nobody says another."""
_TABLE_LEAF: Final = 0x0D
_INDEX_LEAF: Final = 0x0A
_INDEX_INTERIOR: Final = 0x02
_WAL_MAGIC: Final = (0x377F0682, 0x377F0683)
_WAL_HEADER: Final = 32
_FRAME_HEADER: Final = 24
_INTEGERS: Final = (0, 1, 2, 3, 4, 6, 8)
"""Bytes of an integer, by its serial type."""
_FLOAT: Final = 7
_ZERO: Final = 8
_ONE: Final = 9
_FIRST_BLOB: Final = 12


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table, or an entry of an index.

    Attributes:
        number: a table's row's number; None in an index.
        values: its columns as they stand in the file: the row's own number is None there, and a
            float without a fraction an integer.
    """

    number: int | None
    values: tuple[Value, ...]


class Pages:
    """The pages of a database, those in its write-ahead log in the place of those in its file.

    Attributes:
        size: bytes of a page.
        count: how many there are.
    """

    def __init__(self, path: Path) -> None:
        """Open a database.

        Args:
            path: its file; the log stands beside it where there is one.

        Raises:
            OSError: it cannot be read.
        """
        self._file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        self._wal = _open_wal(path)
        self.size = _page_size(os.pread(self._file, _HEADER, 0))
        self._logged, last = self._read_wal()
        self.count = last or os.fstat(self._file).st_size // self.size

    def close(self) -> None:
        """Read no more."""
        os.close(self._file)
        if self._wal is not None:
            os.close(self._wal)

    def page(self, number: int) -> bytes:
        """Return a page; one that cannot be read is empty."""
        try:
            if self._wal is not None and number in self._logged:
                return os.pread(self._wal, self.size, self._logged[number])
            return os.pread(self._file, self.size, (number - 1) * self.size)
        except OSError:  # a bad sector
            return b""

    def rows(self) -> Iterator[Row]:
        """Yield what can be read: the rows of all tables, and what looks like three integers.

        These are the entries of the table that has no numbers of its own, and of indexes.
        """
        for number in range(1, self.count + 1):
            page = self.page(number)
            if len(page) == self.size:
                yield from self._of_page(page, _HEADER if number == 1 else 0)

    def _of_page(self, page: bytes, start: int) -> Iterator[Row]:
        kind = page[start]
        if kind not in {_TABLE_LEAF, _INDEX_LEAF, _INDEX_INTERIOR}:
            return
        (cells,) = struct.unpack_from(">H", page, start + 3)
        pointers = start + (12 if kind == _INDEX_INTERIOR else 8)
        if pointers + 2 * cells > self.size:
            return
        for at in struct.unpack_from(f">{cells}H", page, pointers):
            try:
                yield self._row(page, at, kind)
            except (IndexError, ValueError, struct.error):
                if kind != _TABLE_LEAF:
                    return  # an index of another shape

    def _row(self, page: bytes, at: int, kind: int) -> Row:
        if kind == _INDEX_INTERIOR:
            at += 4
        length, at = _varint(page, at)
        number = None
        if kind == _TABLE_LEAF:
            number, at = _varint(page, at)
            # Numbers are of 64 bits, with a sign.
            number -= (number >> 63) << 64
        elif page[at] != 4 or not set(page[at + 1 : at + 4]) <= {1, 2, 3, 4, 5, 6, _ZERO, _ONE}:
            raise ValueError("not three integers")
        return Row(number, _values(self._payload(page, at, length, kind)))

    def _payload(self, page: bytes, at: int, length: int, kind: int) -> bytes:
        """Return what a cell holds, of which the end may stand on other pages."""
        most = self.size - 35 if kind == _TABLE_LEAF else (self.size - 12) * 64 // 255 - 23
        if length <= most:
            return _exactly(page[at : at + length], length)
        if length > self.size * self.count:
            raise ValueError("longer than the file")
        least = (self.size - 12) * 32 // 255 - 23
        here = least + (length - least) % (self.size - 4)
        here = here if here <= most else least
        parts = [page[at : at + here]]
        (following,) = struct.unpack_from(">I", page, at + here)
        left = length - here
        while left > 0:
            more = self.page(following)
            (following,) = struct.unpack_from(">I", more)
            parts.append(more[4 : 4 + left])
            left -= self.size - 4
        return _exactly(b"".join(parts), length)

    def _read_wal(self) -> tuple[dict[int, int], int]:
        """Return where in the log which page is, and how many pages there are by its last commit.

        What follows the last commit never happened. Frames of an earlier use of the file have
        other salts.
        """
        if self._wal is None:
            return {}, 0
        header = os.pread(self._wal, _WAL_HEADER, 0)
        if len(header) < _WAL_HEADER:
            return {}, 0
        magic, _, size, _, *salts, _, _ = struct.unpack(">8I", header)
        if magic not in _WAL_MAGIC or size != self.size:
            return {}, 0
        committed: dict[int, int] = {}
        pending: dict[int, int] = {}
        last, at = 0, _WAL_HEADER
        while len(frame := os.pread(self._wal, _FRAME_HEADER, at)) == _FRAME_HEADER:
            number, pages, *of_frame = struct.unpack_from(">4I", frame)
            if of_frame != salts:
                break
            pending[number] = at + _FRAME_HEADER
            at += _FRAME_HEADER + size
            if pages:
                committed.update(pending)
                pending.clear()
                last = pages
        return committed, last


def _open_wal(path: Path) -> int | None:
    try:
        return os.open(path.with_name(f"{path.name}-wal"), os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None


def _page_size(header: bytes) -> int:
    """What a file's first bytes say of its pages' size, as long as they make sense."""
    if not header.startswith(_MAGIC):
        return _USUAL
    (size,) = struct.unpack_from(">H", header, 16)
    size = 65_536 if size == 1 else size
    return size if size >= 512 and not size & (size - 1) else _USUAL


def _varint(page: bytes, at: int) -> tuple[int, int]:
    """Return a number of up to nine bytes, and where the next thing begins."""
    value = 0
    for place in range(at, at + 8):
        byte = page[place]
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, place + 1
    return value << 8 | page[at + 8], at + 9


def _values(payload: bytes) -> tuple[Value, ...]:
    """Return a record's columns.

    Raises:
        ValueError: it is none.
        IndexError: as above.
    """
    end, at = _varint(payload, 0)
    body = end
    values: list[Value] = []
    while at < end:
        kind, at = _varint(payload, at)
        value, body = _value(payload, body, kind)
        values.append(value)
    if at != end or body != len(payload):
        raise ValueError("its length is another")
    return tuple(values)


def _value(payload: bytes, at: int, kind: int) -> tuple[Value, int]:
    if kind == 0:
        return None, at
    if kind in (_ZERO, _ONE):
        return kind - _ZERO, at
    if kind == _FLOAT:
        (number,) = struct.unpack_from(">d", payload, at)
        return float(number), at + 8
    if kind < len(_INTEGERS):
        end = at + _INTEGERS[kind]
        return int.from_bytes(payload[at:end], signed=True), end
    if kind < _FIRST_BLOB:
        raise ValueError("no such type")
    end = at + (kind - _FIRST_BLOB) // 2
    part = payload[at:end]
    return (part.decode() if kind % 2 else part), end


def _exactly(payload: bytes, length: int) -> bytes:
    if len(payload) != length:
        raise ValueError("it is cut off")
    return payload
