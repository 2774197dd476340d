"""From a request to the steps of its answer; nothing is sent here."""

from __future__ import annotations

import itertools
import threading
import time
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from aztui.core.request import Api
from aztui.emulator import responses, wire
from aztui.emulator.asks import Asked, prompts_of, understand
from aztui.emulator.backend import Answer, Ask, Backend, BackendError, Part, Piece, Tally
from aztui.emulator.faults import Fault
from aztui.emulator.protocol import Head
from aztui.emulator.refusal import Refused, denied, failure
from aztui.emulator.routes import Route, find
from aztui.emulator.scene import Scene
from aztui.emulator.steps import Done, Open, Record, Reply, Step, Tick

_PREFIXES: Final = {Api.COMPLETIONS: "cmpl-", Api.CHAT: "chatcmpl-", Api.RESPONSES: "resp_"}


class Writing:
    """A backend's answer, begun when its first part is wanted.

    So a request that a fault refuses never reaches the backend.
    """

    def __init__(self, backend: Backend, ask: Ask) -> None:
        self._backend = backend
        self._ask = ask
        self._lock = threading.Lock()
        self._answer: Answer | None = None
        self._closed = False

    def parts(self) -> Iterator[Part]:
        """Write the answer.

        Raises:
            BackendError: whatever the backend failed of.
        """
        try:
            answer = self._backend.answer(self._ask)
            with self._lock:
                self._answer = answer
                closed = self._closed
            if closed:
                answer.close()
            yield from answer
        except BackendError:
            raise
        except Exception as error:
            raise BackendError(500, None, f"The emulator's backend failed: {error!r}") from error

    def close(self) -> None:
        """Write no more; from any thread."""
        with self._lock:
            answer = None if self._closed else self._answer
            self._closed = True
        if answer is not None:
            answer.close()


@dataclass(frozen=True, slots=True)
class Plan:
    """How a request is to be answered.

    Attributes:
        steps: what to do, one after the other.
        route: where the request went; None if nowhere.
        asked: what it asked for; None if it was refused before that was known.
        fault: the fault that the steps show.
        writing: where the text comes from; to be closed when the steps are done with.
    """

    steps: Iterator[Step]
    route: Route | None = None
    asked: Asked | None = None
    fault: Fault | None = None
    writing: Writing | None = None


@dataclass(frozen=True, slots=True)
class Service:
    """A resource of Azure OpenAI, as far as it is emulated.

    Attributes:
        backend: writes the answers.
        key: the only key that is accepted; None accepts any that is not empty.
        fault: shown where the deployment's name asks for none.
    """

    backend: Backend
    key: str | None = None
    fault: Fault | None = None

    def plan(self, head: Head, body: bytes) -> Plan:
        """Say how to answer a request. Never raises: what is wrong with it is an answer too."""
        route = None
        try:
            route = find(head.method, head.target)
            self._admit(head)
            asked = understand(route, body)
        except Refused as refused:
            return Plan(iter((refused.reply,)), route)
        writing = Writing(self.backend, asked.ask)
        steps = _steps(asked, writing, self.backend.model)
        fault = asked.fault or self.fault
        if fault is not None:
            prompt = prompts_of(route.api, asked.ask.body)[-1]
            scene = Scene(route.api, route.api_version, body=asked.ask.body, prompt=prompt)
            steps = fault.spoil(steps, scene)
        return Plan(steps, route, asked, fault, writing)

    def _admit(self, head: Head) -> None:
        scheme, _, token = head.headers.get("authorization", "").partition(" ")
        bearer = token.strip() if scheme.lower() == "bearer" else ""
        credentials = {head.headers.get("api-key", "").strip(), bearer} - {""}
        if not credentials or (self.key is not None and self.key not in credentials):
            raise Refused(denied())


def _steps(asked: Asked, writing: Writing, model: str) -> Iterator[Step]:
    label = wire.Label(
        api=asked.ask.api,
        id=f"{_PREFIXES[asked.ask.api]}{uuid.uuid4().hex}",
        created=int(time.time()),
        model=model,
        usage=asked.usage,
    )
    if asked.ask.api is Api.RESPONSES:
        respond = responses.streamed if asked.streamed else responses.whole
        return respond(asked.ask.body, label, writing.parts())
    answer = _streamed if asked.streamed else _whole
    return answer(asked, label, writing.parts())


def _streamed(asked: Asked, label: wire.Label, parts: Iterator[Part]) -> Iterator[Step]:
    opened = False
    try:
        # Nothing is opened before the backend has something to tell: its refusal is a reply.
        first = next(parts, None)
        yield Open()
        yield Record(wire.opening(asked.prompts))
        opened = True
        yield from _records(label, itertools.chain((first,) if first else (), parts))
    except BackendError as error:
        failed = failure(error)
        yield Record(failed.body) if opened else failed
    else:
        yield Done()


def _records(label: wire.Label, parts: Iterable[Part]) -> Iterator[Step]:
    greeted: set[int] = set()
    for part in parts:
        if isinstance(part, Tally):
            if label.usage:
                yield Record(wire.usage(label, part))
        elif label.api is Api.COMPLETIONS:
            yield Record(wire.completion(label, part), tokens=1 if part.text else 0)
        else:
            if part.choice not in greeted:
                greeted.add(part.choice)
                yield Record(wire.role(label, part.choice))
            if part.text:
                yield Record(wire.content(label, part.choice, part.text), tokens=1)
            if part.finish_reason is not None:
                yield Record(wire.finish(label, part.choice, part.finish_reason))


def _whole(asked: Asked, label: wire.Label, parts: Iterator[Part]) -> Iterator[Step]:
    pieces: list[list[Piece]] = [[] for _ in range(asked.choices)]
    tally = Tally(0, 0)
    try:
        for part in parts:
            if isinstance(part, Tally):
                tally = part
                continue
            pieces[part.choice].append(part)
            if part.text:
                yield Tick()
    except BackendError as error:
        yield failure(error)
        return
    choices = list(itertools.starmap(_joined, enumerate(pieces)))
    yield Reply(200, wire.whole(label, choices, asked.prompts, tally))


def _joined(choice: int, pieces: list[Piece]) -> Piece:
    text = "".join(piece.text for piece in pieces)
    return Piece(choice, text, pieces[-1].finish_reason if pieces else None)
