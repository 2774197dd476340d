"""The token lens: how likely tokens were, what else could have stood there, and going on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest
from textual.pilot import Pilot

from aztui.core.events import Tokens
from aztui.ui.screens.lens import LensScreen
from aztui.ui.theme import LIGHT
from tests.support.pictures import CHAT, INSTRUCT, Stage
from tests.support.sights import SIZES, Size, size_name
from tests.support.tokens import LENS_SCENES, answered, chosen

Compare = Callable[..., bool]
PROMPT = "A name for a lighthouse keeper:"


def about(stage: Stage) -> str:
    """What is said of the token where the user is."""
    return next(row for row in stage.rows if " bits" in row and "%" in row)


def number(stage: Stage) -> int:
    """Which token that is."""
    return int(about(stage).split(" of 19")[0].split()[-1])


def rivals(stage: Stage) -> list[str]:
    """The tokens that could stand there, as they are listed."""
    return [
        row for row in stage.rows if row.rstrip().rstrip("█▏▎▍▌▋▊▉ ").endswith("%") and '"' in row
    ]


async def opened(stage: Stage, pilot: Pilot[Any]) -> None:
    await answered(stage, pilot)
    await pilot.press("f3")
    await stage.until(pilot, "lens", "1 of 19")


async def test_the_token_where_the_user_is_is_told_of() -> None:
    stage = Stage()
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await opened(stage, pilot)
        assert '" Eli" · 62.0 % · 0.69 bits · rank 1' in about(stage)
        assert "perplexity 2.97 · 1.57 bits a token" in stage.rows[0]
        await pilot.press("right", "right")
        assert '" Thorne" · 31.0 % · 1.69 bits · rank 2' in about(stage)
        assert [row.split('"')[1] for row in rivals(stage)] == [
            " Reed",
            " Thorne",
            " Vance",
            " Blackwood",
        ]
        assert "bytes 20 54 68 6f 72 6e 65" in stage.text


async def test_n_goes_to_what_is_surprising_and_the_threshold_can_be_moved() -> None:
    stage = Stage()
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await opened(stage, pilot)
        seen = []
        for _ in range(5):
            await pilot.press("n")
            seen.append(about(stage).split('"')[1])
        assert seen == [" Thorne", " not", " eleven", "↵", " fine"]
        await pilot.press("n")
        assert "There is no surprising token after this one." in stage.text
        await pilot.press("N", "N")
        assert about(stage).split('"')[1] == " eleven"
        await pilot.press(*["less_than_sign"] * 4)
        assert "above 1 bits" in stage.text
        await pilot.press("home", "n", "n")
        assert about(stage).split('"')[1] == ","


async def test_lines_are_gone_up_and_down() -> None:
    stage = Stage()
    async with stage.app.run_test(size=(44, 24)) as pilot:
        await opened(stage, pilot)
        await pilot.press("right", "down")
        below = number(stage)
        await pilot.press("up")
        assert number(stage) < 5 < below


async def test_a_completion_goes_on_from_another_token_exactly() -> None:
    stage = Stage()
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await opened(stage, pilot)
        await pilot.press("right", "right", "k", "enter")
        await stage.until(pilot, lambda: len(stage.source.runs) == 2)
        request = stage.source.last.request
        assert request.prompt == f"{PROMPT} Elias Reed"
        assert (request.params, request.logprobs) == (INSTRUCT.params, True)
        await stage.say(pilot, ", who kept the light")
        stage.source.last.done(tokens=5)
        await stage.until(pilot, "2/2", PROMPT, "goes on from “ Elias Reed”")
        assert "·Elias Reed, who kept the light" in stage.text
        await stage.until(pilot, "Prompt and beginning were 10 tokens")
        await pilot.press("tab", "left_square_bracket")
        await stage.until(pilot, "1/2", "Thorne")


async def test_several_short_continuations_are_asked_for_at_once() -> None:
    stage = Stage()
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await opened(stage, pilot)
        await pilot.press("n", "5")
        await stage.until(pilot, "enter 5 continuations of 32 tokens")
        await pilot.press("plus", "enter")
        await stage.until(pilot, lambda: len(stage.source.runs) == 2)
        request = stage.source.last.request
        assert request.prompt == f"{PROMPT} Elias Thorne"
        assert (request.params["n"], request.params["max_tokens"]) == (5, 64)
        await pilot.press("escape")
        await stage.until(pilot, "stopped by you")
        await pilot.press("f5")
        await stage.until(pilot, lambda: len(stage.source.runs) == 3)
        again = stage.source.last.request
        assert (again.prompt, again.params["max_tokens"]) == (request.prompt, 1000)


async def test_a_conversation_comes_near_it_and_says_so() -> None:
    stage = Stage(replace(CHAT, params={}))
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await opened(stage, pilot)
        await pilot.press("right", "right", "k", "enter")
        await stage.until(pilot, lambda: len(stage.source.runs) == 2)
        said = [(turn.role, turn.content) for turn in stage.source.last.request.messages[1:]]
        assert said == [
            ("user", PROMPT),
            ("assistant", " Elias Reed"),
            ("user", "Continue exactly where you stopped."),
        ]
        await stage.say(pilot, ", who")
        stage.source.last.done(tokens=5)
        await stage.until(pilot, "cannot go on within an answer")
        await stage.ask(pilot, "And his wife?")
        said = [(turn.role, turn.content) for turn in stage.source.last.request.messages[1:]]
        assert said[:2] == [("user", PROMPT), ("assistant", " Elias Reed, who")]


async def test_a_part_of_a_character_cannot_be_sent() -> None:
    stage = Stage()
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await stage.ask(pilot, PROMPT)
        stage.source.last.text(" Elias")
        part = chosen(" Elias", {" Elias": 0.5, "\ufffd": 0.3})
        stage.source.last.send(Tokens(0, (part,)))
        stage.source.last.done(tokens=1)
        await stage.until(pilot, "1 token")
        await pilot.press("f3", "j", "enter")
        await stage.until(pilot, "cannot be sent")
        assert len(stage.source.runs) == 1


async def test_it_follows_an_answer_that_streams() -> None:
    stage = Stage()
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await answered(stage, pilot, over=False)
        await pilot.press("f3")
        await stage.until(pilot, "19 tokens")
        stage.source.last.text(" But")
        stage.source.last.send(Tokens(0, (chosen(" But", {" But": 0.5}),)))
        await stage.until(pilot, "20 tokens", "fine. But")
        await pilot.press("enter")
        await stage.until(pilot, "Still streaming")
        stage.source.last.done()
        await stage.until(pilot, lambda: stage.main.conversation.live is None)
        await pilot.press("enter")
        await stage.until(pilot, lambda: len(stage.source.runs) == 2)


async def test_it_follows_to_the_end_where_nothing_is_told_of_the_tokens() -> None:
    stage = Stage()
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await stage.ask(pilot, PROMPT)
        await stage.say(pilot, "one ")
        await pilot.press("f3")
        await stage.until(pilot, "Nothing has come yet.")
        stage.source.last.text("two three")
        stage.source.last.done()
        await stage.until(pilot, "one two three", "was asked how")


async def test_a_text_longer_than_the_screen_is_followed_too() -> None:
    stage = Stage()
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await stage.ask(pilot, PROMPT)
        await stage.say(pilot, "word\n" * 40)
        await pilot.press("tab", "t")
        await stage.until(pilot, "lens", "Nothing has come yet.")
        one = chosen("word\n", {"word\n": 0.5})
        stage.source.last.send(Tokens(0, (one,) * 40))
        await stage.until(pilot, "40 tokens", "1 of 40")
        for count in (41, 42):
            stage.source.last.text("word\n")
            stage.source.last.send(Tokens(0, (one,)))
            await stage.until(pilot, f"{count} tokens", f"1 of {count}")


async def test_a_token_without_a_text_is_there_at_the_end() -> None:
    stage = Stage()
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await stage.ask(pilot, PROMPT)
        stage.source.last.text("Eli")
        tokens = (chosen("Eli", {"Eli": 0.5}), chosen("<|end|>", {"<|end|>": 0.9}))
        stage.source.last.send(Tokens(0, tokens))
        await pilot.press("f3")
        await stage.until(pilot, "1 of 2")
        stage.source.last.done()
        await stage.until(pilot, lambda: stage.main.conversation.live is None)
        await pilot.press("end")
        await stage.until(pilot, "2 of 2", "<|end|>")


async def test_esc_takes_a_number_back_and_then_leaves() -> None:
    stage = Stage()
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await opened(stage, pilot)
        await pilot.press("3", "escape")
        assert isinstance(stage.app.screen, LensScreen)
        await pilot.press("escape")
        await stage.until(pilot, "Ask anything")


async def test_without_an_answer_there_is_nothing_to_look_at() -> None:
    stage = Stage()
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f3")
        await stage.until(pilot, "There is no answer yet.")


async def test_each_answer_of_several_has_its_own() -> None:
    stage = Stage(replace(INSTRUCT, params={"n": 2}))
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await stage.ask(pilot, PROMPT)
        shares: Mapping[str, float] = {"Tom": 0.5, "Eli": 0.5}
        for number, name in enumerate(shares):
            stage.source.last.text(name, number)
            stage.source.last.send(Tokens(number, (chosen(name, shares),)))
        stage.source.last.done(tokens=2, choices=2)
        await stage.until(pilot, "2 tokens")
        await pilot.press("tab", "g", "j", "t")
        await stage.until(pilot, "answer 2 of 2", '"Eli"')


@pytest.mark.parametrize("size", SIZES, ids=size_name)
@pytest.mark.parametrize("scene", LENS_SCENES)
def test_it_looks_as_it_did(snap_compare: Compare, scene: str, size: Size) -> None:
    stage = Stage()

    async def play(pilot: Pilot[Any]) -> None:
        await LENS_SCENES[scene](stage, pilot)

    assert snap_compare(stage.app, terminal_size=size, run_before=play)


def test_it_looks_as_it_did_on_a_light_terminal(snap_compare: Compare) -> None:
    stage = Stage(theme=LIGHT)

    async def play(pilot: Pilot[Any]) -> None:
        await LENS_SCENES["lens"](stage, pilot)

    assert snap_compare(stage.app, terminal_size=(80, 24), run_before=play)
