"""The pages beside the conversation: help, commands, the newcomer's, and the end of it all."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from aztui.core.ports import Source
from aztui.core.profile import Profile
from aztui.ui.keymap import TABLE
from aztui.ui.offers import Offer, Report
from tests.support.pictures import INSTRUCT, LOCAL, Stage, palette


async def test_leaving_a_page_does_not_stop_the_stream() -> None:
    stage = Stage()
    async with stage.app.run_test() as pilot:
        await stage.ask(pilot)
        await pilot.press("f1")
        await stage.until(pilot, "Keys")
        await stage.say(pilot, "Meanwhile.")
        await pilot.press("escape")
        await stage.until(pilot, "Meanwhile.")
        await palette(stage, pilot)
        await pilot.press("escape")
        await stage.until(pilot, "streaming")
        assert not stage.source.last.cancelled
        await pilot.press("escape")
        assert stage.source.last.cancelled


async def test_ctrl_c_stops_the_stream_from_any_page() -> None:
    stage = Stage()
    async with stage.app.run_test() as pilot:
        await stage.ask(pilot)
        await pilot.press("f1")
        await stage.until(pilot, "Keys")
        await pilot.press("ctrl+c")
        assert stage.source.last.cancelled


async def test_help_names_every_key() -> None:
    stage = Stage()
    async with stage.app.run_test(size=(100, 70)) as pilot:
        await pilot.press("tab", "?")
        await stage.until(pilot, "Keys")
        for key in TABLE:
            assert key.words in stage.text


async def test_commands_are_found_by_name_and_run() -> None:
    stage = Stage()
    async with stage.app.run_test() as pilot:
        await stage.ask(pilot, "Why?")
        stage.source.last.done()
        await stage.until(pilot, "done (stop)")
        await palette(stage, pilot)
        await pilot.press(*"new")
        await stage.until(pilot, "new")
        await pilot.pause(0.5)
        await pilot.press("enter")
        await stage.until(pilot, "Connected to")


async def test_the_palette_has_no_commands_but_ours() -> None:
    stage = Stage()
    async with stage.app.run_test(size=(80, 80)) as pilot:
        await palette(stage, pilot)
        names = {key.command for key in TABLE if key.command}
        await stage.until(pilot, *names)
        assert "Theme" not in stage.text
        assert "Maximize" not in stage.text


def newcomer(*offers: Offer) -> Stage:
    return Stage(None, offers=offers)


async def test_an_offer_that_is_chosen_is_opened_beside_the_screen() -> None:
    go = threading.Event()
    stage = newcomer()

    def prepare(report: Report) -> tuple[Profile, Source]:
        report("12.0 MB of 92.9 MB")
        assert go.wait(10)
        return LOCAL, stage.source

    stage.app._offers = [Offer("Other", "", refuse), Offer("Local model", "small", prepare)]
    async with stage.app.run_test() as pilot:
        await stage.until(pilot, "Local model", "AZURE_OPENAI_ENDPOINT=")
        await pilot.press("down", "enter")
        await stage.until(pilot, "Starting Local model… · 12.0 MB of 92.9 MB · 0.0 s")
        stage.clock.move(1.3)
        await stage.until(pilot, "1.3 s")
        go.set()
        await stage.until(pilot, "Connected to smollm2-135m")
        await stage.ask(pilot, "Hello")
        assert stage.source.last.request.prompt == "Hello"


def refuse(_report: Report) -> tuple[Profile, Source]:
    raise OSError("The weights are not there:\x1b[2J try the other.")


async def test_an_offer_that_cannot_be_had_says_why_and_another_can_be_chosen() -> None:
    stage = newcomer()
    stage.app._offers = [
        Offer("Local model", "", refuse),
        Offer("Scripted", "", lambda _report: (INSTRUCT, stage.source)),
    ]
    async with stage.app.run_test() as pilot:
        await pilot.press("enter")
        await stage.until(pilot, "The weights are not there:␛[2J try the other.")
        await pilot.press("down", "enter")
        await stage.until(pilot, "Connected to gpt-35-turbo-instruct")


async def test_a_newcomer_can_quit() -> None:
    stage = newcomer()
    async with stage.app.run_test() as pilot:
        await pilot.press("ctrl+c")
        await stage.until(pilot, "Press ctrl+c again to quit")
        await pilot.press("ctrl+c")
        await pilot.pause()
        assert not stage.app.is_running


async def test_a_newcomer_hears_of_settings_that_cannot_be_read() -> None:
    stage = Stage(None, unread="In /home/me/.env this cannot be read as NAME=value: line 3.")
    async with stage.app.run_test() as pilot:
        await stage.until(pilot, "/home/me/.env", "line 3")


async def crash(monkeypatch: pytest.MonkeyPatch) -> Stage:
    """Run into a fault; Textual raises it again for tests."""
    stage = Stage()

    def fail(*_: Any) -> None:
        raise KeyError("\x1b[31mx")

    async def play() -> None:
        async with stage.app.run_test() as pilot:
            monkeypatch.setattr(stage.main.conversation, "send", fail)
            await pilot.press("x", "enter")
            await pilot.pause()

    with pytest.raises(KeyError):
        await play()
    return stage


async def test_a_fault_ends_it_with_one_calm_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("AZTUI_DEBUG", raising=False)
    stage = await crash(monkeypatch)
    assert stage.app.return_code == 1
    shown = capsys.readouterr().err
    assert shown.startswith("aztui: stopped by a fault of its own, KeyError in test_screens.py")
    assert shown.count("\n") == 1


async def test_with_debugging_the_trace_is_shown(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AZTUI_DEBUG", "1")
    await crash(monkeypatch)
    assert "Traceback" in capsys.readouterr().err


async def test_without_colour_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    stage = Stage()
    async with stage.app.run_test() as pilot:
        await stage.ask(pilot)
        await stage.say(pilot, "text")
        coloured = [
            segment.text
            for strip in stage.app.screen._compositor.render_strips()
            for segment in strip
            if segment.style and segment.style.color and not segment.style.color.is_default
        ]
        assert coloured == []


async def test_nothing_is_painted_while_nobody_does_anything(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stage = Stage()
    painted: list[Any] = []
    async with stage.app.run_test() as pilot:
        await stage.ask(pilot)
        await stage.say(pilot, "text")
        stage.source.last.done()
        await stage.until(pilot, "done (stop)")
        await pilot.pause(0.2)
        monkeypatch.setattr(stage.app, "post_display_hook", lambda: painted.append(1))
        await pilot.pause(0.8)
    assert painted == []
