"""Selecting in the log with the keyboard."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from typing import Any, TypeAlias

import pytest
from textual.pilot import Pilot

from aztui.core.profile import View
from aztui.ui.widgets import transcript
from aztui.ui.widgets.transcript import Transcript
from tests.support.pictures import INSTRUCT, Stage

PARAGRAPH = "First paragraph" + ", which is long enough to be wrapped" * 4
ANSWER = f"{PARAGRAPH}\n\n- one\n- two\n"


class Copies:
    """What was copied."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.said: list[str] = []

    def copy(self, text: str, what: str, tell: Callable[[str], object]) -> None:
        self.texts.append(text)
        self.said.append(what)
        tell(f"Copied {what}.")


Start: TypeAlias = Callable[..., AbstractAsyncContextManager[tuple[Stage, Pilot[Any], Copies]]]


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch) -> Start:
    """Starts the program with an answer in the log, which has the focus."""

    @asynccontextmanager
    async def started(
        answer: str, view: View = View.RENDERED, size: tuple[int, int] = (80, 24)
    ) -> AsyncIterator[tuple[Stage, Pilot[Any], Copies]]:
        stage, copies = Stage(replace(INSTRUCT, shown=view)), Copies()
        monkeypatch.setattr(stage.app, "_copy", copies.copy)
        async with stage.app.run_test(size=size) as pilot:
            await stage.ask(pilot, "Why?")
            await stage.say(pilot, answer)
            await pilot.press("tab")
            yield stage, pilot, copies

    return started


def selected(stage: Stage) -> list[str]:
    """What is shown in reverse, a row each."""
    rows = [
        "".join(part.text for part in strip if part.style is not None and part.style.reverse)
        for strip in stage.app.screen._compositor.render_strips()[2:-4]
    ]
    return [row for row in rows if row]


def numbered(first: int, last: int) -> str:
    return "".join(f"line {number}\n" for number in range(first, last))


async def test_rows_are_selected_and_copied_as_the_lines_they_were(start: Start) -> None:
    async with start(ANSWER) as (stage, pilot, copies):
        await pilot.press("V", "g", "o", "G")
        await stage.until(pilot, "y copy · esc leave")
        await pilot.press("o", "j", "j")
        assert selected(stage)[0].startswith("First paragraph, which")
        await pilot.press("y")
        await stage.until(pilot, "Copied 4 lines.")
        assert copies.texts == [f"{PARAGRAPH}\n\n• one\n• two\n"]
        assert selected(stage) == []


async def test_characters_are_selected(start: Start) -> None:
    async with start("Some words in a row.\n\nOthers.\n") as (stage, pilot, copies):
        await pilot.press("s", "g", "j", "j", "w", "o", "g", "j", "j", "w", "w", "l")
        await stage.until(pilot, "8 characters selected")
        assert selected(stage) == ["words in"]
        await pilot.press("V")
        await stage.until(pilot, "1 row selected")
        await pilot.press("s", "enter")
        await stage.until(pilot, "Copied the selection.")
        assert copies.texts == ["words in"]


async def test_the_cursor_can_be_seen_and_the_view_follows_it(start: Start) -> None:
    async with start(numbered(0, 60), View.RAW) as (stage, pilot, copies):
        await pilot.press("V")
        await pilot.pause()
        assert len(selected(stage)) == 1
        await pilot.press("pageup", "pageup", "pageup", "pageup")
        await stage.until(pilot, "Why?")
        await pilot.press("ctrl+end")
        await stage.until(pilot, "line 59", "selected")
        await pilot.press("g")
        await stage.until(pilot, "Why?")
        await pilot.press("y")
        await stage.until(pilot, "Copied")
        assert copies.texts[0].startswith("Why?\n\nline 0\nline 1\n")


async def test_text_that_comes_does_not_move_what_is_selected(start: Start) -> None:
    async with start(numbered(0, 60), View.RAW) as (stage, pilot, copies):
        await pilot.press("V", "k")
        await pilot.pause()
        before = selected(stage)
        await stage.say(pilot, numbered(60, 90))
        await stage.until(pilot, "2 rows selected")
        assert selected(stage) == before
        await pilot.press("y")
        await stage.until(pilot, "Copied 2 lines.")
        assert copies.texts == ["".join(f"{row.removesuffix('↵')}\n" for row in before)]


async def test_what_moves_while_a_long_text_is_gathered_is_not_copied_wrongly(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transcript, "_ASIDE", 0.0)
    monkeypatch.setattr(transcript, "_PAUSE", 0.2)
    async with start(numbered(0, 60)) as (stage, pilot, copies):
        await pilot.press("V", "g", "y")
        await pilot.resize_terminal(40, 24)
        await stage.until(pilot, "copy once more")
        assert copies.texts == []


async def test_esc_leaves_and_the_letters_are_the_logs_again(start: Start) -> None:
    async with start(numbered(0, 60)) as (stage, pilot, copies):
        await pilot.press("V", "q", "escape")
        await pilot.pause()
        assert selected(stage) == []
        assert "esc leave" not in stage.text
        assert stage.main.conversation.live is not None
        await pilot.press("g")
        await stage.until(pilot, "Why?")
        assert copies.texts == []


async def test_selecting_begins_at_the_match_where_one_is(start: Start) -> None:
    async with start(numbered(0, 60), View.RAW) as (stage, pilot, copies):
        await pilot.press("slash", *"line", "space", *"23", "enter")
        await stage.until(pilot, "1 of 1")
        await pilot.press("s", "$", "h", "y")
        await stage.until(pilot, "Copied the selection.")
        assert copies.texts == ["line 23"]


async def test_rows_stay_selected_at_another_width(start: Start) -> None:
    answer = "a line that is wrapped elsewhere " * 12 + "\n\nthis one\n\n" + "the end\n\n" * 3
    async with start(answer) as (stage, pilot, copies):
        await pilot.press("slash", *"this", "enter")
        await stage.until(pilot, "1 of 1")
        await pilot.press("V")
        await stage.until(pilot, "1 row selected")
        await pilot.resize_terminal(40, 24)
        await stage.until(pilot, lambda: selected(stage) == ["this one"])
        await pilot.press("y")
        await stage.until(pilot, "Copied 1 line.")
        assert copies.texts == ["this one\n"]


async def test_what_only_says_where_text_comes_is_not_copied(start: Start) -> None:
    async with start("Half an") as (stage, pilot, copies):
        await pilot.press("V", "G", "o", "G", "y")
        await stage.until(pilot, "Copied 1 line.")
        assert copies.texts == ["Half an\n"]


async def test_a_long_selection_is_copied_whole(start: Start) -> None:
    async with start(numbered(0, 20_000), View.RAW) as (stage, pilot, copies):
        log = stage.main.query_one(Transcript)
        await stage.until(pilot, lambda: not log._document.behind)
        await pilot.press("V", "g", "o", "G", "y")
        await stage.until(pilot, "Copied")
        assert copies.texts[0].endswith("line 19999\n")
        assert copies.texts[0].count("line") in range(19_980, 20_001)


async def test_with_nothing_in_the_log_nothing_is_selected(start: Start) -> None:
    stage = Stage()
    async with stage.app.run_test() as pilot:
        await pilot.press("tab", "V")
        await stage.until(pilot, "There is no answer yet.")
