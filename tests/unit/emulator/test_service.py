from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from aztui.emulator import faults
from aztui.emulator.backend import BackendError, Part, Piece, Tally
from aztui.emulator.protocol import Head
from aztui.emulator.service import Service
from aztui.emulator.steps import Cut, Done, Open, Record, Reply, Silence, Step, Tick
from tests.support.emulator import Saying

V1 = "/openai/v1"
HELLO: tuple[Part, ...] = (Piece(0, "Hel"), Piece(0, "lo"), Piece(0, "", "stop"), Tally(3, 2))


def steps(
    *parts: Part | Exception,
    api: str = "chat/completions",
    model: str = "demo",
    service: Service | None = None,
    **body: Any,
) -> list[Step]:
    content = {"messages": [{"role": "user", "content": "Hi."}], "prompt": "Hi."}
    raw = json.dumps({"model": model, **content, **body}).encode()
    head = Head("POST", f"{V1}/{api}", {"api-key": "k"})
    service = service or Service(Saying(*(parts or HELLO)))
    return list(service.plan(head, raw).steps)


def payloads(taken: list[Step]) -> list[Mapping[str, Any]]:
    return [step.payload for step in taken if isinstance(step, Record)]


def choices(taken: list[Step]) -> list[Mapping[str, Any]]:
    return [payload["choices"][0] for payload in payloads(taken) if payload["choices"]]


def test_a_chat_stream_opens_greets_tells_and_ends() -> None:
    taken = steps(stream=True)
    assert isinstance(taken[0], Open)
    assert isinstance(taken[-1], Done)
    opening, *chunks = payloads(taken)
    assert (opening["choices"], opening["id"], opening["object"]) == ([], "", "")
    assert opening["prompt_filter_results"][0]["prompt_index"] == 0
    assert [choice["delta"] for choice in choices(taken)] == [
        {"role": "assistant", "content": ""},
        {"content": "Hel"},
        {"content": "lo"},
        {},
    ]
    assert [choice["finish_reason"] for choice in choices(taken)] == [None, None, None, "stop"]
    assert len({(chunk["id"], chunk["created"], chunk["model"]) for chunk in chunks}) == 1
    assert chunks[0]["id"].startswith("chatcmpl-")
    assert {chunk["object"] for chunk in chunks} == {"chat.completion.chunk"}
    assert "usage" not in chunks[0]


def test_a_completions_stream_has_texts() -> None:
    taken = steps(api="completions", stream=True)
    assert [(c["text"], c["finish_reason"]) for c in choices(taken)] == [
        ("Hel", None),
        ("lo", None),
        ("", "stop"),
    ]
    assert choices(taken)[0]["content_filter_results"]["hate"] == {
        "filtered": False,
        "severity": "safe",
    }
    assert payloads(taken)[1]["id"].startswith("cmpl-")
    assert payloads(taken)[1]["object"] == "text_completion"


def test_in_completions_text_may_come_with_its_finish_reason() -> None:
    taken = steps(Piece(0, "all", "stop"), api="completions", stream=True)
    assert [(c["text"], c["finish_reason"]) for c in choices(taken)] == [("all", "stop")]


def test_usage_comes_last_and_only_where_asked_for() -> None:
    chunks = payloads(steps(stream=True, stream_options={"include_usage": True}))
    assert chunks[-1]["choices"] == []
    assert chunks[-1]["usage"] == {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5}
    assert {chunk["usage"] for chunk in chunks[1:-1]} == {None}


def test_without_a_stream_the_answer_is_one_document() -> None:
    *ticks, reply = steps()
    assert ticks == [Tick(), Tick()]
    assert isinstance(reply, Reply)
    body: Mapping[str, Any] = reply.body
    assert body["object"] == "chat.completion"
    assert body["choices"][0]["message"] == {
        "role": "assistant",
        "content": "Hello",
        "refusal": None,
    }
    assert body["choices"][0]["finish_reason"] == "stop"
    assert body["usage"]["total_tokens"] == 5


def test_a_refusal_of_the_backend_is_a_reply_streamed_or_not() -> None:
    for stream in (True, False):
        [reply] = steps(BackendError(400, "context_length_exceeded", "Too long."), stream=stream)
        assert isinstance(reply, Reply)
        error: Any = reply.body["error"]
        assert (reply.status, error["code"], error["message"]) == (
            400,
            "context_length_exceeded",
            "Too long.",
        )


def test_a_failure_in_mid_stream_is_an_error_record_and_no_done() -> None:
    taken = steps(Piece(0, "Hel"), RuntimeError("out of paper"), stream=True)
    error: Any = taken[-1].payload["error"] if isinstance(taken[-1], Record) else None
    assert "out of paper" in error["message"]
    assert error["type"] == "server_error"


@pytest.mark.parametrize(
    ("name", "status", "code"),
    [("401", 401, "401"), ("404", 404, "DeploymentNotFound"), ("429", 429, "429")],
)
def test_a_refusing_fault_never_reaches_the_backend(name: str, status: int, code: str) -> None:
    backend = Saying(*HELLO)
    [reply] = steps(model=f"demo--{name}", service=Service(backend), stream=True)
    assert isinstance(reply, Reply)
    error: Any = reply.body["error"]
    assert (reply.status, error["code"]) == (status, code)
    assert backend.asked == []


def test_too_many_requests_say_how_long_to_wait() -> None:
    [reply] = steps(model="demo--429:retry-after=7")
    assert isinstance(reply, Reply)
    assert dict(reply.headers)["retry-after"] == "7"
    assert "ChatCompletions_Create" in str(reply.body)
    assert "retry after 7 seconds" in str(reply.body)


def test_a_server_error_has_no_code() -> None:
    [reply] = steps(model="demo--500")
    assert isinstance(reply, Reply)
    error: Any = reply.body["error"]
    assert (reply.status, error["type"], error["code"]) == (500, "server_error", None)


def test_hang_does_nothing_at_all() -> None:
    assert steps(model="demo--hang", stream=True) == [Silence()]


@pytest.mark.parametrize(("name", "last"), [("stall", Silence()), ("cut", Cut())])
@pytest.mark.parametrize(("after", "text"), [(0, ""), (1, "Hel"), (2, "Hello"), (9, "Hello")])
def test_stall_and_cut_come_after_so_many_tokens(
    name: str, last: Step, after: int, text: str
) -> None:
    taken = steps(model=f"demo--{name}:after={after}", stream=True)
    assert taken[-1] == last
    assert "".join(c["delta"].get("content", "") for c in choices(taken)) == text
    assert Done() not in taken


def test_stall_holds_for_whole_answers_too() -> None:
    assert steps(model="demo--stall:after=1") == [Tick(), Silence()]


def test_no_finish_gives_all_text_and_no_end() -> None:
    options = {"include_usage": True}
    taken = steps(model="demo--no-finish", stream=True, stream_options=options)
    assert "".join(c["delta"].get("content", "") for c in choices(taken)) == "Hello"
    assert {c["finish_reason"] for c in choices(taken)} == {None}
    assert {chunk.get("usage") for chunk in payloads(taken)} == {None}
    assert Done() not in taken


def test_no_finish_keeps_the_text_that_comes_with_the_finish_reason() -> None:
    taken = steps(Piece(0, "all", "stop"), api="completions", model="d--no-finish", stream=True)
    assert [(c["text"], c["finish_reason"]) for c in choices(taken)] == [("all", None)]


def test_no_finish_holds_for_whole_answers_too() -> None:
    reply = steps(model="demo--no-finish")[-1]
    assert isinstance(reply, Reply)
    body: Mapping[str, Any] = reply.body
    assert body["choices"][0]["finish_reason"] is None
    assert body["choices"][0]["message"]["content"] == "Hello"


def test_a_default_fault_holds_where_the_name_asks_for_none() -> None:
    service = Service(Saying(*HELLO), fault=faults.parse("hang"))
    assert steps(service=service) == [Silence()]
    [reply] = steps(service=service, model="demo--401")
    assert isinstance(reply, Reply)


@pytest.mark.parametrize(
    ("key", "headers", "status"),
    [
        (None, {}, 401),
        (None, {"api-key": "  "}, 401),
        (None, {"authorization": "Basic abc"}, 401),
        (None, {"api-key": "anything"}, 200),
        (None, {"authorization": "bearer token"}, 200),
        ("right", {"api-key": "wrong"}, 401),
        ("right", {"api-key": "right"}, 200),
        ("right", {"authorization": "Bearer right"}, 200),
    ],
)
def test_a_credential_is_needed(key: str | None, headers: dict[str, str], status: int) -> None:
    head = Head("POST", f"{V1}/completions", headers)
    reply = list(Service(Saying(*HELLO), key).plan(head, b'{"model": "m"}').steps)[-1]
    assert isinstance(reply, Reply)
    assert reply.status == status
