from __future__ import annotations

from typing import Any

import pytest

from aztui.core.request import Api
from aztui.emulator.backend import Ask, Part, Piece, Tally
from aztui.emulator.replies import CONTINUATIONS, LOREM, REPLIES
from aztui.emulator.scripted import ScriptedReplies
from aztui.emulator.tokens import tokens


def chat(prompt: str, **params: Any) -> Ask:
    return Ask(Api.CHAT, "demo", {"messages": [{"role": "user", "content": prompt}], **params})


def completion(prompt: Any, **params: Any) -> Ask:
    return Ask(Api.COMPLETIONS, "demo", {"prompt": prompt, **params})


def parts(ask: Ask) -> list[Part]:
    return list(ScriptedReplies().answer(ask))


def pieces(ask: Ask, choice: int = 0) -> list[Piece]:
    return [part for part in parts(ask) if isinstance(part, Piece) and part.choice == choice]


def text(ask: Ask, choice: int = 0) -> str:
    return "".join(piece.text for piece in pieces(ask, choice))


def reasons(ask: Ask) -> list[str]:
    return [p.finish_reason for p in parts(ask) if isinstance(p, Piece) and p.finish_reason]


@pytest.mark.parametrize("reply", [*REPLIES, *CONTINUATIONS, LOREM, "", "x" * 99, "a\u0308👩‍💻"])
def test_tokens_joined_are_the_text(reply: str) -> None:
    assert "".join(tokens(reply)) == reply


@pytest.mark.parametrize("reply", [*REPLIES, *CONTINUATIONS, LOREM])
def test_tokens_have_about_four_characters(reply: str) -> None:
    assert 3 <= len(reply) / len(tokens(reply)) <= 5


def test_the_same_prompt_gets_the_same_answer() -> None:
    assert parts(chat("Hello.")) == parts(chat("Hello."))


def test_prompts_get_every_reply_there_is() -> None:
    assert {text(chat(f"prompt {n}")) for n in range(50)} == set(REPLIES)


def test_a_finished_prompt_is_answered_in_a_new_paragraph() -> None:
    answer = text(completion("Say something."))
    assert answer.startswith("\n\n")
    assert answer[2:] in REPLIES


def test_an_unfinished_prompt_is_continued() -> None:
    assert text(completion("The lighthouse keeper saw that the")) in CONTINUATIONS


@pytest.mark.parametrize("prompt", ["lorem 7", " Lorem  7\n"])
def test_lorem_gives_so_many_tokens(prompt: str) -> None:
    assert len([p for p in pieces(completion(prompt)) if p.text]) == 7


def test_long_is_long() -> None:
    assert parts(chat("long"))[-1] == Tally(1, 2000)


def test_a_limit_ends_the_answer_with_length() -> None:
    ask = chat("lorem 7", max_tokens=6)
    assert (len(pieces(ask)), reasons(ask)) == (6 + 1, ["length"])
    assert reasons(chat("lorem 7", max_tokens=7)) == ["stop"]


def test_the_finish_reason_has_a_piece_of_its_own() -> None:
    last = pieces(chat("Hello."))[-1]
    assert (last.text, last.finish_reason) == ("", "stop")


def test_an_answer_ends_before_the_first_stop() -> None:
    whole = text(chat("lorem 40"))
    ask = chat("lorem 40", stop=["sit", "dolor"])
    assert text(ask) == whole[: whole.index("dolor")]
    assert reasons(ask) == ["stop"]


def test_choices_differ_and_take_turns() -> None:
    ask = completion(["One.", "Two."], n=2)
    indexes = [part.choice for part in parts(ask)[:8] if isinstance(part, Piece)]
    assert indexes == [0, 1, 2, 3, 0, 1, 2, 3]
    assert text(ask, 0) != text(ask, 1)
    assert reasons(ask) == ["stop"] * 4


def test_the_tally_comes_last_and_counts_all_choices() -> None:
    ask = completion("12345678", n=2, max_tokens=3)
    assert parts(ask)[-1] == Tally(2, 6)


def test_a_closed_answer_ends_early() -> None:
    answer = ScriptedReplies().answer(chat("long"))
    iterator = iter(answer)
    next(iterator)
    answer.close()
    assert list(iterator) == []


def test_a_response_is_answered_as_a_chat_is() -> None:
    ask = Ask(Api.RESPONSES, "demo", {"input": "Hello.", "max_output_tokens": 6})
    assert text(Ask(Api.RESPONSES, "demo", {"input": "Hello."})) == text(chat("Hello."))
    assert (len(pieces(ask)), reasons(ask)) == (6 + 1, ["length"])
