"""The history: found as one types, opened, renamed, deleted and brought back, exported."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from rich.cells import cell_len
from textual import events
from textual.pilot import Pilot

from aztui.core.events import RunId
from aztui.core.history import ALL, HistoryError, Named, Removed, Summary, Wanted
from aztui.core.tree import SessionId
from aztui.ui.screens.history import PAGE, PATIENCE, Opening
from aztui.ui.theme import style
from aztui.ui.widgets.rows import HERE, Role
from tests.support.archive import HISTORY_SCENES, KEPT, NOW, FakeArchive, Kept, Visit, keys, many
from tests.support.pictures import Stage
from tests.support.sights import on_each

Compare = Callable[..., bool]

SKY = SessionId("sky")
MINUTES = SessionId("minutes")


def row(stage: Stage) -> str:
    """The row where the user is."""
    return next(line for line in stage.rows if line.lstrip().startswith(HERE))


def titles(stage: Stage) -> list[str]:
    """The rows that are listed."""
    found = next(at for at, line in enumerate(stage.rows) if line.startswith(" /"))
    end = next(at for at in range(found, len(stage.rows)) if stage.rows[at].startswith("──"))
    return [line for line in stage.rows[found + 2 : end] if line]


def in_role(stage: Stage, role: Role) -> list[str]:
    """The pieces of the screen that look like a role."""
    strips = stage.app.screen._compositor.render_strips()
    wanted = style(role, dark=True)
    return [
        segment.text
        for strip in strips
        for segment in strip
        if segment.style is not None
        and segment.style.bold == wanted.bold
        and segment.style.underline == wanted.underline
        and segment.style.reverse == wanted.reverse
    ]


def paste(stage: Stage, text: str) -> None:
    stage.app.post_message(events.Paste(text))


async def test_the_latest_sessions_are_listed_first() -> None:
    stage, visit = Stage(), Visit()
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await visit.open(stage, pilot, "7 sessions")
        assert [line[3:14].rstrip() for line in titles(stage)] == [
            "today 14:29",
            "today 13:00",
            "today 09:30",
            "yesterday",
            "17 Nov",
            "14 Nov",
            "2025-10-22",
        ]
        assert row(stage).endswith("under way · gpt-4o-mini · now")
        assert titles(stage)[1].endswith("Why is the sky blue?" + " " * 31 + "gpt-4o-mini")
        assert titles(stage)[2].endswith("failed · gpt-4o")


async def test_what_is_typed_is_found_at_once_and_marked() -> None:
    stage, visit = Stage(), Visit()
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await visit.open(stage, pilot)
        await pilot.press(*keys("scattering blu"))
        await stage.until(pilot, "2 found", " /scattering blu")
        first, second = titles(stage)
        assert "Scattering has taken the blue out" in first
        assert "Rayleigh scattering, and blue light" in second
        assert in_role(stage, Role.FOUND) == ["Scattering", "blue", "scattering", "blue"]
        await pilot.press("backspace", "home", "delete", "ctrl+k")
        await stage.until(pilot, "7 sessions")
        await pilot.press(*keys("gulls"), "left", "ctrl+u")
        await stage.until(pilot, " /s", "sky")


async def test_enter_opens_the_session() -> None:
    stage, visit = Stage(), Visit()
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await visit.open(stage, pilot)
        await pilot.press("down", "enter")
        await stage.until(pilot, "Ask anything")
        assert visit.left_with == [Opening(SKY, None)]


async def test_enter_opens_the_run_where_something_was_found() -> None:
    stage, visit = Stage(), Visit()
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await visit.open(stage, pilot)
        await pilot.press(*keys("scattering"))
        await stage.until(pilot, "2 found")
        await pilot.press("down", "enter")
        await stage.until(pilot, "Ask anything")
        assert visit.left_with == [Opening(SKY, RunId("sky-1"))]


async def test_esc_clears_what_is_typed_and_then_leaves() -> None:
    stage, visit = Stage(), Visit()
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await visit.open(stage, pilot)
        await pilot.press(*keys("haiku"))
        await stage.until(pilot, "1 found", "esc clear")
        await pilot.press("escape")
        await stage.until(pilot, "7 sessions", "esc back", "type to search")
        assert visit.left_with == []
        await pilot.press("escape")
        await stage.until(pilot, "Ask anything")
        assert visit.left_with == [None]


async def test_the_key_that_opens_it_closes_it() -> None:
    stage, visit = Stage(), Visit()
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await visit.open(stage, pilot)
        await pilot.press(*keys("haiku"), "ctrl+r")
        await stage.until(pilot, "Ask anything")
        assert visit.left_with == [None]


async def test_what_is_pasted_is_looked_for() -> None:
    stage, visit = Stage(), Visit()
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await visit.open(stage, pilot)
        paste(stage, "haiku\nabout")
        await stage.until(pilot, " /haiku about", "1 found")


async def test_typing_never_waits_and_only_the_newest_question_is_asked() -> None:
    stage, visit = Stage(), Visit()
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await visit.open(stage, pilot)
        visit.archive.hold()
        await pilot.press("h")
        await stage.until(pilot, lambda: len(visit.archive.asked) == 2)
        await pilot.press(*keys("aiku"))
        await stage.until(pilot, " /haiku", "searching…", "Why is the sky blue?", "7 sessions")
        visit.archive.release()
        await stage.until(pilot, "1 found", "Write a haiku")
        assert "searching…" not in stage.text
        assert [asked[:-1] for asked in visit.archive.asked] == [
            ("sessions", ALL),
            ("search", "h", ALL),
            ("search", "haiku", ALL),
        ]


async def test_an_answer_that_comes_too_late_is_not_shown() -> None:
    stage, visit = Stage(), Visit()
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await visit.open(stage, pilot)
        visit.archive.hold()
        await pilot.press(*keys("haiku"))
        await stage.until(pilot, lambda: len(visit.archive.asked) == 2)
        await pilot.press("escape")
        visit.archive.answer_one()
        # The next question is asked when the answer to the first was handed on.
        await stage.until(pilot, lambda: len(visit.archive.asked) == 3)
        await pilot.pause()
        assert "7 sessions" in stage.text
        assert "Why is the sky blue?" in stage.text
        visit.archive.release()
        await stage.until(pilot, lambda: "searching…" not in stage.text)
        assert "7 sessions" in stage.text


@pytest.mark.parametrize("after", [(), ("down",), ("left",)])
async def test_enter_opens_nothing_that_was_listed_before(after: tuple[str, ...]) -> None:
    stage, visit = Stage(), Visit()
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await visit.open(stage, pilot)
        visit.archive.hold()
        await pilot.press(*keys("haiku"), "enter", *after)
        await pilot.pause()
        assert visit.left_with == []
        visit.archive.release()
        if after:
            await stage.until(pilot, "1 found")
            assert visit.left_with == []
        else:
            await stage.until(pilot, "Ask anything")
            assert visit.left_with == [Opening(SessionId("old"), RunId("old-1"))]


async def test_nobody_waits_for_an_answer_when_the_page_is_left() -> None:
    stage, visit = Stage(), Visit()
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await visit.open(stage, pilot)
        visit.archive.hold()
        await pilot.press("h", "ctrl+r")
        await stage.until(pilot, "Ask anything")
        visit.archive.release()
        await stage.until(pilot, lambda: "history" not in [t.name for t in threading.enumerate()])


async def test_a_failure_is_told_and_takes_nothing_away() -> None:
    stage, visit = Stage(), Visit()
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await visit.open(stage, pilot)
        visit.archive.failing = "/home/ana/history.db cannot be read: disk I/O error"
        await pilot.press("h")
        await stage.until(pilot, "/home/ana/history.db cannot be read: disk I/O error.")
        assert "Why is the sky blue?" in stage.text
        visit.archive.failing = ""
        await pilot.press("a")
        await stage.until(pilot, "haiku", "found")
        assert "cannot be read" not in stage.text


async def test_more_is_asked_for_where_the_user_comes_near_the_end() -> None:
    stage, visit = Stage(), Visit(FakeArchive(many(2 * PAGE + 50)))
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await visit.open(stage, pilot, f"the latest {PAGE} sessions")
        assert len(visit.archive.asked) == 1
        await pilot.press("ctrl+end")
        await stage.until(pilot, f"the latest {2 * PAGE} sessions")
        assert f"Question {PAGE} of many" in row(stage)
        await pilot.press("ctrl+end")
        await stage.until(pilot, f"{2 * PAGE + 49} sessions")
        await pilot.press("ctrl+end")
        await pilot.pause()
        assert f"Question {2 * PAGE + 49} of many" in row(stage)
        assert [asked[-1] for asked in visit.archive.asked] == [PAGE, 2 * PAGE, 4 * PAGE]
        await pilot.press("ctrl+home", "pagedown", "pageup", "down")
        assert "Question 2 of many" in row(stage)


async def test_where_no_more_can_be_read_it_is_tried_again() -> None:
    stage, visit = Stage(), Visit(FakeArchive(many(2 * PAGE)))
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await visit.open(stage, pilot, f"the latest {PAGE} sessions")
        visit.archive.failing = "The disk is gone"
        await pilot.press("ctrl+end")
        await stage.until(pilot, "The disk is gone.")
        visit.archive.failing = ""
        await pilot.press("up")
        await stage.until(pilot, f"{2 * PAGE - 1} sessions")
        assert "The disk is gone" not in stage.text


async def test_filters_narrow_what_is_found() -> None:
    stage, visit = Stage(), Visit()
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await visit.open(stage, pilot)
        await pilot.press(*keys("outcome:limit "))
        await stage.until(pilot, "1 session", "lighthouse")
        await pilot.press(*keys("light"))
        await stage.until(pilot, "1 found", "lighthouse")
        await pilot.press("ctrl+u", *keys("light since:7d profile:work"))
        wanted = Wanted("work", since=NOW - 7 * 86_400)
        await stage.until(pilot, lambda: ("search", "light", wanted, PAGE) in visit.archive.asked)
        await stage.until(pilot, "2 found")


async def test_what_a_filter_takes_is_told_and_tab_completes_it() -> None:
    stage, visit = Stage(), Visit()
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await visit.open(stage, pilot)
        await pilot.press("d", "tab")
        await stage.until(pilot, " /deployment:", "tab gpt-4o-mini · gpt-4o · gpt-35")
        await pilot.press("g", "tab", "3", "tab")
        await stage.until(pilot, " /deployment:gpt-35-turbo-instruct", "1 session", "lighthouse")
        await pilot.press(*keys("outcome:"))
        await stage.until(pilot, "tab done · limit · filtered · stopped · failed · cut")
        await pilot.press(*keys("l"), "tab", *keys("since:"))
        await stage.until(pilot, "tab today · yesterday")
        await pilot.press("7")
        await stage.until(pilot, "since: takes 2026-11-12, today, 12h")
        await pilot.press("d")
        await stage.until(pilot, lambda: "takes" not in stage.text)


async def test_a_filter_that_is_only_begun_hides_nothing() -> None:
    stage, visit = Stage(), Visit()
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await visit.open(stage, pilot)
        await pilot.press(*keys("deployment:gpt-4o-m"))
        await stage.until(pilot, "tab gpt-4o-mini", "7 sessions")
        await pilot.press(*keys("ini"))
        await stage.until(pilot, "4 sessions")
        asked = {asked[-2].deployment for asked in visit.archive.asked}
        assert asked <= {"", "gpt-4o", "gpt-4o-mini"}
        await pilot.press("ctrl+u", *keys("deployment:gpt-9"))
        await stage.until(pilot, "Nothing is found.")


async def test_a_filter_that_makes_no_sense_is_told_and_left_out() -> None:
    stage, visit = Stage(), Visit()
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await visit.open(stage, pilot)
        await pilot.press(*keys("outcome:dine"))
        await stage.until(pilot, "outcome: takes done, limit")
        assert "left out" not in stage.text
        await pilot.press("space", *keys("haiku"))
        await stage.until(pilot, "outcome:dine is left out: it takes done, limit", "1 found")


async def test_a_session_is_renamed_in_place() -> None:
    stage, visit = Stage(), Visit()
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await visit.open(stage, pilot)
        await pilot.press("down", "ctrl+t", *keys("Physics"))
        await stage.until(pilot, "enter keep the name")
        assert row(stage).endswith("Physics")
        assert " /Physics" not in stage.text
        assert in_role(stage, Role.CARET) == [" "]
        paste(stage, "of\nlight")
        await stage.until(pilot, "Physicsof light")
        await pilot.press("enter")
        await stage.until(pilot, "enter open")
        assert visit.archive.changes == [Named(SKY, "Physicsof light")]
        assert "Physicsof light" in row(stage)
        assert "Why is the sky blue?" in stage.text
        await pilot.press("f2", "ctrl+u", "enter")
        await stage.until(pilot, lambda: "Why is the sky blue?" in row(stage))
        assert visit.archive.changes[1:] == [Named(SKY, "")]


async def test_a_new_name_is_shown_also_before_it_is_on_the_disk() -> None:
    stage, visit = Stage(), Visit()
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await visit.open(stage, pilot)
        await pilot.press("down", "ctrl+t", *keys("Physics"), "enter")
        await pilot.press(*keys("sunset"))
        await stage.until(pilot, "1 found", "Physics")
        await pilot.press("escape")
        await stage.until(pilot, "7 sessions", lambda: "Physics" in titles(stage)[1])


async def test_esc_leaves_the_name_as_it_was() -> None:
    stage, visit = Stage(), Visit()
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await visit.open(stage, pilot)
        await pilot.press("down", "ctrl+t", *keys("Physics"), "escape")
        await stage.until(pilot, "enter open", lambda: "Why is the sky blue?" in row(stage))
        await pilot.press("ctrl+t", "enter")
        await stage.until(pilot, "enter open")
        assert visit.archive.changes == []


async def test_a_name_is_kept_where_the_user_goes_on() -> None:
    stage, visit = Stage(), Visit()
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await visit.open(stage, pilot)
        await pilot.press("down", "ctrl+t", *keys("Physics"), "down")
        await stage.until(pilot, lambda: visit.archive.changes == [Named(SKY, "Physics")])
        assert "Summarise" in row(stage)


async def test_no_other_command_acts_while_a_name_is_typed() -> None:
    stage, visit = Stage(), Visit()
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await visit.open(stage, pilot)
        await pilot.press("down", "ctrl+t", "a", "ctrl+d", "ctrl+x", "tab", "ctrl+r", "b")
        await stage.until(pilot, lambda: row(stage).endswith("ab"))
        assert visit.archive.changes == []


async def test_a_row_whose_name_is_typed_stays_while_something_is_found() -> None:
    stage, visit = Stage(), Visit()
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await visit.open(stage, pilot)
        visit.archive.hold()
        await pilot.press(*keys("haiku"), "down", "ctrl+t", *keys("Physics"))
        await stage.until(pilot, lambda: row(stage).endswith("Physics"))
        visit.archive.release()
        await stage.until(pilot, lambda: ("search", "haiku", ALL, PAGE) in visit.archive.asked)
        await pilot.pause()
        assert row(stage).endswith("Physics")
        await pilot.press("enter")
        await stage.until(pilot, "1 found", "Write a haiku")
        assert visit.archive.changes == [Named(SKY, "Physics")]


async def test_a_deleted_session_stays_in_place_and_comes_back_with_the_same_key() -> None:
    stage, visit = Stage(), Visit()
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await visit.open(stage, pilot)
        await pilot.press("down", "ctrl+d")
        await stage.until(pilot, "ctrl+d brings it back;", lambda: row(stage).endswith("deleted"))
        assert "Why is the sky blue?" in row(stage)
        assert visit.archive.changes == [Removed(SKY, removed=True)]
        await pilot.press("enter")
        await pilot.pause()
        assert visit.left_with == []
        await pilot.press("ctrl+d")
        await stage.until(pilot, lambda: row(stage).endswith("gpt-4o-mini"))
        assert visit.archive.changes[1:] == [Removed(SKY, removed=False)]
        await pilot.press("enter")
        await stage.until(pilot, "Ask anything")
        assert visit.left_with == [Opening(SKY, None)]


@pytest.mark.parametrize("written", [True, False])
async def test_what_is_deleted_is_not_found_and_can_be_brought_back(written: bool) -> None:
    stage, visit = Stage(), Visit()
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await visit.open(stage, pilot)
        await pilot.press("down", "ctrl+d", "ctrl+d", "ctrl+d", "down", "ctrl+d")
        if written:
            visit.archive.write()
        await pilot.press(*keys("scattering"))
        await stage.until(pilot, "Nothing is found.", "ctrl+_ undo")
        await pilot.press("escape")
        await stage.until(pilot, "5 sessions")
        assert "Why is the sky blue?" not in stage.text
        await pilot.press("ctrl+underscore")
        await stage.until(pilot, "Brought back: Summarise the minutes")
        assert "Summarise the minutes" in row(stage)
        assert titles(stage).index(row(stage)) == 1
        await pilot.press("ctrl+underscore")
        await stage.until(pilot, "Brought back: Why is the sky blue?")
        assert titles(stage).index(row(stage)) == 1
        assert "7 sessions" in stage.text
        await pilot.press("ctrl+underscore")
        await stage.until(pilot, "Nothing is deleted.")
        assert visit.archive.changes == [
            Removed(SKY, removed=True),
            Removed(SKY, removed=False),
            Removed(SKY, removed=True),
            Removed(MINUTES, removed=True),
            Removed(MINUTES, removed=False),
            Removed(SKY, removed=False),
        ]


async def test_what_was_deleted_can_be_brought_back_when_the_page_is_opened_again() -> None:
    gone: list[Summary] = []
    stage, visit = Stage(), Visit(options={"deleted": gone})
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await visit.open(stage, pilot)
        await pilot.press("down", "ctrl+d", "ctrl+r")
        await stage.until(pilot, "Ask anything")
        visit.archive.write()
        await visit.open(stage, pilot, "6 sessions")
        assert "Why is the sky blue?" not in stage.text
        await pilot.press("ctrl+underscore")
        await stage.until(pilot, "Brought back: Why is the sky blue?")
        assert "Why is the sky blue?" in row(stage)
        assert gone == []


async def test_a_deleted_row_stays_while_more_is_listed() -> None:
    stage, visit = Stage(), Visit(FakeArchive(many(2 * PAGE)))
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await visit.open(stage, pilot, f"the latest {PAGE} sessions")
        await pilot.press("ctrl+d")
        visit.archive.write()
        await pilot.press("ctrl+end")
        await stage.until(pilot, f"{2 * PAGE - 1} sessions")
        await pilot.press("ctrl+home")
        await stage.until(pilot, lambda: row(stage).endswith("deleted"))
        assert "Question 1 of many" in row(stage)


async def test_the_session_that_is_open_is_not_deleted() -> None:
    stage, visit = Stage(), Visit()
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await visit.open(stage, pilot)
        await pilot.press("ctrl+d")
        await stage.until(pilot, "This session is open. Begin another one (ctrl+n)")
        assert visit.archive.changes == []
        await pilot.press("down")
        await stage.until(pilot, lambda: "This session is open" not in stage.text)


async def test_a_hit_tells_its_session_and_all_of_them_go_with_it() -> None:
    stage, visit = Stage(), Visit()
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await visit.open(stage, pilot)
        await pilot.press(*keys("scattering"))
        await stage.until(pilot, "2 found", "work · gpt-4o-mini · done · 2 runs · 2026-11-26 13:00")
        await pilot.press("down")
        await stage.until(pilot, "2 runs · 2026-11-26 12:30")
        await pilot.press("ctrl+d")
        await stage.until(pilot, lambda: sum(r.endswith("deleted") for r in stage.rows) == 2)
        assert visit.archive.changes == [Removed(SKY, removed=True)]


async def test_a_session_that_was_not_listed_is_looked_up() -> None:
    kept = [*many(PAGE + 5), Kept("far", "far-1", NOW - 9e7, "A lighthouse", deployment="o4")]
    stage, visit = Stage(), Visit(FakeArchive(kept))
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await visit.open(stage, pilot, f"the latest {PAGE} sessions")
        await pilot.press(*keys("lighthouse"))
        await stage.until(pilot, "1 found", "work · o4 · done · 1 run")
        await pilot.press("ctrl+t", "L", "enter")
        await stage.until(pilot, lambda: visit.archive.changes == [Named(SessionId("far"), "L")])


async def test_a_session_that_is_not_there_any_more_is_told() -> None:
    class Vanishing(FakeArchive):
        def sessions(self, wanted: Wanted, most: int) -> Sequence[Summary]:
            return super().sessions(wanted, most) if wanted == ALL else ()

    stage, visit = Stage(), Visit(Vanishing(many(PAGE + 5)))
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await visit.open(stage, pilot, f"the latest {PAGE} sessions")
        await pilot.press(*keys("203"))
        await stage.until(pilot, "1 found", "This session is not there any more.")
        await pilot.press("ctrl+d", "ctrl+t")
        await pilot.pause()
        assert visit.archive.changes == []
        assert "enter keep the name" not in stage.text


async def test_a_session_is_exported() -> None:
    asked: list[SessionId] = []

    def export(session: SessionId) -> str:
        asked.append(session)
        return "It is in out.md."

    stage, visit = Stage(), Visit(options={"export": export})
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await visit.open(stage, pilot, "ctrl+x export")
        await pilot.press("down", "ctrl+x")
        await stage.until(pilot, "It is in out.md.")
        assert asked == [SKY]
        await pilot.press("down")
        await stage.until(pilot, lambda: "out.md" not in stage.text)


async def test_a_session_that_cannot_be_exported_says_why() -> None:
    def export(_session: SessionId) -> str:
        raise HistoryError("the disk is full")

    stage, visit = Stage(), Visit(options={"export": export})
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await visit.open(stage, pilot)
        await pilot.press("ctrl+x")
        await stage.until(pilot, "It could not be exported: the disk is full.")


async def test_an_export_is_told_also_where_the_page_was_left() -> None:
    ready = threading.Event()

    def export(_session: SessionId) -> str:
        assert ready.wait(10)
        return "It is in out.md."

    stage, visit = Stage(), Visit(options={"export": export})
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await visit.open(stage, pilot)
        await pilot.press("ctrl+x", "ctrl+r")
        await stage.until(pilot, "Ask anything")
        ready.set()
        await stage.until(pilot, "It is in out.md.")


async def test_without_export_there_is_no_key_for_it() -> None:
    stage, visit = Stage(), Visit()
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await visit.open(stage, pilot)
        assert "export" not in stage.text
        await pilot.press("ctrl+x")
        await pilot.pause()
        assert visit.left_with == []


async def test_an_empty_history_says_what_will_be_there() -> None:
    stage, visit = Stage(), Visit(FakeArchive(()))
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await visit.open(stage, pilot, "Nothing is kept yet.", "esc back")
        await pilot.press("enter", "ctrl+d", "ctrl+t", "ctrl+x", "down", "ctrl+end", "x")
        await stage.until(pilot, "Nothing is found.", "esc clear")
        assert visit.left_with == []


@pytest.mark.parametrize("size", [(80, 24), (200, 50), (40, 12), (30, 7), (20, 5)])
async def test_the_row_where_the_user_is_stays_on_the_screen(size: tuple[int, int]) -> None:
    stage, visit = Stage(), Visit()
    async with stage.app.run_test(size=size) as pilot:
        await visit.open(stage, pilot, HERE)
        for key in ("ctrl+end", "pageup", "ctrl+home", "pagedown", "up", "ctrl+end"):
            await pilot.press(key)
            await pilot.pause()
            assert row(stage)
        await pilot.press(*keys("light"))
        await stage.until(pilot, lambda: bool(in_role(stage, Role.FOUND)))
        await pilot.press("enter")
        await stage.until(pilot, lambda: visit.left_with == [Opening(SKY, RunId("sky-2"))])


@pytest.mark.parametrize("size", [(80, 24), (40, 12), (20, 5)])
async def test_nothing_that_is_kept_breaks_the_page(size: tuple[int, int]) -> None:
    evil = "\x1b[2J\x1b[31m日本\u202e\u0301\r\n\t\x07\x9b" * 40
    kept = [
        Kept("a", "a-1", NOW, evil, evil, profile=evil, deployment=evil, outcome=evil),
        Kept("b", "b-1", NOW - 1, "x" * 100_000, "plain"),
    ]
    stage, visit = Stage(), Visit(FakeArchive(kept))
    async with stage.app.run_test(size=size) as pilot:
        await visit.open(stage, pilot, HERE)
        await pilot.press("ctrl+t", "x", "enter", "ctrl+t", "backspace", "enter")
        await pilot.press(*keys("deployment:"))
        await stage.until(pilot, HERE)
        for word in ("", "日", "x"):
            await pilot.press("ctrl+u", *word)
            await pilot.pause()
            strips = stage.app.screen._compositor.render_strips()
            assert [strip.cell_length for strip in strips] == [size[0]] * size[1]
            assert [cell_len(strip.text) for strip in strips] == [size[0]] * size[1]
            assert stage.text.replace("\n", "").isprintable()


async def test_nothing_is_asked_and_no_timer_runs_while_nobody_types() -> None:
    stage, visit = Stage(), Visit()
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await visit.open(stage, pilot)
        await pilot.press(*keys("scattering"))
        await stage.until(pilot, "2 found", "2 runs")
        asked = len(visit.archive.asked)
        # Twice as long as a search takes before it is called slow.
        await pilot.pause(2 * PATIENCE)
        assert len(visit.archive.asked) == asked
        running = {timer.name for timer in stage.app.screen._timers if timer._task is not None}
        assert running <= {"screen_update"}


def test_what_is_kept_in_these_tests_has_one_session_in_which_two_runs_match() -> None:
    assert [run.session for run in KEPT if "cattering" in run.answer] == [SKY, SKY]


@on_each
@pytest.mark.parametrize("state", HISTORY_SCENES)
def test_every_state(snap_compare: Compare, state: str, size: tuple[int, int], theme: str) -> None:
    stage = Stage(theme=theme)

    async def play(pilot: Pilot[Any]) -> None:
        await HISTORY_SCENES[state](stage, pilot)
        await pilot.pause()

    assert snap_compare(stage.app, terminal_size=size, run_before=play)


def test_a_tiny_screen(snap_compare: Compare) -> None:
    stage = Stage()

    async def play(pilot: Pilot[Any]) -> None:
        await Visit().open(stage, pilot)
        await pilot.press(*keys("scattering blu"))
        await stage.until(pilot, lambda: len(in_role(stage, Role.FOUND)) > 1)
        await pilot.pause()

    assert snap_compare(stage.app, terminal_size=(20, 5), run_before=play)
