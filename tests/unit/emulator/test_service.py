from __future__ import annotations

import itertools
import json
import re
from collections.abc import Mapping
from typing import Any

import pytest

from aztui.emulator import faults
from aztui.emulator.backend import BackendError, Part, Piece, Tally
from aztui.emulator.protocol import Head
from aztui.emulator.service import Service
from aztui.emulator.steps import (
    Cut,
    Done,
    Open,
    Pause,
    Raw,
    Record,
    Reply,
    Silence,
    Step,
    Tick,
)
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
    contents: dict[str, dict[str, Any]] = {
        "completions": {"prompt": "Hi."},
        "chat/completions": {"messages": [{"role": "user", "content": "Hi."}]},
        "responses": {"input": "Hi."},
    }
    raw = json.dumps({"model": model, **contents[api], **body}).encode()
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
    [
        ("401", 401, "401"),
        ("403", 403, "403"),
        ("404", 404, "DeploymentNotFound"),
        ("429", 429, "429"),
        ("503", 503, "ServiceUnavailable"),
        ("filter-prompt", 400, "content_filter"),
        ("context", 400, "context_length_exceeded"),
    ],
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


def test_the_reset_comes_after_so_many_tokens() -> None:
    assert steps(model="demo--rst:after=1", stream=True)[-1] == Cut(reset=True)


def test_half_a_chunk_holds_the_token_after_so_many() -> None:
    *_, half, cut = steps(model="demo--half-chunk:after=1", stream=True)
    assert isinstance(half, Raw)
    assert not half.whole
    assert b'"content":"lo"' in half.data
    assert cut == Cut()


def test_broken_json_costs_one_record_and_the_stream_goes_on() -> None:
    taken = steps(model="demo--bad-json:after=1", stream=True)
    [broken] = [step for step in taken if isinstance(step, Raw)]
    assert broken.whole
    with pytest.raises(json.JSONDecodeError):
        json.loads(broken.data.removeprefix(b"data: "))
    assert "".join(c["delta"].get("content", "") for c in choices(taken)) == "Hel"
    assert taken[-1] == Done()
    assert steps(model="demo--bad-json")[-1] != steps()[-1]


@pytest.mark.parametrize(
    ("name", "record"),
    [
        ("flat-error", rb'event: error\ndata: {"type":"error",.*,"message":"The server had .*'),
        ("sse-error", rb'data: {"error":{"message":"The server had .*"type":"server_error",.*'),
    ],
)
def test_an_error_ends_the_stream(name: str, record: bytes) -> None:
    taken = steps(model=f"demo--{name}:after=1", stream=True)
    assert isinstance(taken[-1], Raw)
    assert re.fullmatch(record, taken[-1].data, re.DOTALL)
    assert "".join(c["delta"].get("content", "") for c in choices(taken)) == "Hel"
    [reply] = [step for step in steps(model=f"demo--{name}") if isinstance(step, Reply)]
    assert reply.status == 500


def test_the_filter_ends_each_choice_after_so_many_tokens() -> None:
    parts = [Piece(i, f"{i}{n}") for n in range(3) for i in range(2)]
    ends = [Piece(0, "", "stop"), Piece(1, "", "stop")]
    taken = steps(*parts, *ends, api="completions", model="d--filter-answer:after=2", stream=True)
    for index in range(2):
        own = [choice for choice in choices(taken) if choice["index"] == index]
        assert [choice["text"] for choice in own] == [f"{index}0", f"{index}1", ""]
        assert [choice["finish_reason"] for choice in own] == [None, None, "content_filter"]
        assert own[-1]["content_filter_results"]["violence"]["filtered"] is True
    assert taken[-1] == Done()


def test_the_filter_withholds_a_whole_answer() -> None:
    reply = steps(model="demo--filter-answer")[-1]
    assert isinstance(reply, Reply)
    body: Mapping[str, Any] = reply.body
    assert body["choices"][0]["finish_reason"] == "content_filter"
    assert body["choices"][0]["message"]["content"] == ""


def test_the_asynchronous_filter_judges_what_was_sent_and_once_after_the_end() -> None:
    taken = choices(steps(model="demo--filter-async:every=1", stream=True))
    verdicts = [choice for choice in taken if "content_filter_offsets" in choice]
    spans = [
        (v["content_filter_offsets"]["start_offset"], v["content_filter_offsets"]["end_offset"])
        for v in verdicts
    ]
    assert spans == [(3, 6), (6, 8), (8, 8)]  # the prompt has three characters
    assert all("delta" not in verdict for verdict in verdicts)
    assert [choice["finish_reason"] for choice in taken[-2:]] == ["stop", None]
    judged = [choice for choice in taken if "content_filter_results" in choice]
    assert judged == verdicts


def test_the_asynchronous_filter_may_condemn_what_was_sent() -> None:
    taken = steps(api="completions", model="demo--filter-async:block=1", stream=True)
    assert [choice["text"] for choice in choices(taken)] == ["Hel", ""]
    last = choices(taken)[-1]
    assert last["finish_reason"] == "content_filter"
    assert last["content_filter_results"] == {
        "protected_material_text": {"detected": True, "filtered": True}
    }
    assert last["content_filter_offsets"]["end_offset"] == 6


@pytest.mark.parametrize(
    ("body", "refused"),
    [
        ({"max_tokens": 5}, True),
        ({"max_completion_tokens": 5}, False),
        ({}, False),
    ],
)
def test_only_max_tokens_is_unsupported(body: dict[str, Any], refused: bool) -> None:
    reply = steps(model="demo--unsupported", **body)[-1]
    assert isinstance(reply, Reply)
    assert reply.status == (400 if refused else 200)


@pytest.mark.parametrize("asked", [{}, {"max_tokens": 1}, {"max_tokens": 5000}])
@pytest.mark.parametrize("api", ["completions", "chat/completions"])
def test_a_context_is_exceeded_by_numbers_that_add_up(api: str, asked: dict[str, Any]) -> None:
    [reply] = steps(api=api, model="demo--context:limit=1000", **asked)
    assert isinstance(reply, Reply)
    error: Any = reply.body["error"]
    most, total, *parts = map(int, re.findall(r"\d+", error["message"]))
    assert most == 1000 < total
    assert not parts or sum(parts) == total


def test_what_is_slow_waits_once_and_what_drips_before_each_token() -> None:
    slow = steps(model="demo--slow:ms=7", stream=True)
    assert slow[0] == Pause(0.007)
    assert Pause(0.007) not in slow[1:]
    drip = steps(model="demo--drip:ms=7", stream=True)
    after = [second for first, second in itertools.pairwise(drip) if first == Pause(0.007)]
    assert [step.tokens for step in after if isinstance(step, Record)] == [1, 1]


def test_comments_stand_before_each_record() -> None:
    taken = steps(model="demo--keepalive:count=2", stream=True)
    plain = steps(stream=True)
    comments = [step for step in taken if isinstance(step, Raw)]
    assert {step.data for step in comments} == {b": keep-alive\n\n"}
    assert len(comments) == 2 * sum(isinstance(step, Record | Done) for step in plain)


@pytest.mark.parametrize("streamed", [True, False])
def test_a_big_answer_has_its_length(streamed: bool) -> None:
    taken = steps(api="completions", model="demo--big:kb=20", stream=streamed)
    reply = taken[-1]
    body: Any = reply.body if isinstance(reply, Reply) else choices(taken)[0]
    text = body["choices"][0]["text"] if isinstance(reply, Reply) else body["text"]
    assert len(text) == 20_000 + len("Hello" if isinstance(reply, Reply) else "Hel")


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


@pytest.mark.parametrize(
    ("model", "status"),
    [
        ("demo--401", 401),
        ("demo--404", 404),
        ("demo--operation:chat=0", 400),
        ("demo--stall", 400),
        ("demo", 400),
    ],
)
def test_what_a_gateway_refuses_comes_before_a_wrong_body(model: str, status: int) -> None:
    [reply] = steps(model=model, n=0)
    assert isinstance(reply, Reply)
    assert reply.status == status
    said = json.dumps(reply.body)
    assert ("'n'" in said) is (status == 400)
    assert ("OperationNotSupported" in said) is False


def test_a_fault_of_the_whole_service_does_so_too() -> None:
    service = Service(Saying(*HELLO), fault=faults.parse("403"))
    [reply] = steps(service=service, n=0)
    assert isinstance(reply, Reply)
    assert reply.status == 403
