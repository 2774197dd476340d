from __future__ import annotations

import json
from typing import Any

import pytest

from aztui.core.request import Api, Json, Params
from aztui.emulator.backend import Ask, BackendError, Candidate, Piece, Tally, Token
from aztui.emulator.local import dialect

MESSAGES: Json = [{"role": "user", "content": "hi"}]


def chat(**body: Json) -> Ask:
    return Ask(Api.CHAT, "d", {"messages": MESSAGES, **body})


def completion(**body: Json) -> Ask:
    return Ask(Api.COMPLETIONS, "d", {"prompt": "hi", **body})


def only(ask: Ask) -> Params:
    (turn,) = dialect.rounds(ask, 2)
    return turn.body


def test_messages_go_as_they_are_and_a_prompt_goes_as_one_turn() -> None:
    assert only(chat())["messages"] == MESSAGES
    assert only(completion())["messages"] == [{"role": "user", "content": "hi"}]


def test_a_base_model_goes_on_with_the_prompt_as_it_stands() -> None:
    ask = Ask(Api.COMPLETIONS, "SmolLM2-Base", {"prompt": "Once", "logprobs": 3})
    (turn,) = dialect.rounds(ask, 2)
    assert turn.path == dialect.RAW
    assert (turn.body["prompt"], turn.body["logprobs"]) == ("Once", 3)
    assert "messages" not in turn.body
    chat = dialect.rounds(Ask(Api.CHAT, "base", {"messages": MESSAGES}), 2)
    assert chat[0].path == dialect.CHAT


@pytest.mark.parametrize("name", ["database", "gpt-35-turbo-instruct", "d"])
def test_other_names_are_those_of_models_that_answer(name: str) -> None:
    assert not dialect.is_base(name)


def test_defaults_hold_only_where_the_user_set_nothing() -> None:
    assert only(chat())["temperature"] == 0.2
    assert only(chat(temperature=None))["temperature"] == 0.2
    body = only(chat(temperature=0, top_p=1, repeat_penalty=1))
    assert (body["temperature"], body["top_p"], body["repeat_penalty"]) == (0, 1, 1)


def test_parameters_are_passed_on() -> None:
    given: Params = {
        "stop": ["a"],
        "presence_penalty": 1,
        "frequency_penalty": -1,
        "logit_bias": {"5": 3},
        "response_format": {"type": "json_object"},
        "seed": 7,
    }
    assert given.items() <= only(chat(**given)).items()


@pytest.mark.parametrize(
    ("ask", "limit"),
    [
        (chat(), 1000),
        (completion(), 16),
        (chat(max_tokens=5), 5),
        (chat(max_completion_tokens=6), 6),
        (completion(max_tokens=7), 7),
    ],
)
def test_there_is_always_a_limit(ask: Ask, limit: int) -> None:
    assert only(ask)["max_tokens"] == limit


def test_many_choices_are_asked_for_in_rounds_with_seeds_of_their_own() -> None:
    turns = dialect.rounds(chat(n=5, seed=10), 2)
    assert [(t.first, t.body["n"], t.body["seed"]) for t in turns] == [
        (0, 2, 10),
        (2, 2, 12),
        (4, 1, 14),
    ]


def test_each_of_several_prompts_gets_its_choices() -> None:
    turns = dialect.rounds(completion(prompt=["a", "b"], n=2), 2)
    assert [(t.prompt, t.first) for t in turns] == [(0, 0), (1, 2)]


@pytest.mark.parametrize(
    ("ask", "named"),
    [
        (chat(max_tokens=-1), "max_tokens"),
        (chat(max_completion_tokens="many"), "max_completion_tokens"),
        (chat(n=0), "'n'"),
        (chat(n=True), "'n'"),
        (chat(n=129), "at most 128"),
        (chat(tools=[{}]), "'tools'"),
        (completion(echo=True), "'echo'"),
        (completion(suffix="s"), "'suffix'"),
        (completion(prompt=[1, 2]), "not as tokens"),
        (completion(prompt=5), "not as tokens"),
    ],
)
def test_what_cannot_be_is_refused_by_name(ask: Ask, named: str) -> None:
    with pytest.raises(BackendError, match=named) as refused:
        dialect.rounds(ask, 2)
    assert refused.value.status == 400


def test_what_is_no_valid_text_still_makes_a_body() -> None:
    assert json.loads(dialect.encode({"a": "é\ud800"})) == {"a": "é?"}


@pytest.mark.parametrize(
    ("line", "payload"),
    [
        (b'data: {"a": 1}\n', b'{"a": 1}'),
        (b"data: [DONE]\n", dialect.DONE),
        (b'error: {"a": 1}\r\n', b'{"a": 1}'),
        (b": ping\n", b""),
        (b"\n", b""),
    ],
)
def test_only_lines_that_carry_something_do(line: bytes, payload: bytes) -> None:
    assert dialect.payload(line) == payload


def read(record: Any, first: int = 0) -> list[Piece | Tally]:
    return list(dialect.parts(json.dumps(record).encode(), first))


def test_pieces_and_reasons_are_read_and_empty_openings_are_not() -> None:
    assert read({"choices": [{"index": 0, "delta": {"role": "assistant", "content": None}}]}) == []
    assert read({"choices": [{"index": 1, "delta": {"content": "a"}}]}, first=2) == [Piece(3, "a")]
    ending = {
        "choices": [{"index": 0, "delta": {}, "finish_reason": "length"}],
        "usage": {"prompt_tokens": 3, "completion_tokens": 4},
    }
    assert read(ending) == [Piece(0, "", "length"), Tally(3, 4)]


def test_probabilities_are_asked_for_only_where_they_are_wanted() -> None:
    assert "logprobs" not in only(chat())
    assert only(completion(logprobs=3))["top_logprobs"] == 3
    wanted = only(chat(logprobs=True, top_logprobs=5))
    assert (wanted["logprobs"], wanted["top_logprobs"]) == (True, 5)


def test_probabilities_come_with_their_text() -> None:
    told = {"token": "🦊", "bytes": [240, 159, 166, 138], "logprob": -0.3}
    ranked = {"token": "\ufffd", "bytes": [138], "logprob": -0.3}
    entry = {"id": 228, **told, "top_logprobs": [ranked]}
    choice = {"index": 0, "delta": {"content": "🦊"}, "logprobs": {"content": [entry]}}
    chosen = Candidate("🦊", "🦊".encode(), -0.3)
    [piece] = read({"choices": [choice]})
    assert piece == Piece(0, "🦊", tokens=(Token(chosen, (Candidate("\ufffd", b"\x8a", -0.3),)),))


def test_an_overlong_prompt_is_said_in_azures_words() -> None:
    said = {"error": {"type": "exceed_context_size_error", "n_prompt_tokens": 5031, "n_ctx": 4096}}
    error = dialect.refusal(400, json.dumps(said).encode())
    assert (error.status, error.code) == (400, "context_length_exceeded")
    assert "maximum context length is 4096 tokens" in error.message
    assert "5031" in error.message


def test_an_error_amid_the_stream_ends_it_with_its_message() -> None:
    with pytest.raises(BackendError, match="out of memory") as failed:
        read({"error": {"code": 500, "message": "out of memory"}})
    assert failed.value.status == 500


@pytest.mark.parametrize("data", [b"", b"<html>", b"[]", b'"text"'])
def test_what_is_no_record_is_an_error_of_the_engine(data: bytes) -> None:
    with pytest.raises(BackendError, match="unreadable") as failed:
        list(dialect.parts(data, 0))
    assert failed.value.status == 500


def test_a_response_is_asked_for_as_a_chat() -> None:
    said: Json = {
        "type": "message",
        "role": "developer",
        "content": [{"type": "input_text", "text": "b"}],
    }
    body: Params = {"instructions": "a", "input": [said, {"role": "user", "content": "c"}]}
    asked = only(Ask(Api.RESPONSES, "d", {**body, "max_output_tokens": 8}))
    assert asked["messages"] == [
        {"role": "system", "content": "a"},
        {"role": "system", "content": "b"},
        {"role": "user", "content": "c"},
    ]
    assert asked["max_tokens"] == 8
    assert only(Ask(Api.RESPONSES, "d", {"input": "hi"}))["messages"] == MESSAGES
    assert only(Ask(Api.RESPONSES, "d", {"input": "hi"}))["max_tokens"] == 1000
