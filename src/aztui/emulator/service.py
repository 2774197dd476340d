"""From a request to the steps of its answer; nothing is sent here."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from aztui.core.request import Api
from aztui.emulator import chunks, responses, wire
from aztui.emulator.asks import Asked, Unfit, most_tokens, prompts_of, understand
from aztui.emulator.backend import Backend
from aztui.emulator.faults import Fault
from aztui.emulator.ledger import Ledger
from aztui.emulator.protocol import Head
from aztui.emulator.refusal import Refused, denied
from aztui.emulator.routes import Route, find
from aztui.emulator.scene import Scene
from aztui.emulator.steps import Open, Reply, Step
from aztui.emulator.tokens import estimate
from aztui.emulator.verdicts import Told
from aztui.emulator.writing import Writing, with_figures

_PREFIXES: Final = {Api.COMPLETIONS: "cmpl-", Api.CHAT: "chatcmpl-", Api.RESPONSES: "resp_"}
_GUESSED_ANSWER: Final = 16
"""Tokens that an answer is charged with where the request names no limit."""


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
        ledger: what is remembered of earlier requests.
    """

    backend: Backend
    key: str | None = None
    fault: Fault | None = None
    ledger: Ledger = field(default_factory=Ledger)

    def plan(self, head: Head, body: bytes) -> Plan:
        """Say how to answer a request. Never raises: what is wrong with it is an answer too."""
        route = None
        try:
            route = find(head.method, head.target)
            self._admit(head)
            asked = understand(route, body, self._parameters())
        except Unfit as unfit:
            return self._refusal(unfit)
        except Refused as refused:
            return Plan(iter((refused.reply,)), route)
        fault = asked.fault or self.fault
        if fault is not None and fault.kind.whole:
            asked = replace(asked, streamed=False)
        writing = Writing(self.backend, asked)
        told: Iterator[Told] = writing.parts()
        scene = self._scene(asked, fault)
        if fault is not None:
            told = fault.rewrite(told, scene)
        steps = self._with_limits(asked, self._steps(asked, with_figures(asked, told)))
        if fault is not None:
            steps = fault.spoil(steps, scene)
        return Plan(steps, route, asked, fault, writing)

    def _refusal(self, unfit: Unfit) -> Plan:
        """Refuse a body, unless a fault comes before anybody looks at it, as Azure's do."""
        route = unfit.route
        steps: Iterator[Step] = iter((unfit.reply,))
        fault = unfit.fault or self.fault
        if fault is None or not fault.kind.early:
            return Plan(steps, route)
        counted = f"{unfit.deployment}--{fault}"
        scene = Scene(
            route.api,
            route.api_version,
            unfit.deployment,
            body=unfit.body,
            turn=self.ledger.turn(counted) if fault.passes else 1,
        )
        return Plan(fault.spoil(steps, scene), route, fault=fault)

    def _admit(self, head: Head) -> None:
        scheme, _, token = head.headers.get("authorization", "").partition(" ")
        bearer = token.strip() if scheme.lower() == "bearer" else ""
        credentials = {head.headers.get("api-key", "").strip(), bearer} - {""}
        if not credentials or (self.key is not None and self.key not in credentials):
            raise Refused(denied())

    def _parameters(self) -> frozenset[str]:
        """What the backend takes beside Azure's parameters; most have nothing to say of it."""
        taken: frozenset[str] = getattr(self.backend, "parameters", frozenset())
        return taken

    def _scene(self, asked: Asked, fault: Fault | None) -> Scene:
        deployment = asked.ask.deployment
        counted = fault is not None and fault.passes
        return Scene(
            asked.ask.api,
            asked.api_version,
            deployment,
            body=asked.ask.body,
            prompt=prompts_of(asked.ask.api, asked.ask.body)[-1],
            streamed=asked.streamed,
            turn=self.ledger.turn(f"{deployment}--{fault}") if counted else 1,
        )

    def _steps(self, asked: Asked, told: Iterator[Told]) -> Iterator[Step]:
        api = asked.ask.api
        label = wire.Label(
            api=api,
            id=f"{_PREFIXES[api]}{uuid.uuid4().hex}",
            created=int(time.time()),
            model=self.backend.model,
            usage=asked.usage,
            prompt=len(prompts_of(api, asked.ask.body)[-1]),
        )
        if api is Api.RESPONSES:
            respond = responses.streamed if asked.streamed else responses.whole
            return respond(asked, label, told)
        answer = chunks.streamed if asked.streamed else chunks.whole
        return answer(asked, label, told)

    def _with_limits(self, asked: Asked, steps: Iterator[Step]) -> Iterator[Step]:
        """Charge the deployment, and tell in the answer's headers what it has left."""
        prompts = prompts_of(asked.ask.api, asked.ask.body)
        answer = most_tokens(asked.ask.body) or _GUESSED_ANSWER
        cost = sum(map(estimate, prompts)) + asked.choices * answer
        headers = self.ledger.charge(asked.ask.deployment, cost)
        for step in steps:
            if isinstance(step, Open) or (isinstance(step, Reply) and step.status == 200):
                yield replace(step, headers=(*step.headers, *headers))
            else:
                yield step
