"""What prompts will take and answers have taken, on the screen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from textual.pilot import Pilot

from aztui.core.cost import Price, Terms
from aztui.core.events import Usage
from aztui.core.request import Api
from aztui.ui.screens.figures import FiguresScreen
from aztui.ui.words import cost
from tests.support.fakes import Sessions
from tests.support.meters import (
    FIGURES_SCENES,
    FakeMeter,
    expected,
    metered,
    priced,
)
from tests.support.pictures import CHAT, Stage

Compare = Callable[..., bool]


@pytest.mark.parametrize("size", [(80, 24), (200, 50)], ids=lambda size: "x".join(map(str, size)))
@pytest.mark.parametrize("state", FIGURES_SCENES)
def test_every_state(snap_compare: Compare, state: str, size: tuple[int, int]) -> None:
    stage = metered()

    async def play(pilot: Pilot[Any]) -> None:
        await FIGURES_SCENES[state](stage, pilot)

    assert snap_compare(stage.app, terminal_size=size, run_before=play)


@pytest.mark.parametrize("state", ["figures", "too-long"])
def test_on_a_small_screen(snap_compare: Compare, state: str) -> None:
    stage = metered()

    async def play(pilot: Pilot[Any]) -> None:
        await FIGURES_SCENES[state](stage, pilot)

    assert snap_compare(stage.app, terminal_size=(40, 12), run_before=play)


async def test_typing_never_waits_for_the_meter() -> None:
    meter = FakeMeter()
    meter.passes.clear()
    stage = metered(meter)
    async with stage.app.run_test(size=(200, 50)) as pilot:
        await pilot.press(*"count")
        await pilot.pause(0.6)
        await pilot.press(*"ing")
        assert stage.main._prompt.text == "counting"
        assert "tokens" not in stage.text
        meter.passes.set()
        await stage.until(pilot, "~18 tokens")


async def test_what_is_expected_follows_what_is_typed_and_goes_with_it() -> None:
    stage = metered()
    async with stage.app.run_test(size=(200, 50)) as pilot:
        await expected(stage, pilot)
        await pilot.press("a", "space", "b")
        await stage.until(pilot, "~25 tokens")
        stage.main._prompt.put("")
        await pilot.pause()
        await stage.until(pilot, lambda: "~" not in stage.text)
        stage.main._prompt.put("  \n ")
        await pilot.pause(0.6)
        assert "~" not in stage.text


async def test_where_each_answer_takes_a_request_all_of_them_are_counted() -> None:
    stage = metered(profile=replace(CHAT, api=Api.RESPONSES, params={"n": 5}))
    async with stage.app.run_test(size=(200, 50)) as pilot:
        await pilot.press(*"count")
        await stage.until(pilot, "5 requests of ~18 tokens", cost(5 * 18 * 0.25 / 1e6))


async def test_turns_that_go_along_are_counted_and_what_was_counted_is_not_counted_again() -> None:
    meter = FakeMeter()
    stage = metered(meter)
    async with stage.app.run_test(size=(200, 50)) as pilot:
        await priced(stage, pilot)
        await pilot.press(*"next")
        # Prompt and answer as the service has told, one word, and what a message takes besides.
        await stage.until(pilot, f"~{1_204 + 159 - 64 + 1 + 4:,} tokens")
        await pilot.press("space", "x")
        await stage.until(pilot, f"~{1_204 + 159 - 64 + 2 + 4:,} tokens")
        assert meter.counted[-2:] == ["next", "next x"]
        assert len(set(meter.counted)) == len(meter.counted)


async def test_a_notice_is_read_first() -> None:
    stage = metered()
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await expected(stage, pilot)
        stage.main.say("Something that is to be read takes most of a line of this screen.")
        await pilot.pause()
        assert "Something that is to be read takes most of a line of this screen." in stage.text
        assert "~24" not in stage.text


async def test_without_a_price_nothing_is_said_of_costs() -> None:
    stage = metered(FakeMeter({}))
    async with stage.app.run_test(size=(200, 50)) as pilot:
        await stage.ask(pilot)
        await stage.say(pilot, "Yes.")
        stage.source.last.done(tokens=1)
        await stage.until(pilot, "1 token")
        await expected_without_price(stage, pilot)
        assert "$" not in stage.text
        await pilot.press("tab", "dollar_sign")
        await stage.until(pilot, "there is no list price for gpt-5-mini")


async def expected_without_price(stage: Stage, pilot: Pilot[Any]) -> None:
    await pilot.press(*"More")
    await stage.until(pilot, "~")


async def test_the_users_own_price_is_called_so() -> None:
    own = Terms(Price(1000.0, 2000.0), own=True)
    stage = metered(FakeMeter({"gpt-5-mini": own}))
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await stage.ask(pilot)
        await stage.say(pilot, "Yes.")
        stage.source.last.send(Usage(1_000, 500))
        stage.source.last.done()
        await stage.until(pilot, "~$2.00")
        await pilot.press("tab", "dollar_sign")
        await stage.until(pilot, "$1,000.00 in, $2,000.00 out a million (your own)")


async def test_an_answer_that_is_over_before_prices_are_known_gets_its_cost() -> None:
    meter = FakeMeter()
    meter.passes.clear()
    stage = metered(meter)
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await stage.ask(pilot)
        await stage.say(pilot, "Yes.")
        stage.source.last.send(Usage(1_204, 159))
        stage.source.last.done()
        await stage.until(pilot, "159 tokens")
        assert "$" not in stage.text
        meter.passes.set()
        await stage.until(pilot, "159 tokens · ~$0.00062")


async def test_an_answer_that_is_gone_back_to_has_its_cost_too() -> None:
    stage = metered()
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await priced(stage, pilot)
        await pilot.press("f5")
        await stage.say(pilot, "Another one.")
        stage.source.last.done()
        await stage.until(pilot, "2/2")
        assert "$" not in stage.text
        await pilot.press("tab", "left_square_bracket")
        await stage.until(pilot, "1/2", "159 tokens", "~$0.00039")


async def test_the_day_is_told_as_far_as_it_is_known() -> None:
    stage = metered(archive=None)
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await pilot.press("tab", "dollar_sign")
        await stage.until(pilot, "Nothing has been asked", "Nothing is kept")
        await pilot.press("escape")
        await stage.until(pilot, "Ask anything")
    failing = Sessions(failing="history.db cannot be read: disk I/O error")
    stage = metered(archive=lambda: failing)
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await pilot.press("tab", "dollar_sign")
        await stage.until(pilot, "history.db cannot be read: disk I/O error.")


async def test_the_page_is_a_command_and_leaves_with_its_key() -> None:
    stage = metered()
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+p")
        await pilot.press(*"figures")
        await stage.until(pilot, "Figures: tokens and cost")
        await pilot.press("enter")
        await stage.until(pilot, lambda: isinstance(stage.app.screen, FiguresScreen))
        await pilot.press("dollar_sign")
        await stage.until(pilot, "Ask anything")


async def test_without_a_meter_all_is_as_before() -> None:
    stage = Stage(CHAT)
    async with stage.app.run_test(size=(200, 50)) as pilot:
        await pilot.press(*"What?")
        await pilot.pause(0.6)
        assert "token" not in stage.text


async def test_totals_of_a_session_grow_with_it() -> None:
    stage = metered()
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await priced(stage, pilot)
        await stage.ask(pilot, "Again?")
        await stage.say(pilot, "Yes.")
        stage.source.last.send(Usage(2_000, 10))
        stage.source.last.done()
        await stage.until(pilot, "10 tokens")
        await figures_of(stage, pilot)
        (row,) = (row for row in stage.rows if "this session" in row)
        assert row.split()[2:5] == ["2", "3,204", "169"]


async def figures_of(stage: Stage, pilot: Pilot[Any]) -> None:
    await pilot.press("tab", "dollar_sign")
    await stage.until(pilot, "this session")
