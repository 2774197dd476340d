"""The content filter's faults in every API: what they say, and where."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from aztui.core.request import Api
from tests.support.steps import answer, choices, events, hello, payloads, scripted, steps

PROTECTED = {"protected_material_text": {"detected": True, "filtered": True}}
FAILED = {"error": {"code": "content_filter_error", "message": "The contents are not filtered"}}


def last(fault: str, *, stream: bool, prompt: str = "Hi.") -> tuple[str, Mapping[str, Any]]:
    """The text as it was streamed, and the response at its end."""
    taken = steps(scripted(), Api.RESPONSES, prompt, model=f"demo--{fault}", stream=stream)
    text = "".join(event["delta"] for event in events(taken, "output_text.delta"))
    return text, payloads(taken)[-1]["response"] if stream else answer(taken)


def words(body: Mapping[str, Any]) -> tuple[Mapping[str, Any], list[Mapping[str, Any]]]:
    prompt, *said = body["content_filters"]
    assert (prompt["source_type"], prompt["blocked"]) == ("prompt", False)
    assert {entry["source_type"] for entry in said} == {"completion"}
    return prompt, said


def span(entry: Mapping[str, Any]) -> tuple[int, int]:
    offsets = entry["content_filter_offsets"]
    assert offsets["check_offset"] == offsets["start_offset"]
    return offsets["start_offset"], offsets["end_offset"]


def test_a_response_tells_what_the_filter_said_of_prompt_and_answer() -> None:
    begun, *_, ended = payloads(steps(hello(), Api.RESPONSES, stream=True))
    assert begun["response"]["content_filters"] is None
    prompt, [said] = words(ended["response"])
    assert prompt["content_filter_results"]["jailbreak"] == {"filtered": False, "detected": False}
    assert (span(prompt), span(said)) == ((0, 3), (0, 5))
    assert said["content_filter_results"]["hate"] == {"filtered": False, "severity": "safe"}


def test_a_response_is_stopped_and_says_by_what() -> None:
    text, body = last("filter-answer:after=2", stream=True, prompt="lorem 9")
    assert text == "Lorem ipsum" == body["output"][0]["content"][0]["text"]
    assert body["incomplete_details"] == {"reason": "content_filter"}
    assert body["output"][0]["status"] == "incomplete"
    _, [said] = words(body)
    assert said["blocked"] is True
    assert said["content_filter_results"]["violence"] == {"filtered": True, "severity": "medium"}
    assert span(said) == (0, len(text))


def test_a_whole_response_is_withheld() -> None:
    _, body = last("filter-answer", stream=False)
    assert body["output"][0]["content"][0]["text"] == ""
    assert body["incomplete_details"] == {"reason": "content_filter"}


def test_the_asynchronous_filter_judges_a_response_bit_by_bit() -> None:
    text, body = last("filter-async:every=2", stream=True, prompt="lorem 5")
    _, said = words(body)
    assert [span(entry) for entry in said] == [
        (0, 11),
        (11, 21),
        (21, len(text)),
        (len(text),) * 2,
    ][: len(said)]
    assert not any(entry["blocked"] for entry in said)
    assert body["status"] == "completed"


def test_the_asynchronous_filter_may_condemn_a_response() -> None:
    text, body = last("filter-async:every=2,block=3", stream=True, prompt="lorem 9")
    assert text == "Lorem ipsum dolor"
    assert body["incomplete_details"] == {"reason": "content_filter"}
    _, (fine, condemned) = words(body)
    assert (fine["blocked"], condemned["blocked"]) == (False, True)
    assert condemned["content_filter_results"] == PROTECTED
    assert span(condemned) == (len("Lorem ipsum"), len(text))


def test_each_choice_is_judged_by_itself() -> None:
    taken = steps(
        scripted(),
        Api.CHAT,
        "lorem 4",
        model="demo--filter-async:every=4",
        n=2,
        stream=True,
    )
    spans: dict[int, list[tuple[int, int]]] = {}
    for choice in choices(taken):
        if "content_filter_offsets" in choice:
            spans.setdefault(choice["index"], []).append(span(choice))
    assert spans[0] == spans[1]
    assert spans[0][0] == (len("lorem 4"), len("lorem 4") + len("Lorem ipsum dolor sit"))


@pytest.mark.parametrize("api", [Api.COMPLETIONS, Api.CHAT])
def test_a_filter_that_fails_says_so_where_it_would_have_judged(api: Api) -> None:
    taken = steps(hello(), api, model="demo--filter-error", stream=True)
    judged = [choice for choice in choices(taken) if "content_filter_result" in choice]
    assert len(judged) >= 2
    assert all(choice["content_filter_result"] == FAILED for choice in judged)
    assert not any(choice.get("content_filter_results") for choice in choices(taken))
    [choice] = answer(steps(hello(), api, model="demo--filter-error"))["choices"]
    assert choice["content_filter_result"] == FAILED


@pytest.mark.parametrize("stream", [True, False])
def test_a_filter_that_fails_on_a_response(stream: bool) -> None:
    _, body = last("filter-error", stream=stream)
    prompt, [said] = words(body)
    assert "hate" in prompt["content_filter_results"]
    assert said["content_filter_results"] == FAILED
