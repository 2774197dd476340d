"""Faults that refuse a request, always or until something about it changes."""

from __future__ import annotations

import email.utils
import time
from collections.abc import Iterator
from typing import Final

from aztui.core.request import Api
from aztui.emulator import refusal, wire
from aztui.emulator.protocol import HeaderPairs
from aztui.emulator.scene import Scene
from aztui.emulator.steps import Open, Raw, Record, Reply, Step

_LIMITS: Final = ("max_output_tokens", "max_completion_tokens", "max_tokens")


def denied(_steps: Iterator[Step], _scene: Scene) -> Iterator[Step]:
    """Refuse the credential."""
    yield refusal.denied()


def denied_by_gateway(_steps: Iterator[Step], _scene: Scene) -> Iterator[Step]:
    """Refuse the credential as an API Management gateway does."""
    yield refusal.denied_by_gateway()


def forbidden(_steps: Iterator[Step], _scene: Scene) -> Iterator[Step]:
    """Let only certain networks in."""
    yield refusal.forbidden()


def blocked(_steps: Iterator[Step], _scene: Scene) -> Iterator[Step]:
    """Say that the resource is blocked for what was asked of it."""
    yield refusal.blocked()


def no_deployment(_steps: Iterator[Step], _scene: Scene) -> Iterator[Step]:
    """Say that there is no such deployment."""
    yield refusal.no_deployment()


def too_many(_steps: Iterator[Step], scene: Scene) -> Iterator[Step]:
    """Say that the rate limit is exceeded, and for how long in every form that is asked for."""
    seconds = scene.options["retry-after"] if scene.options["text"] else None
    yield refusal.too_many(scene.api, scene.api_version, seconds, _waits(scene))


def too_many_in_stream(_steps: Iterator[Step], scene: Scene) -> Iterator[Step]:
    """Begin a stream and say in it that the rate limit is exceeded; the headers say for how long.

    The Responses API is seen to do so.
    """
    message = "Your requests have exceeded the rate limit of this deployment."
    if not scene.streamed:
        yield refusal.too_many(scene.api, scene.api_version, None, _waits(scene))
        return
    yield Open(_waits(scene))
    kind = "rate_limit_exceeded"
    if scene.api is Api.RESPONSES:
        error = {"type": "error", "code": kind, "message": message, "param": None}
        yield Record({**error, "sequence_number": 0}, event="error")
    else:
        yield Raw(wire.record(wire.model_error(message, kind=kind, code=kind)))


def no_quota(_steps: Iterator[Step], _scene: Scene) -> Iterator[Step]:
    """Say that what was paid for is spent."""
    yield refusal.no_quota()


def server_error(_steps: Iterator[Step], _scene: Scene) -> Iterator[Step]:
    """Fail."""
    yield refusal.server_error()


def unavailable(_steps: Iterator[Step], scene: Scene) -> Iterator[Step]:
    """Say that there is too much to do for `retry-after` seconds."""
    yield refusal.unavailable(scene.options["retry-after"])


def no_operation(steps: Iterator[Step], scene: Scene) -> Iterator[Step]:
    """Say that the model is not one for this API, unless an option of its name is 0."""
    if scene.options[scene.api]:
        yield refusal.no_operation(scene.api, scene.deployment)
    else:
        yield from steps


def too_long(_steps: Iterator[Step], scene: Scene) -> Iterator[Step]:
    """Say that the prompt leaves no room in `limit` tokens for what is asked for."""
    limit = scene.options["limit"]
    limits = (scene.body.get(name) for name in _LIMITS)
    answer = next((asked for asked in limits if isinstance(asked, int)), None)
    prompt = limit + 100 if answer is None else max(limit - answer // 2, limit // 2)
    yield refusal.too_long(scene.api, limit, prompt, answer)


def unsupported(steps: Iterator[Step], scene: Scene) -> Iterator[Step]:
    """Refuse `max_tokens`; a request without it is answered."""
    # Completions always have a max_tokens by now, if only the default one.
    if "max_tokens" in scene.body and "max_completion_tokens" not in scene.body:
        yield refusal.unsupported_limit()
    else:
        yield from steps


def no_stream_options(steps: Iterator[Step], scene: Scene) -> Iterator[Step]:
    """Refuse `stream_options`, as old api-versions do; a request without them is answered."""
    if "stream_options" in scene.body:
        yield refusal.unknown(scene.api, scene.api_version, ["stream_options"])
    else:
        yield from steps


def low(steps: Iterator[Step], scene: Scene) -> Iterator[Step]:
    """Answer, and say that only `requests` and `tokens` are left of the rate limit."""
    left = {
        f"x-ratelimit-remaining-{name}": str(scene.options[name]) for name in ("requests", "tokens")
    }
    for step in steps:
        if isinstance(step, Open):
            yield Open(_replaced(step.headers, left))
        elif isinstance(step, Reply) and step.status == 200:
            headers = _replaced(step.headers, left)
            yield Reply(200, step.body, headers, step.reason, step.damaged)
        else:
            yield step


def _replaced(headers: HeaderPairs, values: dict[str, str]) -> HeaderPairs:
    return tuple((name, values.get(name, value)) for name, value in headers)


def _waits(scene: Scene) -> HeaderPairs:
    options = scene.options
    seconds, milliseconds = options["retry-after"], options.get("ms", 0)
    headers: list[tuple[str, str]] = []
    if options.get("header", 1):
        date = email.utils.formatdate(time.time() + seconds, usegmt=True)
        headers.append(("retry-after", date if options.get("date") else str(seconds)))
        headers.append(("retry-after-ms", str(milliseconds or seconds * 1000)))
    if reset := options.get("reset", 0):
        headers.append(("x-ratelimit-reset-tokens", str(reset)))
    return tuple(headers)
