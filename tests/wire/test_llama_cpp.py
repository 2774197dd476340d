"""The engine against a server of other people's: llama.cpp's own."""

from __future__ import annotations

import pytest

from aztui.core.events import Cause, Ended, FinishReason, RunId, TextDelta, Usage
from aztui.core.profile import Endpoint, Profile, Secret
from aztui.core.request import Api, Message, Request
from aztui.emulator.local.backend import LocalModel
from tests.support.engines import running
from tests.support.recorder import Recorder

# One worker has the model: each would load it again.
pytestmark = pytest.mark.xdist_group("local model")

TURNS = (
    Message("system", "Be brief."),
    Message("user", "Hello."),
    Message("assistant", "Hello! How can I help?"),
    Message("user", "Name two colours."),
)


def test_responses_come_once_though_they_have_no_indexes(local_model: LocalModel) -> None:
    address = local_model._running().address(lambda: False)
    assert address
    endpoint = Endpoint(f"http://127.0.0.1:{address.port}/v1", None)
    profile = Profile("llama.cpp", endpoint, Secret(address.key), "any", Api.RESPONSES)
    got = Recorder()
    with running(profile) as engine:
        request = Request(Api.RESPONSES, "any", TURNS, {"max_output_tokens": 12})
        engine.start(request, RunId("1"), got)
        assert got.end() == Ended(Cause.CLOSED)
    (usage,) = [event for event in got.events if isinstance(event, Usage)]
    pieces = [event for event in got.events if isinstance(event, TextDelta)]
    # A token may be less than a character, so there can be fewer pieces; never more.
    assert 1 < len(pieces) <= usage.completion_tokens <= 12
    assert FinishReason(0, "stop") in got.events
