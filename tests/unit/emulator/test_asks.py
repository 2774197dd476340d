from __future__ import annotations

import json
from typing import Any

import pytest

from aztui.core.request import Api, Json
from aztui.emulator.asks import Asked, most_tokens, prompts_of, stops, turns, understand
from aztui.emulator.refusal import Refused
from aztui.emulator.routes import Route

COMPLETIONS = Route(Api.COMPLETIONS, "2024-02-01", "demo")
CHAT = Route(Api.CHAT, "2024-10-21", "demo")
V1 = Route(Api.CHAT, "v1", None)
HELLO = [{"role": "user", "content": "Hello."}]


def read(route: Route, **body: Any) -> Asked:
    return understand(route, json.dumps(body).encode())


def refusal(route: Route, raw: bytes) -> dict[str, Any]:
    with pytest.raises(Refused) as caught:
        understand(route, raw)
    reply = caught.value.reply
    assert reply.status == 400
    error = reply.body["error"]
    assert isinstance(error, dict)
    assert set(error) == {"message", "type", "param", "code"}
    return error


def test_completions_end_after_16_tokens_unless_told() -> None:
    assert most_tokens(read(COMPLETIONS, prompt="x").ask.body) == 16
    assert most_tokens(read(COMPLETIONS, prompt="x", max_tokens=None).ask.body) == 16
    assert most_tokens(read(COMPLETIONS, prompt="x", max_tokens=1000).ask.body) == 1000


def test_chat_ends_when_it_ends_unless_told() -> None:
    assert most_tokens(read(CHAT, messages=HELLO).ask.body) is None
    assert most_tokens(read(CHAT, messages=HELLO, max_completion_tokens=7).ask.body) == 7


def test_the_deployment_and_its_fault_are_parted() -> None:
    asked = read(V1, model="demo--stall:after=2", messages=HELLO)
    assert (asked.ask.deployment, str(asked.fault)) == ("demo", "stall:after=2")


def test_each_prompt_gets_its_answers() -> None:
    asked = read(COMPLETIONS, prompt=["a", "b"], n=3)
    assert (asked.prompts, asked.choices) == (2, 6)


@pytest.mark.parametrize(
    ("body", "texts"),
    [
        ({"prompt": "a"}, ["a"]),
        ({}, [""]),
        ({"prompt": ["a", "b"]}, ["a", "b"]),
        ({"prompt": [1, 2, 3]}, ["3 tokens"]),
        ({"prompt": [[1, 2], [3]]}, ["2 tokens", "1 tokens"]),
    ],
)
def test_a_prompt_has_many_forms(body: dict[str, Any], texts: list[str]) -> None:
    assert prompts_of(Api.COMPLETIONS, body) == texts


def test_a_message_may_come_in_parts() -> None:
    content = [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]
    assert prompts_of(Api.CHAT, {"messages": [{"role": "user", "content": content}]}) == ["a\nb"]


def test_stop_is_a_text_or_some() -> None:
    assert stops({"stop": "a"}) == ("a",)
    assert stops({"stop": ["a", "", "b"]}) == ("a", "b")
    assert stops({}) == ()


def test_usage_comes_only_where_asked_for() -> None:
    asked = read(CHAT, messages=HELLO, stream=True, stream_options={"include_usage": True})
    assert asked.usage
    assert not read(CHAT, messages=HELLO, stream=True).usage


def test_old_versions_do_not_know_stream_options() -> None:
    body = {"prompt": "x", "stream": True, "stream_options": {"include_usage": True}}
    error = refusal(COMPLETIONS, json.dumps(body).encode())
    assert error["message"] == "Unrecognized request argument supplied: stream_options"


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b'"x"', b"\xff\xfe", b"[" * 100_000])
def test_a_body_that_is_no_object_is_refused(raw: bytes) -> None:
    assert "JSON body" in refusal(CHAT, raw)["message"]


@pytest.mark.parametrize(
    ("route", "body", "names"),
    [
        (V1, {"messages": HELLO}, "model"),
        (CHAT, {}, "messages"),
        (CHAT, {"messages": []}, "messages"),
        (CHAT, {"messages": ["x"]}, "messages[0]"),
        (COMPLETIONS, {"prompt": 5}, "prompt"),
        (COMPLETIONS, {"prompt": []}, "prompt"),
        (COMPLETIONS, {"prompt": ["a", 1]}, "prompt"),
        (COMPLETIONS, {"max_tokens": -1}, "max_tokens"),
        (COMPLETIONS, {"max_tokens": "5"}, "max_tokens"),
        (COMPLETIONS, {"max_tokens": True}, "max_tokens"),
        (COMPLETIONS, {"n": 129}, "n"),
        (COMPLETIONS, {"temperature": 3}, "temperature"),
        (COMPLETIONS, {"top_p": "high"}, "top_p"),
        (COMPLETIONS, {"stop": 5}, "stop"),
        (COMPLETIONS, {"stop": ["a", "b", "c", "d", "e"]}, "stop"),
        (COMPLETIONS, {"stream": "yes"}, "stream"),
        (CHAT, {"messages": HELLO, "stream_options": {}}, "stream_options"),
        (CHAT, {"messages": HELLO, "stream": True, "stream_options": 1}, "stream_options"),
        (Route(Api.CHAT, "v1", "x--teapot"), {"messages": HELLO}, "teapot"),
    ],
)
def test_what_is_wrong_is_named(route: Route, body: dict[str, Any], names: str) -> None:
    assert names in refusal(route, json.dumps(body).encode())["message"]


def test_the_input_of_a_response_has_many_forms() -> None:
    parts: Json = [{"type": "input_text", "text": "a"}, {"type": "input_text", "text": "b"}]
    items: Json = [
        {"role": "user", "content": "Hi"},
        {"type": "reasoning", "summary": []},
        {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "?"}]},
        {"type": "message", "role": "user", "content": parts},
    ]
    assert turns({"input": "Hi"}) == [("user", "Hi")]
    assert turns({"instructions": "Be kind.", "input": items}) == [
        ("system", "Be kind."),
        ("user", "Hi"),
        ("assistant", "?"),
        ("user", "a\nb"),
    ]
    assert prompts_of(Api.RESPONSES, {"input": items}) == ["a\nb"]
    assert prompts_of(Api.RESPONSES, {"input": [{"type": "reasoning"}]}) == [""]


def test_the_deployment_of_a_response_is_in_the_body() -> None:
    route = Route(Api.RESPONSES, "2025-03-01-preview", None)
    asked = read(route, model="demo--stall:after=2", input="Hi", max_output_tokens=20)
    assert (asked.ask.deployment, str(asked.fault)) == ("demo", "stall:after=2")
    assert most_tokens(asked.ask.body) == 20
    assert asked.choices == 1
