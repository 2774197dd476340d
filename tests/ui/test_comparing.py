"""Answers are compared: two of them word by word, and all to one prompt by which are the same."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from textual.pilot import Pilot

from aztui.core.history import Reopened
from aztui.core.request import Api, compose
from aztui.core.run import Phase, Run
from aztui.core.tree import SessionId
from aztui.explore.candidates import candidates
from aztui.explore.diff import Piece, diff
from aztui.ui.messages import SessionRead
from aztui.ui.screens import compare
from aztui.ui.screens.compare import CompareScreen
from aztui.ui.screens.tally import TallyScreen
from aztui.ui.theme import DARK, LIGHT
from aztui.ui.widgets.rows import HERE
from tests.support.pictures import CHAT, DEADLINE, THREE, Stage, several
from tests.support.sights import SIZES, size_name
from tests.support.trees import run, tree

Compare = Callable[..., bool]

LAMP = (
    "The lighthouse keeper wound the lamp every evening at six. He wrote the weather into a book, "
    "and the ships that passed.\n\nNobody had read the book in eleven years.\n\n"
    "- oil for the lamp\n- bread and salt\n"
)
SHIPS = (
    "The lighthouse keeper wound the old lamp every evening at seven. He wrote the weather into a "
    "ledger, and the ships that passed.\n\nNobody had read it in eleven years.\n\n"
    "- oil for the lamp\n- bread\n- a new wick\n"
)
OTHER = "No keeper lives there any more: the lamp is electric.\n"


async def turn(stage: Stage, pilot: Pilot[Any], prompt: str, answer: str) -> None:
    """Ask, and get a whole answer."""
    await stage.ask(pilot, prompt)
    await answered(stage, pilot, answer)


async def answered(stage: Stage, pilot: Pilot[Any], answer: str) -> None:
    await stage.say(pilot, answer)
    stage.source.last.done()
    await stage.until(pilot, lambda: stage.main.conversation.live is None)


async def again(stage: Stage, pilot: Pilot[Any], answer: str) -> None:
    """Ask the same once more, and get another answer."""
    await pilot.press("f5")
    await answered(stage, pilot, answer)


def heads(stage: Stage) -> list[str]:
    """What is said of the two answers, where they stand in one text."""
    return [row.strip() for row in stage.rows if row.endswith(("differ", "differs"))]


async def test_the_answer_in_view_is_compared_with_the_one_before() -> None:
    stage = Stage(CHAT)
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await turn(stage, pilot, "Why?", "It is warm today.")
        await again(stage, pilot, "It was warm today.")
        await pilot.press("tab", "equals_sign")
        await stage.until(pilot, "compare · Why?", "difference 1 of 1", "It iswas warm today.")
        left, right = heads(stage)
        assert left.startswith("- 1/2 · gpt-5-mini")
        assert right.startswith("+ 2/2 · gpt-5-mini")
        assert left.endswith("1 of 4 words differs")
        await pilot.press("escape")
        await stage.until(pilot, "Ask anything")


async def test_the_first_answer_is_compared_with_the_one_after() -> None:
    stage = Stage(CHAT)
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await turn(stage, pilot, "Why?", "Because.")
        await again(stage, pilot, "No idea.")
        await pilot.press("tab", "left_square_bracket", "equals_sign")
        await stage.until(pilot, "compare")
        assert [head[:5] for head in heads(stage)] == ["- 1/2", "+ 2/2"]


async def test_choices_of_one_run_are_compared() -> None:
    stage = Stage(THREE)
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await several(stage, pilot)
        await pilot.press("tab", "equals_sign")
        await stage.until(pilot, "Tom PenhaligonMarit Solheim")
        assert [head[:10] for head in heads(stage)] == ["- answer 2", "+ answer 3"]


async def test_with_nothing_to_compare_it_says_what_to_do() -> None:
    stage = Stage(CHAT)
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await pilot.press("tab", "equals_sign")
        await stage.until(pilot, "There is no answer yet.")
        await pilot.press("tab")
        await turn(stage, pilot, "Why?", "Because.")
        await pilot.press("tab", "equals_sign")
        await stage.until(pilot, "f5 asks again", "x marks this one")
        await pilot.press("number_sign")
        await stage.until(pilot, "1 of 1", "Because.")
        await pilot.press("equals_sign")
        await stage.until(pilot, "There is one answer only")


async def test_a_failed_answer_has_nothing_to_compare() -> None:
    stage = Stage(CHAT)
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await stage.ask(pilot, "Why?")
        stage.source.last.done()
        await stage.until(pilot, lambda: stage.main.conversation.live is None)
        for key in ("equals_sign", "x", "number_sign"):
            await pilot.press(*(["tab"] if key == "equals_sign" else []), key)
            await stage.until(pilot, "There is no text in this answer.")


async def test_a_marked_answer_is_compared_instead_and_the_mark_is_seen() -> None:
    stage = Stage(CHAT)
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await turn(stage, pilot, "Why?", "Because.")
        await pilot.press("tab", "x")
        await stage.until(pilot, "Marked: = at another", "Why?  to compare")
        await pilot.press("tab")
        await again(stage, pilot, "No idea.")
        await again(stage, pilot, "Since then.")
        assert "to compare" not in stage.text
        await pilot.press("tab", "equals_sign")
        await stage.until(pilot, "compare · Why?")
        left, right = heads(stage)
        assert left.startswith("- 1/3 · marked")
        assert right.startswith("+ 3/3 · gpt")
        await pilot.press("escape", "left_square_bracket", "left_square_bracket")
        await stage.until(pilot, "Because.", "1/3 · to compare")
        await pilot.press("x")
        await stage.until(pilot, "Not marked any more.")
        assert "to compare" not in stage.text


async def test_the_mark_goes_along_to_another_session() -> None:
    stage = Stage(CHAT)
    opened = replace(tree([(run("old", "Why so?", "It was cold."), None)]), id=SessionId("other"))
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await turn(stage, pilot, "Why?", "It is cold.")
        await pilot.press("tab", "x")
        stage.main.post_message(SessionRead(Reopened(opened, None, None), None))
        await stage.until(pilot, "It was cold.")
        await pilot.press("tab", "equals_sign")
        await stage.until(pilot, "It iswas cold.")
        left, right = heads(stage)
        assert left.startswith("- marked · Why?")
        assert right.startswith("+ Why so?")


async def test_what_has_come_so_far_is_compared() -> None:
    stage = Stage(CHAT)
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await turn(stage, pilot, "Why?", "It is warm today.")
        await pilot.press("f5")
        await stage.say(pilot, "It was")
        await pilot.press("tab", "equals_sign")
        await stage.until(pilot, "2/2 · gpt-5-mini · streaming", "It is warm today.was")
        await stage.say(pilot, " cold.")
        assert "cold" not in stage.text


def answers(*texts: str, **others: Any) -> list[Run]:
    return [run(str(at), "A lighthouse.", text, **others) for at, text in enumerate(texts, 1)]


async def opened(stage: Stage, pilot: Pilot[Any], *texts: str) -> CompareScreen:
    """Compare the first of some answers with the second."""
    screen = CompareScreen(candidates(answers(*texts)), 0, 1)
    stage.app.push_screen(screen)
    await stage.until(pilot, lambda: stage.app.screen is screen, "differ")
    await pilot.pause()
    return screen


async def test_the_keys_go_from_difference_to_difference() -> None:
    stage = Stage(CHAT)
    left = "\n".join(f"Line {at} of many." for at in range(100))
    right = left.replace("Line 50 ", "Row 50 ").replace("Line 90 ", "Row 90 ")
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await opened(stage, pilot, left, right)
        await stage.until(pilot, "difference 1 of 2", "LineRow 50")
        await pilot.press("n")
        await stage.until(pilot, "difference 2 of 2", "LineRow 90")
        here = next(row for row in stage.rows if row.startswith(HERE) and "90" in row)
        assert here.startswith(f"{HERE}±")
        await pilot.press("n")
        await stage.until(pilot, "difference 2 of 2")
        await pilot.press("N")
        await stage.until(pilot, "difference 1 of 2", "LineRow 50")
        await pilot.press("end", "N")
        await stage.until(pilot, "difference 2 of 2", "LineRow 90")


async def test_from_where_one_has_scrolled_to_the_next_difference_is_gone_to() -> None:
    stage = Stage(CHAT)
    left = "\n".join(f"Line {at} of many." for at in range(100))
    right = left
    for at in (2, 50, 90):
        right = right.replace(f"Line {at} ", f"Row {at} ")
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await opened(stage, pilot, left, right)
        await pilot.press("n", "n")
        await stage.until(pilot, "difference 3 of 3", "LineRow 90")
        await pilot.press("home", "pagedown", "n")
        await stage.until(pilot, "difference 2 of 3", "LineRow 50")
        await pilot.press("home", "pagedown", "N")
        await stage.until(pilot, "difference 1 of 3", "LineRow 2")


async def test_both_answers_can_be_changed() -> None:
    stage = Stage(CHAT)
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await opened(stage, pilot, "One", "Two", "Three", "Four")
        await stage.until(pilot, "OneTwo")
        await pilot.press("right_square_bracket")
        await stage.until(pilot, "OneThree")
        await pilot.press("left_square_bracket", "left_square_bracket")
        await stage.until(pilot, "OneFour")
        await pilot.press("right_curly_bracket")
        await stage.until(pilot, "TwoFour")
        await pilot.press("left_curly_bracket", "left_curly_bracket")
        await stage.until(pilot, "ThreeFour")
        assert [head[:5] for head in heads(stage)] == ["- 3/4", "+ 4/4"]


async def test_with_two_answers_there_is_no_third_to_change_to() -> None:
    stage = Stage(CHAT)
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await opened(stage, pilot, "One", "Two")
        for key in ("right_square_bracket", "left_curly_bracket"):
            await pilot.press(key)
            await stage.until(pilot, "There is no third answer", "OneTwo")


async def test_long_answers_are_compared_while_keys_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    passes, asked = threading.Event(), list[tuple[str, str]]()

    def slow(left: str, right: str) -> tuple[Piece, ...]:
        asked.append((left, right))
        assert passes.wait(DEADLINE)
        return diff(left, right)

    monkeypatch.setattr(compare, "_AT_ONCE", 10)
    monkeypatch.setattr("aztui.explore.diff.diff", slow)
    stage = Stage(CHAT)
    async with stage.app.run_test(size=(120, 24)) as pilot:
        stage.app.push_screen(CompareScreen(candidates(answers(LAMP, SHIPS, OTHER)), 0, 1))
        await stage.until(pilot, "comparing …")
        assert "words differ" not in stage.text
        await pilot.press("right_square_bracket")
        await stage.until(pilot, lambda: asked[1:] == [(LAMP, OTHER)])
        passes.set()
        await stage.until(pilot, "difference 1 of", "words differ")
        assert "3/3" in stage.text


async def test_a_wide_screen_shows_them_side_by_side_and_one_key_as_one_text() -> None:
    stage = Stage(CHAT)
    async with stage.app.run_test(size=(120, 24)) as pilot:
        await opened(stage, pilot, LAMP, SHIPS)
        row = next(row for row in stage.rows if "- oil" in row)
        assert row.count("- oil for the lamp") == 2
        assert sum("words differ" in row for row in stage.rows) == 1
        await pilot.press("v")
        await stage.until(pilot, "side by side", "the old lamp")
        assert "- oil for the lamp" in stage.text
        assert sum("words differ" in row for row in stage.rows) == 2
        await pilot.press("v")
        await stage.until(pilot, "as one text")
        await pilot.resize_terminal(80, 24)
        await stage.until(pilot, lambda: len(heads(stage)) == 2)
        await pilot.press("v")
        await stage.until(pilot, "Side by side takes 100 columns")


async def test_the_same_text_says_so() -> None:
    stage = Stage(CHAT)
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await opened(stage, pilot, "One two", "One two")
        await stage.until(pilot, "the same text", "0 of 2 words differ")
        await pilot.press("n", "N")
        await stage.until(pilot, "the same text")


async def test_nothing_in_an_answer_reaches_the_terminal_as_it_is() -> None:
    stage = Stage(CHAT)
    hostile = "\x1b]0;owned\x07 \x1b[31mred\u202e\tend"
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await opened(stage, pilot, hostile, f"{hostile} {hostile}")
        assert not {"\x1b", "\x07", "\u202e", "\t"} & set(stage.text)
        stage.app.push_screen(TallyScreen(candidates(answers(hostile))))
        await stage.until(pilot, "1 of 1", "␛]0;owned")
        await pilot.press("enter")
        await stage.until(pilot, "originals")
        assert not {"\x1b", "\x07", "\u202e", "\t"} & set(stage.text)


# The tally

NUMBERS = ("42", "The answer is 42.", "42", "forty-two", "42\n", "the answer is 42.", "41")


async def counted(stage: Stage, pilot: Pilot[Any], *texts: str) -> list[Any]:
    left: list[Any] = []
    screen = TallyScreen(candidates(answers(*texts)))
    stage.app.push_screen(screen, left.append)
    await stage.until(pilot, lambda: stage.app.screen is screen, "[x] t trim")
    await pilot.pause()
    return left


def groups(stage: Stage) -> list[str]:
    rows = (row.removeprefix(f" {HERE}").strip() for row in stage.rows)
    return [" ".join(row.split()) for row in rows if row[:1].isdigit()]


async def test_the_tally_of_one_prompts_answers() -> None:
    stage = Stage(CHAT)
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await turn(stage, pilot, "6 x 7?", "42")
        await again(stage, pilot, "41")
        await again(stage, pilot, "42\n")
        await pilot.press("tab", "number_sign")
        await stage.until(pilot, "tally · 6 x 7?", "3 answers · 2 different")
        assert groups(stage) == ["2 of 3 42", "1 of 3 41"]


async def test_keys_say_what_counts_as_the_same() -> None:
    stage = Stage(CHAT)
    async with stage.app.run_test(size=(80, 24)) as pilot:
        left = await counted(stage, pilot, *NUMBERS)
        assert groups(stage)[0] == "3 of 7 42"
        await pilot.press("t")
        await stage.until(pilot, "[ ] t trim", "6 different")
        assert "1 of 7 42↵" in groups(stage)
        await pilot.press("c")
        await stage.until(pilot, "[x] c case", "2 of 7  the answer is 42.")
        await pilot.press("l")
        await stage.until(pilot, "[x] l last number", "5 of 7  42")
        assert groups(stage) == ["5 of 7 42", "1 of 7 forty-two", "1 of 7 41"]
        await pilot.press("w", "escape")
        await stage.until(pilot, "Ask anything")
        assert left == [{"case", "white space", "last number"}]


async def test_what_counts_as_the_same_is_remembered() -> None:
    stage = Stage(CHAT)
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await turn(stage, pilot, "6 x 7?", "42")
        await pilot.press("tab", "number_sign", "l", "t", "escape", "number_sign")
        await stage.until(pilot, "[ ] t trim", "[x] l last number")


async def test_the_originals_are_one_key_away_and_two_of_them_another() -> None:
    stage = Stage(CHAT)
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await counted(stage, pilot, *NUMBERS)
        await pilot.press("l", "enter")
        await stage.until(pilot, "originals · 42", "1 of 5", "The answer is 42.", "42↵")
        await pilot.press("n")
        await stage.until(pilot, "2 of 5")
        await pilot.press("equals_sign")
        await stage.until(pilot, "compare", "difference 1 of 2")
        assert [head[:5] for head in heads(stage)] == ["- 2/7", "+ 3/7"]
        await pilot.press("escape", *"nnn", "equals_sign")
        await stage.until(pilot, "compare")
        assert [head[:5] for head in heads(stage)] == ["- 5/7", "+ 6/7"]
        await pilot.press("escape", "escape")
        await stage.until(pilot, "tally")


async def test_a_group_is_compared_with_the_largest_other_one() -> None:
    stage = Stage(CHAT)
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await counted(stage, pilot, *NUMBERS)
        await pilot.press("end", "equals_sign")
        await stage.until(pilot, "4241")


# Pictures


def lighthouse() -> list[Run]:
    """Three answers to a prompt, asked in three ways."""
    hot = compose(Api.CHAT, "gpt-5-mini", "A lighthouse.", params={"temperature": 1.2})
    one, two, three = answers(LAMP, SHIPS, OTHER)
    return [one, replace(two, request=hot), replace(three, phase=Phase.STOPPED)]


@pytest.mark.parametrize("size", SIZES, ids=size_name)
def test_a_comparison(snap_compare: Compare, size: tuple[int, int]) -> None:
    stage = Stage(CHAT)

    async def play(pilot: Pilot[Any]) -> None:
        stage.app.push_screen(CompareScreen(candidates(lighthouse()), 0, 1))
        await stage.until(pilot, "difference 1 of")
        await pilot.press("n")
        await stage.until(pilot, "difference 2 of")

    assert snap_compare(stage.app, terminal_size=size, run_before=play)


def test_a_comparison_on_a_light_screen(snap_compare: Compare) -> None:
    stage = Stage(CHAT, theme=LIGHT)

    async def play(pilot: Pilot[Any]) -> None:
        stage.app.push_screen(CompareScreen(candidates(lighthouse()), 0, 1))
        await stage.until(pilot, "difference 1 of")

    assert snap_compare(stage.app, terminal_size=(110, 24), run_before=play)


@pytest.mark.parametrize("size", SIZES, ids=size_name)
def test_a_tally(snap_compare: Compare, size: tuple[int, int]) -> None:
    stage = Stage(CHAT, theme=DARK)

    async def play(pilot: Pilot[Any]) -> None:
        await counted(stage, pilot, *NUMBERS, " ", "one\n  two\n" * 30)
        await pilot.press("down")

    assert snap_compare(stage.app, terminal_size=size, run_before=play)


@pytest.mark.parametrize("size", SIZES, ids=size_name)
def test_the_originals(snap_compare: Compare, size: tuple[int, int]) -> None:
    stage = Stage(CHAT)

    async def play(pilot: Pilot[Any]) -> None:
        await counted(stage, pilot, *NUMBERS)
        await pilot.press("l", "enter", "n")
        await stage.until(pilot, "2 of 5")

    assert snap_compare(stage.app, terminal_size=size, run_before=play)
