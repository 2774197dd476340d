"""Where a fault happens, and what all faults need to change an answer's steps."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TypeAlias

from aztui.core.request import Api, Params
from aztui.emulator import responses
from aztui.emulator.steps import Done, Record, Reply, Step, Tick

Options: TypeAlias = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Scene:
    """The request that is answered with a fault.

    Attributes:
        api: the dialect it came in.
        api_version: the api-version it came with.
        options: the fault's own options.
        body: the request's JSON body.
        prompt: the last prompt or message.
    """

    api: Api
    api_version: str
    options: Options = field(default_factory=lambda: MappingProxyType({}))
    body: Params = field(default_factory=lambda: MappingProxyType({}))
    prompt: str = ""


Spoil: TypeAlias = Callable[[Iterator[Step], Scene], Iterator[Step]]
"""Turns the steps of a good answer into those of a faulty one."""


def token(step: Step) -> int:
    """How many tokens of the answer a step takes: 0 or 1."""
    return step.tokens if isinstance(step, Record) else int(isinstance(step, Tick))


def until(steps: Iterator[Step], tokens: int) -> Iterator[Step]:
    """The steps up to the given number of tokens, and never the answer's end."""
    for step in steps:
        if isinstance(step, Reply | Done) or (tokens == 0 and token(step)):
            return
        if isinstance(step, Record) and responses.is_end(step.payload):
            return
        yield step
        tokens -= token(step)


def choices(payload: Params) -> Iterator[Params]:
    """The choices of a chunk or of a whole answer."""
    found = payload.get("choices")
    for choice in found if isinstance(found, Sequence) else ():
        if isinstance(choice, Mapping):
            yield choice
