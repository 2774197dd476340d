"""Where a fault happens, and what all faults need to change an answer's steps."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, TypeAlias

from aztui.core.request import Api, Params
from aztui.emulator.steps import Done, Page, Record, Reply, Step, Tick
from aztui.emulator.verdicts import Told

_ENDS: Final = frozenset({"response.completed", "response.incomplete", "response.failed"})

Options: TypeAlias = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Scene:
    """The request that is answered with a fault.

    Attributes:
        api: the dialect it came in.
        api_version: the api-version it came with.
        deployment: its name without the fault.
        options: the fault's own options.
        body: the request's JSON body.
        prompt: the last prompt or message.
        streamed: whether the answer comes as a stream.
        turn: which request to this deployment it is, from 1.
    """

    api: Api
    api_version: str
    deployment: str = ""
    options: Options = field(default_factory=lambda: MappingProxyType({}))
    body: Params = field(default_factory=lambda: MappingProxyType({}))
    prompt: str = ""
    streamed: bool = False
    turn: int = 1


Spoil: TypeAlias = Callable[[Iterator[Step], Scene], Iterator[Step]]
"""Turns the steps of a good answer into those of a faulty one."""


Rewrite: TypeAlias = Callable[[Iterator[Told], Scene], Iterator[Told]]
"""Turns what is told of a good answer into what is told of a faulty one, in any dialect."""


def token(step: Step) -> int:
    """How many tokens of the answer a step takes: 0 or 1."""
    return step.tokens if isinstance(step, Record) else int(isinstance(step, Tick))


def until(steps: Iterator[Step], tokens: int) -> Iterator[Step]:
    """The steps up to the given number of tokens, and never the answer's end."""
    for step in steps:
        if isinstance(step, Reply | Page | Done) or (tokens == 0 and token(step)):
            return
        if isinstance(step, Record) and is_end(step.payload):
            return
        yield step
        tokens -= token(step)


def is_end(payload: Params) -> bool:
    """Whether a record is the last of a response's stream."""
    return payload.get("type") in _ENDS


def choices(payload: Params) -> Iterator[Params]:
    """The choices of a chunk or of a whole answer."""
    found = payload.get("choices")
    for choice in found if isinstance(found, Sequence) else ():
        if isinstance(choice, Mapping):
            yield choice
