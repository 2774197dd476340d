"""What a run tells of its way: just what went out and came back, and never the credential."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import msgspec
import pytest

from aztui.azure.engine import Engine
from aztui.azure.retry import Policy
from aztui.cli.as_json import event as as_json
from aztui.core.body import sent_body
from aztui.core.events import Received, RunId, Sent
from aztui.core.lessons import Refused
from aztui.core.ports import Begun, journalled
from aztui.core.profile import Auth, Endpoint, Profile, Secret
from aztui.core.request import TRAITS, Api, Message, Params, Request, compose
from aztui.core.run import Run, reduce
from aztui.core.tree import SessionId
from aztui.explore.snippets import curl, python
from aztui.explore.target import target
from aztui.store.copies import copy
from aztui.store.database import connect_to_read
from aztui.store.journal import WrittenJournal
from aztui.store.reading import session
from aztui.ui.details import details
from tests.support.engines import KEY, prompt, running
from tests.support.engines import profile as profile_of
from tests.support.hostile import HEAD, Asked, Hostile, Peer
from tests.support.recorder import Recorder

DEPLOYMENT: Final = "my gpt/4o"
THOUGHT: Final = {"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": "gAAA"}
TURNS: Final = (
    Message("user", "Hello."),
    Message("assistant", "Hello \u201cyou\u201d! \ud800", (THOUGHT,)),
)
PARAMS: Final[dict[Api, Params]] = {
    Api.COMPLETIONS: {"temperature": 0, "logit_bias": {"50256": -100}, "stop": ["END", "\n"]},
    Api.CHAT: {"temperature": 0.5, "max_tokens": 20, "response_format": {"type": "text"}},
    Api.RESPONSES: {"reasoning": {"effort": "low"}, "made_up": [1, None, {"a": True}]},
}
ANSWERS: Final[dict[str, Any]] = {
    "/chat/completions": {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]},
    "/completions": {"choices": [{"index": 0, "text": "", "finish_reason": "stop"}]},
    "/responses": {"type": "response.completed", "response": {"status": "completed", "output": []}},
}
UNKNOWN: Final = {
    "error": {
        "message": "Unsupported parameter: 'max_tokens' is not supported with this model. Use "
        "'max_completion_tokens' instead.",
        "type": "invalid_request_error",
        "param": "max_tokens",
        "code": "unsupported_parameter",
    }
}
LIMITED: Final = {"error": {"message": "Too much.", "code": "429"}}


def answer(peer: Peer) -> None:
    path = peer.request().url.path
    told = next(body for end, body in ANSWERS.items() if path.endswith(end))
    peer.head()
    peer.chunk(b"data: %b\n\n" % json.dumps(told).encode())
    peer.end()


def answering(peer: Peer) -> None:
    while True:
        answer(peer)


@pytest.fixture(scope="module")
def server() -> Iterator[Hostile]:
    with Hostile(answering) as server:
        yield server


def ran(engine: Engine, request: Request) -> tuple[Run, Recorder]:
    """Send a request, and return the run after all that came of it, and that."""
    got = Recorder()
    engine.start(request, RunId("1"), got)
    got.end()
    run = Run(RunId("1"), request, 0.0)
    for stamped in got.stamped:
        run = reduce(run, stamped)
    return run, got


def body(run: Run) -> Any:
    assert run.sent is not None
    told = sent_body(run.request, run.sent.members, thoughts=run.sent.thoughts)
    return json.loads(json.dumps(told))


def posted(server: Hostile) -> Asked:
    return [asked for asked in server.requests if asked.method == "POST"][-1]


@pytest.mark.parametrize("version", ["2025-04-01-preview", None])
@pytest.mark.parametrize("api", Api)
def test_the_body_that_is_told_is_the_one_that_went_out(
    server: Hostile, api: Api, version: str | None
) -> None:
    endpoint = Endpoint(server.url + ("" if version else "/openai/v1"), version)
    profile = Profile("p", endpoint, Secret(KEY), DEPLOYMENT, api, variable="MY_KEY")
    system = "Be brief." if TRAITS[api].system else None
    request = compose(
        api, DEPLOYMENT, "And\ud800 three?", system=system, turns=TURNS, params=PARAMS[api]
    )
    with running(profile) as engine:
        run, _ = ran(engine, request)
    asked = posted(server)
    assert body(run) == asked.json
    assert run.sent is not None
    assert run.sent.url == server.url + asked.line.split()[1]
    assert (run.sent.auth, run.sent.variable) == (Auth.KEY, "MY_KEY")
    told = [(name.lower(), value) for name, value in run.sent.headers]
    kept = [field for field in asked.fields if KEY not in field[1]]
    assert [field for field in told if field in kept] == kept
    secret = ("api-key", "\u2026") if version else ("authorization", "Bearer \u2026")
    assert [field for field in told if field not in kept] == [secret]
    texts = {"prompt", "messages", "input", "instructions"}
    assert not run.sent.members.keys() & texts


def test_after_a_refusal_and_a_retry_the_last_body_counts() -> None:
    def script(peer: Peer) -> None:
        peer.request()
        peer.plain("400 Bad Request", "application/json", json.dumps(UNKNOWN).encode())
        peer.request()
        peer.plain(
            "429 Too Many", "application/json", json.dumps(LIMITED).encode(), "Retry-After: 1"
        )
        answering(peer)

    request = compose(Api.CHAT, "gpt-5", "Hi", params={"max_tokens": 20})
    with (
        Hostile(script) as server,
        running(profile_of(server, Api.CHAT, "2024-10-21"), Policy(pace=0.01)) as engine,
    ):
        run, got = ran(engine, request)
    assert run.adapted == (
        Refused("max_tokens", None, "max_completion_tokens", run.adapted[0].words),
    )
    assert body(run) == posted(server).json
    assert "max_completion_tokens" in body(run)
    assert [event.status for event in got.told if isinstance(event, Received)] == [400, 429, 200]
    bodies = [event.members for event in got.told if isinstance(event, Sent)]
    assert ["max_tokens" in members for members in bodies] == [True, False, False]


def test_every_header_of_the_response_is_told_in_its_order() -> None:
    def script(peer: Peer) -> None:
        peer.request()
        peer.send(
            b"HTTP/1.1 200 OK\r\nX-Second: 2\r\nContent-Type: text/event-stream\r\nX-Twice: a\r\n"
            b"X-Twice: b\r\nSet-Cookie: session=abc\r\nX-Key: %b\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n" % KEY.encode()
        )
        peer.say("a", finish="stop")
        peer.end()

    with Hostile(script) as server, running(profile_of(server)) as engine:
        run, _ = ran(engine, prompt())
    assert run.received is not None
    assert run.received.status == 200
    names = [name for name, _ in run.received.headers]
    assert names[:5] == ["X-Second", "Content-Type", "X-Twice", "X-Twice", "Set-Cookie"]
    values = dict(run.received.headers)
    assert (values["X-Second"], values["Set-Cookie"]) == ("2", "\u2026")
    assert KEY not in repr(run)


def test_a_connection_that_was_open_already_needs_no_more_steps(server: Hostile) -> None:
    local = replace(
        profile_of(server),
        endpoint=Endpoint(server.url.replace("127.0.0.1", "localhost"), "2024-02-01"),
    )
    with running(local) as engine:
        first, second = (ran(engine, prompt())[0].received for _ in range(2))
    assert first is not None
    assert second is not None
    steps = first.steps
    assert None not in {steps.lookup, steps.connect, steps.write, steps.wait}
    assert steps.tls is None
    assert (steps.reused, second.steps.reused) == (False, True)
    assert second.steps.lookup is None
    assert second.steps.wait is not None


def test_nothing_is_told_of_what_is_sent_besides(server: Hostile) -> None:
    with running(profile_of(server)) as engine:
        _, got = ran(engine, prompt())
        engine.warm()
    assert sum(isinstance(event, Sent) for event in got.told) == 1


def test_the_credential_is_in_nothing_that_is_kept_shown_or_printed(tmp_path: Path) -> None:
    def script(peer: Peer) -> None:
        peer.request()
        peer.plain("429 Too Many", "application/json", json.dumps(LIMITED).encode(), f"X-A: {KEY}")
        peer.request()
        peer.send(HEAD.replace(b"req-1", KEY.encode()))
        peer.say("Hello", finish="stop")
        peer.end()

    request, got, path = prompt(max_tokens=5), Recorder(), tmp_path / "history.db"
    run = Run(RunId("1"), request, time.monotonic())
    journal = WrittenJournal(path, lambda _: None)
    with (
        Hostile(script) as server,
        running(profile_of(server), Policy(pace=0.01)) as engine,
        contextlib.closing(journal),
    ):
        journal.begin(Begun(SessionId("s"), run, None, profile_of(server)))
        engine.start(request, run.id, journalled(journal, got))
        got.end()
    with contextlib.closing(connect_to_read(path)) as database:
        kept = session(database, SessionId("s")).nodes[run.id].run
        copied = msgspec.json.encode(copy(database, SessionId("s")))
    assert kept.sent is not None
    assert body(kept) == posted(server).json
    assert kept.received is not None
    assert dict(kept.received.headers)["x-request-id"] == "\u2026cdef"
    card = "".join(text for row in details(kept, 1.0, 100) for text, _ in row)
    printed = json.dumps([as_json(event) for event in got.told], default=repr)
    code = target(kept, profile_of(server))
    assert "x-request-id" in card
    assert '"event": "received"' in printed
    assert b"x-request-id" in copied
    files = b"".join(file.read_bytes() for file in tmp_path.iterdir() if file.is_file())
    for written in (card, printed, python(code), curl(code), code.as_json):
        assert KEY not in written
    assert KEY.encode() not in files + copied


def test_the_texts_are_not_kept_twice(server: Hostile) -> None:
    with running(profile_of(server)) as engine:
        _, got = ran(engine, prompt("A prompt that is only here."))
    assert not any("only here" in repr(event) for event in got.told)
