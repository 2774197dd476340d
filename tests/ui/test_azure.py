"""What Azure does besides answering, and what the user can do about it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from textual.pilot import Pilot

from aztui.core.events import (
    Cause,
    Ended,
    Filtered,
    Opened,
    ReasoningDelta,
    Resent,
    Retrying,
    Stored,
    Thinking,
)
from aztui.core.filters import Offsets
from aztui.core.problem import Kind, Problem
from aztui.core.quota import Quota
from aztui.core.run import Phase
from aztui.ui.widgets.transcript import Transcript
from tests.support.azure_scenes import (
    CODE,
    LIMITED,
    REASONING,
    SOLUTION,
    WARMTH,
    asks,
    details,
    thinking,
    thought,
)
from tests.support.pictures import Stage, palette


@asynccontextmanager
async def on_stage(size: tuple[int, int] = (80, 24)) -> AsyncIterator[tuple[Stage, Pilot[Any]]]:
    stage = Stage(REASONING)
    async with stage.app.run_test(size=size) as pilot:
        yield stage, pilot


async def test_thinking_goes_on_in_log_and_status_while_time_passes() -> None:
    async with on_stage() as (stage, pilot):
        await thinking(stage, pilot)
        assert stage.text.count("thinking (effort high) · 12 s") == 2
        assert "▌" not in stage.text
        stage.clock.move(60)
        await stage.until(pilot, "thinking (effort high) · 1 min 12 s")
        stage.source.last.send(ReasoningDelta(1, "\n\n**Checking it**\n\n"))
        await stage.until(pilot, "Checking it")


async def test_what_was_thought_is_folded_above_the_answer_and_never_in_it() -> None:
    async with on_stage() as (stage, pilot):
        await thought(stage, pilot)
        await stage.until(
            pilot, "thought for 12 s · 2 parts · d in the log shows", "Switch the first on"
        )
        assert "Using warmth" not in stage.text
        latest = stage.main.conversation.latest
        assert latest is not None
        assert latest.text == SOLUTION


async def test_nothing_is_painted_while_nothing_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    async with on_stage() as (stage, pilot):
        await thinking(stage, pilot)
        log = stage.main.query_one(Transcript)
        painted: list[Any] = []
        monkeypatch.setattr(log, "refresh", lambda *args, **_: painted.append(args))
        await stage.look(pilot)
        await pilot.pause(0.6)
        assert painted == []
        stage.clock.move(1)
        await stage.look(pilot)
        assert len(painted) == 1


async def test_a_wait_is_counted_down_and_then_forgotten() -> None:
    async with on_stage() as (stage, pilot):
        await stage.ask(pilot)
        stage.source.last.send(Retrying(LIMITED, 20.0, 1))
        await stage.until(pilot, "trying again in 20 s (attempt 2)", "The rate limit of gpt-5-mini")
        stage.clock.move(8)
        await stage.until(pilot, "trying again in 12 s (attempt 2)")
        stage.clock.move(12)
        stage.source.last.send(Resent())
        await stage.until(pilot, "waiting · 20.0 s")
        assert "rate limit" not in stage.text
        await stage.say(pilot, "At last.")
        await stage.until(pilot, "At last.▌")


async def test_a_dropped_link_is_told_below_and_moves_nothing_of_the_answer() -> None:
    broke = Problem(Kind.CONNECTION, "The connection to contoso broke off")
    async with on_stage() as (stage, pilot):
        await stage.ask(pilot)
        stage.source.last.send(Stored("resp_1"))
        await stage.say(pilot, "Hello ")
        await stage.until(pilot, "Hello")
        row = next(at for at, line in enumerate(stage.rows) if "Hello" in line)
        stage.source.last.send(Retrying(broke, 2.0, 1, resumes=True))
        await stage.until(pilot, "the link dropped: taking the answer up again in 2 s")
        assert "Hello" in stage.rows[row]
        stage.source.last.send(Resent(), Opened())
        await stage.say(pilot, "again.")
        await stage.until(pilot, "Hello again.▌")
        assert "Hello again." in stage.rows[row]
        assert "link dropped" not in stage.text


async def test_esc_stops_a_wait() -> None:
    async with on_stage() as (stage, pilot):
        await stage.ask(pilot)
        stage.source.last.send(Retrying(LIMITED, 20.0, 1))
        await stage.until(pilot, "trying again")
        await pilot.press("escape")
        assert stage.source.last.cancelled
        await stage.until(pilot, "stopped by you")
        assert "trying again" not in stage.text


async def test_a_long_wait_begins_with_f5_and_counts_from_there() -> None:
    async with on_stage() as (stage, pilot):
        await asks(stage, pilot)
        assert stage.text.count("Azure asks to wait 10 min: f5 waits, esc gives up") == 2
        stage.clock.move(30)
        await pilot.press("f5")
        await stage.until(pilot, "trying again in 10 min (attempt 2)")
        assert stage.source.last.agreed
        assert len(stage.source.runs) == 1
        assert "asks to wait" not in stage.text
        stage.clock.move(30)
        await stage.until(pilot, "trying again in 9 min 30 s (attempt 2)")


async def test_esc_gives_a_long_wait_up_and_the_failure_is_told() -> None:
    async with on_stage() as (stage, pilot):
        await asks(stage, pilot)
        await pilot.press("escape")
        assert stage.source.last.agreed is False
        assert not stage.source.last.cancelled
        stage.source.last.send(Ended(Cause.BROKEN, LIMITED))
        await stage.until(pilot, "✗ The rate limit of gpt-5-mini is used up for now", "429")
        assert "asks to wait" not in stage.text


async def test_ctrl_c_stops_a_long_wait() -> None:
    async with on_stage() as (stage, pilot):
        await asks(stage, pilot)
        await pilot.press("ctrl+c")
        assert stage.source.last.cancelled
        await stage.until(pilot, "stopped by you")


async def test_where_to_sign_in_stays_until_the_answer_begins() -> None:
    async with on_stage() as (stage, pilot):
        await stage.ask(pilot)
        stage.source.last.send(Thinking("high"), CODE)
        await stage.until(pilot, CODE.url, CODE.code, "waiting for you to sign in")
        stage.source.last.send(Opened())
        await stage.until(pilot, "thinking (effort high)")
        assert CODE.code not in stage.text


async def test_text_is_marked_as_soon_as_it_is_condemned() -> None:
    async with on_stage() as (stage, pilot):
        await stage.ask(pilot, "Why?")
        await stage.say(pilot, "Good words. Bad words.")
        stage.source.last.send(Filtered(0, (), Offsets(4, 16)))
        stage.source.last.send(Filtered(0, (), Offsets(16, 26), condemned=True))
        await stage.until(pilot, "▸ withdrawn by the content filter from here on", "│ Bad words.▌")
        await stage.say(pilot, " And more.")
        await stage.until(pilot, "│ Bad words. And more.▌")
        for size in ((40, 12), (20, 5), (80, 24)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
        await stage.until(pilot, "   Good words.", "│ Bad words. And more.▌")


async def test_a_low_quota_is_told_at_rest_only() -> None:
    async with on_stage() as (stage, pilot):
        await stage.ask(pilot)
        stage.source.last.send(Opened((), Quota(1200, 30_000)))
        await stage.say(pilot, "Text.")
        assert "quota low" not in stage.text
        stage.source.last.done()
        await stage.until(pilot, "quota low: 1,200 tokens left")
        await stage.ask(pilot, "Again?")
        await stage.until(pilot, "waiting")
        assert "quota low" not in stage.text
        stage.source.last.send(Opened((), Quota(29_000, 30_000)))
        stage.source.last.done()
        await stage.until(pilot, "Again?", "done (stop)")
        assert "quota low" not in stage.text


async def test_details_are_opened_from_the_log_and_left_with_esc() -> None:
    async with on_stage() as (stage, pilot):
        await details(stage, pilot)
        await stage.until(pilot, "gpt-5-mini-2025-08-07", "What it thought")
        await pilot.press("end")
        await stage.until(pilot, "obfuscation", "once")
        await pilot.press("escape")
        await stage.until(pilot, "thought for 9 s")


async def test_details_are_among_the_commands() -> None:
    async with on_stage() as (stage, pilot):
        await thought(stage, pilot)
        await palette(stage, pilot)
        await pilot.press(*"details")
        await stage.until(pilot, "Details of the answer")
        await pilot.pause(0.5)
        await pilot.press("enter")
        await stage.until(pilot, "What it thought, in its own summary")


async def test_d_is_a_letter_in_the_prompt() -> None:
    async with on_stage() as (stage, pilot):
        await pilot.press("d")
        assert stage.main._prompt.text == "d"
        await pilot.press("tab", "d")
        await stage.until(pilot, "There is no answer yet.")


async def test_details_of_a_run_under_way_go_on_with_it() -> None:
    async with on_stage() as (stage, pilot):
        await thinking(stage, pilot)
        await pilot.press("tab", "d")
        await stage.until(pilot, "thinking (effort high)", WARMTH.rpartition("\n")[2][:40])
        stage.source.last.send(ReasoningDelta(1, "\n\nMore of it."))
        await stage.until(pilot, "More of it.")
        stage.source.last.text("42")
        stage.source.last.done()
        await stage.until(pilot, "done (stop)")
        await pilot.press("ctrl+c")
        latest = stage.main.conversation.latest
        assert latest is not None
        assert latest.phase is Phase.DONE


async def test_details_are_of_the_answer_in_view() -> None:
    async with on_stage() as (stage, pilot):
        for prompt in ("First?", "Second?"):
            await stage.ask(pilot, prompt)
            await stage.say(pilot, "words\n\n" * 40)
            stage.source.last.done()
            await stage.until(pilot, "done (stop)")
        await pilot.press("tab", "d")
        await stage.until(pilot, "\u203a Second?", "esc back")
        await pilot.press("escape")
        await pilot.press("g", "d")
        await stage.until(pilot, "\u203a First?", "esc back")


async def test_pages_scroll_with_the_keys_they_name() -> None:
    async with on_stage((40, 12)) as (stage, pilot):
        await pilot.press("f1")
        await stage.until(pilot, "Keys")
        await pilot.press("end")
        await stage.until(pilot, "], [", "the one before")
