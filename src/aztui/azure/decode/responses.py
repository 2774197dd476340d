"""Responses: events of a response that grows item by item, or a whole response.

The events are those of Azure's published OpenAPI (`ResponseStreamEvent`, v1). The same text comes
in them up to five times: in deltas, at the end of its part, of its content part and of its item,
and in the response that closes the stream. It is told once, when it first comes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, TypeAlias

from aztui.azure.decode.lenient import text
from aztui.azure.decode.record import Decoder, JsonDecoder, count, flat_error
from aztui.azure.decode.wire_error import WireError, read_error, stream_problem
from aztui.core.events import Event, FinishReason, StreamProblem, TextDelta, Usage

_Place: TypeAlias = tuple[int | str, int]
"""A part's place: its item's index (or id, where a server gives no index), and its own there."""

_DELTAS: Final = frozenset({"response.output_text.delta", "response.refusal.delta"})
_PARTS: Final = frozenset({"response.output_text.done", "response.refusal.done"})
_RESPONSES: Final = frozenset(
    f"response.{state}"
    for state in ("created", "queued", "in_progress", "completed", "incomplete", "failed")
)
_LIMITS: Final[Mapping[str, str]] = {"max_output_tokens": "length"}
"""Reasons of an incomplete response that the other APIs call otherwise."""


def decoder() -> Decoder:
    """Return a decoder for one response."""
    return _ResponseDecoder()


class _ResponseDecoder(JsonDecoder):
    """Decodes one stream of response events, or one whole response."""

    def __init__(self) -> None:
        super().__init__()
        self._told = _Told()

    def _events(self, chunk: Mapping[str, Any]) -> Iterator[Event]:
        kind = chunk.get("type")
        response = chunk.get("response")
        if not isinstance(kind, str):
            kind = ""
        if kind in _DELTAS:
            yield from self._delta(chunk)
        elif kind in _PARTS:
            yield from self._part(_place(chunk), chunk)
        elif kind == "response.content_part.done":
            yield from self._part(_place(chunk), _mapping(chunk.get("part")))
        elif kind == "response.output_item.done":
            yield from self._item(chunk.get("output_index"), chunk.get("item"))
        elif kind in _RESPONSES and isinstance(response, dict):
            yield from self._response(response)
        elif chunk.get("object") == "response" or isinstance(chunk.get("output"), list):
            yield from self._response(chunk)
        elif chunk.get("error") or (not kind.startswith("response.") and flat_error(chunk)):
            yield StreamProblem(stream_problem(read_error(chunk)))

    def _delta(self, chunk: Mapping[str, Any]) -> Iterator[Event]:
        if piece := text(chunk.get("delta")):
            self._told.note(_place(chunk), piece)
            yield TextDelta(0, piece)

    def _part(self, place: _Place, part: Mapping[str, Any]) -> Iterator[Event]:
        if part.get("type") in {"reasoning_text", "summary_text"}:
            return
        whole = text(part.get("text")) or text(part.get("refusal"))
        if rest := self._told.rest(place, whole):
            self._told.note(place, rest)
            yield TextDelta(0, rest)

    def _item(self, index: object, item: object) -> Iterator[Event]:
        said = _mapping(item)
        parts = said.get("content")
        if said.get("type", "message") != "message" or not isinstance(parts, list):
            return
        for number, part in enumerate(parts):
            yield from self._part((_item_of(index, said.get("id")), number), _mapping(part))

    def _response(self, response: Mapping[str, Any]) -> Iterator[Event]:
        yield from self._answering(response.get("model"))
        output = response.get("output")
        for index, item in enumerate(output if isinstance(output, list) else ()):
            yield from self._item(index, item)
        usage = response.get("usage")
        if usage and isinstance(usage, dict):
            yield Usage(count(usage.get("input_tokens")), count(usage.get("output_tokens")))
        yield from _end(response)


class _Told:
    """The parts' text as far as it was told."""

    def __init__(self) -> None:
        self._pieces: dict[_Place, list[str]] = {}

    def note(self, place: _Place, piece: str) -> None:
        """Remember that more of a part was told."""
        self._pieces.setdefault(place, []).append(piece)

    def rest(self, place: _Place, whole: str) -> str:
        """Return what of a part's whole text was not told yet.

        Nothing where something else was told in its place: that was what came first.
        """
        pieces = self._pieces.get(place)
        if pieces is None:
            return "" if self._known_without_index(whole) else whole
        told = "".join(pieces)
        pieces[:] = [told]
        return whole.removeprefix(told) if whole.startswith(told) else ""

    def _known_without_index(self, whole: str) -> bool:
        return any(
            isinstance(item, str) and "".join(pieces) == whole
            for (item, _), pieces in self._pieces.items()
        )


def _end(response: Mapping[str, Any]) -> Iterator[Event]:
    status = response.get("status")
    if status == "completed":
        yield FinishReason(0, "stop")
    elif status == "incomplete":
        reason = text(_mapping(response.get("incomplete_details")).get("reason"))
        yield FinishReason(0, _LIMITS.get(reason, reason or "incomplete"))
    elif error := response.get("error"):
        yield StreamProblem(stream_problem(read_error(error)))
    elif status == "failed":
        yield StreamProblem(stream_problem(WireError("")))


def _place(chunk: Mapping[str, Any]) -> _Place:
    part = chunk.get("content_index")
    return _item_of(chunk.get("output_index"), chunk.get("item_id")), _index(part) or 0


def _item_of(index: object, name: object) -> int | str:
    number = _index(index)
    if number is not None:
        return number
    return name if isinstance(name, str) else ""


def _index(value: object) -> int | None:
    return value if type(value) is int and value >= 0 else None


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
