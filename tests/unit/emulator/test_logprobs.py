"""The probabilities of tokens as each API tells them, streamed and whole."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from aztui.core.request import Api
from aztui.emulator.backend import Candidate, Piece, Token
from aztui.emulator.service import Service
from tests.support.emulator import Saying
from tests.support.steps import answer, choices, events, hello, payloads, refusal, scripted, steps

PROMPT = "The ship"
OUTPUT = ["message.output_text.logprobs"]
LISTS = ("tokens", "token_logprobs", "top_logprobs", "text_offset")


def legacy(prompt: str = PROMPT, **body: Any) -> tuple[str, Mapping[str, Any]]:
    body = {"max_tokens": 30, "logprobs": 3, **body}
    [choice] = answer(steps(scripted(), Api.COMPLETIONS, prompt, **body))["choices"]
    return choice["text"], choice["logprobs"]


def test_completions_have_four_lists_side_by_side() -> None:
    text, told = legacy()
    assert "".join(told["tokens"]) == text
    assert {len(told[name]) for name in LISTS} == {30}
    assert told["text_offset"][:2] == [len(PROMPT), len(PROMPT) + len(told["tokens"][0])]
    for token, logprob, ranked in zip(*(told[name] for name in LISTS[:3]), strict=True):
        assert ranked[token] == logprob
        assert len(ranked) == 3 + (logprob < sorted(ranked.values())[-3])


def test_completions_streamed_tell_the_same_piece_by_piece() -> None:
    taken = steps(scripted(), Api.COMPLETIONS, PROMPT, max_tokens=30, logprobs=3, stream=True)
    told = [choice["logprobs"] for choice in choices(taken) if choice["text"]]
    _, whole = legacy()
    assert {name: [x for piece in told for x in piece[name]] for name in LISTS} == whole
    assert choices(taken)[-1]["logprobs"] is None


def test_no_alternatives_still_tell_what_was_chosen() -> None:
    _, told = legacy(logprobs=0)
    assert [len(ranked) for ranked in told["top_logprobs"]] == [1] * 30


@pytest.mark.parametrize("stream", [True, False])
def test_echo_tells_the_prompt_first(stream: bool) -> None:
    taken = steps(
        scripted(), Api.COMPLETIONS, [PROMPT, "A."], n=2, echo=True, max_tokens=5, stream=stream
    )
    said = choices(taken) if stream else answer(taken)["choices"]
    texts = ["".join(c["text"] for c in said if c["index"] == index) for index in range(4)]
    plain = answer(steps(scripted(), Api.COMPLETIONS, [PROMPT, "A."], n=2, max_tokens=5))
    answers = [choice["text"] for choice in plain["choices"]]
    before = (PROMPT, PROMPT, "A.", "A.")
    assert texts == [a + b for a, b in zip(before, answers, strict=True)]


def test_echo_tells_figures_of_the_prompt_but_none_of_its_first_token() -> None:
    text, told = legacy(echo=True, max_tokens=0)
    assert text == PROMPT == "".join(told["tokens"])
    assert (told["token_logprobs"][0], told["top_logprobs"][0]) == (None, None)
    assert told["text_offset"][0] == 0
    assert all(logprob < 0 for logprob in told["token_logprobs"][1:])


def test_echo_waits_for_the_backend() -> None:
    taken = steps(scripted(), Api.COMPLETIONS, PROMPT, model="demo--429", echo=True, stream=True)
    assert refusal(taken, 429)


def chat(**body: Any) -> Any:
    body = {"logprobs": True, "top_logprobs": 4, **body}
    [choice] = answer(steps(scripted(), Api.CHAT, PROMPT, **body))["choices"]
    return choice


def test_chat_has_an_entry_for_each_token() -> None:
    choice = chat()
    told = choice["logprobs"]["content"]
    data = b"".join(bytes(entry["bytes"]) for entry in told)
    assert data.decode() == choice["message"]["content"]
    assert choice["logprobs"]["refusal"] is None
    assert {len(entry["top_logprobs"]) for entry in told} == {4}
    whole = [entry for entry in told if bytes(entry["bytes"]) == entry["token"].encode()]
    assert len(whole) > len(told) / 2
    assert any(
        {name: entry[name] for name in ("token", "logprob", "bytes")} == entry["top_logprobs"][1]
        for entry in told
    )


def test_chat_streamed_tells_the_same_piece_by_piece() -> None:
    taken = steps(scripted(), Api.CHAT, PROMPT, logprobs=True, top_logprobs=4, stream=True)
    told = [c["logprobs"]["content"] for c in choices(taken) if c["logprobs"]]
    assert [entry for piece in told for entry in piece] == chat()["logprobs"]["content"]


def test_chat_without_top_logprobs_tells_what_was_chosen() -> None:
    told = chat(top_logprobs=None)["logprobs"]["content"]
    assert {len(entry["top_logprobs"]) for entry in told} == {0}


def test_a_response_tells_them_in_deltas_at_the_end_and_in_its_part() -> None:
    asked: dict[str, Any] = {"include": OUTPUT, "top_logprobs": 2}
    taken = steps(scripted(), Api.RESPONSES, PROMPT, stream=True, **asked)
    deltas = [entry for event in events(taken, "output_text.delta") for entry in event["logprobs"]]
    [done] = events(taken, "output_text.done")
    whole = answer(steps(scripted(), Api.RESPONSES, PROMPT, **asked))
    part = whole["output"][0]["content"][0]
    assert deltas == done["logprobs"] == part["logprobs"]
    assert b"".join(bytes(entry["bytes"]) for entry in deltas).decode() == part["text"]
    assert {len(entry["top_logprobs"]) for entry in deltas} == {2}


def test_figures_of_the_backends_own_are_told_as_they_are() -> None:
    own = [
        Token(Candidate(text, text.encode(), -0.5), (Candidate(text, text.encode(), -0.5),))
        for text in ("Hel", "lo")
    ]
    said = Saying(
        *(Piece(0, token.chosen.text, tokens=(token,)) for token in own), Piece(0, "", "stop")
    )
    taken = steps(Service(said), Api.COMPLETIONS, PROMPT, logprobs=1)
    told = answer(taken)["choices"][0]["logprobs"]
    assert told["tokens"] == ["Hel", "lo"]
    assert told["top_logprobs"] == [{"Hel": -0.5}, {"lo": -0.5}]
    assert told["text_offset"] == [len(PROMPT), len(PROMPT) + 3]


@pytest.mark.parametrize("api", Api)
def test_nobody_is_told_who_does_not_ask(api: Api) -> None:
    told = str(payloads(steps(hello(), api, stream=True)))
    assert "'token'" not in told
    assert "'tokens'" not in told
