"""The page of the session's tree."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from rich.cells import cell_len
from textual.pilot import Pilot

from aztui.core.events import RunId
from aztui.core.run import Phase
from aztui.core.tree import Session, SessionId
from aztui.ui.screens.tree import TreeScreen
from aztui.ui.theme import DARK
from aztui.ui.widgets.rows import HERE
from tests.support.pictures import CHAT, Stage
from tests.support.sights import on_each
from tests.support.trees import branched, run, told, tree

Compare = Callable[..., bool]


class Shown:
    """The page, and what came of it."""

    def __init__(self, session: Session, *, theme: str = DARK) -> None:
        self.stage = Stage(CHAT, theme=theme)
        self.session = session
        self.left: list[RunId | None] = []

    async def open(self, pilot: Pilot[Any]) -> None:
        screen = TreeScreen(self.session, self._bookmark)
        self.stage.app.push_screen(screen, self.left.append)
        await self.stage.until(pilot, lambda: self.stage.app.screen is screen)
        await pilot.pause()

    @property
    def row(self) -> str:
        """The row where the user is, without its guides."""
        here = (row for row in self.stage.rows if row.lstrip().startswith(HERE))
        return next(here).lstrip(f"{HERE} │├└…")

    def _bookmark(self, run: RunId) -> bool:
        kept = run not in self.session.bookmarks
        self.session = self.session.bookmark(run, kept=kept)
        return kept


async def test_a_run_that_is_chosen_is_gone_to() -> None:
    shown = Shown(branched())
    async with shown.stage.app.run_test(size=(80, 24)) as pilot:
        await shown.open(pilot)
        await pilot.press("home", "down", "enter")
        await shown.stage.until(pilot, "Ask anything")
        assert shown.left == ["b"]


@pytest.mark.parametrize("key", ["escape", "f8", "T", "q"])
async def test_who_leaves_stays_where_they_were(key: str) -> None:
    shown = Shown(branched())
    async with shown.stage.app.run_test(size=(80, 24)) as pilot:
        await shown.open(pilot)
        await pilot.press("home", key)
        await shown.stage.until(pilot, "Ask anything")
        assert shown.left == [None]


async def test_it_begins_where_the_session_is_and_says_so() -> None:
    shown = Shown(branched())
    async with shown.stage.app.run_test(size=(80, 24)) as pilot:
        await shown.open(pilot)
        assert shown.row.startswith("Give me the formula.")
        assert " now " in shown.row
        await pilot.press("home")
        assert " now " not in shown.row
        assert sum(" now " in row for row in shown.stage.rows) == 1


@pytest.mark.parametrize(
    ("keys", "begins"),
    [
        (["up"], "Give me the formula."),
        (["k", "k"], "For a physicist?"),
        (["j"], "* continued"),
        (["down", "down"], "And in 日本語"),
        (["left"], "For a physicist?"),
        (["h", "h"], "And in one sentence?"),
        (["right"], "* continued"),
        (["left", "l"], "Give me the formula."),
        (["left", "left_square_bracket"], "* For a child?"),
        (["left", "left_square_bracket", "right_square_bracket"], "For a physicist?"),
        (["n"], "* continued"),
        (["n", "n"], "* For a child?"),
        (["N"], "* For a child?"),
        (["home"], "What is the transformer architecture? …"),
        (["G"], "What is the transformer architectu"),
        (["g", "right_square_bracket"], "What is the transformer architectu"),
    ],
)
async def test_the_keys_go_about_in_it(keys: list[str], begins: str) -> None:
    shown = Shown(branched())
    async with shown.stage.app.run_test(size=(80, 24)) as pilot:
        await shown.open(pilot)
        await pilot.press(*keys)
        assert shown.row.startswith(begins)


@pytest.mark.parametrize(
    ("keys", "says"),
    [
        (["home", "left"], "This is where the session begins."),
        (["end", "right"], "Nothing follows here."),
        (["end", "right_square_bracket"], "There is no other after it."),
        (["home", "left_square_bracket"], "There is no other before it."),
    ],
)
async def test_a_key_that_goes_nowhere_says_why(keys: list[str], says: str) -> None:
    shown = Shown(branched())
    async with shown.stage.app.run_test(size=(80, 24)) as pilot:
        await shown.open(pilot)
        await pilot.press(*keys)
        await shown.stage.until(pilot, says)
        await pilot.press("up", "down")
        await shown.stage.until(pilot, "enter go there")
        assert says not in shown.stage.text


async def test_bookmarks_come_and_go() -> None:
    shown = Shown(replace(branched(), bookmarks=frozenset()))
    async with shown.stage.app.run_test(size=(80, 24)) as pilot:
        await shown.open(pilot)
        await pilot.press("n")
        await shown.stage.until(pilot, "There is no bookmark yet: m makes one.")
        await pilot.press("m")
        await shown.stage.until(pilot, "1 bookmark ")
        assert shown.row.startswith("* Give me")
        assert shown.session.bookmarks == {"f"}
        await pilot.press("home", "n")
        assert shown.row.startswith("* Give me")
        await pilot.press("m")
        assert shown.row.startswith("Give me")
        assert "bookmark " not in shown.stage.rows[0]
        assert shown.session.bookmarks == frozenset()


@pytest.mark.parametrize(
    ("place", "says"),
    [
        (0, ["What is the transformer", "159 tokens", "4.1 s"]),
        (3, ["For a physicist?", "stopped", "~3 tokens", "3.0 s"]),
        (4, ["Give me the formula.", "failed"]),
        (5, ["Give me the formula.", "now", "1,204 tokens", "12.5 s"]),
        (6, ["* continued", "token limit", "2 tokens", "2 min 5 s"]),
        (7, ["And in 日本語, please", "cut short"]),
        (8, ["Thanks!", "filtered"]),
        (9, ["What is the transformer", "interrupted"]),
    ],
)
async def test_a_row_says_how_a_run_ended_and_what_it_took(place: int, says: list[str]) -> None:
    shown = Shown(branched())
    async with shown.stage.app.run_test(size=(80, 24)) as pilot:
        await shown.open(pilot)
        await pilot.press("home", *["down"] * place)
        assert [word for word in says if word not in shown.row] == []


async def test_below_stand_the_prompt_the_answers_beginning_and_how_it_went() -> None:
    shown = Shown(branched())
    async with shown.stage.app.run_test(size=(80, 24)) as pilot:
        await shown.open(pilot)
        await pilot.press("home")
        notes = "\n".join(shown.stage.rows[-6:])
        assert "What is the transformer architecture? Explain self-attention. 5" in notes
        assert "A transformer reads all tokens at once." in notes
        assert "gpt-5-mini · done (stop) · 159 tokens" in notes
        await pilot.press("right", "right", "right_square_bracket")
        assert "stopped by you" in "\n".join(shown.stage.rows[-6:])
        await pilot.press("right")
        assert "The deployment gpt-4o-mni does not exist" in "\n".join(shown.stage.rows[-6:])


async def test_what_is_under_way_says_so() -> None:
    waiting = run("b", phase=Phase.STREAMING, ended=None)
    shown = Shown(tree([(run("a", answer="A"), None), (waiting, "a")]))
    async with shown.stage.app.run_test(size=(80, 24)) as pilot:
        await shown.open(pilot)
        assert "now · under way" in shown.row
        assert "gpt-5-mini · under way" in shown.stage.text


async def test_a_session_without_a_prompt_has_an_empty_tree() -> None:
    shown = Shown(Session(SessionId("s")))
    async with shown.stage.app.run_test(size=(80, 24)) as pilot:
        await shown.open(pilot)
        await shown.stage.until(pilot, "Nothing has been asked in this session yet.", "0 runs")
        await pilot.press("down", "left", "n", "m", "end", "enter", "escape")
        await shown.stage.until(pilot, "Ask anything")
        assert shown.left == [None]


async def test_nothing_in_a_prompt_reaches_the_terminal_as_it_is() -> None:
    hostile = "\x1b]0;owned\x07 \x1b[31mred\u202e\tend"
    shown = Shown(replace(tree([(run("a", hostile, hostile), None)]), name=hostile))
    async with shown.stage.app.run_test(size=(80, 24)) as pilot:
        await shown.open(pilot)
        assert not {"\x1b", "\x07", "\u202e", "\t"} & set(shown.stage.text)
        assert "␛]0;owned" in shown.row


@pytest.mark.parametrize("size", [(80, 24), (40, 12), (30, 7), (20, 5)])
async def test_the_row_where_the_user_is_stays_on_the_screen(size: tuple[int, int]) -> None:
    pairs = [(run(str(at), "日本語 " * 20, "x"), str(at - at % 3 - 1)) for at in range(3, 90)]
    session = tree([*((run(str(at)), None) for at in range(3)), *pairs], head="40")
    shown = Shown(session)
    async with shown.stage.app.run_test(size=size) as pilot:
        await shown.open(pilot)
        for key in ("end", "pageup", "home", "pagedown", "left", "right", "end", "up"):
            await pilot.press(key)
            assert shown.row
            assert max(map(cell_len, shown.stage.rows)) <= size[0]


@pytest.mark.parametrize("width", [100, 80, 60, 40, 30, 20])
async def test_no_row_is_wider_than_the_screen_however_deep_it_is(width: int) -> None:
    deep: list[Any] = [(run("0", **told(1.0, 99_999)), None)]
    for at in range(20):
        deep += [
            (run(f"x{at}", "Again " * 30, phase=Phase.INTERRUPTED, ended=700.0), str(at)),
            (run(str(at + 1), "Why? " * 30, "Since. " * 400_000, ended=0.01), str(at)),
        ]
    shown = Shown(tree(deep))
    async with shown.stage.app.run_test(size=(width, 30)) as pilot:
        await shown.open(pilot)
        rows = shown.stage.rows[3:20]
        assert max(map(cell_len, rows)) < width
        assert all("Why?" in row or "Again" in row for row in rows)


async def test_a_session_of_ten_thousand_runs_is_gone_about_in() -> None:
    nodes = [(run(str(at)), str(at - 1 - at % 5 // 4) if at else None) for at in range(10_000)]
    shown = Shown(tree(nodes))
    async with shown.stage.app.run_test(size=(80, 24)) as pilot:
        await shown.open(pilot)
        assert shown.row.startswith("9999")
        await shown.stage.until(pilot, "10,000 of 10,000")
        await pilot.press("home", "pagedown")
        assert shown.row.startswith("14")
        await pilot.press("end", "left")
        assert shown.row.startswith("9997")


@on_each
def test_the_tree(snap_compare: Compare, size: tuple[int, int], theme: str) -> None:
    shown = Shown(branched(), theme=theme)

    async def play(pilot: Pilot[Any]) -> None:
        await shown.open(pilot)
        await pilot.press("left")

    assert snap_compare(shown.stage.app, terminal_size=size, run_before=play)
