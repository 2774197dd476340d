"""A session is a tree: the log shows one path of it, and the keys go about in it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from textual.pilot import Pilot

from aztui.core.lessons import UNKNOWN, Learnt, Subject
from aztui.ui.widgets.rows import HERE
from tests.support.pictures import CHAT, INSTRUCT, Stage


async def turn(stage: Stage, pilot: Pilot[Any], prompt: str, answer: str) -> None:
    """Ask, and get a whole answer."""
    await stage.ask(pilot, prompt)
    await answered(stage, pilot, answer)


async def answered(stage: Stage, pilot: Pilot[Any], answer: str) -> None:
    """Get a whole answer."""
    await stage.say(pilot, answer)
    stage.source.last.done()
    await stage.until(pilot, answer.splitlines()[-1], lambda: stage.main.conversation.live is None)


async def again(stage: Stage, pilot: Pilot[Any], answer: str) -> None:
    """Ask the same once more, and get another answer."""
    await pilot.press("f5")
    await answered(stage, pilot, answer)


async def test_asked_again_the_new_answer_takes_the_place_of_the_old() -> None:
    stage = Stage(CHAT)
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await turn(stage, pilot, "Why?", "Because.")
        await again(stage, pilot, "No idea.")
        assert "Because." not in stage.text
        assert "Why?  2/2" in stage.text
        await pilot.press("tab", "left_square_bracket")
        await stage.until(pilot, "Because.", "Why?  1/2")
        assert "No idea." not in stage.text
        await pilot.press("left_square_bracket")
        await stage.until(pilot, "This is the first of 2.")
        await pilot.press("right_square_bracket")
        await stage.until(pilot, "No idea.", "Why?  2/2")


async def test_a_sibling_brings_what_followed_it() -> None:
    stage = Stage(CHAT)
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await turn(stage, pilot, "Why?", "Because.")
        await turn(stage, pilot, "And?", "Nothing else.")
        await pilot.press("tab", "h")
        await stage.until(pilot, lambda: "Nothing else." not in stage.text)
        await pilot.press("tab")
        await again(stage, pilot, "No idea.")
        await pilot.press("tab", "left_square_bracket")
        await stage.until(pilot, "Because.", "And?", "Nothing else.")


async def test_what_is_sent_follows_the_parent_that_one_went_to() -> None:
    stage = Stage(CHAT)
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await turn(stage, pilot, "Why?", "Because.")
        await turn(stage, pilot, "And?", "Nothing else.")
        await pilot.press("tab", "h")
        await stage.until(pilot, "What you send now follows this prompt.")
        await pilot.press("h")
        await stage.until(pilot, "This is where the session begins.")
        await pilot.press("l")
        await stage.until(pilot, "Nothing else.")
        await pilot.press("l")
        await stage.until(pilot, "Nothing follows here.")
        await pilot.press("h", "tab")
        await turn(stage, pilot, "Really?", "Yes.")
        assert "Really?  2/2" in stage.text
        contents = [m.content for m in stage.source.last.request.messages][1:]
        assert contents == ["Why?", "Because.", "Really?"]


async def test_an_edited_prompt_is_sent_beside_the_old_one_and_the_draft_comes_back() -> None:
    stage = Stage(CHAT)
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await turn(stage, pilot, "Why?", "Because.")
        stage.main._prompt.insert("a draft")
        await pilot.press("tab", "e")
        await stage.until(pilot, "An earlier prompt: enter sends it", "│ Why?")
        await pilot.press("!", "enter")
        await answered(stage, pilot, "No idea.")
        assert "Why?!  2/2" in stage.text
        assert "│ a draft" in stage.text
        assert "An earlier prompt" not in stage.text


async def test_an_edit_can_be_left() -> None:
    stage = Stage(CHAT)
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await turn(stage, pilot, "Why?", "Because.")
        await pilot.press("a", "tab", "e")
        await stage.until(pilot, "│ Why?")
        await pilot.press("escape")
        await stage.until(pilot, "│ a")
        await pilot.press("b", "enter")
        assert stage.source.last.request.prompt == "ab"
        assert "2/2" not in stage.text


async def test_completions_go_on_where_they_were_stopped() -> None:
    stage = Stage(INSTRUCT)
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await stage.ask(pilot, "Once upon")
        await stage.say(pilot, " a time")
        await pilot.press("escape", "tab", "o")
        await stage.until(pilot, "goes on with the answer above")
        assert stage.source.last.request.prompt == "Once upon a time"
        await answered(stage, pilot, "There was a king.")
        assert "a time" in stage.text


async def test_a_conversation_says_that_it_cannot_go_on_exactly() -> None:
    stage = Stage(CHAT)
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await stage.ask(pilot, "Why?")
        await stage.say(pilot, "Because")
        await pilot.press("escape", "tab", "o")
        await answered(stage, pilot, "of that.")
        assert "This API cannot go on within an answer" in stage.text


async def test_an_answer_that_is_whole_is_not_continued() -> None:
    stage = Stage(CHAT)
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await turn(stage, pilot, "Why?", "Because.")
        await pilot.press("tab", "o")
        await stage.until(pilot, "This answer came to its end")
        assert len(stage.source.runs) == 1


async def test_a_bookmark_stands_beside_the_prompt() -> None:
    stage = Stage(CHAT)
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await turn(stage, pilot, "Why?", "Because.")
        await pilot.press("tab", "m")
        await stage.until(pilot, "Why?  bookmarked", "Bookmarked.")
        await pilot.press("m")
        await stage.until(pilot, "Not bookmarked any more.")
        assert "Why?  bookmarked" not in stage.text


@pytest.mark.parametrize("key", ["h", "l", "left_square_bracket", "e", "o", "m"])
async def test_in_an_empty_session_there_is_nowhere_to_go(key: str) -> None:
    stage = Stage(CHAT)
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await pilot.press("tab", key)
        await stage.until(pilot, "There is no answer yet.")


@pytest.mark.parametrize("key", ["h", "right_square_bracket", "o"])
async def test_nobody_goes_elsewhere_while_an_answer_streams(key: str) -> None:
    stage = Stage(CHAT)
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await stage.ask(pilot, "Why?")
        await stage.say(pilot, "Because")
        await pilot.press("tab", key)
        await stage.until(pilot, "Still streaming: esc stops it")
        await answered(stage, pilot, "Because of that.")


async def test_a_sibling_stands_where_the_one_before_it_stood() -> None:
    stage = Stage(CHAT)
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await turn(stage, pilot, "First?", "One.")
        await turn(stage, pilot, "Second?", "\n\n".join(["A long answer."] * 20))
        await again(stage, pilot, "\n\n".join(["Another long answer."] * 20))
        await pilot.press("tab", "g", "down", "down")
        before = next(y for y, row in enumerate(stage.rows) if "Second?" in row)
        await pilot.press("left_square_bracket")
        await stage.until(pilot, "Second?  1/2", "A long answer.")
        after = next(y for y, row in enumerate(stage.rows) if "Second?" in row)
        assert before == after


async def test_the_tree_goes_to_any_run() -> None:
    stage = Stage(CHAT)
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await turn(stage, pilot, "Why?", "Because.")
        await again(stage, pilot, "No idea.")
        await pilot.press("f8")
        await stage.until(pilot, "tree", "2 runs")
        await pilot.press("m", "up", "enter")
        await stage.until(pilot, "Because.", "Why?  1/2")
        await pilot.press("tab", "right_square_bracket")
        await stage.until(pilot, "Why?  2/2 · bookmarked")
        await pilot.press("T")
        await stage.until(pilot, "2 runs", "1 bookmark")


class Small:
    """A memory that knows that every deployment takes little."""

    def recall(self, subject: Subject) -> Learnt:
        return replace(UNKNOWN, context=1_100)

    def note(self, subject: Subject, learnt: Learnt) -> None:
        """Let it be."""


async def test_what_is_too_long_is_told_before_it_is_sent() -> None:
    stage = Stage(CHAT, memory=Small())
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await turn(stage, pilot, "Why?", "\n".join(["Because of that. " * 20, "So."]))
        stage.main._prompt.insert("And?")
        await pilot.press("enter")
        await stage.until(pilot, "too long", "enter send")
        assert len(stage.source.runs) == 1
        await pilot.press("escape")
        await stage.until(pilot, "│ And?")
        await pilot.press("enter")
        await stage.until(pilot, "too long")
        await pilot.press("enter")
        await stage.until(pilot, lambda: len(stage.source.runs) == 2)
        assert [m.content for m in stage.source.last.request.messages][1:] == ["And?"]
        await stage.until(pilot, "│ Ask anything", f"{HERE} And?")


async def test_an_edit_ends_with_its_session() -> None:
    stage = Stage(CHAT)
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await turn(stage, pilot, "Why?", "Because.")
        await pilot.press("a", "tab", "e")
        await stage.until(pilot, "│ Why?")
        await pilot.press("ctrl+n")
        await stage.until(pilot, "│ a")
        await pilot.press("b", "enter")
        assert stage.source.last.request.prompt == "ab"
