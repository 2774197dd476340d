"""The page on which earlier turns are left out of a request that is too long."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from rich.cells import cell_len
from textual.pilot import Pilot

from aztui.core.events import RunId
from aztui.core.window import Load, Turn
from aztui.ui.screens.leaving_out import LeaveOutScreen
from aztui.ui.theme import DARK
from aztui.ui.widgets.rows import HERE
from tests.support.pictures import CHAT, Stage
from tests.support.sights import on_each
from tests.support.trees import ATTENTION, HEADS, run, told

Compare = Callable[..., bool]

TALK = (
    run("a", ATTENTION, HEADS, **told(4.1, 1_159)),
    run("b", "And in one sentence?", "It looks at all of them at once.", **told(1.2, 31)),
    run("c", "Here are the minutes of the meeting:\n- Ana", "Noted.", **told(1.9, 48)),
    run("d", "For a physicist?", "Attention …", **told(3.0, 400)),
    run("e", "And in 日本語, please", "注意", **told(12.5, 20)),
)
SIZES = (1_210, 61, 5_400, 420, 44)


def load(*, rest: int = 1_165, answer: int = 1_000, most: int | None = 8_192) -> Load:
    """A load of 9,300 tokens, as long as nothing else is said."""
    turns = tuple(Turn(run.id, tokens) for run, tokens in zip(TALK, SIZES, strict=True))
    return Load(turns, rest, answer, most)


class Shown:
    """The page, and what came of it."""

    def __init__(self, weighed: Load, *, theme: str = DARK) -> None:
        self.stage = Stage(CHAT, theme=theme)
        self.load = weighed
        self.left: list[frozenset[RunId] | None] = []

    async def open(self, pilot: Pilot[Any]) -> None:
        screen = LeaveOutScreen(self.load, TALK, "gpt-4o")
        self.stage.app.push_screen(screen, self.left.append)
        await self.stage.until(pilot, lambda: self.stage.app.screen is screen)
        await pilot.pause()

    @property
    def out(self) -> list[str]:
        """The beginnings of the rows that are left out."""
        rows = self.stage.rows
        return [row[3:10].strip() for row in rows if re.search(r" left out +~[\d,]+ tokens$", row)]


async def test_why_it_is_asked_and_how_much_it_would_be_stands_above() -> None:
    shown = Shown(load())
    async with shown.stage.app.run_test(size=(80, 24)) as pilot:
        await shown.open(pilot)
        text = " ".join(shown.stage.text.split())
        assert (
            "This would be about 9,300 tokens (1,000 for the answer); gpt-4o takes 8,192." in text
        )
        assert "What is struck out is left out this time." in text


async def test_the_oldest_are_left_out_unless_the_user_says_otherwise() -> None:
    shown = Shown(load())
    async with shown.stage.app.run_test(size=(80, 24)) as pilot:
        await shown.open(pilot)
        assert shown.out == ["What is"]
        await shown.stage.until(
            pilot, "~8,090 of 8,192 tokens", "enter send · esc back · space out, in"
        )
        await pilot.press("enter")
        await shown.stage.until(pilot, "Ask anything")
        assert shown.left == [frozenset({RunId("a")})]


async def test_space_leaves_a_turn_out_or_takes_it_along_and_the_sum_follows() -> None:
    shown = Shown(load())
    async with shown.stage.app.run_test(size=(80, 24)) as pilot:
        await shown.open(pilot)
        await pilot.press("space")
        await shown.stage.until(pilot, "~9,300 of 8,192 tokens", "enter send all the same")
        assert shown.out == []
        await pilot.press("down", "j", "space")
        await shown.stage.until(
            pilot, "~3,900 of 8,192 tokens", "enter send · esc back · space out, in"
        )
        assert shown.out == ["Here ar"]
        await pilot.press("up", "x")
        await shown.stage.until(pilot, "~3,839 of 8,192 tokens", "enter send · esc")
        await pilot.press("enter")
        await shown.stage.until(pilot, "Ask anything")
        assert shown.left == [frozenset({RunId("b"), RunId("c")})]


@pytest.mark.parametrize("key", ["escape", "q"])
async def test_who_leaves_sends_nothing(key: str) -> None:
    shown = Shown(load())
    async with shown.stage.app.run_test(size=(80, 24)) as pilot:
        await shown.open(pilot)
        await pilot.press("space", key)
        await shown.stage.until(pilot, "Ask anything")
        assert shown.left == [None]


async def test_a_turn_is_told_with_what_it_takes_and_what_it_was() -> None:
    shown = Shown(load())
    async with shown.stage.app.run_test(size=(80, 24)) as pilot:
        await shown.open(pilot)
        await pilot.press("down", "down")
        here = next(row for row in shown.stage.rows if row.lstrip().startswith(HERE))
        assert "Here are the minutes of the meeting: …" in here
        assert here.endswith("~5,400 tokens")
        assert "Noted." in shown.stage.text


async def test_a_prompt_that_is_too_long_by_itself_is_to_be_shortened() -> None:
    shown = Shown(load(rest=8_000))
    async with shown.stage.app.run_test(size=(80, 24)) as pilot:
        await shown.open(pilot)
        text = " ".join(shown.stage.text.split())
        assert "Without all earlier turns it is too long still: shorten the prompt." in text
        assert len(shown.out) == len(TALK)
        assert "enter send all the same" in text


async def test_where_nobody_says_how_much_fits_half_is_left_out() -> None:
    shown = Shown(load(most=None))
    async with shown.stage.app.run_test(size=(80, 24)) as pilot:
        await shown.open(pilot)
        text = " ".join(shown.stage.text.split())
        assert "gpt-4o says that it is too long, not what would fit." in text
        assert shown.out == ["What is", "And in", "Here ar"]
        assert "~2,629 tokens" in text


async def test_no_room_is_spoken_of_where_the_answer_has_room_of_its_own() -> None:
    shown = Shown(load(answer=0, most=7_000))
    async with shown.stage.app.run_test(size=(80, 24)) as pilot:
        await shown.open(pilot)
        await shown.stage.until(pilot, "This would be about 8,300 tokens; gpt-4o takes 7,000.")


@pytest.mark.parametrize("size", [(80, 24), (40, 12), (30, 9), (30, 7), (20, 5)])
async def test_the_row_where_the_user_is_stays_on_the_screen(size: tuple[int, int]) -> None:
    shown = Shown(load())
    async with shown.stage.app.run_test(size=size) as pilot:
        await shown.open(pilot)
        for key in ("end", "home", "down", "pagedown", "up"):
            await pilot.press(key)
            assert any(row.lstrip().startswith(HERE) for row in shown.stage.rows)
            assert "~8,090" in shown.stage.rows[0] or size[0] < 30
            assert max(map(cell_len, shown.stage.rows)) <= size[0]


@on_each
def test_what_is_left_out(snap_compare: Compare, size: tuple[int, int], theme: str) -> None:
    shown = Shown(load(), theme=theme)

    async def play(pilot: Pilot[Any]) -> None:
        await shown.open(pilot)
        await pilot.press("down")

    assert snap_compare(shown.stage.app, terminal_size=size, run_before=play)
