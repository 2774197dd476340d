"""Bytes to events, when the bytes stop coming as they should."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from aztui.azure.decode import completions
from aztui.azure.decode.body import NotAnAnswerError
from aztui.azure.reading import events
from aztui.core.events import Event, Ignored, StreamProblem, TextDelta
from tests.support.hostile import event

STREAM = "text/event-stream"


class BrokenError(Exception):
    """The connection's."""


def broken(*pieces: bytes) -> Iterator[bytes]:
    yield from pieces
    raise BrokenError


def read_until_broken(*pieces: bytes) -> list[Event]:
    told: list[Event] = []
    reading = events(broken(*pieces), STREAM, completions.decoder())
    with pytest.raises(BrokenError):
        told.extend(reading)
    return told


def text(told: list[Event]) -> str:
    return "".join(e.text for e in told if isinstance(e, TextDelta))


def test_what_came_before_the_break_is_told() -> None:
    unterminated = event(" b").removesuffix(b"\n\n")
    assert text(read_until_broken(event("a") + unterminated)) == "a b"


def test_a_cut_record_is_no_problem_of_its_own_beside_the_break() -> None:
    told = read_until_broken(event("a"), event("b")[:-20])
    assert text(told) == "a"
    assert not [e for e in told if isinstance(e, StreamProblem)]


def test_an_error_that_came_last_is_told_although_unterminated() -> None:
    told = read_until_broken(b'data: {"error": {"message": "Boom."}}\n')
    assert [e.problem.detail for e in told if isinstance(e, StreamProblem)] == ["Boom."]


def test_a_cut_record_at_a_clean_end_is_a_problem() -> None:
    told = list(events([event("a"), event("b")[:-20]], STREAM, completions.decoder()))
    assert [type(e) for e in told][-1] is StreamProblem


@pytest.mark.parametrize("body", [b'{"status": "fine"}', b"<html>"])
def test_a_body_without_an_answer_is_no_answer(body: bytes) -> None:
    with pytest.raises(NotAnAnswerError):
        assert not list(events([body], "application/json", completions.decoder()))


def test_an_error_as_json_is_told() -> None:
    (told,) = events([b'{"error": {"message": "Boom."}}'], STREAM, completions.decoder())
    assert isinstance(told, StreamProblem)
    assert told.problem.detail == "Boom."


ODD = b'data: {"choices": [{"text": "b"}], "timings": {}}\n\n'


def test_what_was_passed_over_is_told_last() -> None:
    told = list(events([ODD + event("a"), ODD[:-2]], STREAM, completions.decoder()))
    assert told[-2:] == [TextDelta(0, "b"), Ignored((("timings", 2),))]
    plain = list(events([event("a")], STREAM, completions.decoder()))
    assert plain[-1] == TextDelta(0, "a")


def test_what_was_passed_over_is_told_of_a_broken_stream_too() -> None:
    told = read_until_broken(ODD + event("a"), ODD[:-2])
    assert told[-2:] == [TextDelta(0, "b"), Ignored((("timings", 2),))]
