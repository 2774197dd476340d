"""Every state has a picture, and says in words what it is.

After a change that is meant to be seen: `pytest tests/ui --snapshot-update`, and look at them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from textual.pilot import Pilot

from aztui.ui.theme import DARK, LIGHT
from tests.support.azure_scenes import AZURE_SCENES, REASONING
from tests.support.markdown_scenes import EXPLAIN, MARKDOWN_SCENES
from tests.support.pictures import (
    CHAT,
    INSTRUCT,
    LOCAL,
    SCENES,
    THREE,
    Remembered,
    Stage,
    parameters,
    several,
    talk,
    welcome,
)
from tests.support.sights import SIZES, on_each, size_name

Compare = Callable[..., bool]

COLOURED = ["asks", "signing-in", "details"]
"""What of Azure's own scenes has an accent."""


@on_each
@pytest.mark.parametrize("state", SCENES)
def test_every_state(snap_compare: Compare, state: str, size: tuple[int, int], theme: str) -> None:
    profile = {"empty": LOCAL, "parameters": CHAT, "parameters-typing": CHAT}.get(state, INSTRUCT)
    stage = Stage(profile, theme=theme, memory=Remembered() if state == "parameters" else None)

    async def play(pilot: Pilot[Any]) -> None:
        await SCENES[state](stage, pilot)

    assert snap_compare(stage.app, terminal_size=size, run_before=play)


@pytest.mark.parametrize("theme", [DARK, LIGHT])
@pytest.mark.parametrize("size", [(80, 24), (40, 12), (160, 50)], ids=size_name)
@pytest.mark.parametrize("state", MARKDOWN_SCENES)
def test_markdown(snap_compare: Compare, state: str, size: tuple[int, int], theme: str) -> None:
    stage = Stage(EXPLAIN, theme=theme)

    async def play(pilot: Pilot[Any]) -> None:
        await MARKDOWN_SCENES[state](stage, pilot)

    assert snap_compare(stage.app, terminal_size=size, run_before=play)


@pytest.mark.parametrize("size", SIZES[:2], ids=size_name)
@pytest.mark.parametrize("state", AZURE_SCENES)
def test_what_azure_does(snap_compare: Compare, state: str, size: tuple[int, int]) -> None:
    stage = Stage(REASONING)

    async def play(pilot: Pilot[Any]) -> None:
        await AZURE_SCENES[state](stage, pilot)

    assert snap_compare(stage.app, terminal_size=size, run_before=play)


@pytest.mark.parametrize("state", COLOURED)
def test_what_azure_does_on_a_light_screen(snap_compare: Compare, state: str) -> None:
    stage = Stage(REASONING, theme=LIGHT)

    async def play(pilot: Pilot[Any]) -> None:
        await AZURE_SCENES[state](stage, pilot)

    assert snap_compare(stage.app, terminal_size=(80, 24), run_before=play)


@on_each
def test_without_settings(snap_compare: Compare, size: tuple[int, int], theme: str) -> None:
    stage = Stage(None, theme=theme)

    async def play(pilot: Pilot[Any]) -> None:
        await welcome(stage, pilot)

    assert snap_compare(stage.app, terminal_size=size, run_before=play)


@pytest.mark.parametrize("size", [(80, 24), (200, 50), (20, 5)], ids=size_name)
def test_several_turns(snap_compare: Compare, size: tuple[int, int]) -> None:
    stage = Stage()

    async def play(pilot: Pilot[Any]) -> None:
        await talk(stage, pilot)

    assert snap_compare(stage.app, terminal_size=size, run_before=play)


def test_parameters_on_a_wide_screen(snap_compare: Compare) -> None:
    stage = Stage(CHAT, memory=Remembered())

    async def play(pilot: Pilot[Any]) -> None:
        await parameters(stage, pilot)

    assert snap_compare(stage.app, terminal_size=(160, 30), run_before=play)


def test_several_answers(snap_compare: Compare) -> None:
    stage = Stage(THREE)

    async def play(pilot: Pilot[Any]) -> None:
        await several(stage, pilot)

    assert snap_compare(stage.app, run_before=play)
