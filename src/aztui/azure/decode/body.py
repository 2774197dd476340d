"""A response's body, split into records whatever form it comes in."""

from __future__ import annotations

from enum import Enum, auto
from typing import Final

from aztui.azure.decode.sse import BOM, Record, SseParser

_FIELDS: Final = (b"data:", b"event:", b"id:", b"retry:", b":")
_LONGEST_FIELD: Final = max(map(len, _FIELDS))
_ENOUGH_TO_SHOW: Final = 8192


class NotAnAnswerError(Exception):
    """A response that is neither an event stream nor one JSON text.

    Attributes:
        content_type: what it says it is; may be empty.
        beginning: the first of its bytes.
        url: the address that was asked; empty until whoever asked says it.
    """

    def __init__(self, content_type: str, beginning: bytes) -> None:
        super().__init__(f"a response of type {content_type or 'unknown'}")
        self.content_type = content_type
        self.beginning = beginning
        self.url = ""


class _Form(Enum):
    UNKNOWN = auto()
    STREAM = auto()
    JSON = auto()
    OTHER = auto()


class Body:
    """Splits a body into records: an event stream as it comes, one JSON text as a whole.

    The first bytes decide, since servers and proxies mislabel both: an error in JSON sent as
    `text/event-stream`, a stream sent as `text/plain`.

    Args:
        content_type: the response's header; may be empty.
    """

    def __init__(self, content_type: str) -> None:
        self._content_type = content_type
        self._declared = content_type.lower().startswith("text/event-stream")
        self._form = _Form.UNKNOWN
        self._held = bytearray()
        self._parser = SseParser()

    @property
    def beginning(self) -> bytes:
        """The first bytes of a body that is no event stream."""
        return bytes(self._held[:_ENOUGH_TO_SHOW])

    @property
    def whole(self) -> bool:
        """Whether the body is one JSON text and not a stream."""
        return self._form is _Form.JSON

    def feed(self, data: bytes) -> list[Record]:
        """Take the next bytes and return the records they complete.

        Raises:
            NotAnAnswerError: enough has come of something that is no answer at all.
        """
        if self._form is _Form.STREAM:
            return self._parser.feed(data)
        self._held += data if self._held else data.lstrip()
        if self._form is _Form.UNKNOWN:
            self._form = _form(bytes(self._held), declared=self._declared)
            if self._form is _Form.STREAM:
                held = bytes(self._held)
                self._held.clear()
                return self._parser.feed(held)
        if self._form is _Form.OTHER and len(self._held) >= _ENOUGH_TO_SHOW:
            raise NotAnAnswerError(self._content_type, self.beginning)
        return []

    def finish(self) -> list[Record]:
        """Return what the end completes.

        Raises:
            NotAnAnswerError: the body was no answer at all.
        """
        if self._form is _Form.JSON:
            return [Record("", bytes(self._held.removeprefix(BOM)))]
        if self._held.strip():
            raise NotAnAnswerError(self._content_type, self.beginning)
        return self._parser.finish()


def _form(held: bytes, *, declared: bool) -> _Form:
    start = held.removeprefix(BOM).lstrip()[:_LONGEST_FIELD]
    if not start or BOM.startswith(held):
        return _Form.UNKNOWN
    if start[:1] in {b"{", b"["}:
        return _Form.JSON
    if declared or start.startswith(_FIELDS):
        return _Form.STREAM
    undecided = len(start) < _LONGEST_FIELD and any(name.startswith(start) for name in _FIELDS)
    return _Form.UNKNOWN if undecided else _Form.OTHER
