"""Faults of form: what comes is no error, but not what was asked for either."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from aztui.core.request import Api, Json, Params
from aztui.emulator import wire
from aztui.emulator.backend import Tally
from aztui.emulator.scene import Scene, choices
from aztui.emulator.steps import Done, Open, Page, Record, Reply, Step
from aztui.emulator.tokens import estimate

_PAGE: Final = """\
<!DOCTYPE html>
<html>
<head><title>Sign in to the network</title></head>
<body><p>This network asks you to sign in before you go on.</p></body>
</html>
"""
_UNKNOWN: Final[Params] = {"x_emulated": {"unknown": [None, True, 1]}}
"""A member that no API has."""


def html(_steps: Iterator[Step], _scene: Scene) -> Iterator[Step]:
    """Send a web page in place of an answer, as captive portals and proxies do."""
    yield Page(200, _PAGE)


def odd(steps: Iterator[Step], scene: Scene) -> Iterator[Step]:
    """Send the answer among everything that servers are seen to send beside it.

    Unknown members and events, chunks without choices or with null ones, texts that are null,
    and the usage on the chunk with the finish reason.
    """
    steps = steps if scene.api is Api.RESPONSES else _usage_at_end(steps, scene)
    for step in steps:
        match step:
            case Open():
                yield step
                yield from _strange(scene.api)
            case Record(payload):
                yield replace(step, payload={**payload, **_UNKNOWN})
            case Reply() if step.status == 200:
                yield replace(step, body={**step.body, **_UNKNOWN})
            case _:
                yield step


def _strange(api: Api) -> Iterator[Record]:
    """Records that tell nothing."""
    if api is Api.RESPONSES:
        yield Record({"type": "response.emulated.unknown", **_UNKNOWN}, event="unknown")
        yield Record({"type": "response.output_text.delta", "delta": None, "output_index": 0})
        return
    yield Record({"object": "ping", **_UNKNOWN}, event="ping")
    yield Record({"id": "", "object": "", "created": 0, "model": "", "choices": None})
    silent: tuple[Params, ...] = (
        ({"index": 0, "text": None},)
        if api is Api.COMPLETIONS
        else ({"index": 0, "delta": None}, {"index": 0, "delta": {"content": None}})
    )
    for choice in silent:
        said: list[Json] = [{**choice, "finish_reason": None, "logprobs": None}]
        yield Record({"id": "", "object": "", "created": 0, "model": "", "choices": said})


def _usage_at_end(steps: Iterator[Step], scene: Scene) -> Iterator[Step]:
    """Tell the usage on the last chunk with a finish reason, asked for or not."""
    ending: Record | None = None
    written = 0
    for step in steps:
        written += step.tokens if isinstance(step, Record) else 0
        if isinstance(step, Record) and _finishes(step.payload):
            if ending is not None:
                yield ending
            ending = step
        elif isinstance(step, Record) and step.payload.get("usage") is not None:
            continue
        elif isinstance(step, Done) and ending is not None:
            spent = wire.spent(Tally(estimate(scene.prompt), written))
            yield replace(ending, payload={**ending.payload, "usage": spent})
            yield step
        else:
            yield step


def _finishes(payload: Params) -> bool:
    return any(choice.get("finish_reason") for choice in choices(payload))
