"""An answer's bytes to its events."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from aztui.azure.decode.body import Body, NotAnAnswerError
from aztui.azure.decode.record import Decoder
from aztui.core.events import Event, FinishReason, Ignored, Reached, StreamProblem, TextDelta
from aztui.core.problem import Kind, Problem


class NothingCameError(Exception):
    """The stream ended, and neither text nor a finish reason nor an error had come."""


class LateRefusalError(Exception):
    """A response began as an answer, and told only of an error that may pass.

    Attributes:
        problem: the error.
        headers: the response's.
    """

    def __init__(self, problem: Problem, headers: Mapping[str, str]) -> None:
        super().__init__(problem.title)
        self.problem = problem
        self.headers = headers


_ANSWERS: Final = (TextDelta, FinishReason, StreamProblem)


def events(pieces: Iterable[bytes], content_type: str, decode: Decoder) -> Iterator[Event]:
    """Read an answer to its end.

    Whatever `pieces` raises comes through, after the events of all that had come before it. What
    was passed over is told last. Of a response that can be taken up it is told after each piece of
    bytes how far it was read.

    Args:
        pieces: the body's bytes as they arrive.
        content_type: the response's header; may be empty.
        decode: a decoder of the API that was asked: a new one, or the one that has read what came
            before of a response that is taken up.

    Raises:
        NotAnAnswerError: the body is no answer.
        NothingCameError: the body's end came before anything of an answer.
    """
    body = Body(content_type)
    answered = False
    reached = decode.reached
    try:
        for data in pieces:
            for record in body.feed(data):
                for event in decode(record):
                    answered = answered or isinstance(event, _ANSWERS)
                    yield event
            if decode.reached is not None and decode.reached not in {reached, -1}:
                reached = decode.reached
                yield Reached(reached)
    except Exception:
        yield from _salvaged(body, decode)
        yield from _ignored(decode)
        raise
    rest = [event for record in body.finish() for event in decode(record)]
    if decode.reached is not None:
        # What was cut of a response that can be taken up comes again.
        rest = [event for event in rest if not _unreadable(event)]
    if body.whole and not rest:
        raise NotAnAnswerError(content_type, body.beginning)
    yield from rest
    yield from _ignored(decode)
    if not (answered or any(isinstance(event, _ANSWERS) for event in rest)):
        raise NothingCameError


def _ignored(decode: Decoder) -> Iterator[Ignored]:
    if decode.ignored:
        yield Ignored(tuple(decode.ignored.items()))


def _salvaged(body: Body, decode: Decoder) -> Iterator[Event]:
    with contextlib.suppress(NotAnAnswerError):
        for record in body.finish():
            for event in decode(record):
                # A record that was cut cannot be read; that it was cut is told already.
                if not _unreadable(event):
                    yield event


def _unreadable(event: Event) -> bool:
    return isinstance(event, StreamProblem) and event.problem.kind is Kind.PROTOCOL
