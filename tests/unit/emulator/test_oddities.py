from __future__ import annotations

import pytest

from aztui.core.request import Api
from aztui.emulator.steps import Done, Page, Record
from tests.support.steps import answer, choices, events, headers, hello, payloads, steps

CHUNKS = [Api.COMPLETIONS, Api.CHAT]


@pytest.mark.parametrize("stream", [True, False])
@pytest.mark.parametrize("api", Api)
def test_a_page_comes_in_place_of_an_answer(api: Api, stream: bool) -> None:
    [page] = steps(hello(), api, model="demo--html", stream=stream)
    assert isinstance(page, Page)
    assert page.status == 200
    assert page.html.startswith("<!DOCTYPE html>")


@pytest.mark.parametrize("api", Api)
def test_a_whole_answer_comes_in_place_of_a_stream(api: Api) -> None:
    taken = steps(hello(), api, model="demo--json", stream=True)
    assert "Hello" in str(answer(taken))
    assert headers(taken)["x-ratelimit-limit-tokens"]


@pytest.mark.parametrize("api", CHUNKS)
def test_odd_chunks_stand_among_the_good_ones(api: Api) -> None:
    taken = steps(hello(), api, model="demo--odd", stream=True)
    told = payloads(taken)
    assert any("choices" not in payload for payload in told)
    assert any(payload.get("choices", ()) is None for payload in told)
    assert any(payload.get("x_emulated") for payload in told)
    assert any(isinstance(step, Record) and step.event == "ping" for step in taken)
    silent = "text" if api is Api.COMPLETIONS else "delta"
    assert any(silent in choice and choice[silent] is None for choice in choices(taken))
    assert taken[-1] == Done()


@pytest.mark.parametrize("api", CHUNKS)
@pytest.mark.parametrize("asked", [True, False])
def test_the_usage_is_on_the_last_chunk_with_a_finish_reason(api: Api, asked: bool) -> None:
    options = {"include_usage": True} if asked else None
    taken = steps(hello(), api, model="demo--odd", stream=True, stream_options=options)
    told = payloads(taken)
    telling = [payload for payload in told if payload.get("usage")]
    assert telling == told[-1:]
    assert told[-1]["choices"][0]["finish_reason"] == "stop"
    assert told[-1]["usage"]["completion_tokens"] == 2


def test_odd_events_stand_among_the_good_ones() -> None:
    taken = steps(hello(), Api.RESPONSES, model="demo--odd", stream=True)
    assert events(taken, "emulated.unknown")
    deltas = [event["delta"] for event in events(taken, "output_text.delta")]
    assert deltas == [None, "Hel", "lo"]
    assert payloads(taken)[-1]["type"] == "response.completed"


@pytest.mark.parametrize("api", Api)
def test_a_whole_answer_is_odd_too(api: Api) -> None:
    assert answer(steps(hello(), api, model="demo--odd"))["x_emulated"]
