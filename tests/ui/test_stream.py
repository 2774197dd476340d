"""A prompt's way to its answer, and what the user can do on it."""

from __future__ import annotations

import asyncio
import gc
import threading
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.strip import Strip

from aztui.core.events import RunId, StreamProblem, TextDelta
from aztui.core.problem import Kind, Problem
from aztui.core.profile import Endpoint, Profile
from aztui.core.request import Api
from aztui.core.run import Phase
from aztui.ui.screens import main
from aztui.ui.widgets.block import Block
from aztui.ui.widgets.transcript import Transcript
from tests.support.pictures import INSTRUCT, LOCAL, NOT_THERE, Stage


@asynccontextmanager
async def on_stage(
    profile: Profile = INSTRUCT, size: tuple[int, int] = (80, 24)
) -> AsyncIterator[tuple[Stage, Pilot[Any]]]:
    stage = Stage(profile)
    async with stage.app.run_test(size=size) as pilot:
        yield stage, pilot


def lines(first: int, last: int) -> str:
    return "".join(f"line {number}\n" for number in range(first, last))


async def test_text_is_shown_as_it_comes_and_the_end_is_told() -> None:
    async with on_stage() as (stage, pilot):
        await stage.ask(pilot, "Why?")
        await stage.until(pilot, "waiting", "\u203a Why?")
        stage.source.last.text("Because")
        await stage.until(pilot, "Because▌", "streaming")
        stage.source.last.text(" of that.")
        stage.clock.move(2)
        stage.source.last.done(tokens=4)
        await stage.until(pilot, "Because of that.", "done (stop) · 4 tokens", "2.0 s")
        assert "streaming" not in stage.text
        assert "▌" not in stage.text


async def test_waiting_counts_from_the_first_moment() -> None:
    async with on_stage() as (stage, pilot):
        await stage.ask(pilot)
        await stage.until(pilot, "waiting · 0.0 s")
        stage.clock.move(0.7)
        await stage.until(pilot, "waiting · 0.7 s")


async def test_the_log_follows_the_stream() -> None:
    async with on_stage() as (stage, pilot):
        await stage.ask(pilot)
        await stage.say(pilot, lines(0, 60))
        await stage.until(pilot, "line 59")
        await stage.say(pilot, lines(60, 70))
        await stage.until(pilot, "line 69")
        assert "line 40" not in stage.text


async def test_what_is_read_stays_put_while_text_comes() -> None:
    async with on_stage() as (stage, pilot):
        await stage.ask(pilot)
        await stage.say(pilot, lines(0, 60))
        await pilot.press("pageup")
        await stage.until(pilot, "rows below: ctrl+end follows")
        log = [row for row in stage.rows if "line" in row]
        await stage.say(pilot, lines(60, 90))
        assert [row for row in stage.rows if "line" in row] == log
        await pilot.press("ctrl+end")
        await stage.until(pilot, "line 89")
        assert "below" not in stage.text
        await stage.say(pilot, lines(90, 95))
        await stage.until(pilot, "line 94")


async def test_back_at_the_bottom_the_log_follows_again() -> None:
    async with on_stage() as (stage, pilot):
        await stage.ask(pilot)
        await stage.say(pilot, lines(0, 60))
        await pilot.press("pageup", "pagedown")
        await stage.say(pilot, lines(60, 90))
        await stage.until(pilot, "line 89")


async def test_scrolling_by_letters_while_the_log_has_the_focus() -> None:
    async with on_stage() as (stage, pilot):
        await stage.ask(pilot)
        await stage.say(pilot, lines(0, 60))
        await pilot.press("tab", "g")
        await stage.until(pilot, "line 0↵")
        await pilot.press("space", "up", "down", "down")
        await stage.until(pilot, "line 16↵")
        await pilot.press("G")
        await stage.until(pilot, "line 59")
        await pilot.press("tab", "g")
        assert stage.main._prompt.text == "g"


async def test_enter_while_streaming_says_so_and_keeps_the_prompt() -> None:
    async with on_stage() as (stage, pilot):
        await stage.ask(pilot)
        stage.main._prompt.insert("And then?")
        await pilot.press("enter")
        await stage.until(pilot, "Still streaming: esc stops it; your prompt is kept.", "And then?")
        assert len(stage.source.runs) == 1


@pytest.mark.parametrize("key", ["escape", "ctrl+c"])
async def test_stopping_shows_at_once_and_keeps_what_came(key: str) -> None:
    async with on_stage() as (stage, pilot):
        await stage.ask(pilot)
        await stage.say(pilot, "Half an ")
        stage.source.last.text("answer")
        await pilot.press(key)
        assert "stopped by you" in stage.text
        assert "Half an answer" in stage.text
        assert stage.source.last.cancelled


async def test_what_comes_after_the_stop_is_not_shown() -> None:
    async with on_stage() as (stage, pilot):
        await stage.ask(pilot)
        await stage.say(pilot, "Half an ")
        first = stage.source.last
        await pilot.press("escape")
        first.send(TextDelta(0, "answer"))
        await stage.ask(pilot, "Next?")
        first.send(TextDelta(0, "answer"))
        await stage.say(pilot, "New text.")
        await stage.until(pilot, "New text.")
        assert "answer" not in stage.text
        assert stage.main.conversation.session.nodes[first.run].run.phase is Phase.STOPPED


async def test_an_answer_that_was_over_before_the_key_is_not_called_stopped() -> None:
    async with on_stage() as (stage, pilot):
        await stage.ask(pilot)
        stage.source.last.text("All of it.")
        stage.source.last.done()
        stage.main.stop()
        await stage.until(pilot, "All of it.", "done (stop)")
        assert "stopped by you" not in stage.text


async def test_ctrl_c_twice_quits_and_once_says_so() -> None:
    async with on_stage() as (stage, pilot):
        await pilot.press("ctrl+c")
        await stage.until(pilot, "Press ctrl+c again to quit")
        stage.clock.move(5)
        await pilot.press("ctrl+c")
        assert stage.app.is_running
        await pilot.press("ctrl+c")
        await pilot.pause()
        assert not stage.app.is_running


async def test_quitting_cancels_the_run_under_way() -> None:
    async with on_stage() as (stage, pilot):
        await stage.ask(pilot)
        await pilot.press("ctrl+q")
    assert stage.source.last.cancelled
    assert stage.app.return_code == 0


async def test_running_again_puts_the_new_answer_in_the_place_of_the_old() -> None:
    async with on_stage() as (stage, pilot):
        await stage.ask(pilot, "Why?")
        await stage.say(pilot, "One.")
        stage.source.last.done()
        await stage.until(pilot, "done (stop)")
        await pilot.press("f5")
        await stage.say(pilot, "Another.")
        await stage.until(pilot, "Another.", "\u203a Why?  2/2")
        assert "One." not in stage.text
        first, second = stage.main.conversation.session.nodes.values()
        assert first.parent == second.parent


async def test_a_new_session_begins_empty_and_without_earlier_turns() -> None:
    async with on_stage(LOCAL) as (stage, pilot):
        await stage.ask(pilot, "Why?")
        await stage.say(pilot, "Because.")
        await pilot.press("ctrl+n")
        await stage.until(pilot, "Still streaming")
        stage.source.last.done()
        await stage.until(pilot, "done (stop)")
        await pilot.press("tab", "ctrl+n")
        await stage.until(pilot, "Connected to smollm2-135m")
        assert "Because." not in stage.text
        await stage.until(pilot, "enter send")  # the prompt has the focus
        await stage.ask(pilot, "And now?")
        assert [m.content for m in stage.source.last.request.messages] == ["And now?"]


async def test_a_long_failure_is_shown_from_its_beginning() -> None:
    async with on_stage(size=(40, 10)) as (stage, pilot):
        await stage.ask(pilot, "Why?")
        stage.source.last.fail(NOT_THERE)
        await stage.until(pilot, "✗ This deployment", "404", "rows below")


async def test_hostile_text_does_nothing() -> None:
    async with on_stage() as (stage, pilot):
        await stage.ask(pilot, "\x1b[2Jhello")
        await stage.say(pilot, "\x1b]0;title\x07 \x9b31m \u202eabc")
        stage.source.last.done("\x1b[31mstop")
        await stage.until(pilot, "␛[2Jhello", "␛]0;title␇", "‹U+202E›abc", "␛[31mstop")  # noqa: RUF001 - the marks
        assert not set("\x1b\x07\x9b\u202e") & set(stage.text)


async def test_small_and_large_again_while_streaming() -> None:
    async with on_stage() as (stage, pilot):
        await stage.ask(pilot)
        await stage.say(pilot, lines(0, 30) + "some words that wrap in a narrow terminal ")
        for size in ((20, 5), (10, 3), (1, 1), (200, 50), (40, 12), (80, 24)):
            await pilot.resize_terminal(*size)
            await stage.say(pilot, "word ")
        await stage.until(pilot, "line 29", "word word word word word word")
        stage.source.last.done()
        await stage.until(pilot, "done (stop)")


async def test_a_reader_stays_at_the_same_line_when_the_width_changes() -> None:
    async with on_stage() as (stage, pilot):
        await stage.ask(pilot)
        words = "".join(
            f"line {number} of an answer with words enough to wrap\n" for number in range(90)
        )
        await stage.say(pilot, words)
        await pilot.press("pageup", "pageup")
        first = next(row for row in stage.rows if "line" in row)
        await pilot.resize_terminal(30, 24)
        await stage.until(pilot, " ".join(first.split()[:4]))


async def test_a_prompt_that_grows_lays_nothing_out_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    async with on_stage() as (stage, pilot):
        await stage.ask(pilot)
        await stage.say(pilot, lines(0, 60))
        laid_out: list[Block] = []
        monkeypatch.setattr(Block, "_arrange", laid_out.append)
        await pilot.press("ctrl+j", "ctrl+j")
        await stage.until(pilot, "line 59")
        assert laid_out == []


async def test_text_within_a_frame_is_laid_out_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    async with on_stage() as (stage, pilot):
        await stage.ask(pilot)
        laid_out: list[str] = []
        append = Transcript.append

        def counting(log: Transcript, run: RunId, choice: int, text: str) -> None:
            laid_out.append(text)
            append(log, run, choice, text)

        monkeypatch.setattr(Transcript, "append", counting)
        stage.source.last.text("0 ")
        await stage.until(pilot, "0 ▌")
        for number in range(1, 100):
            stage.source.last.text(f"{number} ")
        await stage.until(pilot, "99 ▌")
        assert laid_out[0] == "0 "
        assert len(laid_out) <= 3
        assert "".join(laid_out) == "".join(f"{number} " for number in range(100))


async def test_only_rows_that_changed_are_painted(monkeypatch: pytest.MonkeyPatch) -> None:
    async with on_stage() as (stage, pilot):
        await stage.ask(pilot)
        await stage.say(pilot, lines(0, 5) + "a")
        log = stage.main.query_one(Transcript)
        painted: list[tuple[int, int]] = []
        refresh = log.refresh

        def counting(*regions: Any, **options: Any) -> Transcript:
            painted.extend((region.y, region.height) for region in regions)
            if not regions:
                painted.append((0, log.size.height))
            return refresh(*regions, **options)

        monkeypatch.setattr(log, "refresh", counting)
        await stage.say(pilot, "word")
        assert painted == [(7, 1)]


def rows() -> int:
    """How many rows of a screen there are in this process."""
    return sum(isinstance(one, Strip) for one in gc.get_objects())


@pytest.mark.parametrize("colours", [{}, {"NO_COLOR": "1"}])
async def test_rows_out_of_view_are_gone_without_the_garbage_collector(
    colours: Mapping[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in colours.items():
        monkeypatch.setenv(name, value)
    async with on_stage() as (stage, pilot):
        await stage.ask(pilot)
        gc.collect()
        gc.disable()
        try:
            before = rows()
            for first in range(0, 1000, 50):
                await stage.say(pilot, lines(first, first + 50))
            assert rows() - before < 50
        finally:
            gc.enable()


async def test_what_an_answer_took_for_a_while_is_given_back_once_all_is_quiet(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given = asyncio.Event()
    loop = asyncio.get_running_loop()
    monkeypatch.setattr(main, "give_back", lambda: loop.call_soon_threadsafe(given.set))
    monkeypatch.setattr(main, "_REST", 0.2)
    async with on_stage() as (stage, pilot):
        await stage.ask(pilot)
        stage.source.last.done()
        await stage.until(pilot, "done (stop)")
        await stage.ask(pilot)
        await pilot.pause(0.4)
        assert not given.is_set()
        stage.source.last.done()
        await asyncio.wait_for(given.wait(), 5)


async def test_everything_prepared_for_the_first_prompt_runs_beside_the_screen() -> None:
    called: list[str] = []
    done = threading.Event()

    def prepare() -> None:
        called.append(threading.current_thread().name)
        done.set()

    stage = Stage(INSTRUCT, on_ready=prepare)
    async with stage.app.run_test() as pilot:
        await stage.until(pilot, "aztui")
        assert await asyncio.to_thread(done.wait, 5)
    assert called == ["ready"]


async def test_a_conversation_through_the_responses_api() -> None:
    endpoint = Endpoint("https://contoso.openai.azure.com/openai/v1", None)
    profile = replace(INSTRUCT, endpoint=endpoint, api=Api.RESPONSES, params={})
    async with on_stage(profile) as (stage, pilot):
        await stage.ask(pilot, "Why?")
        stage.source.last.text("Because.")
        stage.source.last.done()
        await stage.until(pilot, "· responses", "Because.", "done (stop)")
        await stage.ask(pilot, "And then?")
        stage.source.last.text("Nothing.")
        stage.source.last.done("length")
        await stage.until(pilot, "hit the token limit", "max_output_tokens may allow more (f2)")
        said = [turn.content for turn in stage.source.last.request.messages]
        assert said == ["Why?", "Because.", "And then?"]


async def test_what_was_lost_of_an_answer_is_said_though_it_is_done() -> None:
    stage = Stage(INSTRUCT)
    async with stage.app.run_test() as pilot:
        await stage.ask(pilot)
        stage.source.last.send(StreamProblem(Problem(Kind.PROTOCOL, "A part cannot be read")))
        stage.source.last.text("the rest")
        stage.source.last.done()
        await stage.until(pilot, "done (stop)", "A part cannot be read.")
