"""Bytes to server-sent events, by the WHATWG standard (HTML, section 9.2).

Lines end at CR, LF or CRLF and nowhere else: U+0085, U+2028 and the like are text, which JSON
strings may hold.
"""

from __future__ import annotations

from typing import Final

from aztui.core.data import dataclass

BOM: Final = b"\xef\xbb\xbf"
"""UTF-8's byte order mark, which may stand before a body and says nothing."""


@dataclass(frozen=True, slots=True)
class Record:
    """One server-sent event.

    Attributes:
        event: its name; empty where the server gives none.
        data: its data lines, joined by LF.
    """

    event: str
    data: bytes


class SseParser:
    """Splits a stream of bytes into records, however the bytes are cut.

    A record is handed over with the line end that closes it; each byte is looked at a fixed
    number of times, whatever the length of its line.
    """

    def __init__(self) -> None:
        self._line = bytearray()
        self._after_cr = False
        self._first_line = True
        self._event = ""
        self._data: list[bytes] = []

    def feed(self, data: bytes) -> list[Record]:
        """Take the next bytes and return the records they complete."""
        if not data:
            return []
        if self._after_cr and data[0] == 0x0A:
            data = data[1:]
        self._after_cr = data[-1:] == b"\r"
        if b"\r" in data:
            data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        lines = data.split(b"\n")
        unfinished = lines.pop()
        if not lines:
            self._line += unfinished
            return []
        if self._line:
            lines[0] = bytes(self._line) + lines[0]
            self._line.clear()
        self._line += unfinished
        return self._records(lines)

    def finish(self) -> list[Record]:
        """Return what the stream's end leaves unterminated: a last record, or none.

        The standard drops it; a server that forgets the blank line after its last event would
        lose text.
        """
        lines = [bytes(self._line), b""]
        self._line.clear()
        return self._records(lines)

    def _records(self, lines: list[bytes]) -> list[Record]:
        if self._first_line:
            self._first_line = False
            lines[0] = lines[0].removeprefix(BOM)
        records: list[Record] = []
        for line in lines:
            if not line:
                if self._data:
                    records.append(Record(self._event, b"\n".join(self._data)))
                    self._data.clear()
                self._event = ""
            else:
                self._field(line)
        return records

    def _field(self, line: bytes) -> None:
        name, _, value = line.partition(b":")
        if name == b"data":
            self._data.append(value.removeprefix(b" "))
        elif name == b"event":
            self._event = value.removeprefix(b" ").decode("utf-8", "replace")
