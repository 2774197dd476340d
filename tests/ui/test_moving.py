"""Rows that move, for another width or with text above them: what is read stays what is shown."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any, Final

from textual.pilot import Pilot

from aztui.core.profile import View
from tests.support.pictures import INSTRUCT, THREE, Stage

WIDE: Final = (80, 24)
RENDERED: Final = replace(INSTRUCT, shown=View.RENDERED)


@asynccontextmanager
async def on_stage(**options: Any) -> AsyncIterator[tuple[Stage, Pilot[Any]]]:
    stage = Stage(options.pop("profile", RENDERED), **options)
    async with stage.app.run_test(size=WIDE) as pilot:
        yield stage, pilot


def paragraphs(count: int, name: str = "Paragraph") -> str:
    words = [" ".join(f"{at}-{word}" for word in range(20)) for at in range(count)]
    return "".join(f"{name} {at} of words {words[at]} its end.\n\n" for at in range(count))


def log_rows(stage: Stage) -> list[str]:
    """What the log shows; it must be what it would show were all of it drawn anew."""
    log = stage.main._log
    shown = [log.render_line(y).text.rstrip() for y in range(log.size.height)]
    log._strips.clear()
    assert [log.render_line(y).text.rstrip() for y in range(log.size.height)] == shown
    return shown


def numbers(stage: Stage, name: str = "Paragraph") -> list[int]:
    return [int(at) for at in re.findall(rf"{name} (\d+) of", "\n".join(log_rows(stage)))]


async def answer(stage: Stage, pilot: Pilot[Any], text: str) -> None:
    await stage.ask(pilot, "Why?")
    await stage.say(pilot, text)
    stage.source.last.done(tokens=1)
    await stage.until(pilot, "1 token", lambda: not stage.main._log._document.behind)


async def resize(stage: Stage, pilot: Pilot[Any], width: int) -> None:
    await pilot.resize_terminal(width, 24)
    await stage.until(pilot, lambda: stage.main._log.size.width == width)


async def test_a_long_answer_is_laid_out_however_quickly_keys_come() -> None:
    async with on_stage() as (stage, pilot):
        log = stage.main._log
        await stage.ask(pilot, "Why?")
        stage.source.last.text(paragraphs(300))
        stage.main.on_stream_events()
        assert log._document.behind
        stage.app.set_interval(0.005, log.give_way)
        await stage.until(pilot, lambda: not log._document.behind)


async def test_pages_follow_one_another_after_a_new_width() -> None:
    async with on_stage() as (stage, pilot):
        await answer(stage, pilot, paragraphs(200))
        await resize(stage, pilot, 40)
        before = log_rows(stage)
        seen = set(numbers(stage))
        for _ in range(20):
            await pilot.press("pageup")
            shown = log_rows(stage)
            assert shown[-1] in before[:4]
            before = shown
            seen.update(numbers(stage))
        assert seen == set(range(min(seen), 200))


async def test_links_that_are_known_at_the_end_move_nothing_wrongly() -> None:
    linked = paragraphs(100).replace("words", "[words][1]")
    async with on_stage() as (stage, pilot):
        await answer(
            stage, pilot, f"{linked}[1]: https://example.com/a/rather/long/address/of/it\n"
        )
        for _ in range(12):
            before = log_rows(stage)
            await pilot.press("pageup")
            assert log_rows(stage)[-1] in before[:4]


async def test_what_was_read_is_on_top_at_any_width() -> None:
    async with on_stage() as (stage, pilot):
        await answer(stage, pilot, paragraphs(200))
        await pilot.press(*["pageup"] * 5)
        top = log_rows(stage)[0]
        for width in (40, 30, 100, 80):
            await resize(stage, pilot, width)
            log_rows(stage)
        assert log_rows(stage)[0] == top


async def test_a_selection_stays_on_its_text_at_a_new_width() -> None:
    async with on_stage() as (stage, pilot):
        await answer(stage, pilot, paragraphs(2, "First"))
        await answer(stage, pilot, paragraphs(2, "Second"))
        await pilot.press("tab", "V", "G", "{", "{")
        log = stage.main._log
        row = log._document.line(log._mode.row).row if log._mode and log._mode.row else ()
        assert "Second" in "".join(text for text, _ in row)
        await resize(stage, pilot, 40)
        row = log._document.line(log._mode.row).row if log._mode and log._mode.row else ()
        assert "Second" in "".join(text for text, _ in row)


async def test_a_new_prompt_stands_below_the_true_end_of_the_answer_before() -> None:
    async with on_stage() as (stage, pilot):
        await answer(stage, pilot, paragraphs(200))
        await pilot.press("ctrl+home")
        await resize(stage, pilot, 40)
        await stage.ask(pilot, "And then?")
        await pilot.pause()
        shown = "\n".join(log_rows(stage))
        assert re.search(r"199-19 its end\.\s+done \(stop\)[^?]* And then\?", shown)


async def test_a_later_answer_stays_put_while_an_earlier_one_grows() -> None:
    async with on_stage(profile=replace(THREE, shown=View.RENDERED)) as (stage, pilot):
        await stage.ask(pilot, "Why?")
        await stage.say(pilot, paragraphs(5, "First"), 0)
        await stage.say(pilot, paragraphs(20, "Second"), 1)
        await pilot.press("pageup", "tab", "V", "{", "o")
        before = log_rows(stage)
        for _ in range(5):
            await stage.say(pilot, paragraphs(3, "First"), 0)
            assert log_rows(stage) == before
        copied: list[str] = []
        stage.main._copy = lambda text, *_: copied.append(text)
        await pilot.press("y")
        await stage.until(pilot, lambda: bool(copied))
        assert "Second" in copied[0]
        assert "First" not in copied[0]


async def test_another_view_shows_the_same_place() -> None:
    async with on_stage() as (stage, pilot):
        await answer(stage, pilot, paragraphs(400))
        await pilot.press("tab", *["pageup"] * 30)
        before = numbers(stage)
        for _ in range(2):
            await pilot.press("v")
            await stage.until(pilot, lambda: not stage.main._log._document.behind)
            await pilot.pause()
            assert abs(numbers(stage)[0] - before[0]) <= 3


async def test_another_view_keeps_the_match_and_never_fails() -> None:
    async with on_stage() as (stage, pilot):
        await answer(stage, pilot, paragraphs(100))
        await answer(stage, pilot, paragraphs(400))
        await pilot.press("tab", "slash", *"Paragraph", "space", *"50", "space", "o", "enter")
        await stage.until(pilot, "2 of 2", "Paragraph 50 of")
        for said in ("2 of 2", "1 of 2"):
            await pilot.press("v", "V", "escape")
            await stage.until(pilot, lambda: not stage.main._log._document.behind)
            await stage.until(pilot, said, "Paragraph 50 of")
            await pilot.press("N")
