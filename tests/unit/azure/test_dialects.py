"""Requests as bodies: every member that goes out, but for the model and that it is to stream."""

from __future__ import annotations

import json
from typing import Any

import pytest

from aztui.azure.decode import responses
from aztui.azure.decode.sse import Record
from aztui.azure.dialects import DIALECTS
from aztui.core.events import RunId, Stamped
from aztui.core.request import Api, Json, Message, Request, RequestError
from aztui.core.run import Run, reduce
from aztui.core.tree import turns

THOUGHT: dict[str, Json] = {
    "type": "reasoning",
    "id": "rs_1",
    "summary": [],
    "encrypted_content": "gAAA",
}
TURNS = (
    Message("system", "Be brief."),
    Message("user", "One?"),
    Message("assistant", "Two.", (THOUGHT,)),
    Message("user", "Three?"),
)


def body(
    api: Api,
    *messages: Message,
    version: str | None = None,
    reasons: bool | None = None,
    **params: Json,
) -> dict[str, Any]:
    request = Request(api, "d", messages or (Message("user", "Hi"),), params)
    return DIALECTS[api].body(request, version, reasons=reasons)


def include(*messages: Message, **asked: Any) -> Any:
    return body(Api.RESPONSES, *messages, **asked).get("include")


def test_a_completion_is_a_prompt() -> None:
    assert body(Api.COMPLETIONS, temperature=0.5) == {"prompt": "Hi", "temperature": 0.5}


@pytest.mark.parametrize(
    ("version", "asked"), [(None, True), ("2024-06-01", False), ("2024-10-21", True)]
)
def test_chat_is_messages_and_asks_for_usage_where_that_is_known(
    version: str | None, asked: bool
) -> None:
    usage = {"stream_options": {"include_usage": True}} if asked else {}
    said = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "One?"}]
    assert body(Api.CHAT, *TURNS[:2], version=version) == {"messages": said, **usage}


def test_a_user_may_have_it_otherwise() -> None:
    assert body(Api.CHAT, stream_options=None)["stream_options"] is None
    assert body(Api.RESPONSES, store=True)["store"] is True


def test_what_was_thought_goes_before_what_was_said() -> None:
    asked = body(Api.RESPONSES, *TURNS)
    assert asked["instructions"] == "Be brief."
    assert asked["store"] is False
    kinds = [(item["type"], item.get("role")) for item in asked["input"]]
    assert kinds == [
        ("message", "user"),
        ("reasoning", None),
        ("message", "assistant"),
        ("message", "user"),
    ]
    assert asked["input"][1] == THOUGHT
    assert asked["input"][2]["content"] == [
        {"type": "output_text", "text": "Two.", "annotations": []}
    ]


def test_a_model_that_does_not_think_gets_no_thoughts() -> None:
    asked = body(Api.RESPONSES, *TURNS, reasons=False)
    assert [item["type"] for item in asked["input"]] == ["message"] * 3
    assert "include" not in asked


@pytest.mark.parametrize(
    ("asked", "included"),
    [
        ({}, None),
        ({"reasons": True}, ["reasoning.encrypted_content"]),
        ({"reasoning": {"effort": "low"}}, ["reasoning.encrypted_content"]),
        ({"reasoning": None}, None),
        ({"reasoning": {"effort": "low"}, "reasons": False}, None),
        ({"reasons": True, "store": True}, None),
        ({"top_logprobs": 3}, ["message.output_text.logprobs"]),
        ({"top_logprobs": 0, "store": True}, ["message.output_text.logprobs"]),
        ({"top_logprobs": None}, None),
        (
            {"reasons": True, "include": ["file_search_call.results"]},
            ["file_search_call.results", "reasoning.encrypted_content"],
        ),
        (
            {"reasons": True, "include": ["reasoning.encrypted_content"]},
            ["reasoning.encrypted_content"],
        ),
        ({"reasons": True, "include": "all"}, "all"),
        ({"reasons": True, "include": None}, ["reasoning.encrypted_content"]),
        ({"reasons": True, "version": "2025-03-01-preview"}, None),
        ({"reasons": True, "version": "2025-04-01-preview"}, ["reasoning.encrypted_content"]),
        ({"reasons": True, "version": "preview"}, ["reasoning.encrypted_content"]),
    ],
)
def test_a_response_includes_what_is_needed(asked: Any, included: Any) -> None:
    assert include(**asked) == included


def test_thoughts_that_go_out_are_asked_for_again() -> None:
    assert include(*TURNS) == ["reasoning.encrypted_content"]


def test_what_a_model_thought_goes_back_as_it_came() -> None:
    item = {**THOUGHT, "status": "completed"}
    said = {"type": "message", "content": [{"type": "output_text", "text": "Two."}]}
    response = {"object": "response", "status": "completed", "output": [item, said]}
    run = Run(RunId("1"), Request(Api.RESPONSES, "d", TURNS[:2]), 0.0)
    for event in responses.decoder()(Record("", json.dumps(response).encode())):
        run = reduce(run, Stamped(run.id, 1.0, event))
    asked = body(Api.RESPONSES, *turns((run,)), Message("user", "Three?"))
    assert asked["input"] == body(Api.RESPONSES, *TURNS[1:])["input"]


@pytest.mark.parametrize("api", Api)
def test_what_cannot_be_sent_is_refused_or_replaced(api: Api) -> None:
    with pytest.raises(RequestError, match="logit_bias is nan"):
        body(api, logit_bias={"1": [float("nan")]})
    said = body(api, Message("user", "\ud83d"), stop=["\udc00"])
    assert "\\ud" not in ascii(said)
    assert said["stop"] == ["\ufffd"]
