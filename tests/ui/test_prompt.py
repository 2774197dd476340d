"""Typing, pasting, recalling and editing prompts."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from textual.events import Paste
from textual.pilot import Pilot

from aztui.ui.widgets.pad import LARGEST_PASTE
from aztui.ui.widgets.prompt import Prompt
from tests.support.pictures import Stage


@asynccontextmanager
async def on_stage(size: tuple[int, int] = (80, 24)) -> AsyncIterator[tuple[Stage, Pilot[Any]]]:
    stage = Stage()
    async with stage.app.run_test(size=size) as pilot:
        yield stage, pilot


async def paste(stage: Stage, pilot: Pilot[Any], text: str) -> Prompt:
    stage.app.post_message(Paste(text))
    await pilot.pause()
    return stage.main._prompt


async def answer(stage: Stage, pilot: Pilot[Any], prompt: str) -> None:
    await stage.ask(pilot, prompt)
    stage.source.last.text("Yes.")
    stage.source.last.done()
    await pilot.pause()


async def test_enter_sends_and_empties_the_prompt() -> None:
    async with on_stage() as (stage, pilot):
        await pilot.press(*"Hello", "enter")
        await pilot.pause()
        assert stage.source.last.request.prompt == "Hello"
        assert stage.main._prompt.text == ""


@pytest.mark.parametrize("blank", [[], ["space"], ["ctrl+j", "space"]])
async def test_an_empty_prompt_does_nothing(blank: list[str]) -> None:
    async with on_stage() as (stage, pilot):
        await pilot.press(*blank, "enter")
        await pilot.pause()
        assert stage.source.runs == []


@pytest.mark.parametrize("key", ["ctrl+j", "alt+enter", "shift+enter"])
async def test_a_new_line_is_not_a_prompt(key: str) -> None:
    async with on_stage() as (stage, pilot):
        await pilot.press("a", key, "b")
        assert stage.main._prompt.text == "a\nb"
        assert stage.source.runs == []
        await pilot.press("enter")
        await pilot.pause()
        assert stage.source.last.request.prompt == "a\nb"


async def test_the_prompt_grows_to_a_third_of_the_height() -> None:
    async with on_stage() as (stage, pilot):
        assert stage.main._prompt.size.height == 1
        await pilot.press("a", "ctrl+j", "b")
        await pilot.pause()
        assert stage.main._prompt.size.height == 2
        await pilot.press(*["ctrl+j"] * 20)
        await pilot.pause()
        assert stage.main._prompt.size.height == 24 // 3 - 1
        await pilot.press("enter")
        await pilot.pause()
        assert stage.main._prompt.size.height == 1


async def test_earlier_prompts_come_back_and_go() -> None:
    async with on_stage() as (stage, pilot):
        prompt = stage.main._prompt
        await pilot.press("up")
        assert prompt.text == ""
        for text in ("one", "two\nlines", "three"):
            await answer(stage, pilot, text)
        await pilot.press("up")
        assert prompt.text == "three"
        await pilot.press("up")
        assert prompt.text == "two\nlines"
        await pilot.press("up", "up")
        assert prompt.text == "one"
        await pilot.press("up")
        assert prompt.text == "one"
        await pilot.press("down", "down")
        assert prompt.text == "three"
        await pilot.press("down")
        assert prompt.text == ""


async def test_up_in_a_prompt_with_text_moves_the_cursor() -> None:
    async with on_stage() as (stage, pilot):
        await answer(stage, pilot, "one")
        await pilot.press("a", "ctrl+j", "b", "up", "x")
        assert stage.main._prompt.text == "ax\nb"
        await pilot.press("up")
        assert stage.main._prompt.text == "ax\nb"


async def test_a_changed_earlier_prompt_is_a_text_of_its_own() -> None:
    async with on_stage() as (stage, pilot):
        await answer(stage, pilot, "one")
        await answer(stage, pilot, "two")
        await pilot.press("up", "!", "up")
        assert stage.main._prompt.text == "two!"


async def test_a_paste_with_line_ends_is_text() -> None:
    async with on_stage() as (stage, pilot):
        prompt = await paste(stage, pilot, "one\r\ntwo\rthree\n")
        assert prompt.text == "one\ntwo\nthree\n"
        assert stage.source.runs == []
        assert prompt.cursor_location == (3, 0)


async def test_a_paste_that_is_too_large_is_refused_and_the_limit_said() -> None:
    async with on_stage() as (stage, pilot):
        await pilot.press(*"kept")
        prompt = await paste(stage, pilot, "x" * 5_000_000)
        assert prompt.text == "kept"
        await stage.until(pilot, "Not pasted", "5,000,004", f"{LARGEST_PASTE:,}", "aztui ask")


async def test_a_notice_that_does_not_fit_takes_more_rows() -> None:
    async with on_stage((40, 12)) as (stage, pilot):
        await paste(stage, pilot, "x" * 5_000_000)
        await stage.until(pilot, "aztui ask")


async def test_a_pasted_escape_sequence_does_nothing_and_is_sent_as_it_is() -> None:
    async with on_stage() as (stage, pilot):
        hostile = "a\x1b[2J\x9b31m\u202eb"
        await paste(stage, pilot, hostile)
        assert "a␛[2J·31m·b" in stage.text
        assert not set("\x1b\x9b\u202e") & set(stage.text)
        await pilot.press("enter")
        await pilot.pause()
        assert stage.source.last.request.prompt == hostile


async def test_undo_brings_back_what_was_there() -> None:
    async with on_stage() as (stage, pilot):
        await pilot.press(*"one")
        await paste(stage, pilot, " two")
        await pilot.press("ctrl+underscore")
        assert stage.main._prompt.text == "one"


@pytest.mark.parametrize("key", ["f6", "pageup", "ctrl+c", "ctrl+x"])
async def test_keys_that_are_not_the_prompts_do_not_change_it(key: str) -> None:
    async with on_stage() as (stage, pilot):
        await pilot.press(*"text", key)
        assert stage.main._prompt.text == "text"
        assert stage.main._prompt.selection.is_empty


async def test_without_an_editor_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.delenv("EDITOR", raising=False)
    async with on_stage() as (stage, pilot):
        await pilot.press(*"text", "f4")
        await stage.until(pilot, "No editor is set", "text")
