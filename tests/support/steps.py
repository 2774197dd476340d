"""What the emulator would do about a request, without a connection."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from aztui.core.request import Api
from aztui.emulator.backend import Part, Piece, Tally
from aztui.emulator.protocol import Head
from aztui.emulator.scripted import ScriptedReplies
from aztui.emulator.service import Service
from aztui.emulator.steps import Open, Record, Reply, Step
from tests.support.emulator import Saying

HELLO: Final[tuple[Part, ...]] = (
    Piece(0, "Hel"),
    Piece(0, "lo"),
    Piece(0, "", "stop"),
    Tally(3, 2),
)
_PATHS: Final = {
    Api.COMPLETIONS: "completions",
    Api.CHAT: "chat/completions",
    Api.RESPONSES: "responses",
}


def hello() -> Service:
    """A resource whose models say Hello."""
    return Service(Saying(*HELLO))


def scripted() -> Service:
    """A resource with the scripted replies."""
    return Service(ScriptedReplies())


def steps(
    service: Service,
    api: Api,
    prompt: Any = "Hi.",
    *,
    model: str = "demo",
    version: str = "v1",
    **body: Any,
) -> list[Step]:
    """The steps with which a request is answered; `v1` or a dated api-version."""
    said: dict[str, Any] = {
        Api.COMPLETIONS: {"prompt": prompt},
        Api.CHAT: {"messages": [{"role": "user", "content": prompt}]},
        Api.RESPONSES: {"input": prompt},
    }[api]
    raw = json.dumps({"model": model, **said, **body}).encode()
    if version == "v1":
        target = f"/openai/v1/{_PATHS[api]}"
    else:
        place = "" if api is Api.RESPONSES else f"deployments/{model}/"
        target = f"/openai/{place}{_PATHS[api]}?api-version={version}"
    return list(service.plan(Head("POST", target, {"api-key": "k"}), raw).steps)


def payloads(taken: list[Step]) -> list[Mapping[str, Any]]:
    """The JSON of a stream's records."""
    return [step.payload for step in taken if isinstance(step, Record)]


def events(taken: list[Step], kind: str) -> list[Mapping[str, Any]]:
    """A response's events of one kind."""
    return [payload for payload in payloads(taken) if payload.get("type") == f"response.{kind}"]


def choices(taken: list[Step]) -> list[Mapping[str, Any]]:
    """The choices of a stream's chunks, one after the other."""
    return [choice for payload in payloads(taken) for choice in payload.get("choices") or ()]


def reply(taken: list[Step]) -> Reply:
    """The whole document with which a request is answered or refused."""
    last = taken[-1]
    assert isinstance(last, Reply), last
    return last


def answer(taken: list[Step]) -> Any:
    """The document of an answer in one piece."""
    assert reply(taken).status == 200, reply(taken).body
    return reply(taken).body


def refusal(taken: list[Step], status: int = 400) -> Any:
    """The error with which a request is refused."""
    assert reply(taken).status == status, reply(taken).body
    return reply(taken).body["error"]


def headers(taken: list[Step]) -> dict[str, str]:
    """The headers that are this answer's own."""
    [found] = [step.headers for step in taken if isinstance(step, Open | Reply)]
    return dict(found)
