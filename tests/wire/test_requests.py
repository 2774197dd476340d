"""What goes out, held against rules made of Azure's published schemas."""

from __future__ import annotations

import contextlib
import functools
import json
import re
from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aztui.azure.engine import Engine
from aztui.core.events import Cause, Ended, RunId
from aztui.core.profile import Endpoint, Profile, Secret
from aztui.core.request import TRAITS, Api, Message, Params, Request, compose
from tests.support.engines import KEY, running
from tests.support.hostile import Asked, Hostile, Peer
from tests.support.recorder import Recorder
from tests.support.wire_rules import Target, broken

DEPLOYMENT: Final = "my gpt/4o"
"""With characters that a path must not hold as they are."""

DATED: Final = ("2024-02-01", "2024-10-21", "2025-03-01-preview")
BASES: Final = ("/openai/v1", "/v1", "")
LEAK: Final = "of-the-environment"

TARGETS: Final = [
    Target(api, version, "", DEPLOYMENT, KEY)
    for version in DATED
    for api in Api
    if TRAITS[api].in_version(version)
] + [Target(api, None, base, DEPLOYMENT, KEY) for base in BASES for api in Api]

TURNS: Final = (
    Message("user", "Hello."),
    Message("assistant", "Hello! How can I help?"),
    Message("user", "Two colours?"),
    Message("assistant", "Red and \u201cblue\u201d \U0001f30a."),
)
PARAMS: Final[dict[Api, Params]] = {
    Api.COMPLETIONS: {
        "max_tokens": 1000,
        "temperature": 0.5,
        "top_p": 1,
        "n": 3,
        "stop": ["END", "\n"],
        "presence_penalty": -2,
        "frequency_penalty": 2.0,
        "logit_bias": {"50256": -100},
        "suffix": "The end.",
        "echo": True,
        "logprobs": 5,
        "user": "me",
    },
    Api.CHAT: {
        "max_tokens": 1000,
        "temperature": 0,
        "top_p": 0.1,
        "n": 2,
        "stop": "END",
        "presence_penalty": 0.5,
        "frequency_penalty": 0.5,
        "logit_bias": {"50256": 1},
        "response_format": {"type": "json_object"},
        "seed": 7,
        "user": "me",
    },
    Api.RESPONSES: {
        "max_output_tokens": 500,
        "temperature": 1,
        "top_p": 1.0,
        "reasoning": {"effort": "low"},
        "text": {"format": {"type": "text"}},
        "truncation": "auto",
        "metadata": {"a": "b"},
    },
}

ANSWERS: Final[dict[str, Any]] = {
    "/chat/completions": {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]},
    "/completions": {"choices": [{"index": 0, "text": "", "finish_reason": "stop"}]},
    "/responses": {"type": "response.completed", "response": {"status": "completed", "output": []}},
}


def answering(peer: Peer) -> None:
    """Answer each request with as little as ends it well."""
    while True:
        path = peer.request().url.path
        answer = next(body for end, body in ANSWERS.items() if path.endswith(end))
        peer.head()
        peer.chunk(b"data: %b\n\n" % json.dumps(answer).encode())
        peer.end()


@pytest.fixture(scope="module")
def server() -> Iterator[Hostile]:
    with Hostile(answering) as server:
        yield server


def profile(server: Hostile, target: Target) -> Profile:
    url = server.url + target.base
    return Profile("p", Endpoint(url, target.version), Secret(KEY), DEPLOYMENT, target.api)


def sent(server: Hostile, engine: Engine, request: Request) -> Asked:
    """Send a request, and return it as it came."""
    before, got = len(server.requests), Recorder()
    engine.start(request, RunId("1"), got)
    assert got.end() == Ended(Cause.CLOSED)
    (asked,) = server.requests[before:]
    return asked


TARGETED: Final = pytest.mark.parametrize(
    "target", TARGETS, ids=lambda target: f"{target.api}-{target.version or target.base or 'root'}"
)


@TARGETED
def test_a_prompt_alone(server: Hostile, target: Target) -> None:
    request = compose(target.api, DEPLOYMENT, "Why is the sky blue?")
    with running(profile(server, target)) as engine:
        assert broken(sent(server, engine, request), target) == []


@TARGETED
def test_a_conversation_with_everything(server: Hostile, target: Target) -> None:
    system = "Be brief." if TRAITS[target.api].system else None
    request = compose(
        target.api,
        DEPLOYMENT,
        "And three?",
        system=system,
        turns=TURNS,
        params=PARAMS[target.api],
    )
    with running(profile(server, target)) as engine:
        asked = sent(server, engine, request)
    assert broken(asked, target) == []
    assert {name: asked.json[name] for name in PARAMS[target.api]} == PARAMS[target.api]
    said = asked.body.decode()
    assert ("How can I help?" in said) == TRAITS[target.api].turns
    assert ("Be brief." in said) == TRAITS[target.api].system


@TARGETED
def test_what_a_model_thought_goes_back_where_it_came_from(server: Hostile, target: Target) -> None:
    thought = {"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": "gAAA"}
    turns = (Message("user", "Hello."), Message("assistant", "Hello!", (thought,)))
    request = compose(target.api, DEPLOYMENT, "Why?", turns=turns)
    with running(profile(server, target)) as engine:
        asked = sent(server, engine, request)
    assert broken(asked, target) == []
    assert ("gAAA" in asked.body.decode()) == (target.api is Api.RESPONSES)


@pytest.mark.parametrize("version", [None, "2025-04-01-preview"])
def test_what_runs_in_the_background_is_stored(server: Hostile, version: str | None) -> None:
    target = Target(Api.RESPONSES, version, "" if version else "/v1", DEPLOYMENT, KEY)
    request = compose(target.api, DEPLOYMENT, "Why?", params={"background": True})
    with running(profile(server, target)) as engine:
        asked = sent(server, engine, request)
    assert broken(asked, target) == []
    assert (asked.json["background"], asked.json["store"]) == (True, True)


@TARGETED
def test_nothing_of_the_environment_goes_along(
    server: Hostile, target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in (
        "OPENAI_API_KEY",
        "OPENAI_ADMIN_KEY",
        "OPENAI_ORG_ID",
        "OPENAI_PROJECT_ID",
        "OPENAI_API_VERSION",
        "OPENAI_WEBHOOK_SECRET",
        "AZURE_OPENAI_API_KEY",
        "AZURE_OPENAI_AD_TOKEN",
    ):
        monkeypatch.setenv(name, LEAK)
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", f"x-leak: {LEAK}")
    for name in ("OPENAI_BASE_URL", "AZURE_OPENAI_ENDPOINT"):
        monkeypatch.setenv(name, f"http://127.0.0.1:1/{LEAK}")
    request = compose(target.api, DEPLOYMENT, "Hi")
    with running(profile(server, target)) as engine:
        asked = sent(server, engine, request)
    assert broken(asked, target) == []
    assert LEAK not in repr(asked)


ANYTHING: Final = st.text(st.characters()).map(lambda text: "\0\r\n\u2028\x85" + text)
"""Every character there is, lone surrogates too."""


@pytest.fixture(scope="module")
def engines(server: Hostile) -> Iterator[Callable[[Target], Engine]]:
    """An engine for each target, which lives on."""
    with contextlib.ExitStack() as stack:
        yield functools.cache(lambda target: stack.enter_context(running(profile(server, target))))


@settings(deadline=None, max_examples=60)
@given(target=st.sampled_from(TARGETS), texts=st.tuples(ANYTHING, ANYTHING, ANYTHING))
def test_every_text_arrives_as_it_was_written(
    server: Hostile,
    engines: Callable[[Target], Engine],
    target: Target,
    texts: tuple[str, str, str],
) -> None:
    first, second, third = texts
    turns = (Message("user", first), Message("assistant", second), Message("user", third))
    asked = sent(server, engines(target), Request(target.api, DEPLOYMENT, turns))
    assert broken(asked, target) == []
    kept = [re.sub("[\ud800-\udfff]", "\ufffd", text) for text in texts]
    assert said(asked.json) == (kept[-1:] if target.api is Api.COMPLETIONS else kept)


def said(body: dict[str, Any]) -> list[str]:
    """The texts of all turns, oldest first."""
    if "prompt" in body:
        return [body["prompt"]]
    if "messages" in body:
        return [message["content"] for message in body["messages"]]
    return [part["text"] for item in body["input"] for part in item["content"]]


@TARGETED
def test_a_prompt_of_megabytes_arrives_whole(server: Hostile, target: Target) -> None:
    prompt = 'a\u00e4\u20ac\U0001f30a\\"\0' * 100_000
    with running(profile(server, target)) as engine:
        asked = sent(server, engine, compose(target.api, DEPLOYMENT, prompt))
    assert broken(asked, target) == []
    assert said(asked.json) == [prompt]


def test_the_rules_find_what_is_wrong() -> None:
    target = Target(Api.CHAT, "2024-02-01", "", "gpt", KEY)
    body = {
        "model": "gpt",
        "stream": True,
        "messages": [{"role": "user"}],
        "stream_options": {"include_usage": True},
        "n": 0,
        "made_up": 1,
    }
    asked = Asked(
        f"GET /chat/completions?key={KEY} HTTP/1.1",
        (("host", "h"), ("authorization", f"Bearer {KEY}"), ("accept-encoding", "gzip")),
        json.dumps(body).encode(),
    )
    faults = " ".join(broken(asked, target))
    for words in (
        "The method is GET",
        "The path is /chat/completions",
        "The query is",
        "content-type comes 0 times",
        "may compress",
        "The credentials go as ['authorization']",
        "not only in its header",
        "messages cannot be",
        "has no stream_options",
        "n cannot be 0",
        "has no member made_up",
    ):
        assert words in faults
