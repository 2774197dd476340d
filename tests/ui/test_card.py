"""A run's card: what it shows, what is copied from it, and what differs from other runs."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from textual.pilot import Pilot

from aztui.core.events import Adapted
from aztui.core.lessons import Refused
from aztui.ui.theme import DARK, LIGHT
from tests.support.card_scenes import CARD_SCENES, NEW, PROFILE, answered, card, first_card
from tests.support.pictures import Stage

Compare: TypeAlias = Callable[..., bool]
Start: TypeAlias = Callable[[], AbstractAsyncContextManager[tuple[Stage, Pilot[Any]]]]


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Start:
    """Starts the program where nothing takes copies, so that they go into files."""
    for name in ("TMUX", "STY", "DISPLAY", "WAYLAND_DISPLAY", "WSL_DISTRO_NAME", "TERM_PROGRAM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "linux")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))

    @asynccontextmanager
    async def started() -> AsyncIterator[tuple[Stage, Pilot[Any]]]:
        stage = Stage(PROFILE, copies=lambda: tmp_path / "copies")
        async with stage.app.run_test(size=(80, 24)) as pilot:
            yield stage, pilot

    return started


async def copied(stage: Stage, pilot: Pilot[Any], folder: Path, key: str, what: str) -> str:
    """What a key copies."""
    await pilot.press(key)
    await stage.until(pilot, what, "~/copies/")
    (file,) = (folder / "copies").iterdir()
    text = file.read_text(encoding="utf-8")
    file.unlink()
    return text


async def test_a_run_is_copied_as_python_as_curl_and_as_json(start: Start, tmp_path: Path) -> None:
    async with start() as (stage, pilot):
        await first_card(stage, pilot)
        script = await copied(stage, pilot, tmp_path, "p", "the run as Python")
        assert 'os.environ["AZURE_OPENAI_API_KEY_FOR_INSTRUCT"]' in script
        assert "    temperature=0.7,\n    seed=7,\n    stream=True,\n" in script
        command = await copied(stage, pilot, tmp_path, "c", "the run as curl")
        assert command.startswith("curl ")
        body = json.loads(await copied(stage, pilot, tmp_path, "y", "the body as JSON"))
        assert body["prompt"] == "What is the transformer architecture?"
        assert body["temperature"] == 0.7
        await pilot.press("down")
        await stage.until(pilot, "p Python")


async def test_a_run_is_copied_by_name_too(start: Start, tmp_path: Path) -> None:
    async with start() as (stage, pilot):
        await first_card(stage, pilot)
        await pilot.press("escape", "ctrl+p")
        await stage.until(pilot, "New session")
        await pilot.press(*"python")
        await stage.until(pilot, "Copy the run as Python")
        await pilot.pause(0.5)
        script = await copied(stage, pilot, tmp_path, "enter", "the run as Python")
        assert "client.completions.create(" in script


async def test_an_old_run_says_whose_address_its_copy_has(start: Start, tmp_path: Path) -> None:
    async with start() as (stage, pilot):
        await stage.ask(pilot)
        stage.source.last.done()
        await stage.until(pilot, "done (stop)")
        await pilot.press("tab", "d")
        await stage.until(pilot, "esc back", "temperature", "0.7")
        assert "Request body" not in stage.text
        await pilot.press("c")
        await stage.until(pilot, "the address of the profile")


async def test_the_steps_of_a_new_connection_and_that_one_was_used_again(start: Start) -> None:
    async with start() as (stage, pilot):
        await first_card(stage, pilot)
        text = " ".join(stage.text.split())
        assert "DNS 12 ms connect 18 ms TLS 41 ms request written 0.4 ms" in text
        assert "median 20 ms, longest 310 ms, in 12 pieces" in text
        assert "▂▁▂█▁▁▃▁▁▄▁" in text
        await pilot.press("escape", "tab")
        await card(stage, pilot)
        await stage.until(pilot, "reused: it was open already")
        assert "DNS" not in stage.text


async def test_what_differs_from_the_run_before_it_and_from_others(start: Start) -> None:
    async with start() as (stage, pilot):
        await card(stage, pilot)
        await pilot.press("escape", "tab")
        await stage.ask(pilot, "And in one sentence?")
        await answered(stage, pilot, NEW, "gpt-35-turbo-instruct", "fp_1")
        await pilot.press("tab", "d")
        await stage.until(pilot, "esc back")
        await pilot.press("=")
        await stage.until(pilot, "Only the prompt differs; the fingerprint too.")
        await stage.until(pilot, "the one that it follows, run 2 of 3:")
        await pilot.press("]")
        await stage.until(
            pilot, "an earlier one in the session, run 1 of 3:", "here 0.2, there 0.7"
        )
        await pilot.press("[")
        await stage.until(pilot, "run 2 of 3")
        await pilot.press("=")
        await stage.until(pilot, lambda: "Compared" not in stage.text)
        await pilot.press("escape", "[")
        await stage.until(pilot, "And in one")


async def test_a_run_that_is_alone_has_nothing_to_differ_from(start: Start) -> None:
    async with start() as (stage, pilot):
        await first_card(stage, pilot)
        await pilot.press("=")
        await stage.until(pilot, "There is no other run in this session")
        await pilot.press("[")
        await stage.until(pilot, "There is no other run in this session")


async def test_what_was_sent_otherwise_than_asked_stands_with_the_body(start: Start) -> None:
    async with start() as (stage, pilot):
        await stage.ask(pilot)
        unknown = Refused("max_tokens", instead="max_completion_tokens")
        stage.source.last.send(Adapted((unknown,), again=True))
        await answered(stage, pilot, NEW, "m", "")
        await pilot.press("tab", "d", "pagedown")
        await stage.until(pilot, "sent with max_completion_tokens", "Request body")


@pytest.mark.parametrize(
    ("scene", "size", "theme"),
    [
        *((scene, size, DARK) for scene in CARD_SCENES for size in ((80, 24), (200, 50))),
        ("card-compared", (40, 12), DARK),
        ("card-compared", (200, 50), LIGHT),
    ],
    ids=lambda value: "x".join(map(str, value)) if isinstance(value, tuple) else value,
)
def test_every_state(scene: str, size: tuple[int, int], theme: str, snap_compare: Compare) -> None:
    stage = Stage(PROFILE, theme=theme)
    assert snap_compare(
        stage.app,
        terminal_size=size,
        run_before=lambda pilot: CARD_SCENES[scene](stage, pilot),
    )
