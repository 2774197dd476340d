"""Responses: events of a response that grows item by item, or a whole response.

The events are those of Azure's published OpenAPI (`ResponseStreamEvent`, v1) and of the SDK. The
same text comes in them up to five times: in deltas, at the end of its part, of its content part
and of its item, and in the response that closes the stream. It is told once, when it first comes;
so are its tokens, and what the model thought.

A response that the service runs in the background can be taken up in its middle: then what repeats
the text of a part that had begun before is passed over, since nobody can tell there what was told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, TypeAlias

from aztui.azure.decode import known
from aztui.azure.decode.filters import FilterLog, reports
from aztui.azure.decode.lenient import text
from aztui.azure.decode.logprobs import tokens
from aztui.azure.decode.record import (
    Decoder,
    JsonDecoder,
    cached_tokens,
    count,
    flat_error,
    thought_tokens,
)
from aztui.azure.decode.told import Part, Place, Told
from aztui.azure.decode.wire_error import WireError, filtered, in_stream, read_error, stopped
from aztui.core.events import (
    Event,
    FinishReason,
    ReasoningDelta,
    ReasoningItem,
    Stored,
    StreamProblem,
    TextDelta,
    Thinking,
    Tokens,
    Usage,
)
from aztui.core.problem import Kind, Problem

_GROWING: Final[Mapping[str, Part]] = {
    "response.output_text": Part.SAID,
    "response.refusal": Part.SAID,
    "response.reasoning_summary_text": Part.SUMMARY,
    "response.reasoning_text": Part.THOUGHT,
    # The names of the published OpenAPI; what services send is called as above.
    "response.reasoning_summary": Part.SUMMARY,
    "response.reasoning": Part.THOUGHT,
}
"""What grows by events that end in `.delta`, and is whole in one that ends in `.done`."""

_DELTAS: Final = {f"{name}.delta": part for name, part in _GROWING.items()}
_WHOLES: Final = {f"{name}.done": part for name, part in _GROWING.items()}
_PARTS: Final = frozenset({"response.content_part.done", "response.reasoning_summary_part.done"})
_BEGINNINGS: Final = frozenset(
    {"response.content_part.added", "response.reasoning_summary_part.added"}
)
_UNTOLD: Final = _BEGINNINGS | {"response.output_item.added"}
"""What tells nothing by itself, and must be seen again by whoever takes the stream up before the
text that follows."""
_KINDS: Final[Mapping[object, Part]] = {
    "summary_text": Part.SUMMARY,
    "reasoning_text": Part.THOUGHT,
}
"""The types of parts that are no part of the answer."""

_RESPONSES: Final = frozenset(
    f"response.{state}"
    for state in (
        "created",
        "queued",
        "in_progress",
        "completed",
        "incomplete",
        "failed",
        "cancelled",  # in no list of events, but a response's status like the others
    )
)
_REASONS: Final[Mapping[str, str]] = {
    "max_output_tokens": "length",
    "content_filter": "content_filter",
}
"""Why a response may be incomplete, and what the other APIs call that."""


_Item: TypeAlias = int | str
"""An item's index, or its id where a server gives no index."""


def decoder() -> Decoder:
    """Return a decoder for one response."""
    return _ResponseDecoder()


def decoder_midway(after: int | None, parts: int) -> Decoder:
    """Return a decoder for the rest of a stored response's stream.

    Args:
        after: the number of the last event that was read before; None where all are to come again.
        parts: of how many parts of the model's thoughts something was told by then.
    """
    return _ResponseDecoder(_Midway(-1 if after is None else after, parts))


class _Midway:
    """What had begun before a stream was taken up: whatever is not seen to begin.

    Attributes:
        after: the number of the last event before that; -1 for none.
        parts: how many parts of thoughts had been told.
    """

    def __init__(self, after: int, parts: int) -> None:
        self.after = after
        self.parts = parts
        self._items: set[_Item] = set()
        self._places: set[Place] = set()

    def see(self, place: Place) -> None:
        """Note that a part begins."""
        self._places.add(place)

    def see_item(self, item: _Item) -> None:
        """Note that an item begins, and with it all its parts."""
        self._items.add(item)

    def had_begun(self, place: Place) -> bool:
        """Whether a part had begun before."""
        return place not in self._places and place[1] not in self._items


class _ResponseDecoder(JsonDecoder):
    """Decodes one stream of response events, the rest of one, or one whole response."""

    def __init__(self, midway: _Midway | None = None) -> None:
        super().__init__()
        self._midway = midway
        self._background = midway is not None
        self._last = midway.after if midway else -1
        self._told = Told()
        self._filter = FilterLog()
        self._thinking = False
        self._effort = ""
        self._thoughts: dict[Place, int] = {}
        self._begun_thoughts = midway.parts if midway else 0
        self._kept: set[_Item] = set()

    @property
    def reached(self) -> int | None:
        """As `Decoder` says."""
        return self._last if self._background else None

    def _events(self, chunk: Mapping[str, Any]) -> Iterable[Event]:
        kind = chunk.get("type")
        if not isinstance(kind, str):
            kind = ""
        if not known.EVENT.issuperset(chunk) and kind in known.EVENTS:
            self._unknown.keys(chunk, known.EVENT)
        if kind not in _UNTOLD:
            self._note_number(chunk.get("sequence_number"))
        if part := _DELTAS.get(kind):
            return self._delta(_place(part, chunk), chunk)
        if part := _WHOLES.get(kind):
            return self._whole(_place(part, chunk), chunk)
        if kind in _PARTS:
            said = _mapping(chunk.get("part"))
            return self._whole(_place(_part(said), chunk), said)
        if kind in _BEGINNINGS and self._midway:
            self._midway.see(_place(_part(_mapping(chunk.get("part"))), chunk))
            return ()
        if kind.startswith("response.output_item."):
            return self._item(chunk.get("output_index"), chunk.get("item"), kind)
        return self._about(kind, chunk)

    def _note_number(self, number: object) -> None:
        if type(number) is int:
            self._last = max(number, self._last)

    def _about(self, kind: str, chunk: Mapping[str, Any]) -> Iterator[Event]:
        """What is told of the response as a whole."""
        response = chunk.get("response")
        if kind in _RESPONSES and isinstance(response, dict):
            yield from self._response(response)
        elif chunk.get("object") == "response" or isinstance(chunk.get("output"), list):
            yield from self._response(chunk)
        elif chunk.get("error") or (not kind.startswith("response.") and flat_error(chunk)):
            yield in_stream(read_error(chunk))
        elif not kind:
            self._unknown.keys(chunk, known.EVENT)
        elif kind not in known.EVENTS:
            self._unknown.note(kind)

    def _delta(self, place: Place, chunk: Mapping[str, Any]) -> list[Event]:
        told: list[Event] = []
        delta = chunk.get("delta")
        # The published OpenAPI leaves open what a delta of a summary is.
        piece = text(delta.get("text") if isinstance(delta, dict) else delta)
        if piece:
            self._told.note(place, piece)
            told.append(self._text(place, piece))
        if (logprobs := chunk.get("logprobs")) and (chosen := tokens(logprobs)):
            self._told.note_tokens(place, len(chosen))
            told.append(Tokens(0, chosen))
        return told

    def _whole(self, place: Place, part: Mapping[str, Any]) -> Iterator[Event]:
        if self._midway and self._midway.had_begun(place):
            return
        whole = text(part.get("text")) or text(part.get("refusal"))
        if rest := self._told.rest(place, whole):
            yield self._text(place, rest)
        if chosen := self._told.rest_of_tokens(place, tokens(part.get("logprobs"))):
            yield Tokens(0, chosen)

    def _text(self, place: Place, piece: str) -> TextDelta | ReasoningDelta:
        if place[0] is Part.SAID:
            return TextDelta(0, piece)
        if place not in self._thoughts:
            self._thoughts[place] = self._number_of(place)
        return ReasoningDelta(self._thoughts[place], piece)

    def _number_of(self, place: Place) -> int:
        """The number of a part of thoughts that is told for the first time."""
        if self._midway and self._begun_thoughts and self._midway.had_begun(place):
            return self._begun_thoughts - 1
        self._begun_thoughts += 1
        return self._begun_thoughts - 1

    def _item(self, index: object, item: object, kind: str = "") -> Iterator[Event]:
        said = _mapping(item)
        which = _item_of(index, said.get("id"))
        thoughts = said.get("type") == "reasoning"
        if thoughts and not self._thinking:
            self._thinking = True
            yield Thinking(self._effort)
        if kind.endswith(".added") and self._midway:
            self._midway.see_item(which)
        if kind.endswith(".added") or not (thoughts or said.get("type", "message") == "message"):
            return
        if thoughts:
            yield from self._parts(Part.SUMMARY, which, said.get("summary"))
        yield from self._parts(Part.THOUGHT if thoughts else Part.SAID, which, said.get("content"))
        if thoughts and which not in self._kept and (kept := _kept(said)):
            self._kept.add(which)
            yield kept

    def _parts(self, part: Part, item: _Item, parts: object) -> Iterator[Event]:
        for number, said in enumerate(parts if isinstance(parts, list) else ()):
            yield from self._whole((part, item, number), _mapping(said))

    def _response(self, response: Mapping[str, Any]) -> Iterator[Event]:
        yield from self._answering(response.get("model"))
        name = text(response.get("id"))
        if name and response.get("background") is True and not self._background:
            self._background = True
            yield Stored(name)
        self._effort = text(_mapping(response.get("reasoning")).get("effort"))
        output = response.get("output")
        for index, item in enumerate(output if isinstance(output, list) else ()):
            yield from self._item(index, item)
        for prompt, results in reports(response.get("content_filters")):
            yield from self._filter.news(None if prompt else 0, results)
        usage = response.get("usage")
        if usage and isinstance(usage, dict):
            yield Usage(
                count(usage.get("input_tokens")),
                count(usage.get("output_tokens")),
                thought_tokens(usage.get("output_tokens_details")),
                cached_tokens(usage.get("input_tokens_details")),
            )
        yield from _end(response)
        self._unknown.keys(response, known.RESPONSE, "response.")


def _end(response: Mapping[str, Any]) -> Iterator[Event]:
    status = response.get("status")
    if status == "completed":
        yield FinishReason(0, "stop")
    elif status == "incomplete":
        yield from _incomplete(response)
    elif error := response.get("error"):
        yield in_stream(read_error(error))
    elif status == "failed":
        yield in_stream(WireError(""))
    elif status == "cancelled":
        yield StreamProblem(_CANCELLED)


def _incomplete(response: Mapping[str, Any]) -> Iterator[Event]:
    why = text(_mapping(response.get("incomplete_details")).get("reason"))
    reason = _REASONS.get(why)
    if reason is None:
        yield StreamProblem(_unfinished(why))
    else:
        yield FinishReason(0, reason)
    if reason == "content_filter":
        yield StreamProblem(stopped(_filtered(response)))


_CANCELLED: Final = Problem(
    Kind.SERVER,
    "The response was cancelled at the service",
    fix="Send the prompt again, or continue from what came.",
)


def _unfinished(why: str) -> Problem:
    return Problem(
        Kind.SERVER,
        "The service ended the answer before it was complete",
        why,
        "Most often that is a limit on tokens: allow more (-o max_output_tokens=N), or continue "
        "from what came.",
    )


def _filtered(response: Mapping[str, Any]) -> tuple[str, ...]:
    found = (filtered(results) for _, results in reports(response.get("content_filters")))
    return tuple(dict.fromkeys(name for names in found for name in names))


def _kept(item: Mapping[str, Any]) -> ReasoningItem | None:
    """What goes back to the service of a reasoning item: nothing without its encrypted content."""
    encrypted = text(item.get("encrypted_content"))
    if not encrypted:
        return None
    summary = item.get("summary")
    parts = map(_mapping, summary if isinstance(summary, list) else ())
    name = text(item.get("id"))
    return ReasoningItem(
        {
            "type": "reasoning",
            **({"id": name} if name else {}),
            "summary": [
                {"type": "summary_text", "text": text(part.get("text"))} for part in parts if part
            ],
            "encrypted_content": encrypted,
        }
    )


def _place(part: Part, chunk: Mapping[str, Any]) -> Place:
    number = chunk.get("summary_index" if part is Part.SUMMARY else "content_index")
    item = _item_of(chunk.get("output_index"), chunk.get("item_id"))
    return part, item, _index(number) or 0


def _part(part: Mapping[str, Any]) -> Part:
    kind = part.get("type")
    return _KINDS.get(kind, Part.SAID) if isinstance(kind, str) else Part.SAID


def _item_of(index: object, name: object) -> _Item:
    number = _index(index)
    if number is not None:
        return number
    return name if isinstance(name, str) else ""


def _index(value: object) -> int | None:
    return value if type(value) is int and value >= 0 else None


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
