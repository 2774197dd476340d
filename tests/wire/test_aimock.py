"""The engine and `aztui ask` against a server of other people's: aimock's chat and responses."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from aztui.core.events import (
    Answering,
    Cause,
    Ended,
    FinishReason,
    RunId,
    StreamProblem,
    TextDelta,
    Usage,
)
from aztui.core.problem import Kind, Problem
from aztui.core.profile import Endpoint, Profile, Secret
from aztui.core.request import Api, Message, Request, compose
from tests.support.aimock import Aimock, aimock
from tests.support.engines import running
from tests.support.program import AZTUI, KEY, environment, write_dotenv
from tests.support.recorder import Recorder

# One worker has the server.
pytestmark = pytest.mark.xdist_group("aimock")

DEADLINE: Final = 30.0
COLOURS: Final = "Red, \u201cblue\u201d and \U0001f30a.\n\nDone."
LIMITED: Final = "Cut here by the limit."
USAGE: Final = {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18}
TURNS: Final = (Message("user", "Hello."), Message("assistant", "Hello! How can I help?"))

TARGETS: Final = pytest.mark.parametrize(
    ("api", "base", "version"),
    [
        (Api.CHAT, "", "2024-10-21"),
        (Api.CHAT, "/openai/v1", None),
        (Api.CHAT, "/v1", None),
        (Api.RESPONSES, "", "2025-03-01-preview"),
        (Api.RESPONSES, "/openai/v1", None),
        (Api.RESPONSES, "/v1", None),
    ],
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aimock]:
    replies = {
        "colours": {"content": COLOURS, "usage": USAGE},
        "long": {"content": LIMITED, "finishReason": "length", "usage": USAGE},
        "fast": {
            "error": {"message": "Slow down.", "type": "rate_limit_error", "code": "429"},
            "status": 429,
        },
    }
    with aimock(tmp_path_factory.mktemp("aimock"), replies, KEY) as server:
        yield server


def ask(
    server: Aimock, request: Request, base: str, version: str | None, key: str = KEY
) -> Recorder:
    endpoint = Endpoint(server.url + base, version)
    profile = Profile("aimock", endpoint, Secret(key), request.deployment, request.api)
    got = Recorder()
    with running(profile) as engine:
        engine.start(request, RunId("1"), got)
        got.end()
    return got


def problem(got: Recorder) -> Problem:
    ended = got.end()
    assert ended.problem is not None, ended
    return ended.problem


@TARGETS
def test_a_conversation_streams(server: Aimock, api: Api, base: str, version: str | None) -> None:
    request = compose(api, "gpt-5", "Name two colours.", system="Be brief.", turns=TURNS)
    got = ask(server, request, base, version)
    assert got.end() == Ended(Cause.CLOSED)
    assert got.text == COLOURS
    assert len([event for event in got.events if isinstance(event, TextDelta)]) > 3
    assert Answering("gpt-5") in got.events
    assert FinishReason(0, "stop") in got.events
    (usage,) = [event for event in got.events if isinstance(event, Usage)]
    assert (usage.prompt_tokens, usage.completion_tokens) == (11, 7)


def test_the_token_limit_is_told(server: Aimock) -> None:
    got = ask(server, compose(Api.CHAT, "gpt-5", "A long story."), "", "2024-10-21")
    assert got.end() == Ended(Cause.CLOSED)
    assert got.text == LIMITED
    assert FinishReason(0, "length") in got.events


def test_an_incomplete_response_without_a_reason_is_not_done(server: Aimock) -> None:
    request = compose(Api.RESPONSES, "gpt-5", "A long story.")
    got = ask(server, request, "", "2025-03-01-preview")
    assert got.text == LIMITED
    assert not [event for event in got.events if isinstance(event, FinishReason)]
    (problem,) = [event.problem for event in got.events if isinstance(event, StreamProblem)]
    assert "before it was complete" in problem.title


@TARGETS
def test_a_wrong_key_is_named(server: Aimock, api: Api, base: str, version: str | None) -> None:
    request = compose(api, "gpt-5", "Name two colours.")
    told = problem(ask(server, request, base, version, key="a-key-that-is-wrong"))
    assert (told.kind, told.status) == (Kind.AUTHENTICATION, 401)
    assert told.detail == "Invalid API key"


def test_a_rate_limit_is_one(server: Aimock) -> None:
    told = problem(ask(server, compose(Api.CHAT, "gpt-5", "Be fast."), "", "2024-10-21"))
    assert (told.kind, told.status, told.detail) == (Kind.RATE_LIMIT, 429, "Slow down.")


def test_the_api_that_it_lacks_is_not_there(server: Aimock) -> None:
    told = problem(ask(server, compose(Api.COMPLETIONS, "gpt", "colours"), "", "2024-02-01"))
    assert (told.kind, told.status) == (Kind.NOT_FOUND, 404)
    assert told.asked.endswith("/openai/deployments/gpt/completions?api-version=2024-02-01")


@pytest.mark.parametrize("api", [Api.CHAT, Api.RESPONSES])
def test_aztui_ask_streams_it(server: Aimock, tmp_path: Path, api: Api) -> None:
    write_dotenv(
        tmp_path,
        {
            "AZURE_OPENAI_ENDPOINT": server.url,
            "AZURE_OPENAI_API_KEY": server.key,
            "AZURE_OPENAI_DEPLOYMENT": "gpt-5",
            "AZURE_OPENAI_API": api,
        },
    )

    def run(*options: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*AZTUI, "ask", *options, "Name two colours."],
            env=environment(tmp_path),
            cwd=tmp_path,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=DEADLINE,
            check=False,
        )

    done = run()
    assert (done.stdout, done.stderr, done.returncode) == (COLOURS, "", 0)
    told = [json.loads(line) for line in run("--json").stdout.splitlines()]
    assert "".join(line["text"] for line in told if line["event"] == "text") == COLOURS
    (usage,) = [line for line in told if line["event"] == "usage"]
    assert (usage["prompt_tokens"], usage["completion_tokens"]) == (11, 7)
    assert told[-1]["phase"] == "done"
