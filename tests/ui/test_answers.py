"""The answers to a prompt side by side, and several of them asked for with few keys."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest
from rich.cells import cell_len
from textual.pilot import Pilot

from aztui.core.events import Apart, Cause, Ended, FinishReason
from aztui.ui.screens.answers import AnswersScreen
from aztui.ui.theme import DARK, LIGHT
from aztui.ui.widgets.rows import HERE
from tests.support.pictures import CHAT, INSTRUCT, NOT_THERE, Stage

Compare = Callable[..., bool]

FOUR: Final = replace(CHAT, params={"max_tokens": 400, "n": 4})
PROMPT: Final = "A name for a lighthouse keeper?"
KEEPERS: Final = (
    (
        "**Elias Thorne.** Biblical and a little stern, like the man who has not spoken to anyone "
        "for eleven days.\n\n- short enough to be shouted\n- old enough to be true\n"
    ),
    "Marit Solheim",
    "Tom Penhaligon, since the coast is Cornish: \x1b[31mthe name\x1b[0m is as old as the rock.",
)


async def four(stage: Stage, pilot: Pilot[Any]) -> None:
    """Have four answers under way: one of them done, one cut by its limit, one not begun."""
    await stage.ask(pilot, PROMPT)
    for choice, text in enumerate(KEEPERS):
        await stage.say(pilot, text, choice)
    stage.source.last.send(FinishReason(0, "stop"), FinishReason(1, "length"))
    await pilot.pause()
    stage.main.on_stream_events()


async def beside(stage: Stage, pilot: Pilot[Any]) -> None:
    """Show the answers side by side."""
    await pilot.press("tab", "vertical_line")
    await stage.until(pilot, lambda: isinstance(stage.app.screen, AnswersScreen), "esc back")
    await pilot.pause()


async def done(stage: Stage, pilot: Pilot[Any], *texts: str) -> None:
    """Get whole answers."""
    for choice, text in enumerate(texts):
        await stage.say(pilot, text, choice)
    stage.source.last.done(choices=len(texts))
    await stage.until(pilot, lambda: stage.main.conversation.live is None)


def heads(stage: Stage) -> str:
    return next(row for row in stage.rows if " of " in row and "answers ·" not in row)


async def test_as_many_as_fit_stand_side_by_side_and_each_says_how_it_goes() -> None:
    stage = Stage(FOUR)
    async with stage.app.run_test(size=(160, 30)) as pilot:
        await four(stage, pilot)
        await beside(stage, pilot)
        names = [part.split() for part in heads(stage).split("│")]
        assert [" ".join(name) for name in names] == [
            f"{HERE} 1 of 4 · followed done (stop)",
            "2 of 4 ▪ token limit",
            "3 of 4 streaming",
            "4 of 4 waiting",
        ]
        row = next(row for row in stage.rows if "Elias" in row)
        assert "Marit Solheim" in row
        assert "Tom Penhaligon" in row
        assert "~3 tokens · 13 characters" in stage.text
        assert "\x1b" not in stage.text


async def test_they_grow_while_text_comes() -> None:
    stage = Stage(FOUR)
    async with stage.app.run_test(size=(160, 30)) as pilot:
        await four(stage, pilot)
        await beside(stage, pilot)
        stage.source.last.text("Aino", 3)
        stage.source.last.text(" And so on.", 2)
        await stage.until(pilot, "Aino▌", "And so on.▌")
        stage.source.last.send(FinishReason(2, "stop"), FinishReason(3, "stop"))
        stage.source.last.send(Ended(Cause.CLOSED))
        await stage.until(pilot, lambda: heads(stage).count("done (stop)") == 3)
        assert "▌" not in stage.text


WALK: Final = (
    ("h", 1),
    ("l", 2),
    ("right", 3),
    ("right_square_bracket", 4),
    ("tab", 4),
    ("left", 3),
    ("left_square_bracket", 2),
    ("tab", 3),
    ("shift+tab", 2),
)


async def test_the_keys_go_from_one_to_the_next() -> None:
    stage = Stage(FOUR)
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await four(stage, pilot)
        await beside(stage, pilot)
        for key, place in WALK:
            await pilot.press(key)
            assert f"{HERE} {place} of 4" in heads(stage)
            assert f"{place} of 4" in stage.rows[0]
            assert heads(stage).count("of 4") == 2


async def test_one_alone_fills_a_narrow_screen() -> None:
    stage = Stage(FOUR)
    async with stage.app.run_test(size=(40, 12)) as pilot:
        await four(stage, pilot)
        await beside(stage, pilot)
        assert heads(stage).count("of 4") == 1
        assert max(map(cell_len, stage.rows)) <= 40
        await pilot.press("l")
        await stage.until(pilot, "Marit Solheim")
        assert "Elias" not in stage.text


async def test_they_scroll_together() -> None:
    long = [f"{name}\n\n" + "\n\n".join(f"{name}{at}" for at in range(40)) for name in "abcd"]
    stage = Stage(FOUR)
    async with stage.app.run_test(size=(160, 24)) as pilot:
        await stage.ask(pilot, PROMPT)
        await done(stage, pilot, *long)
        await beside(stage, pilot)
        await stage.until(pilot, "a0")
        await pilot.press("pagedown")
        row = next(row for row in stage.rows if "a12" in row)
        assert {"b12", "c12", "d12"} <= set(row.split())
        await pilot.press("G")
        await stage.until(pilot, "a39", "d39")
        await pilot.press("k")
        assert "a39" not in stage.text
        await pilot.press("g")
        await stage.until(pilot, "a0", "d0")


async def test_what_comes_is_followed_until_one_scrolls_up() -> None:
    stage = Stage(FOUR)
    async with stage.app.run_test(size=(160, 24)) as pilot:
        await stage.ask(pilot, PROMPT)
        await stage.say(pilot, "\n\n".join(f"a{at}" for at in range(40)), 0)
        await beside(stage, pilot)
        await stage.until(pilot, "a39▌")
        await pilot.press("k")
        stage.source.last.text("\n\na40\n\na41", 0)
        await stage.until(pilot, lambda: "1 of 4" in heads(stage))
        await pilot.pause(0.2)
        assert "a41" not in stage.text
        await pilot.press("end")
        await stage.until(pilot, "a41▌")


async def test_runs_beside_it_that_were_asked_the_same_are_there_with_what_differs() -> None:
    stage = Stage(CHAT)
    async with stage.app.run_test(size=(120, 24)) as pilot:
        await stage.ask(pilot, PROMPT)
        await done(stage, pilot, "Elias")
        stage.main.conversation.params = {**CHAT.params, "temperature": 1.5}
        await pilot.press("f5")
        await done(stage, pilot, "Marit")
        await pilot.press("tab", "e", "!", "enter")
        await done(stage, pilot, "Someone else!")
        await pilot.press("tab", "left_square_bracket", "vertical_line")
        await stage.until(pilot, "esc back", "Elias", "Marit", f"{HERE} 2 of 2")
        assert "Someone else!" not in stage.text
        figures = next(row for row in stage.rows if "~" in row).split("│")
        assert [part.split(" · ")[0].strip() for part in figures] == ["temp 0.7", "temp 1.5"]


async def test_the_conversation_goes_on_from_the_one_that_is_chosen() -> None:
    stage = Stage(FOUR)
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await stage.ask(pilot, PROMPT)
        await done(stage, pilot, "Elias", "Marit", "Tom", "Aino")
        await beside(stage, pilot)
        await pilot.press("l", "l", "enter")
        await stage.until(pilot, "What you send now follows answer 3.", "followed: answer 3")
        await pilot.press("tab")
        await stage.ask(pilot, "Why?")
        said = [message.content for message in stage.source.last.request.messages]
        assert said[1:] == [PROMPT, "Tom", "Why?"]


async def test_another_answer_begins_a_branch_where_something_followed_the_old_one() -> None:
    stage = Stage(FOUR)
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await stage.ask(pilot, PROMPT)
        await done(stage, pilot, "Elias", "Marit", "Tom", "Aino")
        await stage.ask(pilot, "Why?")
        await done(stage, pilot, "Since.", "So.", "Thus.", "Hence.")
        await pilot.press("tab", "g", "vertical_line")
        await stage.until(pilot, "esc back", PROMPT)
        await pilot.press("h", "h", "h", "l", "enter")
        await stage.until(pilot, "What you send now follows answer 2.")
        assert "Why?" not in stage.text
        await pilot.press("tab")
        await stage.ask(pilot, "And?")
        said = [message.content for message in stage.source.last.request.messages]
        assert said[1:] == [PROMPT, "Marit", "And?"]


async def test_completions_have_nothing_to_follow() -> None:
    stage = Stage(replace(INSTRUCT, params={"n": 2}))
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await stage.ask(pilot, PROMPT)
        await done(stage, pilot, "Elias", "Marit")
        await beside(stage, pilot)
        assert "followed" not in stage.text
        await pilot.press("l", "enter")
        await stage.until(pilot, "Ask anything", "Marit")
        assert "follows" not in stage.text


async def test_who_leaves_is_where_they_were() -> None:
    stage = Stage(FOUR)
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await four(stage, pilot)
        await pilot.press("tab")
        for key in ("escape", "vertical_line", "q"):
            await pilot.press("vertical_line")
            await stage.until(pilot, "esc back")
            await pilot.press("l", key)
            await stage.until(pilot, "Ask anything", "streaming")
        assert not stage.source.last.cancelled


async def test_an_answer_is_copied_as_it_came(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("TMUX", "STY", "DISPLAY", "WAYLAND_DISPLAY", "WSL_DISTRO_NAME", "TERM_PROGRAM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in (("TERM", "linux"), ("PATH", str(tmp_path)), ("HOME", str(tmp_path))):
        monkeypatch.setenv(name, value)
    stage = Stage(FOUR, copies=lambda: tmp_path / "copies")
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await four(stage, pilot)
        await beside(stage, pilot)
        await pilot.press("l", "l", "y")
        await stage.until(pilot, "Wrote answer 3 so far to ~/copies/")
        (file,) = (tmp_path / "copies").iterdir()
        assert file.read_text() == KEEPERS[2]


async def test_without_an_answer_there_is_nothing_to_see() -> None:
    stage = Stage(FOUR)
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await pilot.press("tab", "vertical_line")
        await stage.until(pilot, "There is no answer yet.")


async def test_five_answers_are_two_keys_away() -> None:
    stage = Stage(CHAT)
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await stage.ask(pilot, PROMPT)
        await done(stage, pilot, "Elias")
        await pilot.press("tab", "5")
        await stage.until(pilot, "5 answers to the last prompt: r asks for them")
        await pilot.press("r")
        await stage.until(pilot, lambda: len(stage.source.runs) == 2, "answer 5 of 5")
        request = stage.source.last.request
        assert (request.prompt, request.answers) == (PROMPT, 5)
        await done(stage, pilot, *"abcde")
        await pilot.press("f5")
        assert stage.source.last.request.answers == 1


async def test_the_palette_asks_for_how_many() -> None:
    stage = Stage(CHAT)
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await stage.ask(pilot, PROMPT)
        await done(stage, pilot, "Elias")
        await pilot.press("ctrl+p", *"several")
        await stage.until(pilot, "Ask again, several answers at once")
        await pilot.press("enter")
        await stage.until(pilot, "for how many answers at once?")
        await pilot.press("1", "2", "enter")
        await stage.until(pilot, lambda: len(stage.source.runs) == 2)
        assert stage.source.last.request.answers == 12


async def test_a_number_is_forgotten_where_another_key_follows() -> None:
    stage = Stage(CHAT)
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await stage.ask(pilot, PROMPT)
        await done(stage, pilot, "Elias")
        await pilot.press("tab", "5", "d")
        await stage.until(pilot, "Answer", "esc back")
        await pilot.press("escape", "r")
        await stage.until(pilot, lambda: len(stage.source.runs) == 2)
        assert stage.source.last.request.answers == 1


async def test_below_the_answers_stands_that_each_was_a_request() -> None:
    stage = Stage(FOUR)
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await stage.ask(pilot, PROMPT)
        stage.source.last.send(Apart(4))
        await done(stage, pilot, "Elias", "Marit", "Tom", "Aino")
        await stage.until(pilot, "The service gives one answer a request: 4 requests were made.")


async def test_what_failed_says_why_in_its_column() -> None:
    stage = Stage(FOUR)
    async with stage.app.run_test(size=(160, 24)) as pilot:
        await stage.ask(pilot, PROMPT)
        stage.source.last.send(Apart(4))
        for choice, text in enumerate(KEEPERS):
            await stage.say(pilot, text, choice)
            stage.source.last.send(FinishReason(choice, "stop"))
        stage.source.last.fail(NOT_THERE)
        await stage.until(pilot, lambda: stage.main.conversation.live is None)
        await beside(stage, pilot)
        await stage.until(pilot, "✗ cut short", "This deployment does not exist")


PICTURES: Final = [((80, 24), DARK), ((80, 24), LIGHT), ((40, 12), DARK), ((200, 50), DARK)]


@pytest.mark.parametrize(
    ("size", "theme"), PICTURES, ids=[f"{w}x{h}-{theme}" for (w, h), theme in PICTURES]
)
def test_answers(snap_compare: Compare, size: tuple[int, int], theme: str) -> None:
    stage = Stage(FOUR, theme=theme)

    async def play(pilot: Pilot[Any]) -> None:
        await four(stage, pilot)
        await beside(stage, pilot)

    assert snap_compare(stage.app, terminal_size=size, run_before=play)
