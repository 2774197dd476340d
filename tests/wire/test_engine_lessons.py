"""The engine learns what a deployment takes, sends that, and says so."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from aztui.core.events import Adapted, Answering, Cause, Ended, RunId, Thinking
from aztui.core.lessons import UNKNOWN, Learnt, Refused, Subject
from aztui.core.ports import Memory
from aztui.core.problem import Kind
from aztui.core.request import Api, Message, Params, Request
from tests.support.engines import KEY, profile, running
from tests.support.hostile import Hostile, Peer
from tests.support.recorder import Recorder

RENAMING = (
    "Unsupported parameter: 'max_tokens' is not supported with this model. "
    "Use 'max_completion_tokens' instead."
)
UNKNOWN_OPTIONS = "Unrecognized request argument supplied: stream_options"


@dataclass
class Notebook:
    """A memory that a test can look into."""

    pages: dict[Subject, Learnt] = field(default_factory=dict)

    def recall(self, subject: Subject) -> Learnt:
        return self.pages.get(subject, UNKNOWN)

    def note(self, subject: Subject, learnt: Learnt) -> None:
        self.pages[subject] = learnt

    @property
    def page(self) -> Learnt:
        (only,) = self.pages.values()
        return only


@dataclass
class Deployment:
    """Refuses members of the body, each in its own words, and answers otherwise."""

    refuses: dict[str, dict[str, Any]]
    model: str = "gpt"
    bodies: list[dict[str, Any]] = field(default_factory=list)

    def __call__(self, peer: Peer) -> None:
        while True:
            asked = peer.request().json
            self.bodies.append(asked)
            refused = next((self.refuses[name] for name in asked if name in self.refuses), None)
            if refused is not None:
                body = json.dumps({"error": refused}).encode()
                peer.plain("400 Bad Request", "application/json", body)
                continue
            choice = {"delta": {"content": "ok"}, "index": 0, "finish_reason": "stop"}
            peer.head()
            record = json.dumps({"model": self.model, "choices": [choice]}).encode()
            peer.chunk(b"data: " + record + b"\n\n")
            peer.end()

    @property
    def sent(self) -> list[list[str]]:
        """The members of each body, but for those that every one has."""
        return [sorted({*body} - {"model", "messages", "stream"}) for body in self.bodies]


def refusal(message: str, param: str = "", code: str = "") -> dict[str, Any]:
    return {"message": message, "param": param or None, "code": code or None}


RENAMED = {"max_tokens": refusal(RENAMING, "max_tokens")}
NO_OPTIONS = {"stream_options": refusal(UNKNOWN_OPTIONS)}


def ask(deployment: Deployment, memory: Memory | None, api: Api = Api.CHAT, **own: Any) -> Recorder:
    got = Recorder()
    request = Request(api, "o4", (Message("user", "Hi"),), own)
    with (
        Hostile(deployment) as server,
        running(_of(server, api), memory=memory and _Elsewhere(memory)) as engine,
    ):
        engine.start(request, RunId("1"), got)
        got.end()
    return got


def _of(server: Hostile, api: Api) -> Any:
    return profile(server, api, None if api is Api.RESPONSES else "2024-10-21")


@dataclass
class _Elsewhere:
    """Lets servers at different ports pass for one and the same."""

    memory: Memory

    def recall(self, subject: Subject) -> Learnt:
        return self.memory.recall(replace(subject, endpoint=""))

    def note(self, subject: Subject, learnt: Learnt) -> None:
        self.memory.note(replace(subject, endpoint=""), learnt)


def adapted(got: Recorder) -> list[tuple[list[str], bool]]:
    return [
        ([lesson.param for lesson in event.lessons], event.again)
        for event in got.events
        if isinstance(event, Adapted)
    ]


def test_a_parameter_with_another_name_is_sent_under_it_and_that_is_remembered() -> None:
    memory, deployment = Notebook(), Deployment(RENAMED)
    got = ask(deployment, memory, max_tokens=200)
    assert got.text == "ok"
    assert [body.get("max_completion_tokens") for body in deployment.bodies] == [None, 200]
    assert adapted(got) == [(["max_tokens"], True)]
    assert memory.page.refused == (Refused("max_tokens", None, "max_completion_tokens", RENAMING),)

    deployment.bodies.clear()
    got = ask(deployment, memory, max_tokens=300)
    assert [body.get("max_completion_tokens") for body in deployment.bodies] == [300]
    assert adapted(got) == [(["max_tokens"], False)]
    assert isinstance(got.events[0], Adapted)


def test_what_aztui_adds_by_itself_is_left_out_where_it_is_refused() -> None:
    memory, deployment = Notebook(), Deployment(NO_OPTIONS)
    assert ask(deployment, memory).text == "ok"
    assert deployment.sent == [["stream_options"], []]
    ask(deployment, memory)
    assert deployment.sent[2:] == [[]]
    assert memory.page.usage is False


def test_without_a_memory_it_is_learnt_for_the_run_alone() -> None:
    deployment = Deployment(NO_OPTIONS)
    for _ in range(2):
        assert ask(deployment, None).text == "ok"
    assert deployment.sent == [["stream_options"], [], ["stream_options"], []]


def test_what_the_user_asks_for_is_not_left_out() -> None:
    words = "Unsupported value: 'temperature' does not support 0.5 with this model."
    refuses = {"temperature": refusal(words, "temperature", "unsupported_value")}
    memory, deployment = Notebook(), Deployment(refuses)
    got = ask(deployment, memory, temperature=0.5)
    assert len(deployment.bodies) == 1
    assert got.end().cause is Cause.BROKEN
    assert not adapted(got)
    assert [(one.param, one.value) for one in memory.page.refused] == [("temperature", 0.5)]


def test_a_run_is_sent_otherwise_as_often_as_it_teaches_something() -> None:
    memory, deployment = Notebook(), Deployment({**RENAMED, **NO_OPTIONS})
    assert ask(deployment, memory, max_tokens=200).text == "ok"
    assert len(deployment.bodies) == 3
    assert ask(deployment, memory, max_tokens=200).text == "ok"
    assert deployment.sent[3:] == [["max_completion_tokens"]]


def test_lessons_are_for_the_effort_they_came_with() -> None:
    words = "Unsupported parameter: 'stream_options' is not supported with this model."
    deployment = Deployment({"stream_options": refusal(words, "", "unsupported_parameter")})
    memory = Notebook()
    ask(deployment, memory, reasoning_effort="high")
    assert {subject.effort for subject in memory.pages} == {"high"}
    deployment.bodies.clear()
    ask(deployment, memory)
    assert len(deployment.bodies) == 2


def test_another_model_makes_forget() -> None:
    memory, deployment = Notebook(), Deployment(RENAMED, model="o4-2025")
    ask(deployment, memory, max_tokens=200)
    assert (memory.page.model, len(memory.page.refused)) == ("o4-2025", 1)
    ask(Deployment({}, model="gpt-5"), memory, max_tokens=200)
    assert memory.page == Learnt("gpt-5", answers=True, usage=False, reasons=False)


def test_a_deployment_that_does_not_answer_the_api_is_known_for_it() -> None:
    refuses = {"messages": refusal("The chatCompletion operation …", "", "OperationNotSupported")}
    memory, deployment = Notebook(), Deployment(refuses)
    got = ask(deployment, memory)
    assert memory.page == Learnt(answers=False)
    assert got.end().cause is Cause.BROKEN
    got = ask(Deployment({}), memory)
    assert memory.page.answers is True


@pytest.mark.parametrize(
    ("api", "own", "effort"),
    [
        (Api.CHAT, {"reasoning_effort": "high"}, "high"),
        (Api.CHAT, {"reasoning_effort": "none"}, None),
        (Api.CHAT, {}, None),
        (Api.RESPONSES, {"reasoning": {"effort": "low"}}, "low"),
        (Api.RESPONSES, {"reasoning": {"summary": "auto"}}, None),
    ],
)
def test_thinking_is_told_before_anything_comes(api: Api, own: Params, effort: str | None) -> None:
    got = ask(Deployment({}), None, api, **own)
    thinking = [event for event in got.events if isinstance(event, Thinking)]
    assert thinking == ([] if effort is None else [Thinking(effort)])
    assert thinking == got.events[: len(thinking)]


def test_a_model_that_is_known_to_think_is_told_to() -> None:
    memory = Notebook({Subject("", "o4", Api.CHAT): Learnt("gpt", reasons=True)})
    got = ask(Deployment({}), memory)
    assert got.events[0] == Thinking("")
    assert Answering("gpt") in got.events


def test_the_credential_is_in_no_lesson() -> None:
    words = f"Unrecognized request argument supplied: stream_options ({KEY})"
    memory = Notebook()
    got = ask(Deployment({"stream_options": refusal(words)}), memory)
    assert adapted(got) == [(["stream_options"], True)]
    assert KEY not in repr(memory) + repr(got.events)
    assert "…cdef" in memory.page.refused[0].words


def test_a_prompt_that_the_filter_refuses_is_neither_sent_again_nor_learnt_from() -> None:
    filtered = {
        **refusal("The response was filtered.", "prompt", "content_filter"),
        "innererror": {"content_filter_result": {"hate": {"filtered": True, "severity": "low"}}},
    }
    memory, deployment = Notebook(), Deployment({"messages": filtered})
    got = ask(deployment, memory)
    ended = got.end()
    assert isinstance(ended, Ended)
    assert ended.problem is not None
    assert ended.problem.kind is Kind.CONTENT_FILTER
    assert len(deployment.bodies) == 1
    assert not memory.pages


def test_how_much_a_deployment_takes_is_remembered_and_the_request_not_sent_again() -> None:
    words = (
        "This model's maximum context length is 8192 tokens. However, your messages resulted in "
        "9000 tokens. Please reduce the length of the messages."
    )
    long = refusal(words, "messages", "context_length_exceeded")
    memory, deployment = Notebook(), Deployment({"messages": long})
    ended = ask(deployment, memory).end()
    assert isinstance(ended, Ended)
    assert ended.problem is not None
    assert ended.problem.kind is Kind.TOO_LONG
    assert len(deployment.bodies) == 1
    assert memory.page.context == 8_192
