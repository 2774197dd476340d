"""Several answers where the service gives one a request: as many requests, and one run."""

from __future__ import annotations

import contextlib
import itertools
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import reduce as fold
from typing import Any

import pytest

from aztui.azure.engine import Engine
from aztui.azure.retry import Policy
from aztui.azure.several import AT_ONCE, OneEach, Several
from aztui.core.events import Apart, Cause, Ended, Opened, Retrying, RunId, TextDelta
from aztui.core.lessons import Subject
from aztui.core.problem import Kind
from aztui.core.request import Api, Message, Request
from aztui.core.run import Phase, Run, reduce
from tests.support.engines import join, profile
from tests.support.hostile import DEADLINE, Hostile, Peer, Script
from tests.support.recorder import Recorder
from tests.wire.test_engine_lessons import Notebook
from tests.wire.test_engine_retries import QUICK

ONLY_ONE = "Unsupported value: 'n' does not support 3 with this model. Only the default (1) value."
VLLM = "3 is greater than the maximum of 1 - 'n'"
LLAMA = "Only one completion choice is allowed"


@dataclass
class Service:
    """Answers chat with the number of the request, one answer each; refuses `n` in these words."""

    words: str = ONLY_ONE
    bodies: list[dict[str, Any]] = field(default_factory=list)
    answer: Callable[[Peer, int], None] = lambda peer, number: say(peer, f"answer {number}")
    numbers: Iterator[int] = field(default_factory=itertools.count)

    def __call__(self, peer: Peer) -> None:
        while True:
            asked = peer.request().json
            self.bodies.append(asked)
            if asked.get("n", 1) > 1:
                refuse(peer, "400 Bad Request", self.words)
            else:
                self.answer(peer, next(self.numbers))


def say(peer: Peer, text: str, finish: str | None = "stop") -> None:
    choice = {"delta": {"content": text}, "index": 0, "finish_reason": finish}
    usage = {"prompt_tokens": 2, "completion_tokens": 3, "total_tokens": 5}
    peer.head()
    for record in ({"model": "m", "choices": [choice]}, {"choices": [], "usage": usage}):
        peer.chunk(b"data: " + json.dumps(record).encode() + b"\n\n")
    peer.end()


def refuse(peer: Peer, status: str, words: str, *headers: str) -> None:
    body = json.dumps({"error": {"message": words}}).encode()
    peer.plain(status, "application/json", body, *headers)


def asking(n: int, **more: Any) -> Request:
    return Request(Api.CHAT, "o4", (Message("user", "Hi"),), {"n": n, **more})


@contextlib.contextmanager
def several(
    server: Hostile, retries: Policy = QUICK, memory: OneEach | None = None
) -> Iterator[Several]:
    asked = profile(server, Api.CHAT, "2024-10-21")
    known = memory or OneEach()
    engine = Engine(asked, retries=retries, memory=known)
    try:
        yield Several(engine, asked.endpoint.url, known)
    finally:
        engine.close()
        join("run ")


def ask(script: Script, request: Request, memory: OneEach | None = None) -> tuple[Recorder, Run]:
    """Ask once; what came, and what the run is after that."""
    got = Recorder()
    with Hostile(script) as server, several(server, memory=memory) as source:
        source.start(request, RunId("1"), got)
        got.end()
    return got, ended(got, request)


def ended(got: Recorder, request: Request) -> Run:
    return fold(reduce, got.stamped, Run(RunId("1"), request, 0.0))


@pytest.mark.parametrize("words", [ONLY_ONE, VLLM, LLAMA])
def test_where_several_are_refused_the_run_goes_on_with_a_request_for_each(words: str) -> None:
    service = Service(words)
    got, run = ask(service, asking(3, seed=7))
    assert [body.get("n") for body in service.bodies] == [3, None, None, None]
    assert {body["seed"] for body in service.bodies} == {7}
    assert sorted(choice.text for choice in run.choices) == ["answer 0", "answer 1", "answer 2"]
    assert (run.phase, run.requests) == (Phase.DONE, 3)
    assert run.usage is not None
    assert (run.usage.prompt_tokens, run.usage.completion_tokens) == (6, 9)
    assert [event for event in got.events if isinstance(event, Apart | Ended)] == [
        Apart(3),
        Ended(Cause.CLOSED),
    ]


def test_what_was_refused_is_remembered() -> None:
    notebook, service = Notebook(), Service()
    memory = OneEach(notebook)
    with Hostile(service) as server, several(server, memory=memory) as source:
        for name in "ab":
            got = Recorder()
            source.start(asking(3), RunId(name), got)
            got.end()
        known = notebook.recall(Subject.of(server.url, asking(3)))
    assert [lesson.what for lesson in known.refused] == ["n=3"]
    assert [body.get("n") for body in service.bodies] == [3, *[None] * 6]


def test_where_nothing_can_be_kept_it_is_known_for_as_long_as_the_program_runs() -> None:
    service, memory = Service(), OneEach()
    with Hostile(service) as server, several(server, memory=memory) as source:
        for name in "ab":
            got = Recorder()
            source.start(asking(3), RunId(name), got)
            got.end()
    assert [body.get("n") for body in service.bodies] == [3, *[None] * 6]


def test_any_other_refusal_ends_the_run() -> None:
    _, run = ask(Service("The prompt is no good."), asking(3))
    assert (run.phase, run.requests) == (Phase.FAILED, 0)


def test_a_service_that_takes_several_is_asked_once() -> None:
    def script(peer: Peer) -> None:
        assert peer.request().json["n"] == 2
        peer.head()
        choices = [{"delta": {"content": "x"}, "index": i, "finish_reason": "stop"} for i in (0, 1)]
        peer.chunk(b"data: " + json.dumps({"choices": choices}).encode() + b"\n\n")
        peer.end()

    _, run = ask(script, asking(2))
    assert ([choice.text for choice in run.choices], run.requests) == (["x", "x"], 0)


def test_only_a_few_are_under_way_at_a_time_over_as_few_connections() -> None:
    full, got, request = threading.Barrier(AT_ONCE), Recorder(), asking(2 * AT_ONCE)

    def answer(peer: Peer, number: int) -> None:
        if number < AT_ONCE:
            full.wait(DEADLINE)
        say(peer, f"{number}")

    with Hostile(Service(answer=answer)) as server, several(server) as source:
        source.start(request, RunId("1"), got)
        got.end()
        assert server.connections == AT_ONCE
    texts = [choice.text for choice in ended(got, request).choices]
    assert sorted(map(int, texts)) == [*range(2 * AT_ONCE)]


def test_one_that_fails_leaves_its_answer_open_and_its_problem_in_the_run() -> None:
    def answer(peer: Peer, number: int) -> None:
        if number == 1:
            refuse(peer, "403 Forbidden", "Not you.")
        else:
            say(peer, "fine")

    _, run = ask(Service(answer=answer), asking(3))
    assert sorted(choice.finish_reason or "" for choice in run.choices) == ["", "stop", "stop"]
    assert run.phase is Phase.CUT
    assert run.problem is not None
    assert run.problem.kind is Kind.PERMISSION


def test_where_all_fail_the_run_does_and_the_rest_is_not_sent() -> None:
    service = Service(answer=lambda peer, _: refuse(peer, "403 Forbidden", "Not you."))
    _, run = ask(service, asking(40))
    assert run.phase is Phase.FAILED
    assert run.problem is not None
    assert run.problem.kind is Kind.PERMISSION
    assert len(service.bodies) <= 1 + 2 * AT_ONCE


def test_one_that_has_to_wait_holds_no_other_up() -> None:
    others = threading.Event()

    def answer(peer: Peer, number: int) -> None:
        if number == 0:
            refuse(peer, "429 Too Many Requests", "Slow down.", "Retry-After: 7")
        else:
            say(peer, f"{number}")
            others.set()

    got, run = ask(Service(answer=answer), asking(2))
    assert others.is_set()
    (wait,) = [event for event in got.events if isinstance(event, Retrying)]
    assert (wait.wait, wait.choice in {0, 1}) == (7, True)
    assert sorted(choice.text for choice in run.choices) == ["1", "2"]
    assert run.phase is Phase.DONE


@pytest.mark.parametrize("answers", [2, 2 * AT_ONCE])
@pytest.mark.parametrize(("agrees", "phase"), [(True, Phase.DONE), (False, Phase.FAILED)])
def test_the_users_word_reaches_those_that_ask(agrees: bool, phase: Phase, answers: int) -> None:
    left = [True] * min(answers, AT_ONCE)

    def answer(peer: Peer, number: int) -> None:
        if left:
            left.pop()
            refuse(peer, "429 Too Many Requests", "Slow down.", "Retry-After: 200")
        else:
            say(peer, f"{number}")

    got, request = Recorder(), asking(answers)
    with Hostile(Service(answer=answer)) as server, several(server) as source:
        handle = source.start(request, RunId("1"), got)
        got.wait(lambda got: any(isinstance(event, Retrying) for event in got.events))
        (question,) = [event for event in got.events if isinstance(event, Retrying)]
        assert question.asks
        (handle.agree if agrees else handle.decline)()
        got.end()
    assert ended(got, request).phase is phase


def test_stopped_all_of_them_end_at_once() -> None:
    begun = threading.Barrier(AT_ONCE + 1)

    def answer(peer: Peer, number: int) -> None:
        peer.head()
        choice = {"delta": {"content": f"{number}"}, "index": 0, "finish_reason": None}
        peer.chunk(b"data: " + json.dumps({"choices": [choice]}).encode() + b"\n\n")
        begun.wait(DEADLINE)
        peer.await_close()

    got, request = Recorder(), asking(2 * AT_ONCE)
    with Hostile(Service(answer=answer)) as server, several(server) as source:
        handle = source.start(request, RunId("1"), got)
        begun.wait(DEADLINE)
        got.wait(lambda got: len({e.choice for e in got.events if type(e) is TextDelta}) == AT_ONCE)
        handle.cancel()
        assert got.ends == [Ended(Cause.CANCELLED)]
        server.await_closes(AT_ONCE)
        handle.cancel()
    join("run ")
    assert got.events[-1] == Ended(Cause.CANCELLED)
    assert ended(got, request).phase is Phase.STOPPED


def test_a_sink_may_stop_its_own_run() -> None:
    handles: list[Any] = []
    started, got = threading.Event(), Recorder()

    def sink(stamped: Any) -> None:
        got(stamped)
        if isinstance(stamped.event, Opened):
            started.wait(DEADLINE)
            handles[0].cancel()

    with Hostile(Service()) as server, several(server) as source:
        handles.append(source.start(asking(3), RunId("1"), sink))
        started.set()
        assert got.end() == Ended(Cause.CANCELLED)


def test_on_a_closed_engine_the_run_ends_cancelled() -> None:
    got = Recorder()
    memory = OneEach()
    with Hostile(Service()) as server:
        with several(server, memory=memory) as source:
            source.start(asking(3), RunId("0"), Recorder())
        source.start(asking(128), RunId("1"), got)
        assert got.end() == Ended(Cause.CANCELLED)


def test_responses_are_asked_one_by_one_from_the_beginning_and_never_for_n() -> None:
    bodies: list[dict[str, Any]] = []

    def script(peer: Peer) -> None:
        while True:
            bodies.append(peer.request().json)
            refuse(peer, "403 Forbidden", "Not you.")

    for n in (1, 3):
        request = Request(Api.RESPONSES, "o4", (Message("user", "Hi"),), {"n": n})
        ask(script, request)
    assert len(bodies) == 4
    assert not any("n" in body for body in bodies)
