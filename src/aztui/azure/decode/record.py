"""A record to events: what all APIs have in common, and those that stream chunks of choices."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, Protocol

from aztui.azure.decode import known
from aztui.azure.decode.filters import FilterLog
from aztui.azure.decode.lenient import parse, text
from aztui.azure.decode.logprobs import tokens
from aztui.azure.decode.sse import Record
from aztui.azure.decode.verdict import stopped_choice
from aztui.azure.decode.wire_error import in_stream, read_error
from aztui.core.events import Answering, Event, FinishReason, StreamProblem, Tokens, Usage
from aztui.core.parameters import MOST_ANSWERS
from aztui.core.problem import Kind, Problem

_DONE: Final = b"[DONE]"
_SHOWN: Final = 200


class Decoder(Protocol):
    """Turns one stream's records into events, in order; takes anything and never raises."""

    @property
    def ignored(self) -> Mapping[str, int]:
        """The unknown keys and event types that were passed over, and how often each came."""

    @property
    def reached(self) -> int | None:
        """The number of the last event of a response that can be taken up after it.

        -1 where none was read yet; None where it cannot be taken up.
        """

    def __call__(self, record: Record, /) -> tuple[Event, ...]:
        """Return what `record` tells: nothing, one event or several."""


class JsonDecoder(ABC):
    """Decodes one stream of JSON objects; the APIs say what an object tells.

    It remembers the model it has announced, and what stands for its configuration, so that each is
    announced once and not with every chunk.
    """

    def __init__(self) -> None:
        self._model = ""
        self._fingerprint = ""
        self._unknown = known.Unknown()

    @property
    def ignored(self) -> Mapping[str, int]:
        """As `Decoder` says."""
        return self._unknown.counts

    @property
    def reached(self) -> int | None:
        """As `Decoder` says; only responses can be taken up."""
        return None

    def __call__(self, record: Record, /) -> tuple[Event, ...]:
        """As `Decoder` says."""
        if record.data.startswith(_DONE):
            return ()
        chunk = parse(record.data)
        if record.event == "error":
            wire = record.data.decode("utf-8", "replace") if chunk is None else chunk
            return (in_stream(read_error(wire)),)
        if not isinstance(chunk, dict):
            return (StreamProblem(_unreadable(record.data)),) if record.data.strip() else ()
        return tuple(self._events(chunk))

    @abstractmethod
    def _events(self, chunk: Mapping[str, Any]) -> Iterable[Event]:
        """What an object tells, whatever it is."""

    def _answering(self, model: object, fingerprint: object = None) -> Iterator[Event]:
        known = self._model, self._fingerprint
        if isinstance(model, str):
            self._model = model or self._model
        if isinstance(fingerprint, str):
            self._fingerprint = fingerprint or self._fingerprint
        if self._model and (self._model, self._fingerprint) != known:
            yield Answering(text(self._model), text(self._fingerprint))


class ChunkDecoder(JsonDecoder):
    """Decodes one stream of `{"choices": […]}` chunks, or one whole answer of that shape.

    Tens of thousands of chunks may come in a burst, nearly all of them with a few characters for
    one choice and nothing else that is new: that way is kept short.
    """

    def __init__(self) -> None:
        super().__init__()
        self._filter = FilterLog()
        self._results: dict[int, object] = {}

    @abstractmethod
    def _said(self, index: int, choice: Mapping[str, Any], told: list[Event]) -> None:
        """Add the text of a choice to `told`, where there is any."""

    def _events(self, chunk: Mapping[str, Any]) -> list[Event]:
        told: list[Event] = []
        model, fingerprint = chunk.get("model"), chunk.get("system_fingerprint")
        if model != self._model or (fingerprint is not None and fingerprint != self._fingerprint):
            told.extend(self._answering(model, fingerprint))
        choices = chunk.get("choices")
        if isinstance(choices, list):
            for position, choice in enumerate(choices):
                if isinstance(choice, dict):
                    self._choice(choice, position, told)
        if usage := chunk.get("usage"):
            told.extend(_usage(usage))
        if not known.PLAIN_CHUNK.issuperset(chunk):
            told.extend(self._about(chunk))
        return told

    def _about(self, chunk: Mapping[str, Any]) -> Iterator[Event]:
        """What a chunk tells besides its choices."""
        yield from self._filter.prompts(chunk.get("prompt_filter_results"))
        yield from self._filter.prompts(chunk.get("prompt_annotations"))
        if chunk.get("error") or (chunk.get("choices") is None and flat_error(chunk)):
            yield in_stream(read_error(chunk))
        else:
            self._unknown.keys(chunk, known.CHUNK)

    def _choice(self, choice: Mapping[str, Any], position: int, told: list[Event]) -> None:
        index = choice.get("index")
        if type(index) is not int or not 0 <= index < MOST_ANSWERS:
            index = position
        self._said(index, choice, told)
        if (logprobs := choice.get("logprobs")) and (chosen := tokens(logprobs)):
            told.append(Tokens(index, chosen))
        if not known.PLAIN_CHOICE.issuperset(choice) or self._judged_anew(index, choice):
            told.extend(self._filter.choice(index, choice))
            self._unknown.keys(choice, known.CHOICE, "choices[].")
        reason = choice.get("finish_reason")
        if reason and isinstance(reason, str):
            told.append(FinishReason(index, text(reason)))
            if reason == "content_filter":
                told.append(StreamProblem(stopped_choice(choice)))

    def _judged_anew(self, index: int, choice: Mapping[str, Any]) -> bool:
        """Whether the filter says something else than last time."""
        results = choice.get("content_filter_results")
        try:
            if results == self._results.get(index):
                return False
        except RecursionError:  # Nobody nests results so deep but to do harm.
            return False
        self._results[index] = results
        return True


def count(value: object) -> int:
    """Return a number of tokens; 0 for anything else."""
    return value if type(value) is int and value >= 0 else 0


def thought_tokens(details: object) -> int:
    """Return how many of an answer's tokens were thought and not said, as its usage details say."""
    return count(details.get("reasoning_tokens")) if isinstance(details, Mapping) else 0


def cached_tokens(details: object) -> int:
    """Return how many of a prompt's tokens the service had kept, as its usage details say."""
    return count(details.get("cached_tokens")) if isinstance(details, Mapping) else 0


def flat_error(chunk: Mapping[str, Any]) -> bool:
    """Whether an object is an error that stands by itself, in no member of that name."""
    return chunk.get("type") == "error" or isinstance(chunk.get("message"), str)


def _usage(usage: object) -> Iterator[Usage]:
    if isinstance(usage, dict):
        yield Usage(
            count(usage.get("prompt_tokens")),
            count(usage.get("completion_tokens")),
            thought_tokens(usage.get("completion_tokens_details")),
            cached_tokens(usage.get("prompt_tokens_details")),
        )


def _unreadable(data: bytes) -> Problem:
    return Problem(
        Kind.PROTOCOL,
        "A part of the answer came in a form that cannot be read",
        data[: 4 * _SHOWN].decode("utf-8", "replace")[:_SHOWN],
        "The rest is shown. Send the prompt again; if it happens again, "
        "the server or a proxy damages the answer.",
    )
