"""Faults that a client asks for by the deployment's name: `NAME--FAULT[:key=value,…]`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final, TypeAlias

from aztui.core.request import Api, Json, Params
from aztui.emulator import refusal, responses
from aztui.emulator.steps import Cut, Done, Open, Record, Reply, Silence, Step, Tick

_MARK: Final = "--"

Options: TypeAlias = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Scene:
    """Where a fault happens: the request's dialect and version, and the fault's own options."""

    api: Api
    api_version: str
    options: Options


Spoil: TypeAlias = Callable[[Iterator[Step], Scene], Iterator[Step]]
"""Turns the steps of a good answer into those of a faulty one."""


class FaultError(ValueError):
    """A fault is asked for that does not exist; the text says which do."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A fault that can be asked for.

    Attributes:
        name: as it stands in a deployment's name.
        spoil: what makes it happen.
        options: its options with their defaults; all are whole numbers.
    """

    name: str
    spoil: Spoil
    options: Options = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault as asked for, options and all."""

    kind: Kind
    options: Options

    def __str__(self) -> str:
        options = ",".join(f"{key}={value}" for key, value in self.options.items())
        return f"{self.kind.name}:{options}" if options else self.kind.name

    def spoil(self, steps: Iterator[Step], api: Api, api_version: str) -> Iterator[Step]:
        """Turn a good answer's steps into this fault's."""
        return self.kind.spoil(steps, Scene(api, api_version, self.options))


def parse(text: str) -> Fault:
    """Read `FAULT[:key=value,…]`.

    Raises:
        FaultError: there is no such fault or option, or a value is no whole number.
    """
    name, _, rest = text.strip().partition(":")
    kind = FAULTS.get(name)
    if kind is None:
        raise FaultError(f"There is no fault {name!r}. Faults are: {', '.join(FAULTS)}.")
    given = dict(_option(kind, part) for part in rest.split(",") if part.strip())
    return Fault(kind, MappingProxyType({**kind.options, **given}))


def split(deployment: str) -> tuple[str, Fault | None]:
    """Part a deployment's name from the fault it asks for.

    Raises:
        FaultError: as `parse`.
    """
    name, mark, fault = deployment.rpartition(_MARK)
    return (name, parse(fault)) if mark else (deployment, None)


def _option(kind: Kind, part: str) -> tuple[str, int]:
    key, _, value = (word.strip() for word in part.partition("="))
    if key not in kind.options:
        known = ", ".join(kind.options) or "none"
        raise FaultError(f"The fault {kind.name!r} has no option {key!r}. Its options: {known}.")
    if not (value.isascii() and value.isdigit() and len(value) < 10):
        raise FaultError(f"{key}={value!r} is not a whole number: write for instance {key}=5.")
    return key, int(value)


def _denied(_steps: Iterator[Step], _scene: Scene) -> Iterator[Step]:
    yield refusal.denied()


def _no_deployment(_steps: Iterator[Step], _scene: Scene) -> Iterator[Step]:
    yield refusal.no_deployment()


def _too_many(_steps: Iterator[Step], scene: Scene) -> Iterator[Step]:
    """Say that the quota is used up for `retry-after` seconds."""
    yield refusal.too_many(scene.api, scene.api_version, scene.options["retry-after"])


def _server_error(_steps: Iterator[Step], _scene: Scene) -> Iterator[Step]:
    yield refusal.server_error()


def _hang(_steps: Iterator[Step], _scene: Scene) -> Iterator[Step]:
    """Take the request and never answer."""
    yield Silence()


def _stall(steps: Iterator[Step], scene: Scene) -> Iterator[Step]:
    """Fall silent after `after` tokens."""
    yield from _until(steps, scene.options["after"])
    yield Silence()


def _cut(steps: Iterator[Step], scene: Scene) -> Iterator[Step]:
    """Close the connection in mid-stream after `after` tokens."""
    yield from _until(steps, scene.options["after"])
    yield Cut()


def _until(steps: Iterator[Step], tokens: int) -> Iterator[Step]:
    """The steps up to the given number of tokens, and never the answer's end."""
    for step in steps:
        if isinstance(step, Reply | Done) or (tokens == 0 and _token(step)):
            return
        if isinstance(step, Record) and responses.is_end(step.payload):
            return
        yield step
        tokens -= _token(step)


def _token(step: Step) -> int:
    return step.tokens if isinstance(step, Record) else int(isinstance(step, Tick))


def _no_finish(steps: Iterator[Step], _scene: Scene) -> Iterator[Step]:
    """Send all the text, then end without a finish reason and without `[DONE]`.

    What ends a response, and repeats its text, is left out too.
    """
    for step in steps:
        match step:
            case Reply():
                yield replace(step, body=_endless(step.body))
            case Record(payload, tokens) if tokens or not _ends(payload):
                yield replace(step, payload=_endless(payload))
            case Open() | Tick():
                yield step
            case _:
                pass


def _ends(payload: Params) -> bool:
    if responses.is_end(payload):
        return True
    tells_usage = payload.get("usage") is not None
    return tells_usage or any(choice.get("finish_reason") for choice in _choices(payload))


def _endless(payload: Params) -> Params:
    if "choices" not in payload:
        return responses.endless(payload)
    choices: list[Json] = [{**choice, "finish_reason": None} for choice in _choices(payload)]
    return {**payload, "choices": choices}


def _choices(payload: Params) -> Iterator[Params]:
    choices = payload.get("choices")
    for choice in choices if isinstance(choices, Sequence) else ():
        if isinstance(choice, Mapping):
            yield choice


FAULTS: Final[Mapping[str, Kind]] = MappingProxyType(
    {
        kind.name: kind
        for kind in (
            Kind("401", _denied),
            Kind("404", _no_deployment),
            Kind("429", _too_many, MappingProxyType({"retry-after": 2})),
            Kind("500", _server_error),
            Kind("hang", _hang),
            Kind("stall", _stall, MappingProxyType({"after": 5})),
            Kind("cut", _cut, MappingProxyType({"after": 5})),
            Kind("no-finish", _no_finish),
        )
    }
)
"""Every fault by name; a new one is a function above and a line here."""
