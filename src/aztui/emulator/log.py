"""The emulator's log: one JSON line a request, written at its end."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Final, TypeAlias

from aztui.core.request import Api, Json
from aztui.emulator.asks import Asked, prompts_of, turns

Log: TypeAlias = Callable[[str], None]
"""Takes a line without its line end; called by many threads, one at a time."""

_PROMPT_CHARACTERS: Final = 80
_SAME_MOMENT: Final = 0.0005
"""Seconds within which bytes that go out are logged as one entry."""

_NOT_PARAMS: Final = frozenset({"model", "prompt", "messages", "input", "instructions", "stream"})


class End(StrEnum):
    """How a request ended."""

    COMPLETE = "complete"
    """All that was to be sent was sent."""
    CLIENT_LEFT = "client left"
    """The client closed or reset the connection before that."""
    CUT = "cut"
    """The emulator closed the connection, as the fault says."""
    SHUTDOWN = "shutdown"
    """The emulator itself was closed."""


@dataclass(slots=True)
class Entry:
    """What is logged of a request. Times are seconds on the monotonic clock.

    That clock is the same in all processes of a Linux machine.

    Attributes:
        connection: the connection's number; a kept-alive one serves several requests.
        method: HTTP's.
        path: without the query.
        started: when the request's head was there.
        received: when its body was there.
        api: `completions`, `chat` or `responses`; like what follows, null where the request
            went nowhere.
        deployment: its name without a fault.
        api_version: the date, or `v1`.
        fault: the fault shown, with its options.
        streamed: whether a stream was asked for.
        prompt: the beginning of the last prompt or message.
        messages: how many messages a chat held, or the input and instructions of a
            response.
        params: the body's further members.
        status: HTTP's; null if nothing was answered.
        sent: when bytes were handed to the system, and how many there were by then, the
            response's head included: `[[seconds, bytes], …]`.
        tokens: how many pieces of text were sent.
        end: how it ended.
        ended: when.
        client_left: when the client was seen to leave before the end; null if it stayed.
    """

    connection: int
    method: str
    path: str
    started: float
    received: float | None = None
    api: str | None = None
    deployment: str | None = None
    api_version: str | None = None
    fault: str | None = None
    streamed: bool | None = None
    prompt: str | None = None
    messages: int | None = None
    params: dict[str, Json] | None = None
    status: int | None = None
    sent: list[tuple[float, int]] = field(default_factory=list)
    tokens: int = 0
    end: End | None = None
    ended: float | None = None
    client_left: float | None = None

    def describe(self, asked: Asked) -> None:
        """Note what was asked for."""
        body = asked.ask.body
        self.deployment = asked.ask.deployment
        self.streamed = asked.streamed
        self.prompt = prompts_of(asked.ask.api, body)[-1][:_PROMPT_CHARACTERS]
        messages = turns(body) if asked.ask.api is Api.RESPONSES else body.get("messages")
        self.messages = len(messages) if isinstance(messages, list) else None
        self.params = {name: value for name, value in body.items() if name not in _NOT_PARAMS}

    def wrote(self, at: float, count: int) -> None:
        """Note that `count` more bytes went out."""
        total = count + (self.sent[-1][1] if self.sent else 0)
        if self.sent and at - self.sent[-1][0] < _SAME_MOMENT:
            self.sent[-1] = (self.sent[-1][0], total)
        else:
            self.sent.append((round(at, 6), total))

    def line(self) -> str:
        """The entry as one line of JSON, in ASCII."""
        return json.dumps(asdict(self), separators=(",", ":"))
