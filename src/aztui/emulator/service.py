"""From a request to the steps of its answer; nothing is sent here."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final, Protocol

from aztui.core.request import Api, Params
from aztui.emulator import chunks, responses, wire
from aztui.emulator.asks import Asked, Unfit, most_tokens, prompts_of, understand
from aztui.emulator.backend import Backend
from aztui.emulator.faults import Fault
from aztui.emulator.ledger import Ledger
from aztui.emulator.protocol import Head
from aztui.emulator.refusal import Refused, denied, no_response
from aztui.emulator.routes import Errand, Route, Wish, find
from aztui.emulator.scene import Scene
from aztui.emulator.shelf import Kept, Listener, Shelf
from aztui.emulator.steps import Open, Reply, Step
from aztui.emulator.tokens import estimate
from aztui.emulator.verdicts import Told
from aztui.emulator.writing import Writing, with_figures

_PREFIXES: Final = {Api.COMPLETIONS: "cmpl-", Api.CHAT: "chatcmpl-", Api.RESPONSES: "resp_"}
_GUESSED_ANSWER: Final = 16
"""Tokens that an answer is charged with where the request names no limit."""


class Closing(Protocol):
    """Something that comes from elsewhere."""

    def close(self) -> None:
        """Have no more of it come; from any thread."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How a request is to be answered.

    Attributes:
        steps: what to do, one after the other.
        route: where the request went; None if nowhere.
        asked: what it asked for; None if it was refused before that was known.
        fault: the fault that the steps show.
        writing: where the text comes from; to be closed when the steps are done with.
        paced: whether its tokens are given at the emulator's pace; what is kept has its own.
        query: what a request about a kept response asks for; None of any other.
    """

    steps: Iterator[Step]
    route: Route | None = None
    asked: Asked | None = None
    fault: Fault | None = None
    writing: Closing | None = None
    paced: bool = True
    query: Params | None = None


@dataclass(frozen=True, slots=True)
class Service:
    """A resource of Azure OpenAI, as far as it is emulated.

    Attributes:
        backend: writes the answers.
        key: the only key that is accepted; None accepts any that is not empty.
        fault: shown where the deployment's name asks for none.
        ledger: what is remembered of earlier requests.
        shelf: the responses that are kept.
        rate: tokens a second at which those are written; 0 for as fast as possible.
    """

    backend: Backend
    key: str | None = None
    fault: Fault | None = None
    ledger: Ledger = field(default_factory=Ledger)
    shelf: Shelf = field(default_factory=Shelf)
    rate: float = 0.0

    def close(self) -> None:
        """Have nothing more written that nobody listens to."""
        self.shelf.close()

    def plan(self, head: Head, body: bytes) -> Plan:
        """Say how to answer a request. Never raises: what is wrong with it is an answer too."""
        route = None
        try:
            found = find(head.method, head.target)
            route = found.route if isinstance(found, Errand) else found
            self._admit(head)
            if isinstance(found, Errand):
                return self._errand(found)
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
        told = with_figures(asked, told)
        plan = self._kept(asked, told, writing) if asked.background else None
        plan = plan or Plan(self._steps(asked, self._label(asked), told), writing=writing)
        steps = self._with_limits(asked, plan.steps)
        if fault is not None:
            steps = fault.spoil(steps, scene)
        return replace(plan, steps=steps, route=route, asked=asked, fault=fault)

    def _kept(self, asked: Asked, told: Iterator[Told], writing: Writing) -> Plan:
        """Have a response written that is kept; a fault of its stream is none of its own."""
        label = self._label(asked)
        steps = responses.streamed(asked, label, told)
        kept = Kept(label.id, asked.ask.deployment, steps, writing.close, self.rate)
        listener = Listener(kept)
        told_now = listener.steps() if asked.streamed else _as_it_is(kept)
        return Plan(self._begun(kept, told_now), writing=listener, paced=False)

    def _begun(self, kept: Kept, steps: Iterator[Step]) -> Iterator[Step]:
        """Keep a response from the moment on when the first of these steps is wanted.

        So one that a fault refuses is neither kept nor written.
        """
        self.shelf.put(kept)
        kept.begin()
        yield from steps

    def _errand(self, errand: Errand) -> Plan:
        """Do what is wanted of a response that is kept.

        Raises:
            Refused: no such response is.
        """
        kept = self.shelf.find(errand.response)
        if kept is None:
            raise Refused(no_response(errand.response))
        route = replace(errand.route, deployment=kept.deployment)
        match errand.wish:
            case Wish.READ if errand.streamed:
                query: Params = {"stream": True, "starting_after": errand.after}
                told = Listener(kept, errand.after)
                return Plan(told.steps(), route, writing=told, paced=False, query=query)
            case Wish.READ:
                return Plan(_as_it_is(kept), route)
            case Wish.CANCEL:
                kept.cancel()
                return Plan(_as_it_is(kept), route)
            case Wish.DELETE:
                self.shelf.remove(kept.name)
                gone: Params = {"id": kept.name, "object": "response.deleted", "deleted": True}
                return Plan(iter((Reply(200, gone),)), route)

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

    def _label(self, asked: Asked) -> wire.Label:
        api = asked.ask.api
        return wire.Label(
            api=api,
            id=f"{_PREFIXES[api]}{uuid.uuid4().hex}",
            created=int(time.time()),
            model=self.backend.model,
            usage=asked.usage,
            prompt=len(prompts_of(api, asked.ask.body)[-1]),
        )

    def _steps(self, asked: Asked, label: wire.Label, told: Iterator[Told]) -> Iterator[Step]:
        if asked.ask.api is Api.RESPONSES:
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


def _as_it_is(kept: Kept) -> Iterator[Step]:
    yield Reply(200, kept.response)
