"""Finding in the log."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from textual.pilot import Pilot

from aztui.core.profile import View
from aztui.ui.theme import style
from aztui.ui.widgets.rows import Role
from tests.support.pictures import INSTRUCT, Stage


@asynccontextmanager
async def answered(
    *answers: str, size: tuple[int, int] = (80, 24)
) -> AsyncIterator[tuple[Stage, Pilot[Any]]]:
    """The program with some answers in its log, which has the focus."""
    stage = Stage(replace(INSTRUCT, shown=View.RENDERED))
    async with stage.app.run_test(size=size) as pilot:
        for number, answer in enumerate(answers, 1):
            await stage.ask(pilot, f"Question {number}")
            await stage.say(pilot, answer)
            stage.source.last.done()
            await pilot.pause()
        await pilot.press("tab")
        yield stage, pilot


def numbered(first: int, last: int) -> str:
    return "".join(f"line {number}\n\n" for number in range(first, last))


def looking(stage: Stage, role: Role) -> list[str]:
    """What on the screen looks as a role does, piece by piece."""
    strips = stage.app.screen._compositor.render_strips()
    wanted = style(role, dark=True)
    return [
        segment.text
        for strip in strips[2:-4]
        for segment in strip
        if segment.style is not None
        and (segment.style.reverse, segment.style.bold, segment.style.underline)
        == (wanted.reverse, wanted.bold, wanted.underline)
    ]


async def look_for(stage: Stage, pilot: Pilot[Any], text: str) -> None:
    await pilot.press("slash")
    for letter in text:
        await pilot.press(letter if letter.isalnum() else {" ": "space"}[letter])


async def test_matches_are_marked_while_one_types() -> None:
    async with answered("A fox, the Fox, and a foxglove.") as (stage, pilot):
        await look_for(stage, pilot, "fox")
        await stage.until(pilot, "/fox", "1 of 3")
        assert looking(stage, Role.CURRENT) == ["fox"]
        assert looking(stage, Role.FOUND) == ["Fox", "fox"]
        await pilot.press("g", "l")
        await stage.until(pilot, "/foxgl", "1 of 1")
        assert looking(stage, Role.CURRENT) == ["foxgl"]


async def test_the_view_goes_to_the_first_match_and_esc_comes_back() -> None:
    async with answered(numbered(0, 60)) as (stage, pilot):
        await pilot.press("g")
        before = stage.rows[2:-5]
        await look_for(stage, pilot, "line 40")
        await stage.until(pilot, "line 40\n", "1 of 1")
        await pilot.press("escape")
        await pilot.pause()
        assert stage.rows[2:-5] == before
        assert "/line" not in stage.text
        assert not looking(stage, Role.CURRENT)


async def test_enter_keeps_the_match_and_n_steps_around_the_end() -> None:
    async with answered(numbered(0, 60)) as (stage, pilot):
        await pilot.press("g")
        await look_for(stage, pilot, "line 1")
        await stage.until(pilot, "1 of 11")
        await pilot.press("enter")
        await stage.until(pilot, "1 of 11", "n N next, previous match")
        assert "/line" not in stage.text
        for _ in range(10):
            await pilot.press("n")
        await stage.until(pilot, "line 19\n", "11 of 11")
        await pilot.press("n")
        await stage.until(pilot, "line 1\n", "1 of 11, from the top again")
        await pilot.press("N")
        await stage.until(pilot, "line 19\n", "11 of 11, from the end again")
        await pilot.press("escape")
        await pilot.pause()
        assert "of 11" not in stage.text
        assert "line 19\n" in stage.text


async def test_at_the_end_of_the_log_the_nearest_match_above_is_the_first() -> None:
    async with answered(numbered(0, 60)) as (stage, pilot):
        await look_for(stage, pilot, "line 1")
        await stage.until(pilot, "line 19\n", "11 of 11")


async def test_nothing_found() -> None:
    async with answered("Some words.") as (stage, pilot):
        await look_for(stage, pilot, "other")
        await stage.until(pilot, "no match")
        await pilot.press("backspace", "backspace", "backspace", "backspace", "backspace")
        await pilot.pause()
        assert "no match" not in stage.text


async def test_a_match_goes_across_wrapped_rows_and_markup() -> None:
    text = "word " * 13 + "the **needle in** the haystack " + "word " * 9
    async with answered(text) as (stage, pilot):
        await look_for(stage, pilot, "the needle in the haystack")
        await stage.until(pilot, "1 of 1")
        assert "".join(looking(stage, Role.CURRENT)) == "the needle in the haystack"


async def test_text_that_streams_in_is_searched_too() -> None:
    async with answered(numbered(0, 30)) as (stage, pilot):
        await pilot.press("g")
        await look_for(stage, pilot, "line 1")
        await stage.until(pilot, "1 of 11")
        await pilot.press("down", "enter")
        await stage.until(pilot, "2 of 11")
        await pilot.press("tab")
        await stage.ask(pilot, "More")
        await stage.say(pilot, "Here is line 1 once more.")
        await stage.until(pilot, "2 of 12")
        stage.source.last.done()
        await stage.until(pilot, "2 of 12")


async def test_prompts_and_what_is_said_about_answers_are_searched() -> None:
    async with answered("One.", "Two.") as (stage, pilot):
        await look_for(stage, pilot, "question")
        await stage.until(pilot, "of 2")
        await pilot.press("escape")
        await look_for(stage, pilot, "done")
        await stage.until(pilot, "of 2")


async def test_another_width_keeps_the_match() -> None:
    async with answered(numbered(0, 40) + "a long line of words " * 20) as (stage, pilot):
        await look_for(stage, pilot, "line 25")
        await stage.until(pilot, "line 25\n")
        await pilot.press("enter")
        await pilot.resize_terminal(40, 20)
        await stage.until(pilot, "1 of 1")
        assert looking(stage, Role.CURRENT) in ([], ["line 25"])
        await pilot.press("n")
        await stage.until(pilot, "line 25")
        assert looking(stage, Role.CURRENT) == ["line 25"]


async def test_raw_answers_are_searched() -> None:
    async with answered("Some **bold** words.") as (stage, pilot):
        await look_for(stage, pilot, "bold words")
        await stage.until(pilot, "1 of 1")
        await pilot.press("escape", "v")
        await look_for(stage, pilot, "bold words")
        await stage.until(pilot, "no match")


async def test_another_view_is_searched_anew() -> None:
    async with answered("Some **bold** words.\n\n" * 3) as (stage, pilot):
        await look_for(stage, pilot, "b")
        await stage.until(pilot, "1 of 3")
        await pilot.press("enter", "v")
        await stage.until(pilot, "1 of 3")
        assert "**bold**" in stage.text
        assert looking(stage, Role.CURRENT) == ["b"]
        await pilot.press("v", "n")
        await stage.until(pilot, "2 of 3")


async def test_a_new_session_and_the_prompt_end_the_search() -> None:
    async with answered("Some words.") as (stage, pilot):
        await look_for(stage, pilot, "words")
        await stage.until(pilot, "1 of 1")
        await pilot.press("ctrl+n")
        await pilot.pause()
        assert "1 of 1" not in stage.text
        assert "/words" not in stage.text
        await pilot.press("x")
        assert stage.main._prompt.text == "x"
