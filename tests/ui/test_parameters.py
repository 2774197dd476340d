"""The parameters' page, with the keyboard."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual.pilot import Pilot

from aztui.core.request import Message
from aztui.ui.widgets.rows import HERE
from tests.support.pictures import CHAT, INSTRUCT, Remembered, Stage, parameters

PLAIN = replace(CHAT, params={}, system=None)


def row(stage: Stage, name: str) -> str:
    """The row of a parameter, as it is shown."""
    return next(line for line in stage.rows if name in line.split()[:2])


async def go(pilot: Pilot[Any], to: int) -> None:
    await pilot.press("home", *["down"] * to)


async def test_a_value_is_typed_and_goes_with_the_next_prompt() -> None:
    stage = Stage(INSTRUCT)
    async with stage.app.run_test(size=(80, 24)) as pilot:
        assert "max 1000" in stage.rows[-4]
        await parameters(stage, pilot)
        await pilot.press(*"0.7", "enter", "down", "down", "down")
        await pilot.press("backspace")
        await stage.until(pilot, "1 of ")
        await pilot.press("escape")
        await stage.until(pilot, "temp 0.7", "Connected to")
        assert "max" not in stage.rows[-4]
        await stage.ask(pilot, "Once upon a time")
        assert stage.source.last.request.params == {"temperature": 0.7}


async def test_what_is_wrong_is_said_while_it_is_typed_and_nothing_is_lost() -> None:
    stage = Stage(CHAT)
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await parameters(stage, pilot)
        await pilot.press(*"2.5")
        await stage.until(pilot, "temperature takes a number from 0 to 2, not 2.5.")
        await stage.until(pilot, "esc leave it as it was")
        await pilot.press("enter", "down")
        await stage.until(pilot, "not 2.5.")
        assert "2.5" in row(stage, "temperature")
        await pilot.press("backspace", "backspace", "enter")
        await pilot.pause()
        assert "takes a number from 0 to 2, not" not in stage.text
        assert row(stage, "temperature").split()[2] == "2"
        await pilot.press("escape")
        await stage.until(pilot, "temp 2 ")


async def test_esc_leaves_typing_first_and_keeps_what_will_do() -> None:
    stage = Stage(PLAIN)
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await parameters(stage, pilot)
        await pilot.press(*"0.5", "escape", "down", "down", *"7", "escape")
        await stage.until(pilot, "1 of ")
        assert "0.5" in row(stage, "temperature")
        await pilot.press("escape")
        await stage.until(pilot, "temp 0.5")


async def test_f2_goes_and_comes_back_and_the_log_has_a_letter() -> None:
    stage = Stage(PLAIN)
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await pilot.press("tab", "p")
        await stage.until(pilot, "top_logprobs")
        await pilot.press(*"0.5", "f2")
        await stage.until(pilot, "temp 0.5", "Connected to")


async def test_few_values_are_chosen_without_typing() -> None:
    stage = Stage(PLAIN)
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await parameters(stage, pilot)
        await go(pilot, 6)
        await pilot.press("right", "right", "space")
        await stage.until(pilot, "takes none, minimal, low")
        assert "low" in row(stage, "reasoning_effort")
        await pilot.press("h", "left", "delete", "left")
        assert "xhigh" in row(stage, "reasoning_effort")
        await go(pilot, 13)
        await pilot.press("t", "escape")
        await stage.until(pilot, "effort xhigh · logprobs true")


async def test_the_system_prompt_has_lines_and_goes_with_the_prompt() -> None:
    stage = Stage(PLAIN)
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await parameters(stage, pilot)
        await pilot.press("up", *"Be", "ctrl+j", *"kind.")
        await stage.until(pilot, "Be↵kind.")
        await pilot.press("home", "x", "backspace", "end", "enter", "escape")
        await stage.until(pilot, "system", "Ask anything")
        await stage.ask(pilot, "Hello")
        assert stage.source.last.request.messages[0] == Message("system", "Be\nkind.")


async def test_typing_goes_on_with_the_system_prompt_that_is_there() -> None:
    stage = Stage(PLAIN)
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await parameters(stage, pilot)
        await pilot.press("up", *"Be", "enter", *"!", "escape")
        await stage.until(pilot, "Be!")
        stage.app.screen.post_message(events.Paste("?"))
        await stage.until(pilot, "Be!?")


async def test_a_paste_is_one_line_but_for_the_system_prompt() -> None:
    stage = Stage(PLAIN)
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await parameters(stage, pilot)
        await pilot.press("up")
        stage.app.screen.post_message(events.Paste("Be\r\nkind."))
        await stage.until(pilot, "Be↵kind.")
        await pilot.press("down", "end")
        stage.app.screen.post_message(events.Paste("an\nid\n"))
        await stage.until(pilot, "an id")


async def test_what_is_refused_is_told_where_the_user_is() -> None:
    stage = Stage(CHAT, memory=Remembered())
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await parameters(stage, pilot)
        await stage.until(pilot, "refused here", "sent as max_completion_tokens")
        await stage.until(pilot, "gpt-5-mini does not take the value 0.7: 'temperature'")
        await pilot.press("down", "down")
        await stage.until(pilot, "does not take this: 'top_p' is not supported")


async def test_change_one_thing_and_run_it_again() -> None:
    stage = Stage(PLAIN)
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await stage.ask(pilot, "Why?")
        stage.source.last.done()
        await stage.until(pilot, "done (stop)")
        await parameters(stage, pilot)
        await pilot.press("0", "escape", "escape", "f5")
        await stage.until(pilot, "Why?  2/2")
        assert stage.source.last.request.prompt == "Why?"
        assert stage.source.last.request.params == {"temperature": 0}


async def test_f5_asks_again_with_what_is_set_and_goes_to_the_answers() -> None:
    stage = Stage(PLAIN)
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await parameters(stage, pilot)
        await pilot.press("f5")
        await stage.until(pilot, "0 of 20 set")
        assert "f5" not in stage.text
        await pilot.press("escape")
        await stage.ask(pilot, "Why?")
        stage.source.last.done()
        await stage.until(pilot, "done (stop)")
        await parameters(stage, pilot)
        await stage.until(pilot, "f5 ask again so")
        await pilot.press(*"2.5", "f5")
        await stage.until(pilot, "not 2.5")
        await pilot.press("escape")
        await pilot.press(*"0.5", "down", "5", "f5")
        await stage.until(pilot, "Why?  2/2")
        assert stage.source.last.request.params == {"temperature": 0.5, "n": 5}
        assert stage.app.focused is stage.main._log


async def test_a_new_session_keeps_what_is_set_and_says_so() -> None:
    stage = Stage(PLAIN)
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+n")
        assert "stay as you set them" not in stage.text
        await parameters(stage, pilot)
        await pilot.press("0", "escape", "escape", "ctrl+n")
        await stage.until(pilot, "stay as you set them", "temp 0")


async def test_a_stream_goes_on_meanwhile_and_can_be_stopped() -> None:
    stage = Stage(PLAIN)
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await stage.ask(pilot)
        await parameters(stage, pilot)
        await stage.say(pilot, "Meanwhile.")
        await pilot.press("escape")
        await stage.until(pilot, "Meanwhile.", "streaming")
        await parameters(stage, pilot)
        await pilot.press("ctrl+c")
        assert stage.source.last.cancelled


async def test_a_value_is_edited_in_the_users_editor(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = Stage(PLAIN)
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.delenv("EDITOR", raising=False)
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await parameters(stage, pilot)
        await pilot.press("ctrl+g")
        await stage.until(pilot, "No editor is set")


@pytest.mark.parametrize("size", [(80, 24), (40, 12), (30, 7), (20, 5)])
async def test_the_row_where_the_user_is_stays_on_the_screen(size: tuple[int, int]) -> None:
    stage = Stage(CHAT)
    async with stage.app.run_test(size=size) as pilot:
        await pilot.press("f2")
        await stage.until(pilot, HERE)
        for key in ("end", "pageup", "pageup", "home", "pagedown", "up", "end"):
            await pilot.press(key)
            await pilot.pause()
            assert sum(line.lstrip().startswith(HERE) for line in stage.rows) == 1
        assert any(HERE in line and "user" in line for line in stage.rows)
        await pilot.resize_terminal(80, 24)
        await stage.until(pilot, "an id of your end user", "set")
