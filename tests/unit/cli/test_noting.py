from __future__ import annotations

import threading
from pathlib import Path

import pytest

from aztui.cli.noting import Noting
from aztui.config import state
from aztui.core.events import Cause, Ended, Event, Opened, RunId, TextDelta
from aztui.core.profile import Endpoint, Profile
from aztui.core.request import Api, Message, Request
from aztui.core.resuming import Held
from tests.support.fakes import Clock, ScriptedSource
from tests.support.recorder import Recorder

ENDPOINT = Endpoint("https://contoso.openai.azure.com", "2024-10-21")
PROFILE = Profile("work", ENDPOINT, None, "gpt", Api.CHAT)


def noted(file: Path, *events: Event, deployment: str = "gpt") -> tuple[str, ...]:
    """The deployments that are remembered after a run of these events."""
    source = ScriptedSource(Clock())
    got = Recorder()
    request = Request(Api.CHAT, deployment, (Message("user", "Hi"),))
    Noting(source, PROFILE, file).start(request, RunId("1"), got)
    source.last.send(*events)
    assert got.events == list(events)
    for thread in threading.enumerate():
        if thread.name == "note":
            thread.join(10.0)
    return state.load(file).used(ENDPOINT)


def test_a_deployment_that_answered_is_remembered(tmp_path: Path) -> None:
    events = (Opened(), TextDelta(0, "Hi"), Ended(Cause.CLOSED))
    assert noted(tmp_path / "state.json", *events, deployment="o4") == ("o4",)


@pytest.mark.parametrize(
    "events",
    [
        (Ended(Cause.BROKEN),),
        (Opened(), Ended(Cause.CLOSED)),
        (Opened(), TextDelta(0, "Hi"), Ended(Cause.CANCELLED)),
    ],
)
def test_one_that_did_not_is_not(tmp_path: Path, events: tuple[Event, ...]) -> None:
    assert noted(tmp_path / "state.json", *events) == ()


def test_one_that_is_taken_up_again_is_remembered_too(tmp_path: Path) -> None:
    source, got, held = ScriptedSource(Clock()), Recorder(), Held("resp_1", 7)
    request = Request(Api.RESPONSES, "gpt", (Message("user", "Hi"),))
    noting = Noting(source, PROFILE, tmp_path / "state.json")
    assert noting.resume(request, RunId("1"), got, held) is source.last
    assert source.last.held == held
    source.last.send(TextDelta(0, "Hi"), Ended(Cause.CLOSED))
    for thread in threading.enumerate():
        if thread.name == "note":
            thread.join(10.0)
    assert state.load(tmp_path / "state.json").used(ENDPOINT) == ("gpt",)


def test_the_handle_is_the_sources_own(tmp_path: Path) -> None:
    source = ScriptedSource(Clock())
    request = Request(Api.CHAT, "gpt", (Message("user", "Hi"),))
    noting = Noting(source, PROFILE, tmp_path / "state.json")
    assert noting.start(request, RunId("1"), Recorder()) is source.last
