"""Whether a deployment answers through an API: the smallest request that shows it, for money."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from queue import Empty, SimpleQueue
from types import MappingProxyType
from typing import Final

from aztui.azure.auth import Prompt
from aztui.azure.engine import Engine
from aztui.azure.retry import NEVER
from aztui.core.checkup import Check, State, failure
from aztui.core.events import RunId, SignIn, Stamped
from aztui.core.lessons import Learnt, Subject
from aztui.core.ports import Memory
from aztui.core.problem import Kind, Problem
from aztui.core.profile import Endpoint, Profile
from aztui.core.request import TRAITS, Api, Message, Params, Request
from aztui.core.run import Phase, Run, reduce

PATIENCE: Final = 60.0
"""Seconds; a model that thinks may need some for one token."""

SIGN_IN: Final = 900.0
"""Seconds that a sign-in with a browser may take."""

_LEAST: Final[Mapping[Api, Params]] = MappingProxyType(
    {
        Api.COMPLETIONS: {"max_tokens": 1},
        Api.CHAT: {"max_tokens": 1},
        # Fewer are refused.
        Api.RESPONSES: {"max_output_tokens": 16},
    }
)
_ANSWERED: Final = frozenset({Phase.DONE, Phase.LIMIT, Phase.FILTERED})
_NO_ROOM: Final = "output limit was reached"
"""What a model says that had not done thinking when its one token was used up."""


class Trial:
    """Asks a profile's deployment through each API.

    Args:
        profile: whom to ask.
        memory: knows how the deployment wants to be asked; what is found out is kept there.
        prompt: shows where to sign in, if that is needed.
        clock: seconds that only grow.
    """

    def __init__(
        self,
        profile: Profile,
        memory: Memory,
        prompt: Prompt,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._profile = profile
        self._memory = _Notes(memory)
        self._prompt = prompt
        self._clock = clock
        self._engine: Engine | None = None
        self._stopped = False

    def look(self, api: Api) -> Check:
        """Ask through an API and say whether the deployment answers."""
        profile = speaking(self._profile, api)
        deployment = profile.deployment
        request = Request(api, deployment, (Message("user", "Hi"),), _LEAST[api])
        run = self._run(profile, request)
        problem = run.problem
        if run.phase is Phase.STOPPED:
            return Check(api, State.SKIP, "stopped")
        if problem is None or run.phase in _ANSWERED or _NO_ROOM in problem.detail:
            return _answers(run, profile)
        if self._answers_not(Subject.of(profile.endpoint.url, request), problem):
            if api is self._profile.api:
                return failure(api, problem)
            return Check(api, State.SKIP, f"{deployment} does not answer through it")
        return replace(failure(api, problem), state=_gravity(problem))

    def _answers_not(self, subject: Subject, problem: Problem) -> bool:
        """Whether the deployment is there and this API is not; remembered if so."""
        learnt = self._memory.recall(subject)
        if problem.status == 404:
            self._memory.note(subject, replace(learnt, answers=False))
        return problem.status == 404 or learnt.answers is False

    def stop(self) -> None:
        """Break off what is under way, and begin nothing more; from any thread."""
        self._stopped = True
        if (engine := self._engine) is not None:
            engine.close()

    def _run(self, profile: Profile, request: Request) -> Run:
        """Send a request and follow it to its end, or for as long as patience lasts."""
        inbox: SimpleQueue[Stamped] = SimpleQueue()
        until = self._clock() + PATIENCE
        run = Run(RunId(secrets.token_hex(8)), request, self._clock())
        engine = self._engine = Engine(profile, memory=self._memory, retries=NEVER)
        if self._stopped:
            engine.close()
        try:
            engine.start(request, run.id, inbox.put)
            while not run.phase.over:
                stamped = inbox.get(timeout=max(0.0, until - self._clock()))
                if isinstance(stamped.event, SignIn):
                    self._prompt(stamped.event)
                    until += SIGN_IN
                run = reduce(run, stamped)
        except Empty:
            return replace(run, phase=Phase.FAILED, problem=_silent(profile))
        finally:
            engine.close()
        return run


class _Notes:
    """A memory that knows what was noted here, also where the other one keeps nothing."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._own: dict[Subject, Learnt] = {}

    def recall(self, subject: Subject) -> Learnt:
        """What is known."""
        return self._own.get(subject) or self._memory.recall(subject)

    def note(self, subject: Subject, learnt: Learnt) -> None:
        """Remember it, here and there."""
        self._own[subject] = learnt
        self._memory.note(subject, learnt)


def speaking(profile: Profile, api: Api) -> Profile:
    """Return a profile that asks through an API: over v1 where its api-version is too old."""
    endpoint = profile.endpoint
    dated = endpoint.api_version
    if dated is not None and not TRAITS[api].in_version(dated):
        endpoint = Endpoint(f"{endpoint.url}/openai/v1", None)
    return replace(profile, api=api, endpoint=endpoint)


def _answers(run: Run, profile: Profile) -> Check:
    how = [f"model {run.model}"] if run.model else []
    if run.ended is not None:
        how.append(f"{run.ended - run.started:.1f} s")
    over = ", over v1" if profile.endpoint.url.endswith("/v1") else ""
    says = f"{profile.deployment} answers{over} ({', '.join(how)})"
    return Check(profile.api, State.PASS, says)


def _gravity(problem: Problem) -> State:
    """How bad it is: what passes by itself says nothing about the API."""
    passing = {Kind.RATE_LIMIT, Kind.TIMEOUT}
    return State.WARN if problem.kind in passing else State.FAIL


def _silent(profile: Profile) -> Problem:
    return Problem(
        Kind.TIMEOUT,
        f"{profile.deployment} did not answer within {PATIENCE:.0f} s",
        fix="Try again later: it may have too much to do.",
    )
