"""Faults that a client asks for by the deployment's name: `NAME--FAULT[:key=value,…]`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final

from aztui.core.request import Api, Json, Params
from aztui.emulator import breaks, filters, refusal, responses
from aztui.emulator.scene import Options, Scene, Spoil, choices, until
from aztui.emulator.steps import Cut, Open, Record, Reply, Silence, Step, Tick

_MARK: Final = "--"
_OF_CHOICES: Final = frozenset({"big", "filter-answer", "filter-async"})


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

    def spoil(self, steps: Iterator[Step], scene: Scene) -> Iterator[Step]:
        """Turn a good answer's steps into this fault's."""
        if scene.api is Api.RESPONSES and self.kind.name in _OF_CHOICES:
            why = f"The fault {self.kind.name!r} is one of choices, and a response has none."
            return iter((refusal.bad_request(why, param="model", code="unknown_fault"),))
        return self.kind.spoil(steps, replace(scene, options=self.options))


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
    yield from until(steps, scene.options["after"])
    yield Silence()


def _cut(steps: Iterator[Step], scene: Scene) -> Iterator[Step]:
    """Close the connection in mid-stream after `after` tokens."""
    yield from until(steps, scene.options["after"])
    yield Cut()


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
    return tells_usage or any(choice.get("finish_reason") for choice in choices(payload))


def _endless(payload: Params) -> Params:
    if "choices" not in payload:
        return responses.endless(payload)
    endless: list[Json] = [{**choice, "finish_reason": None} for choice in choices(payload)]
    return {**payload, "choices": endless}


def _forbidden(_steps: Iterator[Step], _scene: Scene) -> Iterator[Step]:
    yield refusal.forbidden()


def _unavailable(_steps: Iterator[Step], scene: Scene) -> Iterator[Step]:
    """Say that there is too much to do for `retry-after` seconds."""
    yield refusal.unavailable(scene.options["retry-after"])


def _too_long(_steps: Iterator[Step], scene: Scene) -> Iterator[Step]:
    """Say that the prompt leaves no room in `limit` tokens for what is asked for."""
    limit = scene.options["limit"]
    asked = scene.body.get("max_completion_tokens", scene.body.get("max_tokens"))
    answer = asked if isinstance(asked, int) else None
    prompt = limit + 100 if answer is None else max(limit - answer // 2, limit // 2)
    yield refusal.too_long(scene.api, limit, prompt, answer)


def _unsupported(steps: Iterator[Step], scene: Scene) -> Iterator[Step]:
    """Refuse `max_tokens`; a request without it is answered."""
    # Completions always have a max_tokens by now, if only the default one.
    refused = "max_tokens" in scene.body and "max_completion_tokens" not in scene.body
    if refused:
        yield refusal.unsupported_limit()
    else:
        yield from steps


def _kind(name: str, spoil: Spoil, **options: int) -> Kind:
    named = {key.replace("_", "-"): value for key, value in options.items()}
    return Kind(name, spoil, MappingProxyType(named))


FAULTS: Final[Mapping[str, Kind]] = MappingProxyType(
    {
        kind.name: kind
        for kind in (
            _kind("401", _denied),
            _kind("403", _forbidden),
            _kind("404", _no_deployment),
            _kind("429", _too_many, retry_after=2),
            _kind("500", _server_error),
            _kind("503", _unavailable, retry_after=2),
            _kind("hang", _hang),
            _kind("stall", _stall, after=5),
            _kind("cut", _cut, after=5),
            _kind("rst", breaks.rst, after=5),
            _kind("half-chunk", breaks.half_chunk, after=5),
            _kind("bad-json", breaks.bad_json, after=5),
            _kind("flat-error", breaks.flat_error, after=5),
            _kind("sse-error", breaks.sse_error, after=5),
            _kind("no-finish", _no_finish),
            _kind("slow", breaks.slow, ms=5000),
            _kind("drip", breaks.drip, ms=2000),
            _kind("filter-prompt", filters.prompt),
            _kind("filter-answer", filters.answer, after=5),
            _kind("filter-async", filters.asynchronous, every=10, block=0),
            _kind("context", _too_long, limit=4097),
            _kind("unsupported", _unsupported),
            _kind("keepalive", breaks.keepalive, count=1, ms=0),
            _kind("big", breaks.big, kb=2000),
        )
    }
)
"""Every fault by name; a new one is a function and a line here."""
