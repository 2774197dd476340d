"""Tokens and their logprobs, in each of the shapes that servers send."""

from __future__ import annotations

import math
from typing import Any

import pytest

from aztui.azure.decode.logprobs import tokens
from aztui.core.events import Chosen, Token


def told(token: str, logprob: Any = -1.0, **members: Any) -> dict[str, Any]:
    return {"token": token, "logprob": logprob, **members}


def test_completions_have_parallel_lists() -> None:
    assert tokens(
        {
            "tokens": ["A", " lighthouse"],
            "token_logprobs": [None, -0.25],
            "top_logprobs": [None, {" ship": -3.5, " lighthouse": -0.25, " man": -1.5}],
            "text_offset": [0, 1],
        }
    ) == (
        Chosen(Token("A", None)),
        Chosen(
            Token(" lighthouse", -0.25),
            (Token(" lighthouse", -0.25), Token(" man", -1.5), Token(" ship", -3.5)),
        ),
    )


@pytest.mark.parametrize(
    ("name", "data"),
    [
        (r"bytes:\xf0\x9f", b"\xf0\x9f"),
        (r"bytes: \xE2\x80", b" \xe2\x80"),
        ("bytes:", None),
        ("bytes: of data", None),
        (r"see bytes:\xf0", None),
        ("bytes:\\xf0\n\u20ac", None),
    ],
)
def test_completions_escape_what_is_no_text(name: str, data: bytes | None) -> None:
    (chosen,) = tokens({"tokens": [name], "top_logprobs": [{name: -1}]})
    assert chosen.token == Token(name, None, data)
    assert chosen.ranked == (Token(name, -1.0, data),)


@pytest.mark.parametrize("member", ["content", "refusal", None])
def test_chat_and_responses_have_objects(member: str | None) -> None:
    rivals = [told("b", -2.0), told("a", -0.5, bytes=[97]), told("c", None)]
    listed = [told("a", -0.5, bytes=[97], top_logprobs=rivals), told("\ud83d", bytes=[240, 159])]
    assert tokens(listed if member is None else {member: listed}) == (
        Chosen(
            Token("a", -0.5, b"a"), (Token("a", -0.5, b"a"), Token("b", -2.0), Token("c", None))
        ),
        Chosen(Token("\ufffd", -1.0, b"\xf0\x9f")),
    )


def test_an_answer_comes_before_its_refusal() -> None:
    both = tokens({"refusal": [told("no")], "content": [told("yes")]})
    assert [chosen.token.text for chosen in both] == ["yes", "no"]


@pytest.mark.parametrize(
    ("said", "logprob"),
    [
        (-9998.5, -9998.5),
        (0, 0.0),
        (1e-7, 0.0),
        (-9999.0, None),
        (-math.inf, None),
        (math.inf, None),
        (math.nan, None),
        (-(10**400), None),
        (0.5, None),
        (None, None),
        (True, None),
        ("-1", None),
    ],
)
def test_a_logprob_that_says_nothing_is_none(said: Any, logprob: float | None) -> None:
    (chosen,) = tokens([told("a", said)])
    assert chosen.token.logprob == logprob
    (chosen,) = tokens({"tokens": ["a"], "token_logprobs": [said]})
    assert chosen.token.logprob == logprob


@pytest.mark.parametrize("data", [None, "a", [256], [-1], [True], ["a"], {}, 5])
def test_bytes_that_are_none_are_not_told(data: Any) -> None:
    (chosen,) = tokens([told("a", bytes=data)])
    assert chosen.token.data is None


@pytest.mark.parametrize(
    "odd",
    [
        None,
        5,
        "tokens",
        {},
        {"tokens": None, "content": None},
        {"content": [None, 5, {}, {"token": 5}]},
        {"tokens": [None, 5, {}]},
        [None, [], {"logprob": -1}],
    ],
)
def test_anything_else_tells_of_no_tokens(odd: Any) -> None:
    assert tokens(odd) == ()


def test_lists_of_unlike_lengths_and_types_are_no_trouble() -> None:
    odd = {"tokens": ["a", "b"], "token_logprobs": [-1], "top_logprobs": [[{"a": -1}]]}
    assert tokens(odd) == (Chosen(Token("a", -1.0)), Chosen(Token("b", None)))
    rivals = [told("a", top_logprobs={"a": -1}), told("b", top_logprobs=[5, {}, told("b")])]
    assert tokens(rivals)[1].ranked == (Token("b", -1.0),)
