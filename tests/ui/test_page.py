"""The page: one text, written by the user and a model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from textual import events
from textual.pilot import Pilot

from aztui.core.events import Retrying
from aztui.core.history import Drafted
from aztui.core.manuscript import Stretch
from aztui.core.problem import Kind, Problem
from aztui.ui.screens.page import PageScreen
from aztui.ui.widgets.manuscript import Manuscript
from tests.support.fakes import Noted
from tests.support.pictures import CHAT, INSTRUCT, Stage
from tests.support.sights import Size, on_each
from tests.support.tokens import answered

Compare = Callable[..., bool]
BEGUN = "The lighthouse keeper had not spoken to anyone for eleven days when"


def text(stage: Stage) -> Manuscript:
    found = stage.app.screen
    assert isinstance(found, PageScreen)
    return found._text


def whose(stage: Stage) -> list[tuple[str, bool]]:
    """The parts of the text, each with whether the model wrote it."""
    at, parts = 0, []
    for stretch in text(stage).stretches:
        parts.append((text(stage).text[at : at + stretch.length], stretch.model))
        at += stretch.length
    return parts


def ends(stage: Stage, piece: str) -> bool:
    return text(stage).text[: text(stage)._writes_at + len(text(stage)._written)].endswith(piece)


async def opened(stage: Stage, pilot: Pilot[Any], typed: str = BEGUN) -> None:
    """Type, and open the page with that."""
    stage.main._prompt.insert(typed)
    await pilot.press("f7")
    await stage.until(pilot, "page", "model's")


async def written(stage: Stage, pilot: Pilot[Any], *pieces: str, over: bool = True) -> None:
    """Have the model go on."""
    count = len(stage.source.runs)
    await pilot.press("f5")
    await stage.until(pilot, lambda: len(stage.source.runs) == count + 1)
    for piece in pieces:
        stage.source.last.text(piece)
        await stage.until(pilot, partial(ends, stage, piece))
    if over:
        stage.source.last.done(tokens=9)
        await stage.until(pilot, lambda: not text(stage).writes)


async def test_a_model_goes_on_where_the_cursor_is() -> None:
    stage = Stage()
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await opened(stage, pilot)
        await written(stage, pilot, " the", " first ship")
        assert stage.source.last.request.prompt == BEGUN
        assert whose(stage) == [(BEGUN, False), (" the first ship", True)]
        await pilot.press(*" came.")
        await written(stage, pilot, " It was")
        assert stage.source.last.request.prompt == f"{BEGUN} the first ship came."
        assert whose(stage)[-2:] == [(" came.", False), (" It was", True)]


async def test_it_goes_on_in_the_middle_too() -> None:
    stage = Stage()
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await opened(stage, pilot, "One three")
        await pilot.press("home", *["right"] * 4)
        await pilot.press("f5")
        await stage.until(pilot, lambda: len(stage.source.runs) == 1)
        assert stage.source.last.request.prompt == "One "
        stage.source.last.text("two ")
        stage.source.last.done()
        await stage.until(pilot, lambda: text(stage).text == "One two three")
        assert whose(stage) == [("One ", False), ("two ", True), ("three", False)]


async def test_undo_takes_a_generation_back_and_the_tree_has_it_still() -> None:
    stage = Stage()
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await opened(stage, pilot)
        await written(stage, pilot, " the", " first ship")
        await pilot.press("ctrl+underscore")
        assert text(stage).text == BEGUN
        assert whose(stage) == [(BEGUN, False)]
        await pilot.press("ctrl+y")
        assert whose(stage) == [(BEGUN, False), (" the first ship", True)]
        await pilot.press("ctrl+underscore")
        await written(stage, pilot, " a gull")
        await pilot.press("escape")
        await stage.until(pilot, "2/2", "a gull")
        await pilot.press("tab", "left_square_bracket")
        await stage.until(pilot, "1/2", "first ship")


async def test_what_goes_on_unchanged_follows_the_run_before() -> None:
    stage = Stage()
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await opened(stage, pilot)
        await written(stage, pilot, " the first ship")
        await written(stage, pilot, " appeared.")
        session = stage.main.conversation.session
        first, second = session.nodes
        assert session.nodes[second].parent == first
        await pilot.press("escape")
        await stage.until(pilot, "goes on with the answer above")


async def test_a_line_of_100_kb_is_as_good_as_a_short_one() -> None:
    stage = Stage()
    long = "The lighthouse keeper had not spoken to anyone. " * 2_100
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await opened(stage, pilot, long)
        assert "f5: ~25,200 tokens" in stage.text
        await written(stage, pilot, "Then a", " ship")
        assert stage.source.last.request.prompt == long
        assert whose(stage) == [(long, False), ("Then a ship", True)]
        await stage.until(pilot, "│ ship")
        await pilot.press("ctrl+home", *"In 1911 ")
        assert text(stage).text == f"In 1911 {long}Then a ship"
        await stage.until(pilot, "In 1911 The lighthouse keeper")
        await pilot.press("ctrl+underscore")
        assert whose(stage) == [(long, False), ("Then a ship", True)]
        await pilot.press("ctrl+underscore")
        assert text(stage).text == long


async def test_f9_cuts_off_what_follows() -> None:
    stage = Stage()
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await opened(stage, pilot, "One two")
        await pilot.press("home", "right", "right", "right", "f9")
        assert text(stage).text == "One"
        await pilot.press("ctrl+underscore")
        assert text(stage).text == "One two"


async def test_esc_stops_and_what_came_stays() -> None:
    stage = Stage()
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await opened(stage, pilot)
        await written(stage, pilot, " the", over=False)
        await pilot.press("x")
        assert text(stage).text == f"{BEGUN} the"
        await pilot.press("escape")
        await stage.until(pilot, "stopped by you")
        assert stage.source.last.cancelled
        assert whose(stage)[-1] == (" the", True)
        await pilot.press("x")
        assert text(stage).text == f"{BEGUN} thex"


async def test_it_begins_with_the_answer_in_view() -> None:
    stage = Stage()
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await answered(stage, pilot)
        await pilot.press("f7")
        await stage.until(pilot, "page")
        prompt = "A name for a lighthouse keeper:"
        assert whose(stage)[0] == (prompt, False)
        assert whose(stage)[1][0].startswith(" Elias Thorne, who")
        await pilot.press("f3", "right", "right", "k", "enter")
        await stage.until(pilot, lambda: len(stage.source.runs) == 2)
        assert stage.source.last.request.prompt == f"{prompt} Elias Reed"
        assert text(stage).text == f"{prompt} Elias Reed"


async def test_line_ends_of_every_kind_leave_the_rest_of_the_text_whole() -> None:
    stage = Stage()
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await opened(stage, pilot, "Hello TAIL")
        await pilot.press("home", *["right"] * 6, "f5")
        await stage.until(pilot, lambda: len(stage.source.runs) == 1)
        for piece in ("a\r", "\nb", "\u2028c", "\r"):
            stage.source.last.text(piece)
            await stage.look(pilot)
        stage.source.last.done()
        await stage.until(pilot, lambda: not text(stage).writes)
        assert text(stage).text == "Hello a\nb\nc\nTAIL"
        assert whose(stage) == [("Hello ", False), ("a\nb\nc\n", True), ("TAIL", False)]


async def test_nothing_is_typed_or_pasted_into_what_a_model_writes() -> None:
    stage = Stage()
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await opened(stage, pilot)
        await written(stage, pilot, " the", over=False)
        await pilot.press("left", "left", "ctrl+j", "x")
        stage.app.post_message(events.Paste("XYZ"))
        await pilot.pause()
        stage.source.last.text(" ship")
        stage.source.last.done()
        await stage.until(pilot, lambda: not text(stage).writes)
        assert text(stage).text == f"{BEGUN} the ship"


async def test_the_prompt_is_not_echoed_into_it() -> None:
    stage = Stage(replace(INSTRUCT, params={"echo": True, "max_tokens": 9}))
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await opened(stage, pilot, "Once")
        await written(stage, pilot, " upon")
        assert stage.source.last.request.params == {"max_tokens": 9}
        assert text(stage).text == "Once upon"


async def test_a_wait_is_asked_about_there_too() -> None:
    stage = Stage()
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await opened(stage, pilot)
        await pilot.press("f5")
        await stage.until(pilot, lambda: len(stage.source.runs) == 1)
        busy = Problem(Kind.RATE_LIMIT, "The rate limit is used up for now")
        stage.source.last.send(Retrying(busy, 600, 1, asks=True))
        await stage.until(pilot, "asks to wait 10 min")
        await pilot.press("f5")
        await stage.until(pilot, lambda: stage.source.last.agreed is True)


async def test_it_begins_with_the_answer_of_several_that_is_in_view() -> None:
    stage = Stage(replace(INSTRUCT, params={"n": 2}))
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await stage.ask(pilot, "A name:")
        await stage.say(pilot, " Tom", 0)
        await stage.say(pilot, " Eli", 1)
        stage.source.last.done(tokens=2, choices=2)
        await stage.until(pilot, "2 tokens")
        await pilot.press("tab", "g", "j", "w")
        await stage.until(pilot, "page")
        assert text(stage).text == "A name: Eli"


async def test_a_space_at_the_end_can_be_seen_and_is_told_of() -> None:
    stage = Stage()
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await opened(stage, pilot, "Once ")
        await stage.until(pilot, "Once·", "ends with a space")


async def test_a_chat_deployment_has_no_page() -> None:
    stage = Stage(CHAT)
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f7")
        await stage.until(pilot, "needs the completions API")


async def test_it_is_there_again_and_is_kept_with_the_draft() -> None:
    noted = Noted()
    stage = Stage(journal=lambda *_: noted)
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await opened(stage, pilot)
        await written(stage, pilot, " the first ship")
        await pilot.press("!", "escape")
        await stage.until(pilot, "Ask anything")
        await pilot.press("f7")
        await stage.until(pilot, "page")
        assert text(stage).text == f"{BEGUN} the first ship!"
        await stage.until(pilot, lambda: any(isinstance(one, Drafted) for one in noted.changes))
    page = next(
        change.draft.page
        for change in reversed(noted.changes)
        if isinstance(change, Drafted) and change.draft is not None
    )
    assert page.text == f"{BEGUN} the first ship!"
    assert page.stretches == (
        Stretch(len(BEGUN), model=False),
        Stretch(len(" the first ship"), model=True),
        Stretch(1, model=False),
    )


async def test_a_new_session_has_a_new_page() -> None:
    stage = Stage()
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await opened(stage, pilot)
        await pilot.press("escape", "ctrl+n")
        stage.main._prompt.clear()
        await pilot.press("f7")
        await stage.until(pilot, "Write, then f5")


async def scene(stage: Stage, pilot: Pilot[Any]) -> None:
    """A page on which both have written."""
    await opened(stage, pilot)
    await written(stage, pilot, " the first ship appeared on the horizon, low and grey, and")
    await pilot.press(*" he ")
    await written(stage, pilot, "put the kettle on.\n\nIt was not a ship. ")


@on_each
def test_it_looks_as_it_did(snap_compare: Compare, theme: str, size: Size) -> None:
    stage = Stage(theme=theme)

    async def play(pilot: Pilot[Any]) -> None:
        await scene(stage, pilot)

    assert snap_compare(stage.app, terminal_size=size, run_before=play)
