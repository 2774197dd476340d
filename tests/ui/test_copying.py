"""Copying answers and code blocks: what is where afterwards, and what is said."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from textual.pilot import Pilot

from aztui.core.profile import Profile, View
from tests.support.pictures import INSTRUCT, THREE, Stage

Start: TypeAlias = Callable[..., AbstractAsyncContextManager[tuple[Stage, Pilot[Any]]]]

ANSWER = "Some **text**.\n\n```python\nif x:\n\tpass\n```\n\nand\n\n```sh\nmake it\n```\n"


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Start:
    """Starts the program where nothing takes copies, so that they go into files."""
    for name in ("TMUX", "STY", "DISPLAY", "WAYLAND_DISPLAY", "WSL_DISTRO_NAME", "TERM_PROGRAM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "linux")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))

    @asynccontextmanager
    async def started(
        profile: Profile = INSTRUCT, view: View = View.RENDERED, size: tuple[int, int] = (80, 24)
    ) -> AsyncIterator[tuple[Stage, Pilot[Any]]]:
        stage = Stage(replace(profile, shown=view), copies=lambda: tmp_path / "copies")
        async with stage.app.run_test(size=size) as pilot:
            yield stage, pilot

    return started


def taken(folder: Path) -> tuple[str, str]:
    """The name of the one file in a folder, and what it held."""
    (file,) = folder.iterdir()
    text = file.read_text()
    file.unlink()
    return file.name, text


async def copied(stage: Stage, pilot: Pilot[Any], folder: Path, what: str) -> str:
    """What was copied, once the screen says what it is and where."""
    await stage.until(pilot, f"Wrote {what} to ~/copies/")
    name, text = taken(folder)
    assert name in stage.text.replace("\n ", "")
    return text


@pytest.mark.parametrize("view", [View.RENDERED, View.RAW])
async def test_the_answer_is_copied_as_it_came(start: Start, tmp_path: Path, view: View) -> None:
    async with start(view=view) as (stage, pilot):
        await stage.ask(pilot)
        await stage.say(pilot, ANSWER + "\x1b[31m")
        stage.source.last.done()
        await pilot.press("tab", "y")
        assert await copied(stage, pilot, tmp_path / "copies", "the answer") == ANSWER + "\x1b[31m"


@pytest.mark.parametrize("view", [View.RENDERED, View.RAW])
async def test_a_code_block_is_copied_by_its_number(
    start: Start, tmp_path: Path, view: View
) -> None:
    async with start(view=view) as (stage, pilot):
        await stage.ask(pilot)
        await stage.say(pilot, ANSWER)
        await pilot.press("tab", "c")
        await stage.until(pilot, "Copy which code block? 1 to 2; esc leaves", "esc leave")
        await pilot.press("1")
        text = await copied(stage, pilot, tmp_path / "copies", "code block 1")
        assert text == "if x:\n\tpass\n"
        await pilot.press("c", "2")
        text = await copied(stage, pilot, tmp_path / "copies", "code block 2")
        assert text == "make it\n"


async def test_of_an_answer_that_still_comes_what_is_there_is_copied(
    start: Start, tmp_path: Path
) -> None:
    async with start() as (stage, pilot):
        await stage.ask(pilot)
        await stage.say(pilot, "Half an")
        await pilot.press("tab", "y")
        text = await copied(stage, pilot, tmp_path / "copies", "the answer so far")
        assert text == "Half an"


async def test_esc_leaves_the_question_and_not_the_answer(start: Start, tmp_path: Path) -> None:
    async with start() as (stage, pilot):
        await stage.ask(pilot)
        await stage.say(pilot, ANSWER)
        await pilot.press("tab", "c")
        await stage.until(pilot, "1 to 2; esc leaves")
        await pilot.press("escape")
        await pilot.pause()
        assert "esc leaves" not in stage.text
        assert stage.main.conversation.live is not None
        assert not (tmp_path / "copies").exists()


async def test_one_code_block_alone_is_copied_at_once(start: Start, tmp_path: Path) -> None:
    async with start() as (stage, pilot):
        await stage.ask(pilot)
        await stage.say(pilot, "```\nalone\n```\n")
        await pilot.press("tab", "c")
        text = await copied(stage, pilot, tmp_path / "copies", "the code block")
        assert text == "alone\n"


async def test_where_there_is_nothing_to_copy_that_is_said(start: Start) -> None:
    async with start() as (stage, pilot):
        await pilot.press("tab", "y")
        await stage.until(pilot, "There is no answer yet.")
        await pilot.press("c")
        await stage.until(pilot, "There is no answer yet.")
        await pilot.press("tab")
        await stage.ask(pilot)
        await stage.say(pilot, "No code.")
        await pilot.press("tab", "c")
        await stage.until(pilot, "There is no code block in this answer.")


async def test_of_several_answers_the_one_in_view_is_copied(start: Start, tmp_path: Path) -> None:
    async with start(THREE) as (stage, pilot):
        await stage.ask(pilot)
        for choice in range(3):
            await stage.say(pilot, f"answer {choice}\n\n" * 12, choice)
        stage.source.last.done(choices=3)
        await pilot.press("tab", "g", "y")
        text = await copied(stage, pilot, tmp_path / "copies", "answer 1")
        assert text == "answer 0\n\n" * 12
        await pilot.press("G", "y")
        text = await copied(stage, pilot, tmp_path / "copies", "answer 3")
        assert text == "answer 2\n\n" * 12


async def test_a_long_sentence_can_be_read_on_a_narrow_screen(start: Start) -> None:
    async with start(size=(40, 12)) as (stage, pilot):
        await stage.ask(pilot)
        await stage.say(pilot, ANSWER)
        stage.source.last.done()
        await pilot.press("tab", "y")
        await stage.until(pilot, "Wrote the answer to", "~/copies/answer-", ".txt", "no copies.")


async def test_where_no_file_can_be_written_that_is_said(start: Start, tmp_path: Path) -> None:
    (tmp_path / "copies").write_text("in the way")
    async with start() as (stage, pilot):
        await stage.ask(pilot)
        await stage.say(pilot, ANSWER)
        await pilot.press("tab", "y")
        await stage.until(pilot, "Could not copy the answer")
