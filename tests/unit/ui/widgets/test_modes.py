"""Which code block to copy, and how many answers to ask for."""

from __future__ import annotations

import pytest

from aztui.ui.widgets.modes import Times, WhichCode


class Asked:
    """The question, and what came of it."""

    def __init__(self) -> None:
        self.copied: list[tuple[str, str]] = []
        self.said: list[str] = []
        self.mode = WhichCode(lambda text, what: self.copied.append((text, what)), self.said.append)

    def press(self, *keys: str) -> None:
        for key in keys:
            assert self.mode.press(key)


def blocks(count: int) -> list[str]:
    return [f"code {number}\n" for number in range(1, count + 1)]


def test_one_digit_is_enough_where_there_are_fewer_than_ten() -> None:
    asked = Asked()
    asked.mode.found(blocks(3))
    assert asked.mode.said == "Copy which code block? 1 to 3; esc leaves"
    asked.press("2")
    assert asked.mode.over
    assert asked.copied == [("code 2\n", "code block 2")]


def test_more_need_an_enter_where_another_digit_may_follow() -> None:
    asked = Asked()
    asked.mode.found(blocks(12))
    asked.press("1")
    assert not asked.mode.over
    assert asked.mode.said.endswith("1 to 12; esc leaves: 1")
    asked.press("enter")
    assert asked.copied == [("code 1\n", "code block 1")]
    asked = Asked()
    asked.mode.found(blocks(12))
    asked.press("1", "5")
    assert asked.mode.said.startswith("There is no code block 15. Copy which")
    asked.press("1", "backspace", "enter", "1", "2")
    assert asked.copied == [("code 12\n", "code block 12")]


@pytest.mark.parametrize(("count", "keys"), [(3, ["2"]), (12, ["2", "enter"])])
def test_what_is_typed_before_the_blocks_are_known_counts(count: int, keys: list[str]) -> None:
    asked = Asked()
    asked.press(*keys)
    assert asked.mode.said == "Looking for code blocks …"
    asked.mode.found(blocks(count))
    assert asked.copied == [("code 2\n", "code block 2")]


def test_one_alone_is_copied_at_once_and_none_is_told() -> None:
    asked = Asked()
    asked.mode.found(blocks(1))
    assert asked.copied == [("code 1\n", "the code block")]
    asked = Asked()
    asked.mode.found([])
    assert asked.mode.over
    assert asked.said == ["There is no code block in this answer."]


def test_letters_mean_nothing_and_other_keys_what_they_always_do() -> None:
    asked = Asked()
    asked.mode.found(blocks(3))
    assert asked.mode.press("q")
    assert not asked.mode.press("ctrl+l")
    assert not asked.mode.over


@pytest.mark.parametrize(
    ("keys", "said", "answers"),
    [
        ("5r", "5 answers to the last prompt: r asks for them, esc leaves", [5]),
        ("12r", "12 answers to the last prompt: r asks for them, esc leaves", [12]),
        ("r", "Ask the last prompt again for how many answers at once? 2 to 128", []),
        ("1r", "1: 2 to 128 answers can be asked for at once", []),
        ("129r", "129: 2 to 128 answers can be asked for at once", []),
        ("0007r", "7 answers to the last prompt: r asks for them, esc leaves", [7]),
    ],
)
def test_a_number_and_r_ask_for_so_many_answers(keys: str, said: str, answers: list[int]) -> None:
    asked: list[int] = []
    mode = Times(asked.append, lambda: None)
    assert all(mode.press(key) for key in keys)
    assert (mode.said, asked, mode.over) == (said, answers, bool(answers))


def test_any_other_key_ends_the_question_and_is_not_taken() -> None:
    left: list[bool] = []
    mode = Times(lambda _answers: None, lambda: left.append(True), "5")
    assert not mode.press("j")
    assert left == [True]
