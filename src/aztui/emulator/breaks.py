"""Faults of the stream itself: it comes late, damaged, padded, or not to its end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from aztui.core.request import Json, Params
from aztui.emulator import refusal, wire
from aztui.emulator.backend import Piece
from aztui.emulator.replies import LOREM
from aztui.emulator.scene import Scene, choices, is_end, token, until
from aztui.emulator.steps import Cut, Done, Open, Pause, Raw, Record, Reply, Silence, Step, Tick
from aztui.emulator.verdicts import Told

_COMMENT: Final = b": keep-alive\n\n"
_FAILURE: Final = "The server had an error while processing your request. Sorry about that!"


def hang(_steps: Iterator[Step], _scene: Scene) -> Iterator[Step]:
    """Take the request and never answer."""
    yield Silence()


def stall(steps: Iterator[Step], scene: Scene) -> Iterator[Step]:
    """Fall silent after `after` tokens."""
    yield from until(steps, scene.options["after"])
    yield Silence()


def cut(steps: Iterator[Step], scene: Scene) -> Iterator[Step]:
    """Close the connection in mid-stream after `after` tokens."""
    yield from until(steps, scene.options["after"])
    yield Cut()


def no_finish(steps: Iterator[Step], _scene: Scene) -> Iterator[Step]:
    """Send all the text, then end without a finish reason and without `[DONE]`.

    What ends a response, and repeats its text, is left out too.
    """
    for step in steps:
        match step:
            case Reply():
                yield replace(step, body=_endless(step.body))
            case Record(payload, tokens) if tokens or not _ends(payload):
                yield replace(step, payload=_endless(payload))
            case Open() | Tick() | Pause():
                yield step
            case _:
                pass


def _ends(payload: Params) -> bool:
    if is_end(payload):
        return True
    tells_usage = payload.get("usage") is not None
    return tells_usage or any(choice.get("finish_reason") for choice in choices(payload))


def _endless(payload: Params) -> Params:
    """A chunk or an answer as if it were not over."""
    if payload.get("object") == "response":
        return {**payload, "status": "in_progress", "incomplete_details": None}
    if "choices" not in payload:
        return payload
    endless: list[Json] = [{**choice, "finish_reason": None} for choice in choices(payload)]
    return {**payload, "choices": endless}


def rst(steps: Iterator[Step], scene: Scene) -> Iterator[Step]:
    """Reset the connection in mid-stream after `after` tokens."""
    yield from until(steps, scene.options["after"])
    yield Cut(reset=True)


def half_chunk(steps: Iterator[Step], scene: Scene) -> Iterator[Step]:
    """Close the connection in the middle of an HTTP chunk after `after` tokens."""
    left = scene.options["after"]
    for step in steps:
        if isinstance(step, Record) and left == 0:
            yield Raw(wire.record(step.payload, step.event), whole=False)
            break
        if isinstance(step, Reply | Done):
            break
        yield step
        left -= token(step)
    yield Cut()


def bad_json(steps: Iterator[Step], scene: Scene) -> Iterator[Step]:
    """Lose half of one record: the one after `after` tokens."""
    left, lost = scene.options["after"], False
    for step in steps:
        if isinstance(step, Reply):
            yield replace(step, damaged=True)
        elif isinstance(step, Record) and left == 0 and step.tokens and not lost:
            lost = True
            record = wire.record(step.payload, step.event)
            yield Raw(record[: len(record) // 2] + b"\n\n")
        else:
            yield step
            left -= token(step)


def flat_error(steps: Iterator[Step], scene: Scene) -> Iterator[Step]:
    """End in an event `error`, as OpenAI documents it, after `after` tokens."""
    error: Params = {
        "type": "error",
        "code": "server_error",
        "message": _FAILURE,
        "param": None,
        "sequence_number": scene.options["after"] + 1,
    }
    return _failing(steps, scene, wire.record(error, "error"))


def sse_error(steps: Iterator[Step], scene: Scene) -> Iterator[Step]:
    """End in a record that holds an error, as Azure sends it, after `after` tokens."""
    error = wire.model_error(_FAILURE, kind="server_error")
    return _failing(steps, scene, wire.record(error))


def _failing(steps: Iterator[Step], scene: Scene, error: bytes) -> Iterator[Step]:
    streamed = False
    for step in until(steps, scene.options["after"]):
        streamed = streamed or isinstance(step, Open)
        yield step
    yield Raw(error) if streamed else refusal.server_error()


def slow(steps: Iterator[Step], scene: Scene) -> Iterator[Step]:
    """Wait `ms` milliseconds before the answer's first byte."""
    yield Pause(scene.options["ms"] / 1000)
    yield from steps


def think(steps: Iterator[Step], scene: Scene) -> Iterator[Step]:
    """Be silent for `ms` milliseconds before the first text."""
    silent = True
    for step in steps:
        if silent and token(step):
            silent = False
            yield Pause(scene.options["ms"] / 1000)
        yield step


def drip(steps: Iterator[Step], scene: Scene) -> Iterator[Step]:
    """Wait `ms` milliseconds before each token."""
    for step in steps:
        if token(step):
            yield Pause(scene.options["ms"] / 1000)
        yield step


def keepalive(steps: Iterator[Step], scene: Scene) -> Iterator[Step]:
    """Send `count` comments, `ms` milliseconds apart, before each record of a stream."""
    for step in steps:
        if isinstance(step, Record | Done):
            for _ in range(scene.options["count"]):
                yield Raw(_COMMENT)
                yield Pause(scene.options["ms"] / 1000)
        yield step


def big(told: Iterator[Told], scene: Scene) -> Iterator[Told]:
    """Let the first text of the answer be `kb` thousand characters longer."""
    length = scene.options["kb"] * 1000
    more, added = (LOREM * (length // len(LOREM) + 1))[:length], False
    for part in told:
        if isinstance(part, Piece) and part.text and not added:
            added = True
            yield replace(part, text=part.text + more, tokens=())
        else:
            yield part
