from __future__ import annotations

from typing import Any

import pytest

from aztui.core.request import Api
from aztui.emulator.steps import Pause, Record, Tick
from tests.support.steps import (
    answer,
    choices,
    events,
    hello,
    payloads,
    refusal,
    scripted,
    steps,
)

CHAT, RESPONSES = Api.CHAT, Api.RESPONSES
ENCRYPTED = ["reasoning.encrypted_content"]
MODEL = "o4-mini"


def respond(**body: Any) -> Any:
    return answer(steps(hello(), RESPONSES, model=MODEL, **body))


def kinds(**body: Any) -> list[str]:
    taken = steps(hello(), RESPONSES, model=MODEL, stream=True, **body)
    return [payload["type"].removeprefix("response.") for payload in payloads(taken)]


@pytest.mark.parametrize("name", ["o1", "o4-mini", "O3", "gpt-5", "gpt-5.1", "GPT-5-mini"])
def test_a_reasoning_model_is_known_by_its_name(name: str) -> None:
    assert refusal(steps(hello(), CHAT, model=name, max_tokens=5))["param"] == "max_tokens"


@pytest.mark.parametrize("name", ["demo", "gpt-4o", "gpt-5-chat", "oh", "my-o4-mini"])
def test_any_other_is_none(name: str) -> None:
    assert answer(steps(hello(), CHAT, model=name, max_tokens=5, temperature=0.5, top_p=0.5))
    assert refusal(steps(hello(), CHAT, model=name, reasoning_effort="low"))["code"] == (
        "unsupported_parameter"
    )
    error = refusal(steps(hello(), RESPONSES, model=name, reasoning={"effort": "low"}))
    assert (error["param"], error["code"]) == ("reasoning.effort", "unsupported_parameter")
    error = refusal(steps(hello(), RESPONSES, model=name, include=ENCRYPTED))
    assert error["message"] == "Encrypted content is not supported with this model."


def test_it_has_no_completions() -> None:
    error = refusal(steps(hello(), Api.COMPLETIONS, model=MODEL))
    assert error["code"] == "OperationNotSupported"
    assert "the specified model, o4-mini" in error["message"]


def test_max_tokens_have_another_name() -> None:
    error = refusal(steps(hello(), CHAT, model=MODEL, max_tokens=5))
    assert error["message"].endswith("Use 'max_completion_tokens' instead.")
    assert error["code"] == "unsupported_parameter"
    assert answer(steps(hello(), CHAT, model=MODEL, max_completion_tokens=500))


def test_only_the_default_temperature_is_supported() -> None:
    error = refusal(steps(hello(), CHAT, model=MODEL, temperature=0.5))
    assert error["message"] == (
        "Unsupported value: 'temperature' does not support 0.5 with this model. Only the default "
        "(1) value is supported."
    )
    assert (error["param"], error["code"]) == ("temperature", "unsupported_value")
    assert answer(steps(hello(), CHAT, model=MODEL, temperature=1))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("top_p", 0.9),
        ("presence_penalty", 1),
        ("frequency_penalty", 1),
        ("logprobs", True),
        ("logit_bias", {"5": 5}),
    ],
)
def test_sampling_needs_no_effort(name: str, value: Any) -> None:
    error = refusal(steps(hello(), CHAT, model="gpt-5.1", **{name: value}))
    assert (error["param"], error["code"]) == (name, "unsupported_parameter")
    still = {"reasoning_effort": "none", "temperature": 0.5, name: value}
    assert answer(steps(hello(), CHAT, model="gpt-5.1", **still))


@pytest.mark.parametrize(
    ("model", "effort", "known"),
    [
        ("o4-mini", "high", True),
        ("o4-mini", "none", False),
        ("o4-mini", "minimal", False),
        ("gpt-5", "minimal", True),
        ("gpt-5", "none", False),
        ("gpt-5.1", "none", True),
        ("gpt-5.1", "xhigh", True),
        ("gpt-5.1", "huge", False),
    ],
)
def test_each_family_has_its_efforts(model: str, effort: str, known: bool) -> None:
    chat = steps(hello(), CHAT, model=model, reasoning_effort=effort)
    response = steps(hello(), RESPONSES, model=model, reasoning={"effort": effort})
    if known:
        assert answer(chat)
        assert answer(response)["reasoning"]["effort"] == effort
    else:
        assert refusal(chat)["param"] == "reasoning_effort"
        assert refusal(response)["code"] == "unsupported_value"


@pytest.mark.parametrize(
    ("reasoning", "param"),
    [({"summary": "long"}, "reasoning.summary"), ({"depth": 5}, "reasoning.depth")],
)
def test_what_reasoning_is_not_is_named(reasoning: dict[str, Any], param: str) -> None:
    assert refusal(steps(hello(), RESPONSES, model=MODEL, reasoning=reasoning))["param"] == param


def test_thoughts_come_first_and_are_paid_for() -> None:
    body = respond()
    assert [item["type"] for item in body["output"]] == ["reasoning", "message"]
    assert body["output"][0]["summary"] == []
    assert "encrypted_content" not in body["output"][0]
    assert body["usage"]["output_tokens_details"] == {"reasoning_tokens": 64}
    assert body["usage"]["output_tokens"] == 64 + 2
    told = answer(steps(hello(), CHAT, model=MODEL, reasoning_effort="low"))["usage"]
    assert told["completion_tokens_details"] == {"reasoning_tokens": 16}
    assert told["completion_tokens"] == 16 + 2


def test_each_choice_thinks_for_itself() -> None:
    taken = steps(scripted(), CHAT, "lorem 5", model=MODEL, n=3, reasoning_effort="low")
    told = answer(taken)["usage"]
    assert told["completion_tokens_details"] == {"reasoning_tokens": 3 * 16}
    assert told["completion_tokens"] == 3 * (16 + 5)


def test_no_effort_no_thoughts() -> None:
    body = answer(steps(hello(), RESPONSES, model="gpt-5.1", reasoning={"effort": "none"}))
    assert [item["type"] for item in body["output"]] == ["message"]
    assert body["usage"]["output_tokens_details"] == {"reasoning_tokens": 0}


@pytest.mark.parametrize(("wanted", "parts"), [("concise", 1), ("auto", 2), ("detailed", 2)])
def test_a_summary_is_streamed_part_by_part(wanted: str, parts: int) -> None:
    taken = steps(hello(), RESPONSES, model=MODEL, reasoning={"summary": wanted}, stream=True)
    told: list[str] = []
    for event in events(taken, "reasoning_summary_text.delta"):
        told += [""] * (event["summary_index"] + 1 - len(told))
        told[-1] += event["delta"]
    assert len(told) == parts
    assert all(text.startswith("**") for text in told)
    assert [event["text"] for event in events(taken, "reasoning_summary_text.done")] == told
    for kind in ("added", "done"):
        assert len(events(taken, f"reasoning_summary_part.{kind}")) == parts
    over = events(taken, "output_item.done")[0]
    assert [part["text"] for part in over["item"]["summary"]] == told
    assert [payload["sequence_number"] for payload in payloads(taken)] == [
        *range(len(payloads(taken)))
    ]
    last = payloads(taken)[-1]["response"]
    assert last["output"][0] == over["item"]


def test_the_message_follows_the_thoughts_at_its_own_place() -> None:
    assert kinds()[2:6] == [
        "output_item.added",
        "output_item.done",
        "output_item.added",
        "content_part.added",
    ]
    taken = steps(hello(), RESPONSES, model=MODEL, stream=True)
    [part] = events(taken, "content_part.added")
    deltas = events(taken, "output_text.delta")
    assert {event["output_index"] for event in (part, *deltas)} == {1}
    names = [event["item"]["id"] for event in events(taken, "output_item.added")]
    assert {event["item_id"] for event in deltas} == {names[1]} != {names[0]}


@pytest.mark.parametrize("stream", [True, False])
@pytest.mark.parametrize("api", [CHAT, RESPONSES])
def test_before_the_text_there_is_silence(api: Api, stream: bool) -> None:
    taken = steps(hello(), api, model=MODEL, stream=stream)
    first = next(
        at
        for at, step in enumerate(taken)
        if step == Tick() or (isinstance(step, Record) and step.tokens)
    )
    silence = sum(step.seconds for step in taken[:first] if isinstance(step, Pause))
    assert 0.1 < silence < 2
    assert not any(isinstance(step, Pause) for step in taken[first:])
    texts = [step for step in taken if isinstance(step, Record) and step.tokens]
    assert len(texts) == (2 if stream else 0)


@pytest.mark.parametrize("stream", [True, False])
def test_thoughts_may_leave_no_room_for_an_answer(stream: bool) -> None:
    taken = steps(hello(), RESPONSES, model=MODEL, max_output_tokens=30, stream=stream)
    body = payloads(taken)[-1]["response"] if stream else answer(taken)
    assert body["incomplete_details"] == {"reason": "max_output_tokens"}
    assert [item["type"] for item in body["output"]] == ["reasoning"]
    assert body["usage"]["output_tokens"] == 30
    taken = steps(hello(), CHAT, model=MODEL, max_completion_tokens=30, n=2, stream=stream)
    ends = choices(taken) if stream else answer(taken)["choices"]
    assert [c["finish_reason"] for c in ends if c["finish_reason"]] == ["length", "length"]


def test_the_answer_gets_what_the_thoughts_leave() -> None:
    taken = steps(scripted(), CHAT, "lorem 50", model=MODEL, max_completion_tokens=64 + 3)
    [choice] = answer(taken)["choices"]
    assert choice["message"]["content"] == "Lorem ipsum dolor"
    assert choice["finish_reason"] == "length"


def test_encrypted_thoughts_are_taken_back_and_others_are_not() -> None:
    item = respond(include=ENCRYPTED)["output"][0]
    assert item["encrypted_content"].startswith("gAAAAA")
    assert item["encrypted_content"] != respond(include=ENCRYPTED)["output"][0]["encrypted_content"]
    said = [item, {"role": "user", "content": "And now?"}]
    assert answer(steps(hello(), RESPONSES, said, model=MODEL))
    for forged in ("", "gAAAAAforged", item["encrypted_content"][:-8] + "AAAAAAA=", 5):
        said[0] = {**item, "encrypted_content": forged}
        error = refusal(steps(hello(), RESPONSES, said, model=MODEL))
        assert error["code"] == "invalid_encrypted_content"
        assert "could not be verified" in error["message"]


def test_an_answer_without_an_end_keeps_its_thoughts() -> None:
    taken = steps(hello(), RESPONSES, model=f"{MODEL}--no-finish", reasoning={"summary": "auto"})
    body = answer(taken)
    assert body["status"] == "in_progress"
    assert len(body["output"]) == 2
