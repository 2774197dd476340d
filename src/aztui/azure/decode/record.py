"""A record to events: what all APIs have in common, and those that stream chunks of choices."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, TypeAlias

from aztui.azure.decode.lenient import parse, text
from aztui.azure.decode.sse import Record
from aztui.azure.decode.verdict import stopped
from aztui.azure.decode.wire_error import read_error, stream_problem
from aztui.core.events import Answering, Event, FinishReason, StreamProblem, TextDelta, Usage
from aztui.core.problem import Kind, Problem

Decoder: TypeAlias = Callable[[Record], tuple[Event, ...]]
"""Turns a stream's records into events, in order; takes anything and never raises."""

TextOf: TypeAlias = Callable[[Mapping[str, Any]], str]
"""Finds the text in a choice; empty where there is none."""

_DONE: Final = b"[DONE]"
_SHOWN: Final = 200


class JsonDecoder(ABC):
    """Decodes one stream of JSON objects; the APIs say what an object tells.

    It remembers the model it has announced, so that each is announced once.
    """

    def __init__(self) -> None:
        self._model = ""

    def __call__(self, record: Record) -> tuple[Event, ...]:
        """Return what `record` tells: nothing, one event or several."""
        if record.data.startswith(_DONE):
            return ()
        chunk = parse(record.data)
        if record.event == "error":
            wire = record.data.decode("utf-8", "replace") if chunk is None else chunk
            return (StreamProblem(stream_problem(read_error(wire))),)
        if not isinstance(chunk, dict):
            return (StreamProblem(_unreadable(record.data)),) if record.data.strip() else ()
        return tuple(self._events(chunk))

    @abstractmethod
    def _events(self, chunk: Mapping[str, Any]) -> Iterator[Event]:
        """What an object tells, whatever it is."""

    def _answering(self, model: object) -> Iterator[Event]:
        if model and model != self._model and isinstance(model, str):
            self._model = model
            yield Answering(text(model))


class ChunkDecoder(JsonDecoder):
    """Decodes one stream of `{"choices": […]}` chunks, or one whole answer of that shape.

    Args:
        text_of: where the API keeps a choice's text.
    """

    def __init__(self, text_of: TextOf) -> None:
        super().__init__()
        self._text_of = text_of

    def _events(self, chunk: Mapping[str, Any]) -> Iterator[Event]:
        yield from self._answering(chunk.get("model"))
        choices = chunk.get("choices")
        if isinstance(choices, list):
            for position, choice in enumerate(choices):
                if isinstance(choice, dict):
                    yield from self._choice(choice, position)
        usage = chunk.get("usage")
        if usage and isinstance(usage, dict):
            yield Usage(count(usage.get("prompt_tokens")), count(usage.get("completion_tokens")))
        if chunk.get("error") or (choices is None and flat_error(chunk)):
            yield StreamProblem(stream_problem(read_error(chunk)))

    def _choice(self, choice: Mapping[str, Any], position: int) -> Iterator[Event]:
        index = choice.get("index")
        if type(index) is not int or index < 0:
            index = position
        if piece := self._text_of(choice):
            yield TextDelta(index, piece)
        reason = choice.get("finish_reason")
        if reason and isinstance(reason, str):
            yield FinishReason(index, text(reason))
            if reason == "content_filter":
                yield StreamProblem(stopped(choice))


def count(value: object) -> int:
    """Return a number of tokens; 0 for anything else."""
    return value if type(value) is int and value >= 0 else 0


def flat_error(chunk: Mapping[str, Any]) -> bool:
    """Whether an object is an error that stands by itself, in no member of that name."""
    return chunk.get("type") == "error" or isinstance(chunk.get("message"), str)


def _unreadable(data: bytes) -> Problem:
    return Problem(
        Kind.PROTOCOL,
        "A part of the answer came in a form that cannot be read",
        data[: 4 * _SHOWN].decode("utf-8", "replace")[:_SHOWN],
        "The rest is shown. Send the prompt again; if it happens again, "
        "the server or a proxy damages the answer.",
    )
