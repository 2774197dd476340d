"""The page of profiles and deployments, and the question before a credential goes anywhere."""

from __future__ import annotations

from dataclasses import replace

import pytest

from aztui.core.listing import ListingError
from aztui.core.problem import Kind, Problem
from aztui.core.request import Api
from aztui.ui.switching import Choice
from aztui.ui.widgets.places import Places
from aztui.ui.widgets.rows import HERE
from tests.support.pictures import (
    CHAT,
    INSTRUCT,
    LISTED,
    UNAPPROVED,
    Book,
    Slow,
    Stage,
    approval,
    asking_resource,
    listed,
    profiles,
)

WRONG_API = Problem(
    Kind.BAD_REQUEST, "This deployment does not answer completions", try_api=Api.CHAT
)


def row(stage: Stage) -> str:
    """The row where the user is."""
    return next(line for line in stage.rows if line.lstrip().startswith(HERE))


async def test_another_deployment_goes_on_with_the_session() -> None:
    stage = Stage(CHAT)
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await stage.ask(pilot, "Hello")
        await stage.say(pilot, "Hi.")
        stage.source.last.done()
        await stage.until(pilot, "done (stop)")
        await profiles(stage, pilot)
        await pilot.press("end", "enter")
        await stage.until(pilot, "work · gpt-5-pro", "responses", "Asking gpt-5-pro from now on.")
        assert "Hello" in stage.text
        assert stage.book.opened == [Choice("work", "gpt-5-pro")]
        await stage.ask(pilot, "And now?")
        request = stage.source.last.request
        assert (request.deployment, request.api) == ("gpt-5-pro", Api.RESPONSES)
        assert [m.content for m in request.messages] == ["Hello", "Hi.", "And now?"]
        assert request.params == {"top_p": 0.5}


async def test_the_present_one_is_marked_and_where_the_user_begins() -> None:
    stage = Stage(INSTRUCT)
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await pilot.press("tab", "P")
        await stage.until(pilot, "profiles", "This is who is asked now.")
        assert "gpt-35-turbo-instruct" in row(stage)
        assert row(stage).endswith("now")
        await pilot.press("f6")
        await stage.until(pilot, "Connected to gpt-35-turbo-instruct")
        assert stage.book.opened == []


async def test_a_profile_of_the_programs_own_is_there_too() -> None:
    stage = Stage(replace(CHAT, name="demo", deployment="demo--slow"))
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await profiles(stage, pilot)
        assert "demo--slow" in row(stage)


async def test_a_deployment_that_no_setting_names_is_there_while_it_is_asked() -> None:
    stage = Stage(replace(CHAT, name="work", deployment="mine"))
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await profiles(stage, pilot)
        assert "mine" in row(stage)
        assert row(stage).endswith("now")
        await stage.until(pilot, "gpt-5-mini", "gpt-5-pro")
        assert sum(line[3:].startswith("work") for line in stage.rows) == 1


async def test_an_incomplete_profile_says_what_it_lacks() -> None:
    stage = Stage(INSTRUCT)
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await profiles(stage, pilot)
        await pilot.press("home")
        await stage.until(pilot, "its key is missing.", "Write AZURE_OPENAI_API_KEY_FOR_HOME=…")
        assert row(stage).endswith("not usable yet")
        assert "enter ask it" not in stage.text
        await pilot.press("enter")
        await stage.until(pilot, "The profile home is not complete.")
        await pilot.press("escape")
        await stage.until(pilot, "Ask anything", "instruct")


async def test_where_each_part_comes_from_is_told() -> None:
    stage = Stage(INSTRUCT)
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await profiles(stage, pilot)
        await pilot.press("end")
        await stage.until(pilot, "endpoint: AZURE_OPENAI_ENDPOINT_FOR_WORK in the environment")


async def test_the_api_that_a_refusal_named_is_chosen_already() -> None:
    stage = Stage(INSTRUCT)
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await stage.ask(pilot, "Hello")
        stage.source.last.fail(WRONG_API)
        await stage.until(pilot, "does not answer completions")
        await profiles(stage, pilot)
        await stage.until(pilot, "enter asks it through chat, through which it says it answers.")
        await pilot.press("enter")
        await stage.until(pilot, "· chat ·", "Asking gpt-35-turbo-instruct")
        assert stage.book.opened == [Choice("instruct", "gpt-35-turbo-instruct", Api.CHAT)]
        await pilot.press("f5")
        await pilot.pause()
        assert stage.source.last.request.api is Api.CHAT
        assert stage.source.last.request.prompt == "Hello"


async def test_the_api_is_chosen_with_the_arrows() -> None:
    stage = Stage(INSTRUCT)
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await profiles(stage, pilot)
        await pilot.press("end", "left")
        await stage.until(pilot, "enter asks it through chat.")
        await pilot.press("left", "right", "up", "down", "enter")
        await stage.until(pilot, "work · gpt-5-pro")
        assert stage.book.opened == [Choice("work", "gpt-5-pro", Api.CHAT)]


async def test_a_deployment_that_is_not_listed_can_be_typed() -> None:
    stage = Stage(INSTRUCT)
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await profiles(stage, pilot)
        await pilot.press("end", *"gpt-6x", "backspace")
        await stage.until(pilot, "gpt-6 ", "enter ask it · esc stop typing")
        await pilot.press("escape")
        await stage.until(pilot, "gpt-5-pro")
        await pilot.press(*"gpt-6", "enter")
        await stage.until(pilot, "work · gpt-6")
        assert stage.book.opened == [Choice("work", "gpt-6")]


async def test_what_the_user_set_goes_along_as_far_as_it_can() -> None:
    stage = Stage(INSTRUCT)
    async with stage.app.run_test(size=(80, 24)) as pilot:
        stage.main.conversation.params = {"max_tokens": 1000, "temperature": 0.1, "echo": True}
        await profiles(stage, pilot)
        await pilot.press("end", "enter")
        await stage.until(pilot, "Left out, since responses lacks it: echo.")
        assert stage.main.conversation.params == {"temperature": 0.1, "top_p": 0.5}


async def test_nothing_is_sent_before_it_is_approved() -> None:
    stage = Stage(INSTRUCT)
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await approval(stage, pilot)
        await stage.until(pilot, "go to", "https://lab.openai.azure.com", "decides where")
        await pilot.press("escape")
        await stage.until(pilot, "profiles")
        assert stage.book.approved == []
        await pilot.press("enter")
        await stage.until(pilot, "y approve")
        await pilot.press("y")
        await stage.until(pilot, "lab · o4-mini", "Asking o4-mini")
        assert stage.book.approved == [UNAPPROVED]


async def test_while_an_answer_streams_nobody_is_exchanged() -> None:
    stage = Stage(INSTRUCT)
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await stage.ask(pilot)
        await pilot.press("f6")
        await stage.until(pilot, "Still streaming")


async def test_settings_that_cannot_be_read_are_told() -> None:
    stage = Stage(INSTRUCT)
    stage.book.wrong = "In /home/ana/config.toml line 3 is no TOML."
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await profiles(stage, pilot)
        await pilot.press("enter")
        await stage.until(pilot, "line 3 is no TOML.")
        await pilot.press("up")
        assert "line 3" not in stage.text


async def test_without_a_directory_there_is_nothing_to_choose_from() -> None:
    stage = Stage(INSTRUCT, directory=None)
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f6")
        await stage.until(pilot, "nothing to choose from")


async def test_the_program_begins_with_the_question_where_one_is_needed() -> None:
    stage = Stage(None, refused=UNAPPROVED)
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await stage.until(pilot, "y approve", "A file decides where your credential goes")
        await pilot.press("ctrl+c")
        await stage.until(pilot, "Press ctrl+c again to quit")
        await pilot.press("y")
        await stage.until(pilot, "lab · o4-mini", "Ask anything")
        assert stage.book.approved == [UNAPPROVED]
        await stage.ask(pilot, "Hello")


async def test_what_cannot_be_opened_after_the_question_is_told() -> None:
    stage = Stage(None, refused=UNAPPROVED)
    stage.book.wrong = "The key has a space in it."
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await pilot.press("y")
        await stage.until(pilot, "The key has a space in it.")


@pytest.mark.parametrize("key", ["escape", "n", "q"])
async def test_whoever_does_not_approve_ends(key: str) -> None:
    stage = Stage(None, refused=UNAPPROVED)
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await stage.until(pilot, "y approve")
        await pilot.press(key)
        await pilot.pause()
        assert not stage.app.is_running
        assert stage.book.opened == []


@pytest.mark.parametrize("size", [(80, 24), (40, 12), (30, 7), (20, 5)])
async def test_the_row_where_the_user_is_stays_on_the_screen(size: tuple[int, int]) -> None:
    stage = Stage(INSTRUCT)
    async with stage.app.run_test(size=size) as pilot:
        await pilot.press("f6")
        await stage.until(pilot, HERE)
        for key in ("end", "pageup", "home", "pagedown", "up", "end"):
            await pilot.press(key)
            await pilot.pause()
            assert row(stage)
        assert isinstance(stage.book, Book)
        await pilot.press("enter")
        await pilot.pause()
        assert stage.book.opened == [Choice("work", "gpt-5-pro")]


async def test_what_the_resource_lists_joins_the_rows() -> None:
    stage = Stage(INSTRUCT)
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await listed(stage, pilot)
        first = stage.rows.index(row(stage))
        assert [line.split()[0] for line in stage.rows[first + 1 : first + 5]] == [
            "davinci-002",
            "gpt-4.1-eu",
            "gpt-5-mini",
            "summaries",
        ]
        assert "Asking Azure" not in stage.text
        await stage.until(pilot, "model: gpt-35-turbo-instruct 0914")
        await pilot.press("down", "down")
        await stage.until(pilot, "model: gpt-4.1 2025-04-14; endpoint: ")
        await pilot.press("enter")
        await stage.until(pilot, "instruct · gpt-4.1-eu")
        assert stage.book.opened == [Choice("instruct", "gpt-4.1-eu")]


@pytest.mark.parametrize("size", [(80, 24), (80, 12), (40, 12), (30, 7)])
@pytest.mark.parametrize("keys", [(), ("home",), ("end",), ("end", "up", "left")])
async def test_the_user_stays_where_they_are(size: tuple[int, int], keys: tuple[str, ...]) -> None:
    stage = Stage(INSTRUCT)
    stage.book.lists = slow = Slow()
    async with stage.app.run_test(size=size) as pilot:
        await pilot.press("f6")
        await stage.until(pilot, HERE)
        await pilot.press(*keys)
        shown = stage.app.screen.query_one(Places)
        here, api = shown.here.key, shown.api
        slow.told.put(LISTED)
        await stage.until(pilot, lambda: len(shown._places) > 7)
        assert (shown.here.key, shown.api) == (here, api)
        assert here[0] in row(stage)


async def test_the_row_does_not_move_where_the_list_can_be_scrolled() -> None:
    stage = Stage(INSTRUCT)
    async with stage.app.run_test(size=(80, 14)) as pilot:
        slow = await asking_resource(stage, pilot)
        await pilot.press("end")
        before = [line.lstrip()[:1] for line in stage.rows].index(HERE)
        slow.told.put(LISTED)
        shown = stage.app.screen.query_one(Places)
        await stage.until(pilot, lambda: len(shown._places) > 7)
        assert [line.lstrip()[:1] for line in stage.rows].index(HERE) == before


async def test_a_name_that_is_being_typed_is_kept() -> None:
    stage = Stage(INSTRUCT)
    async with stage.app.run_test(size=(80, 24)) as pilot:
        slow = await asking_resource(stage, pilot)
        await pilot.press("end", *"gpt-6")
        slow.told.put(LISTED)
        await stage.until(pilot, "summaries", "gpt-6")
        await pilot.press("enter")
        await stage.until(pilot, "work · gpt-6")


async def test_what_cannot_be_opened_stays_told_while_rows_join() -> None:
    stage = Stage(INSTRUCT)
    stage.book.wrong = "In /home/ana/config.toml line 3 is no TOML."
    async with stage.app.run_test(size=(80, 24)) as pilot:
        slow = await asking_resource(stage, pilot)
        await pilot.press("enter")
        await stage.until(pilot, "line 3 is no TOML.")
        slow.told.put(LISTED)
        await stage.until(pilot, "summaries", "line 3 is no TOML.")


async def test_why_there_is_no_list_is_told_and_is_not_in_the_way() -> None:
    stage = Stage(INSTRUCT)
    async with stage.app.run_test(size=(80, 24)) as pilot:
        slow = await asking_resource(stage, pilot)
        slow.told.put(ListingError("This machine has no sign-in."))
        await stage.until(pilot, "Its deployments could not be listed: This machine has no sign-in")
        await pilot.press("end")
        assert "could not be listed" not in stage.text
        await pilot.press("enter")
        await stage.until(pilot, "work · gpt-5-pro")


async def test_nobody_waits_for_the_list_of_a_screen_that_was_left() -> None:
    stage = Stage(INSTRUCT)
    async with stage.app.run_test(size=(80, 24)) as pilot:
        slow = await asking_resource(stage, pilot)
        await pilot.press("escape")
        await stage.until(pilot, "Ask anything")
        assert slow.stopped
