"""What was typed, and sessions of another day, come back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from textual.pilot import Pilot

from aztui.core.continuing import GO_ON
from aztui.core.events import (
    Cause,
    Ended,
    Event,
    FinishReason,
    Reached,
    RunId,
    Stamped,
    Stored,
    TextDelta,
)
from aztui.core.history import (
    Asked,
    Change,
    Draft,
    Drafted,
    Named,
    Removed,
    Reopened,
    Seen,
    Summary,
)
from aztui.core.ports import Journal
from aztui.core.profile import Profile
from aztui.core.request import Api, compose
from aztui.core.resuming import Held
from aztui.core.run import Run, reduce
from aztui.core.tree import Session, SessionId
from aztui.ui.switching import Choice
from tests.support.fakes import Noted, Sessions
from tests.support.pictures import CHAT, Stage
from tests.support.sights import on_each

ASKED = Asked(CHAT.name, CHAT.deployment, CHAT.api)
RESPONSES = replace(CHAT, api=Api.RESPONSES, params={})
OLD = SessionId("old")


def ended(name: str, prompt: str, *events: Event) -> Run:
    run = Run(RunId(name), compose(Api.CHAT, "gpt-5-mini", prompt), 0.0)
    for at, event in enumerate(events):
        run = reduce(run, Stamped(run.id, float(at), event))
    return run


def conversation(last: Cause) -> Session:
    """Two turns, of which the second ended so."""
    whole = (TextDelta(0, "Because."), FinishReason(0, "stop"), Ended(Cause.CLOSED))
    done = ended("a", "Why?", *whole)
    cut = ended("b", "And then?", TextDelta(0, "Then it"), Ended(last))
    return Session(OLD).follow(done).follow(cut)


class Kept(Stage):
    """A program with a history."""

    def __init__(self, profile: Profile = CHAT, **options: Any) -> None:
        self.journal = Noted()
        self.archive = Sessions()
        self.opened: Callable[[], None] = lambda: None

        def begin(_tell: object, opened: Callable[[], None]) -> Journal:
            self.opened = opened
            return self.journal

        super().__init__(profile, journal=begin, archive=lambda: self.archive, **options)

    def leave(self, *found: Reopened) -> None:
        """Have sessions left behind, the latest first."""
        self.archive.kept = {one.session.id: one for one in found}
        self.archive.left_behind = [one.session.id for one in found]

    def changes(self, kind: type[Change]) -> list[Change]:
        return [change for change in self.journal.changes if isinstance(change, kind)]


async def open_up(stage: Kept, pilot: Pilot[Any]) -> None:
    """Have the journal say that all is there."""
    await pilot.pause()
    stage.opened()
    await pilot.pause()


async def test_an_interrupted_answer_is_shown_and_can_be_continued() -> None:
    stage = Kept()
    stage.leave(Reopened(conversation(Cause.LOST), ASKED))
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await open_up(stage, pilot)
        await stage.until(pilot, "Because.", "Then it", "✗ interrupted", "o in the log (tab)")
        await stage.until(pilot, "This was interrupted")
        assert stage.changes(Seen) == [Seen(OLD)]
        await pilot.press("tab", "o")
        await stage.until(pilot, lambda: bool(stage.source.runs))
        contents = [m.content for m in stage.source.last.request.messages][1:]
        assert contents[:4] == ["Why?", "Because.", "And then?", "Then it"]


async def test_an_interrupted_prompt_can_be_run_again() -> None:
    stage = Kept()
    stage.leave(Reopened(conversation(Cause.LOST), ASKED))
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await open_up(stage, pilot)
        await stage.until(pilot, "Then it")
        await pilot.press("f5")
        await stage.until(pilot, "And then?  2/2")
        assert stage.source.last.request.prompt == "And then?"


async def test_whoever_works_already_is_only_told() -> None:
    stage = Kept()
    stage.leave(Reopened(conversation(Cause.LOST), ASKED))
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await pilot.press("H", "i")
        await open_up(stage, pilot)
        await stage.until(pilot, "interrupted when aztui ended: ctrl+r finds it.", "│ Hi")
        assert "Then it" not in stage.text
        assert stage.changes(Seen) == []


async def test_a_draft_comes_back_with_its_cursor_and_its_parameters() -> None:
    draft = Draft("Why is\nthe sky", (0, 3), ASKED, {"temperature": 1.5}, "Be brief.")
    stage = Kept()
    stage.leave(Reopened(Session(OLD), None, draft))
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await open_up(stage, pilot)
        await stage.until(pilot, "│ Why is", "What you had typed is back", "temp 1.5")
        await pilot.press("x", "enter")
        request = stage.source.last.request
        assert request.prompt == "Whyx is\nthe sky"
        assert request.params == {"temperature": 1.5}
        assert request.messages[0].content == "Be brief."
        assert stage.journal.begun[0].session == OLD


async def test_of_several_the_latest_is_shown_and_the_others_are_counted() -> None:
    stage = Kept()
    other = replace(conversation(Cause.LOST), id=SessionId("older"))
    stage.leave(Reopened(conversation(Cause.LOST), ASKED), Reopened(other, ASKED))
    async with stage.app.run_test(size=(160, 24)) as pilot:
        await open_up(stage, pilot)
        await stage.until(pilot, "1 more: ctrl+r.")


async def test_who_was_asked_is_asked_again_within_the_same_profile() -> None:
    stage = Kept()
    stage.leave(Reopened(conversation(Cause.LOST), replace(ASKED, deployment="gpt-5-pro")))
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await open_up(stage, pilot)
        await stage.until(pilot, "Then it")
        assert stage.book.opened == [Choice(CHAT.name, "gpt-5-pro", CHAT.api)]


async def test_nobody_is_asked_whom_the_user_did_not_begin_with() -> None:
    stage = Kept()
    stage.leave(Reopened(conversation(Cause.LOST), Asked("elsewhere", "gpt", Api.CHAT)))
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await open_up(stage, pilot)
        await stage.until(pilot, "Then it")
        assert stage.book.opened == []


async def test_what_is_typed_is_kept_a_moment_later() -> None:
    stage = Kept()
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await pilot.press("H", "i", "left")
        session = stage.main.conversation.session.id
        kept = Drafted(session, Draft("Hi", (0, 1), ASKED, CHAT.params, CHAT.system))
        await stage.until(pilot, lambda: stage.changes(Drafted)[-1:] == [kept])
        await pilot.press("enter")
        gone = Drafted(session, None)
        await stage.until(pilot, lambda: stage.changes(Drafted)[-1:] == [gone])


async def test_what_was_typed_last_is_kept_when_the_program_ends() -> None:
    stage = Kept()
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await pilot.press("H", "i", "ctrl+q")
    (last,) = stage.changes(Drafted)[-1:]
    assert isinstance(last, Drafted)
    assert last.draft is not None
    assert last.draft.text == "Hi"


async def test_a_program_that_is_made_to_end_leaves_the_answer_as_it_is() -> None:
    stage = Kept()
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await stage.ask(pilot, "Why?")
        await stage.say(pilot, "Because")
        stage.app.exit(return_code=129)
    assert not stage.source.last.cancelled
    assert not any(isinstance(one.event, Ended) for one in stage.journal.stamped)


async def test_prompts_of_earlier_days_are_recalled() -> None:
    stage = Kept()
    stage.archive.sent = ["First?", "Second?"]
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await open_up(stage, pilot)
        await stage.ask(pilot, "Today?")
        stage.source.last.done()
        for prompt in ("Today?", "Second?", "First?"):
            await pilot.press("up")
            await stage.until(pilot, f"│ {prompt}")
        await pilot.press("down", "down", "down")
        await stage.until(pilot, "│ Ask anything")


def listed(*sessions: str) -> list[Summary]:
    return [
        Summary(SessionId(one), "", 1_000.0, 2, f"The {one} one?", "work", "gpt", "done")
        for one in sessions
    ]


async def test_a_session_of_another_day_is_opened_and_gone_on_with() -> None:
    stage = Kept()
    draft = Draft("a draft", (0, 7), ASKED, CHAT.params, CHAT.system)
    stage.archive.kept = {OLD: Reopened(conversation(Cause.CANCELLED), ASKED, draft)}
    stage.archive.listed = listed("old")
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await stage.ask(pilot, "Today?")
        stage.source.last.done()
        await stage.until(pilot, "done (stop)")
        await pilot.press("N", "o", "w", "ctrl+r")
        await stage.until(pilot, "history", "The old one?")
        (last,) = stage.changes(Drafted)[-1:]
        assert isinstance(last, Drafted)
        assert last.draft is not None
        assert last.draft.text == "Now"
        await pilot.press("enter")
        await stage.until(pilot, "Because.", "■ stopped by you", "│ a draft", "Opened as you")
        assert "Today?" not in stage.text
        await pilot.press("enter")
        contents = [m.content for m in stage.source.last.request.messages][1:]
        assert contents == ["Why?", "Because.", "And then?", "Then it", "a draft"]
        assert stage.journal.begun[-1].session == OLD


async def test_whoever_was_asked_in_it_is_asked_again() -> None:
    stage = Kept()
    other = Asked("elsewhere", "gpt", Api.CHAT)
    stage.archive.kept = {OLD: Reopened(conversation(Cause.CANCELLED), other)}
    stage.archive.listed = listed("old")
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+r")
        await stage.until(pilot, "The old one?")
        await pilot.press("enter")
        await stage.until(pilot, "Because.")
        assert stage.book.opened == [Choice("elsewhere", "gpt", Api.CHAT)]


async def test_a_session_that_cannot_be_read_says_so() -> None:
    stage = Kept()
    stage.archive.listed = listed("gone")
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+r")
        await stage.until(pilot, "The gone one?")
        await pilot.press("enter")
        await stage.until(pilot, "There is no session gone.")


async def test_a_session_is_renamed_and_deleted_in_the_history() -> None:
    stage = Kept()
    stage.archive.listed = listed("old")
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+r")
        await stage.until(pilot, "The old one?")
        await pilot.press("ctrl+t", *"New", "enter", "ctrl+d")
        await stage.until(pilot, "ctrl+d brings it back")
        assert stage.changes(Named) == [Named(OLD, "New")]
        assert stage.changes(Removed) == [Removed(OLD, removed=True)]


async def test_without_a_history_there_is_none_to_look_through() -> None:
    stage = Stage(CHAT)
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+r")
        await stage.until(pilot, "No session is kept")


def stored(*more: Event) -> Session:
    """An answer that the service goes on with, interrupted."""
    request = replace(compose(Api.RESPONSES, CHAT.deployment, "Why?"), params={"background": True})
    run = Run(RunId("a"), request, 0.0)
    came = (Stored("resp_1"), TextDelta(0, "Because"), Reached(4), *more, Ended(Cause.LOST))
    for at, event in enumerate(came):
        run = reduce(run, Stamped(run.id, float(at), event))
    return Session(OLD).follow(run)


async def test_an_answer_that_the_service_went_on_with_is_taken_up() -> None:
    stage = Kept(RESPONSES)
    stage.leave(Reopened(stored(TextDelta(0, " of")), replace(ASKED, api=Api.RESPONSES)))
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await open_up(stage, pilot)
        await stage.until(pilot, "The service went on with this answer", "Because of")
        assert stage.source.last.held == Held("resp_1", 4, 0, ((0, 3),))
        (begun,) = stage.journal.begun
        assert (begun.run.id, begun.again, begun.session) == ("a", True, OLD)
        await stage.say(pilot, " that.")
        stage.source.last.done()
        await stage.until(pilot, "Because of that.", "done (stop)")
        assert "interrupted" not in stage.text
        assert len(stage.main.conversation.session.nodes) == 1


async def test_an_answer_of_somebody_else_is_not_taken_up_but_asked_for() -> None:
    stage = Kept()
    stage.leave(Reopened(stored(), Asked("elsewhere", "gpt", Api.RESPONSES)))
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await open_up(stage, pilot)
        await stage.until(pilot, "This was interrupted", "Because")
        assert stage.source.runs == []
        await pilot.press("tab", "o")
        await stage.until(pilot, lambda: bool(stage.source.runs))
        assert stage.source.last.held is None
        assert stage.source.last.request.prompt == GO_ON


@on_each
def test_what_was_interrupted(
    snap_compare: Callable[..., bool], size: tuple[int, int], theme: str
) -> None:
    draft = Draft("And what then", (0, 13), ASKED, CHAT.params, CHAT.system)
    stage = Kept(theme=theme)
    stage.leave(Reopened(conversation(Cause.LOST), ASKED, draft))

    async def play(pilot: Pilot[Any]) -> None:
        await open_up(stage, pilot)
        await stage.until(pilot, "interrupted")

    assert snap_compare(stage.app, terminal_size=size, run_before=play)


async def test_while_an_answer_streams_one_stays_with_it() -> None:
    stage = Kept()
    stage.archive.kept = {OLD: Reopened(conversation(Cause.CANCELLED), ASKED)}
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await stage.ask(pilot, "Today?")
        await stage.say(pilot, "Because")
        for session in (OLD, stage.main.conversation.session.id):
            stage.archive.listed = listed(session)
            await pilot.press("ctrl+r")
            await stage.until(pilot, f"The {session[:8]}")
            await pilot.press("enter")
            await stage.until(pilot, "Still streaming: esc stops it", "Because")


async def test_a_session_that_is_read_waits_for_the_page_that_is_open() -> None:
    stage = Kept()
    stage.leave(Reopened(conversation(Cause.LOST), ASKED))
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f8")
        await stage.until(pilot, "Nothing has been asked")
        await open_up(stage, pilot)
        assert stage.main.conversation.session.id != OLD
        await pilot.press("escape")
        await stage.until(pilot, "Then it", "This was interrupted")


async def test_a_long_session_is_shown_at_its_end() -> None:
    stage = Kept()
    session = conversation(Cause.LOST)
    long = ended("z", "Long?", TextDelta(0, "\n\n".join(["A line."] * 40)), Ended(Cause.CLOSED))
    both = Session(OLD).follow(long)
    for node in session.nodes.values():
        both = both.follow(node.run)
    stage.leave(Reopened(both, ASKED))
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await open_up(stage, pilot)
        await stage.until(pilot, "Then it", "This was interrupted")
        await pilot.press("tab", "o")
        await stage.until(pilot, lambda: bool(stage.source.runs))
        assert stage.source.last.request.prompt == GO_ON


async def test_what_stood_in_the_prompt_before_an_edit_is_kept() -> None:
    stage = Kept()
    stage.leave(Reopened(conversation(Cause.LOST), ASKED))
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await open_up(stage, pilot)
        await stage.until(pilot, "Then it")
        await pilot.press("a", "b", "c", "tab", "e", "!")
        await stage.until(pilot, "And then?!")
    (last,) = stage.changes(Drafted)[-1:]
    assert isinstance(last, Drafted)
    assert last.draft is not None
    assert last.draft.text == "abc"


async def test_a_session_that_somebody_writes_is_not_opened() -> None:
    stage = Kept()
    under_way = ended("a", "Why?", TextDelta(0, "Because"))
    stage.archive.kept = {OLD: Reopened(Session(OLD).follow(under_way), ASKED)}
    stage.archive.listed = listed("old")
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+r")
        await stage.until(pilot, "The old one?")
        await pilot.press("enter")
        await stage.until(pilot, "Another aztui is writing this session")
        assert "Because" not in stage.text
