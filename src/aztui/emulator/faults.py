"""Faults that a client asks for by the deployment's name: `NAME--FAULT[:key=value,…]`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final

from aztui.emulator import breaks, denials, filters, oddities
from aztui.emulator.scene import Options, Rewrite, Scene, Spoil
from aztui.emulator.steps import Step
from aztui.emulator.verdicts import Told

_MARK: Final = "--"


class FaultError(ValueError):
    """A fault is asked for that does not exist; the text says which do."""


def _unspoilt(steps: Iterator[Step], _scene: Scene) -> Iterator[Step]:
    return steps


def _as_told(told: Iterator[Told], _scene: Scene) -> Iterator[Told]:
    return told


@dataclass(frozen=True, slots=True)
class Kind:
    """A fault that can be asked for.

    Attributes:
        name: as it stands in a deployment's name.
        options: its options with their defaults; all are whole numbers. Where `times` is among
            them and not 0, only so many requests to a deployment are shown the fault.
        spoil: changes the steps of the answer, in its dialect.
        rewrite: changes what is told, before it takes the shape of a dialect.
        whole: whether the answer comes in one piece although a stream was asked for.
        takes: parameters that the deployment knows beside those of the API.
        early: whether it is shown before anybody looks at the request's body.
    """

    name: str
    options: Options = field(default_factory=lambda: MappingProxyType({}))
    spoil: Spoil = _unspoilt
    rewrite: Rewrite = _as_told
    whole: bool = False
    takes: frozenset[str] = frozenset()
    early: bool = False


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault as asked for, options and all."""

    kind: Kind
    options: Options

    def __str__(self) -> str:
        """The first option, and those that are not as usual."""
        usual = dict(list(self.kind.options.items())[1:])
        told = (item for item in self.options.items() if item not in usual.items())
        options = ",".join(f"{key}={value}" for key, value in told)
        return f"{self.kind.name}:{options}" if options else self.kind.name

    @property
    def passes(self) -> bool:
        """Whether it is over after some requests."""
        return self.options.get("times", 0) > 0

    def rewrite(self, told: Iterator[Told], scene: Scene) -> Iterator[Told]:
        """Turn what is told of a good answer into what this fault tells."""
        if self._is_over(scene):
            return told
        return self.kind.rewrite(told, replace(scene, options=self.options))

    def spoil(self, steps: Iterator[Step], scene: Scene) -> Iterator[Step]:
        """Turn a good answer's steps into this fault's."""
        if self._is_over(scene):
            return steps
        return self.kind.spoil(steps, replace(scene, options=self.options))

    def _is_over(self, scene: Scene) -> bool:
        return self.passes and scene.turn > self.options["times"]


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


def _kind(
    name: str,
    spoil: Spoil = _unspoilt,
    rewrite: Rewrite = _as_told,
    *,
    whole: bool = False,
    takes: frozenset[str] = frozenset(),
    early: bool = False,
    **options: int,
) -> Kind:
    named = {key.replace("_", "-"): value for key, value in options.items()}
    return Kind(name, MappingProxyType(named), spoil, rewrite, whole, takes, early)


FAULTS: Final[Mapping[str, Kind]] = MappingProxyType(
    {
        kind.name: kind
        for kind in (
            _kind("401", denials.denied, early=True),
            _kind("apim", denials.denied_by_gateway, early=True),
            _kind("403", denials.forbidden, early=True),
            _kind("blocked", denials.blocked, early=True),
            _kind("404", denials.no_deployment, early=True),
            _kind(
                "429",
                denials.too_many,
                early=True,
                retry_after=2,
                ms=0,
                header=1,
                date=0,
                text=1,
                reset=0,
                times=0,
            ),
            _kind("late-429", denials.too_many_in_stream, retry_after=2, times=0),
            _kind("quota", denials.no_quota, early=True),
            _kind("500", denials.server_error, early=True, times=0),
            _kind("503", denials.unavailable, early=True, retry_after=2, times=0),
            _kind("low", denials.low, tokens=500, requests=2),
            _kind("hang", breaks.hang, early=True),
            _kind("stall", breaks.stall, after=5),
            _kind("cut", breaks.cut, after=5),
            _kind("rst", breaks.rst, after=5),
            _kind("half-chunk", breaks.half_chunk, after=5),
            _kind("bad-json", breaks.bad_json, after=5),
            _kind("flat-error", breaks.flat_error, after=5),
            _kind("sse-error", breaks.sse_error, after=5),
            _kind("no-finish", breaks.no_finish),
            _kind("slow", breaks.slow, ms=5000),
            _kind("think", breaks.think, ms=3000),
            _kind("drip", breaks.drip, ms=2000),
            _kind("filter-prompt", filters.prompt),
            _kind("filter-answer", rewrite=filters.answer, after=5),
            _kind(
                "filter-async",
                filters.unjudged,
                filters.asynchronous,
                every=10,
                block=0,
            ),
            _kind("filter-error", filters.failed),
            _kind("context", denials.too_long, limit=4097),
            _kind("unsupported", denials.unsupported, takes=frozenset({"max_completion_tokens"})),
            _kind("stream-options", denials.no_stream_options),
            _kind(
                "operation", denials.no_operation, early=True, completions=1, chat=1, responses=1
            ),
            _kind("keepalive", breaks.keepalive, count=1, ms=0),
            _kind("big", rewrite=breaks.big, kb=2000),
            _kind("odd", oddities.odd),
            _kind("json", whole=True),
            _kind("html", oddities.html, early=True),
        )
    }
)
"""Every fault by name; a new one is a function and a line here."""
