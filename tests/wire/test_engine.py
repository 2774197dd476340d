"""The engine over real sockets: what it sends, and what it gives."""

from __future__ import annotations

import json
import threading
import time
from typing import Any

import pytest

from aztui.core.events import (
    Answering,
    Cause,
    Ended,
    FinishReason,
    Opened,
    RunId,
    TextDelta,
    Thinking,
)
from aztui.core.request import Api, Message, Params, Request
from tests.support.engines import KEY, ask, join, profile, prompt, running
from tests.support.hostile import DEADLINE, Hostile, Peer
from tests.support.recorder import Recorder


def test_a_completion_streams() -> None:
    def script(peer: Peer) -> None:
        peer.request()
        peer.answer("Hel", "lo")
        peer.await_close()

    with Hostile(script) as server:
        got = ask(server, prompt("Say hello", max_tokens=1000, made_up={"a": [1]}))
        (asked,) = server.requests
    assert asked.line.split()[:2] == [
        "POST",
        "/openai/deployments/instruct/completions?api-version=2024-02-01",
    ]
    assert asked.headers["api-key"] == KEY
    assert asked.headers["accept-encoding"] == "identity"
    assert asked.json == {
        "model": "instruct",
        "prompt": "Say hello",
        "stream": True,
        "max_tokens": 1000,
        "made_up": {"a": [1]},
    }
    assert got.events == [
        Opened(
            (("x-request-id", "req-1"), ("apim-request-id", "apim-1"), ("x-ms-region", "Nowhere"))
        ),
        Answering("instruct"),
        TextDelta(0, "Hel"),
        TextDelta(0, "lo"),
        FinishReason(0, "stop"),
        Ended(Cause.CLOSED),
    ]
    assert {stamped.run for stamped in got.stamped} == {"1"}


@pytest.mark.parametrize(
    ("version", "path", "usage"),
    [
        (
            "2024-02-01",
            "/openai/deployments/instruct/chat/completions?api-version=2024-02-01",
            False,
        ),
        (
            "2024-10-21",
            "/openai/deployments/instruct/chat/completions?api-version=2024-10-21",
            True,
        ),
        (None, "/chat/completions", True),
    ],
)
def test_chat_streams(version: str | None, path: str, usage: bool) -> None:
    def script(peer: Peer) -> None:
        peer.request()
        peer.head()
        delta = {"delta": {"content": "Hi!"}, "index": 0, "finish_reason": "stop"}
        peer.chunk(b"data: " + json.dumps({"choices": [delta]}).encode() + b"\n\n")
        peer.end()
        peer.await_close()

    turns = (Message("system", "Be kind."), Message("user", "Hello"))
    with Hostile(script) as server, running(profile(server, Api.CHAT, version)) as engine:
        got = Recorder()
        engine.start(Request(Api.CHAT, "instruct", turns, {"n": 1}), RunId("1"), got)
        assert got.end() == Ended(Cause.CLOSED)
        (asked,) = server.requests
    assert asked.line.split()[1] == path
    said = [{"role": "system", "content": "Be kind."}, {"role": "user", "content": "Hello"}]
    options = {"stream_options": {"include_usage": True}} if usage else {}
    assert asked.json == {"model": "instruct", "messages": said, "stream": True, "n": 1, **options}
    assert got.text == "Hi!"


@pytest.mark.parametrize(
    ("version", "path"),
    [
        ("2025-04-01-preview", "/openai/responses?api-version=2025-04-01-preview"),
        (None, "/responses"),
    ],
)
def test_responses_stream(version: str | None, path: str) -> None:
    whole: dict[str, Any] = {"model": "gpt-5", "status": "completed", "output": []}
    records: list[dict[str, Any]] = [
        {"type": "response.created", "response": {**whole, "status": "in_progress"}},
        {"type": "response.output_text.delta", "output_index": 0, "delta": "Hi!"},
        {"type": "response.completed", "response": whole},
    ]

    def script(peer: Peer) -> None:
        peer.request()
        peer.head()
        for record in records:
            data = json.dumps(record).encode()
            peer.chunk(b"event: %b\ndata: %b\n\n" % (str(record["type"]).encode(), data))
        peer.end()
        peer.await_close()

    turns = (
        Message("system", "Be kind."),
        Message("user", "Hello"),
        Message("assistant", "Hi\udcff"),
        Message("user", "And?"),
    )
    with Hostile(script) as server, running(profile(server, Api.RESPONSES, version)) as engine:
        got = Recorder()
        params: Params = {"max_output_tokens": 50, "reasoning": {"effort": "low"}}
        engine.start(Request(Api.RESPONSES, "gpt", turns, params), RunId("1"), got)
        assert got.end() == Ended(Cause.CLOSED)
        (asked,) = server.requests
    assert asked.line.split()[:2] == ["POST", path]
    assert asked.json == {
        "model": "gpt",
        "instructions": "Be kind.",
        "include": ["reasoning.encrypted_content"],
        "input": [
            {
                "type": "message",
                "role": "user",
                "content": [{"type": "input_text", "text": "Hello"}],
            },
            {
                "type": "message",
                "role": "assistant",
                "content": [{"type": "output_text", "text": "Hi\ufffd", "annotations": []}],
            },
            {
                "type": "message",
                "role": "user",
                "content": [{"type": "input_text", "text": "And?"}],
            },
        ],
        "stream": True,
        "store": False,
        **params,
    }
    assert got.events[0] == Thinking("low")
    assert got.events[2:] == [
        Answering("gpt-5"),
        TextDelta(0, "Hi!"),
        FinishReason(0, "stop"),
        Ended(Cause.CLOSED),
    ]


def test_a_response_is_kept_by_the_service_where_the_user_says_so() -> None:
    def script(peer: Peer) -> None:
        peer.request()
        peer.answer("ok")

    with Hostile(script) as server, running(profile(server, Api.RESPONSES, None)) as engine:
        request = Request(Api.RESPONSES, "x", (Message("user", "Hi"),), {"store": True})
        got = Recorder()
        engine.start(request, RunId("1"), got)
        got.end()
        (asked,) = server.requests
    assert asked.json["store"] is True
    assert "instructions" not in asked.json


def test_a_users_own_stream_options_are_kept() -> None:
    def script(peer: Peer) -> None:
        peer.request()
        peer.answer("ok")

    own = {"include_usage": False}
    with Hostile(script) as server, running(profile(server, Api.CHAT, None)) as engine:
        request = Request(Api.CHAT, "x", (Message("user", "Hi"),), {"stream_options": own})
        got = Recorder()
        engine.start(request, RunId("1"), got)
        got.end()
        (asked,) = server.requests
    assert asked.json["stream_options"] == own


def test_each_chunk_is_given_at_once() -> None:
    more = threading.Event()

    def script(peer: Peer) -> None:
        peer.request()
        peer.head()
        peer.say("first")
        assert more.wait(DEADLINE)
        peer.say(" second", finish="stop")
        peer.end()
        peer.await_close()

    with Hostile(script) as server, running(profile(server)) as engine:
        got = Recorder()
        engine.start(prompt(), RunId("1"), got)
        got.wait_text("first")
        more.set()
        got.wait_text("first second")


def test_text_after_stop_is_kept() -> None:
    def script(peer: Peer) -> None:
        peer.request()
        peer.head()
        peer.say("a", "b", finish="stop")
        peer.say("c")
        peer.end()
        peer.await_close()

    with Hostile(script) as server:
        got = ask(server)
        assert got.text == "abc"


def test_the_connection_serves_the_next_prompt() -> None:
    def script(peer: Peer) -> None:
        for _ in range(3):
            peer.request()
            peer.answer("ok")
        peer.await_close()

    with Hostile(script) as server, running(profile(server)) as engine:
        for number in range(3):
            got = Recorder()
            engine.start(prompt(), RunId(str(number)), got)
            assert got.end() == Ended(Cause.CLOSED)
        assert server.connections == 1
        engine.close()
        server.await_closes()


def test_warming_opens_the_connection_without_the_credential() -> None:
    def script(peer: Peer) -> None:
        peer.request()
        peer.answer("ok")
        peer.await_close()

    with Hostile(script) as server, running(profile(server)) as engine:
        engine.warm()
        engine.warm()
        server.await_connections()
        join("warm")
        engine.warm()
        join("warm")
        (head,) = server.requests
        assert KEY not in repr(head)
        got = Recorder()
        engine.start(prompt(), RunId("1"), got)
        got.end()
        assert server.connections == 1
    assert got.text == "ok"


def test_warming_a_server_that_is_not_there_says_nothing() -> None:
    with Hostile(lambda _: None) as server:
        pass
    with running(profile(server)) as engine:
        engine.warm()
        join("warm")


def test_an_end_without_finish_reason_is_just_an_end() -> None:
    def script(peer: Peer) -> None:
        peer.request()
        peer.head()
        peer.say("half")
        peer.end()
        peer.await_close()

    with Hostile(script) as server:
        got = ask(server)
    assert got.end() == Ended(Cause.CLOSED)
    assert got.text == "half"
    assert not [e for e in got.events if isinstance(e, FinishReason)]


def test_an_answer_that_is_not_streamed_shows_its_text() -> None:
    whole = {"model": "m", "choices": [{"index": 0, "text": "All of it.", "finish_reason": "stop"}]}

    def script(peer: Peer) -> None:
        peer.request()
        peer.plain("200 OK", "application/json", json.dumps(whole).encode())
        peer.await_close()

    with Hostile(script) as server:
        got = ask(server)
    assert got.end() == Ended(Cause.CLOSED)
    assert got.text == "All of it."


def test_a_lone_surrogate_in_the_prompt_is_sent_as_a_mark() -> None:
    def script(peer: Peer) -> None:
        peer.request()
        peer.answer("ok")
        peer.await_close()

    with Hostile(script) as server:
        ask(server, prompt("a\udcffb", suffix="\udcff"))
        (asked,) = server.requests
    assert (asked.json["prompt"], asked.json["suffix"]) == ("a\ufffdb", "\ufffd")


def test_times_are_the_clocks() -> None:
    def script(peer: Peer) -> None:
        peer.request()
        peer.answer("ok")
        peer.await_close()

    with Hostile(script) as server, running(profile(server)) as engine:
        before = time.monotonic()
        got = Recorder()
        engine.start(prompt(), RunId("1"), got)
        got.end()
    times = [stamped.at for stamped in got.stamped]
    assert before <= times[0]
    assert times == sorted(times)
    assert times[-1] <= time.monotonic()
