"""A response's steps: what Azure's Responses API sends, streamed and whole."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from aztui.emulator.backend import BackendError, Part, Piece, Tally
from aztui.emulator.protocol import Head
from aztui.emulator.scene import is_end
from aztui.emulator.service import Service
from aztui.emulator.steps import Cut, Open, Record, Reply, Silence, Step, Tick
from tests.support.emulator import Saying

HELLO: tuple[Part, ...] = (Piece(0, "Hel"), Piece(0, "lo"), Piece(0, "", "stop"), Tally(3, 2))
LIMITED: tuple[Part, ...] = (Piece(0, "Hel"), Piece(0, "", "length"), Tally(3, 1))


def steps(*parts: Part | Exception, model: str = "demo", **body: Any) -> list[Step]:
    raw = json.dumps({"model": model, "input": "Hi.", **body}).encode()
    head = Head("POST", "/openai/v1/responses", {"api-key": "k"})
    return list(Service(Saying(*(parts or HELLO))).plan(head, raw).steps)


def payloads(taken: list[Step]) -> list[Mapping[str, Any]]:
    return [step.payload for step in taken if isinstance(step, Record)]


def kinds(taken: list[Step]) -> list[str]:
    return [payload["type"].removeprefix("response.") for payload in payloads(taken)]


def text(taken: list[Step]) -> str:
    return "".join(payload.get("delta", "") for payload in payloads(taken))


def reply(taken: list[Step]) -> Any:
    last = taken[-1]
    assert isinstance(last, Reply)
    return last


def test_a_stream_begins_tells_repeats_and_ends() -> None:
    taken = steps(stream=True)
    assert isinstance(taken[0], Open)
    assert kinds(taken) == [
        *("created", "in_progress", "output_item.added", "content_part.added"),
        *("output_text.delta", "output_text.delta"),
        *("output_text.done", "content_part.done", "output_item.done", "completed"),
    ]
    records = [step for step in taken if isinstance(step, Record)]
    assert len(records) == len(taken) - 1
    assert [record.event for record in records] == [record.payload["type"] for record in records]
    assert [payload["sequence_number"] for payload in payloads(taken)] == list(range(10))
    assert text(taken) == "Hello"
    told, *_, last = payloads(taken)
    assert told["response"]["id"].startswith("resp_")
    assert told["response"]["id"] == last["response"]["id"]
    assert (told["response"]["status"], told["response"]["output"]) == ("in_progress", [])
    assert last["response"]["output"][0]["content"][0]["text"] == "Hello"
    assert last["response"]["usage"]["input_tokens"] == 3
    assert last["response"]["usage"]["output_tokens"] == 2
    delta = payloads(taken)[4]
    assert (delta["output_index"], delta["content_index"]) == (0, 0)
    assert delta["item_id"] == last["response"]["output"][0]["id"]


def test_at_the_limit_a_response_is_incomplete() -> None:
    taken = steps(*LIMITED, stream=True)
    assert kinds(taken)[-1] == "incomplete"
    for ended in (payloads(taken)[-1]["response"], reply(steps(*LIMITED)).body):
        assert ended["status"] == "incomplete"
        assert ended["incomplete_details"] == {"reason": "max_output_tokens"}
        assert ended["output"][0]["status"] == "incomplete"


def test_without_a_stream_the_response_is_one_document() -> None:
    *ticks, last = steps(instructions="Be kind.", max_output_tokens=7, store=False)
    assert ticks == [Tick(), Tick()]
    body = reply([last]).body
    assert (body["object"], body["status"], body["error"]) == ("response", "completed", None)
    assert body["output"][0]["content"][0]["text"] == "Hello"
    assert body["usage"]["total_tokens"] == 5
    assert (body["instructions"], body["max_output_tokens"], body["store"]) == (
        "Be kind.",
        7,
        False,
    )


def test_a_refusal_of_the_backend_is_a_reply_streamed_or_not() -> None:
    for stream in (True, False):
        taken = steps(BackendError(400, "context_length_exceeded", "Too long."), stream=stream)
        error = reply(taken).body["error"]
        assert (reply(taken).status, error["code"]) == (400, "context_length_exceeded")


def test_a_failure_in_mid_stream_is_a_failed_response() -> None:
    taken = steps(Piece(0, "Hel"), RuntimeError("out of paper"), stream=True)
    assert kinds(taken)[-1] == "failed"
    failed = payloads(taken)[-1]["response"]
    assert failed["status"] == "failed"
    assert failed["error"]["code"] == "server_error"
    assert "out of paper" in failed["error"]["message"]
    assert failed["output"][0]["content"][0]["text"] == "Hel"


@pytest.mark.parametrize(
    ("name", "status", "code"),
    [("401", 401, "401"), ("404", 404, "DeploymentNotFound"), ("429", 429, "429")],
)
def test_refusing_faults(name: str, status: int, code: str) -> None:
    refused = reply(steps(model=f"demo--{name}", stream=True))
    assert (refused.status, refused.body["error"]["code"]) == (status, code)


def test_hang_does_nothing_at_all() -> None:
    assert steps(model="demo--hang", stream=True) == [Silence()]


@pytest.mark.parametrize(("name", "last"), [("stall", Silence()), ("cut", Cut())])
@pytest.mark.parametrize(("after", "told"), [(0, ""), (1, "Hel"), (2, "Hello"), (9, "Hello")])
def test_stall_and_cut_come_after_so_many_tokens_and_before_the_end(
    name: str, last: Step, after: int, told: str
) -> None:
    taken = steps(model=f"demo--{name}:after={after}", stream=True)
    assert taken[-1] == last
    assert text(taken) == told
    assert "completed" not in kinds(taken)


def test_no_finish_gives_all_text_and_no_end() -> None:
    taken = steps(model="demo--no-finish", stream=True)
    assert text(taken) == "Hello"
    assert kinds(taken)[-1] == "output_item.done"
    whole = reply(steps(*LIMITED, model="demo--no-finish")).body
    assert (whole["status"], whole["incomplete_details"]) == ("in_progress", None)
    assert whole["output"][0]["content"][0]["text"] == "Hel"
    assert "choices" not in whole


@pytest.mark.parametrize("fault", ["cut", "rst", "sse-error", "flat-error"])
def test_a_response_broken_off_does_not_end(fault: str) -> None:
    taken = steps(model=f"demo--{fault}:after=2", stream=True)
    assert sum(step.tokens for step in taken if isinstance(step, Record)) == 2
    assert not any(isinstance(step, Record) and is_end(step.payload) for step in taken)


@pytest.mark.parametrize(
    ("body", "param", "code"),
    [
        ({"input": None}, "input", "missing_required_parameter"),
        ({"input": []}, "input", None),
        ({"input": ["x"]}, "input", None),
        ({"messages": []}, "messages", "unsupported_parameter"),
        ({"max_tokens": 5}, "max_tokens", "unsupported_parameter"),
        ({"n": 2}, "n", "unknown_parameter"),
        ({"stop": "x"}, "stop", "unknown_parameter"),
        ({"max_output_tokens": 0}, "max_output_tokens", None),
        ({"previous_response_id": "resp_1"}, "previous_response_id", "previous_response_not_found"),
    ],
)
def test_what_responses_do_not_take_is_refused_by_name(
    body: dict[str, Any], param: str, code: str | None
) -> None:
    refused = reply(steps(**body))
    error = refused.body["error"]
    assert (refused.status, error["param"], error["code"]) == (400, param, code)
