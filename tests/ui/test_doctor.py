"""The checkup on the screen."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from textual.pilot import Pilot

from aztui.core.checkup import Check, State
from aztui.core.profile import Profile
from tests.support.pictures import INSTRUCT, Stage, palette
from tests.support.sights import Size, on_each

QUESTION = "This sends 3 requests of one token each to gpt."
FREE = (
    Check("settings", State.PASS, "profile instruct", detail="key  …1234 (\x1b[2J)"),
    Check("tcp", State.WARN, "one takes connections, but another does not", "Fix the network."),
    Check("credential", State.FAIL, "contoso does not accept the key", "Copy the key again."),
    Check("api", State.SKIP, "not checked, since credential failed", stopped_by="credential"),
)


class Scripted:
    """A checkup that goes on when the test says so."""

    def __init__(self, question: str = QUESTION, checks: tuple[Check, ...] = FREE) -> None:
        self.question = question
        self.go = threading.Event()
        self.stopped = threading.Event()
        self._checks = checks

    def free(self) -> Iterator[Check]:
        yield self._checks[0]
        assert self.go.wait(10)
        yield from self._checks[1:]

    def paid(self) -> Iterator[Check]:
        yield Check("chat", State.PASS, "gpt answers")

    def unpaid(self, why: str) -> Iterator[Check]:
        yield Check("chat", State.SKIP, why)

    def stop(self) -> None:
        self.stopped.set()
        self.go.set()


async def opened(stage: Stage, pilot: Pilot[Any]) -> None:
    await palette(stage, pilot)
    await pilot.press(*"check the c")
    await stage.until(pilot, "Check the connection")
    while "Suspend" in stage.text:
        await pilot.pause(0.05)
    await pilot.press("enter")
    await stage.until(pilot, "✓ settings")


def staged(checkup: Scripted, **options: Any) -> Stage:
    asked: list[Profile] = []

    def prepare(profile: Profile, _tell: Callable[[str], None]) -> Scripted:
        asked.append(profile)
        assert asked[0] is INSTRUCT
        return checkup

    return Stage(checkup=prepare, **options)


async def test_each_line_comes_as_soon_as_it_is_known() -> None:
    checkup = Scripted()
    stage = staged(checkup)
    async with stage.app.run_test() as pilot:
        await opened(stage, pilot)
        await stage.until(pilot, "Checking…", "␛[2J")
        assert "credential" not in stage.text
        checkup.go.set()
        await stage.until(pilot, "✗ credential", "Copy the key again.", f"{QUESTION} Go on?")


@pytest.mark.parametrize(("key", "line"), [("y", "✓ chat"), ("n", "not asked")])
async def test_it_asks_before_what_costs_money(key: str, line: str) -> None:
    checkup = Scripted()
    checkup.go.set()
    stage = staged(checkup)
    async with stage.app.run_test() as pilot:
        await opened(stage, pilot)
        await stage.until(pilot, "Go on?")
        assert "chat   " not in stage.text
        await pilot.press(key)
        await stage.until(pilot, line, "credential failed: what to do stands below it.")


async def test_what_costs_nothing_is_not_asked_about_and_it_can_begin_again() -> None:
    checkup = Scripted(question="", checks=FREE[:1])
    checkup.go.set()
    stage = staged(checkup)
    async with stage.app.run_test() as pilot:
        await opened(stage, pilot)
        await stage.until(pilot, "✓ chat", "No check failed.")
        checkup.go.clear()
        await pilot.press("r")
        await stage.until(pilot, "Checking…")
        assert "✓ chat" not in stage.text
        checkup.go.set()
        await stage.until(pilot, "✓ chat", "No check failed.")


async def test_esc_leaves_and_stops() -> None:
    checkup = Scripted()
    stage = staged(checkup)
    async with stage.app.run_test() as pilot:
        await opened(stage, pilot)
        await pilot.press("escape")
        await stage.until(pilot, "Ask anything")
        assert checkup.stopped.wait(10)


async def test_the_newest_line_is_in_sight_on_a_small_screen() -> None:
    checkup = Scripted()
    stage = staged(checkup)
    async with stage.app.run_test(size=(40, 12)) as pilot:
        stage.app.action_doctor()
        checkup.go.set()
        await stage.until(pilot, "Go on?")
        await pilot.press("y")
        await stage.until(pilot, "gpt answers")


async def test_where_to_sign_in_is_shown() -> None:
    told: list[Callable[[str], None]] = []
    checkup = Scripted()

    def prepare(_profile: Profile, tell: Callable[[str], None]) -> Scripted:
        told.append(tell)
        return checkup

    stage = Stage(checkup=prepare)
    async with stage.app.run_test() as pilot:
        await opened(stage, pilot)
        told[0]("Sign in: open https://x and type the code ABCD.")
        await stage.until(pilot, "type the code ABCD")
        checkup.go.set()


@on_each
def test_it_asks(snap_compare: Callable[..., bool], size: Size, theme: str) -> None:
    checkup = Scripted()
    stage = staged(checkup, theme=theme)

    async def play(pilot: Pilot[Any]) -> None:
        stage.app.action_doctor()
        checkup.go.set()
        await stage.until(pilot, "Go on?")

    assert snap_compare(stage.app, terminal_size=size, run_before=play)


async def test_without_a_checkup_it_says_so() -> None:
    stage = Stage()
    async with stage.app.run_test() as pilot:
        stage.app.action_doctor()
        await stage.until(pilot, "There is nothing to check here.")
