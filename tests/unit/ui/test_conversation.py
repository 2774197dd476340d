from __future__ import annotations

from dataclasses import replace

import pytest

from aztui.core.continuing import GO_ON
from aztui.core.events import (
    Cause,
    Ended,
    ReasoningItem,
    Retrying,
    RunId,
    Stamped,
    TextDelta,
)
from aztui.core.history import Asked, Bookmarked, Draft, Drafted, Named, Seen
from aztui.core.lessons import UNKNOWN, Learnt, Subject
from aztui.core.metrics import characters
from aztui.core.options import told
from aztui.core.problem import Kind, Problem
from aztui.core.profile import Endpoint, Profile
from aztui.core.request import Api, Message, RequestError
from aztui.core.run import Phase, Run
from aztui.ui.conversation import Conversation
from tests.support.fakes import Clock, Noted, ScriptedSource, numbered_ids

CHAT = Profile(
    "default",
    Endpoint("https://contoso.openai.azure.com", "2024-10-21"),
    None,
    "gpt-4o-mini",
    Api.CHAT,
    system="Be brief.",
    params={"temperature": 0.2},
)
COMPLETIONS = replace(CHAT, api=Api.COMPLETIONS, system=None)


class Talk:
    """A conversation whose events are applied as they come."""

    def __init__(self, profile: Profile = CHAT) -> None:
        self.clock = Clock()
        self.source = ScriptedSource(self.clock)
        self.stamped: list[Stamped] = []
        self.conversation = Conversation(
            profile, self.source, self.stamped.append, clock=self.clock, new_id=numbered_ids()
        )

    def apply(self) -> None:
        """Bring what was delivered to the conversation."""
        for stamped in self.stamped:
            self.conversation.apply(stamped)
        self.stamped.clear()

    def submit(self, prompt: str) -> Run:
        """Send a prompt after those that led to here."""
        return self.conversation.send(self.conversation.following(prompt))

    def rerun(self) -> Run | None:
        """Ask the latest prompt again, if there is one."""
        sending = self.conversation.again()
        return None if sending is None else self.conversation.send(sending)

    def resend(self, prompt: str, instead: RunId) -> Run:
        """Send a prompt in the place of another."""
        return self.conversation.send(self.conversation.beside(prompt, instead))

    def proceed(self, run: RunId) -> Run:
        """Have an answer continued."""
        return self.conversation.send(self.conversation.continuing(run))

    def turn(self, prompt: str, answer: str) -> None:
        """Ask and get an answer."""
        self.submit(prompt)
        self.source.last.text(answer)
        self.source.last.done()
        self.apply()


def test_a_prompt_goes_out_with_the_profile() -> None:
    talk = Talk()
    talk.submit("Hello")
    request = talk.source.last.request
    assert request.messages == (Message("system", "Be brief."), Message("user", "Hello"))
    assert request.params == {"temperature": 0.2}


def test_chat_takes_earlier_turns_along() -> None:
    talk = Talk()
    talk.turn("Hello", "Hi.")
    talk.submit("And now?")
    assert [m.content for m in talk.source.last.request.messages] == [
        "Be brief.",
        "Hello",
        "Hi.",
        "And now?",
    ]


def test_in_completions_each_prompt_stands_alone() -> None:
    talk = Talk(COMPLETIONS)
    talk.turn("Hello", "Hi.")
    talk.submit("And now?")
    assert [m.content for m in talk.source.last.request.messages] == ["And now?"]


def test_a_rerun_is_a_sibling_and_asks_the_same() -> None:
    talk = Talk()
    talk.turn("Hello", "Hi.")
    talk.turn("And now?", "Nothing.")
    again = talk.rerun()
    assert again is not None
    nodes = talk.conversation.session.nodes
    first, second, third = nodes
    assert (nodes[second].parent, nodes[third].parent) == (first, first)
    assert nodes[third].run.request == nodes[second].run.request
    talk.source.last.text("Something.")
    talk.source.last.done()
    talk.apply()
    talk.submit("Go on")
    contents = [m.content for m in talk.source.last.request.messages]
    assert "Something." in contents
    assert "Nothing." not in contents


def test_there_is_nothing_to_run_again_at_first() -> None:
    assert Talk().rerun() is None


def test_one_run_at_a_time() -> None:
    talk = Talk()
    talk.submit("Hello")
    with pytest.raises(RuntimeError):
        talk.submit("Hello?")
    with pytest.raises(RuntimeError):
        talk.rerun()
    with pytest.raises(RuntimeError):
        talk.conversation.clear()
    assert len(talk.source.runs) == 1


def test_a_blank_prompt_is_refused_and_starts_nothing() -> None:
    talk = Talk()
    with pytest.raises(RequestError, match="empty"):
        talk.submit(" \n ")
    assert talk.source.runs == []
    assert talk.conversation.live is None


def test_a_stopped_run_keeps_its_text_and_takes_no_more() -> None:
    talk = Talk()
    talk.submit("Hello")
    scripted = talk.source.last
    scripted.text("Half an ")
    talk.conversation.cancel()
    talk.apply()
    assert scripted.cancelled
    assert talk.conversation.live is None
    scripted.send(TextDelta(0, "answer"), Ended(Cause.CLOSED))
    talk.apply()
    run = talk.conversation.session.nodes[scripted.run].run
    assert (run.phase, run.text) == (Phase.STOPPED, "Half an ")


def test_a_run_whose_end_never_comes_can_be_ended_all_the_same() -> None:
    talk = Talk()
    talk.submit("Hello")
    talk.clock.move(3)
    run = talk.conversation.end()
    assert run is not None
    assert (run.phase, run.ended) == (Phase.STOPPED, 103.0)
    assert talk.conversation.live is None
    assert talk.conversation.end() is None


def test_characters_are_counted_anew_for_each_run() -> None:
    talk = Talk()
    talk.turn("Hello", "Hi.")
    talk.submit("And now?")
    talk.source.last.text("12345")
    talk.apply()
    assert talk.conversation.live is not None
    assert characters(talk.conversation.live) == 5


def test_a_new_session_forgets_the_old_turns() -> None:
    talk = Talk()
    talk.turn("Hello", "Hi.")
    talk.conversation.clear()
    talk.submit("And now?")
    assert [m.content for m in talk.source.last.request.messages] == ["Be brief.", "And now?"]


LIMITED = Problem(Kind.RATE_LIMIT, "Used up")


def asking() -> Talk:
    """A conversation whose run asks whether it is to wait."""
    talk = Talk()
    talk.submit("Hello")
    assert not talk.conversation.asks
    talk.source.last.send(Retrying(LIMITED, 600.0, 1, asks=True))
    talk.apply()
    return talk


def test_a_long_wait_begins_when_the_user_agrees() -> None:
    talk = asking()
    talk.clock.move(30)
    run = talk.conversation.agree()
    assert run is not None
    assert talk.source.last.agreed
    assert not talk.conversation.asks
    assert [retry.left(talk.clock.now) for retry in run.retries] == [600.0]


def test_a_wait_that_the_source_begins_itself_is_not_counted_twice() -> None:
    talk = asking()
    talk.conversation.agree()
    talk.source.last.send(Retrying(LIMITED, 600.0, 1))
    talk.apply()
    assert talk.conversation.live is not None
    assert len(talk.conversation.live.retries) == 1


def test_a_wait_that_is_declined_ends_with_its_problem() -> None:
    talk = asking()
    talk.conversation.decline()
    assert talk.source.last.agreed is False
    talk.source.last.fail(LIMITED)
    talk.apply()
    run = talk.conversation.latest
    assert run is not None
    assert (run.phase, run.problem) == (Phase.FAILED, LIMITED)


def test_who_is_not_asked_does_not_agree() -> None:
    talk = Talk()
    assert talk.conversation.agree() is None
    talk.submit("Hello")
    assert talk.conversation.agree() is None
    talk.source.last.send(Retrying(LIMITED, 2.0, 1))
    talk.apply()
    assert talk.conversation.agree() is None
    assert talk.source.last.agreed is None


def test_a_run_is_found_as_it_is_now() -> None:
    talk = Talk()
    assert talk.conversation.latest is None
    talk.turn("Hello", "Hi.")
    talk.submit("And now?")
    talk.source.last.text("Nothing.")
    talk.apply()
    first, second = (run.run for run in talk.source.runs)
    assert talk.conversation.find(first).text == "Hi."
    assert talk.conversation.find(second).text == "Nothing."
    assert talk.conversation.latest == talk.conversation.find(second)


def test_parameters_stay_with_the_session_and_go_with_what_is_asked_again() -> None:
    talk = Talk()
    talk.turn("Hello", "Hi.")
    talk.turn("And now?", "Nothing.")
    talk.conversation.params = {"temperature": 0.9, "n": 1}
    talk.conversation.system = None
    assert talk.conversation.changed
    talk.rerun()
    request = talk.source.last.request
    assert request.params == {"temperature": 0.9}
    assert [m.content for m in request.messages] == ["Hello", "Hi.", "And now?"]
    talk.source.last.done()
    talk.apply()
    talk.conversation.clear()
    talk.submit("Hello")
    assert talk.source.last.request.params == {"temperature": 0.9}


def test_a_system_prompt_waits_where_there_is_no_place_for_it() -> None:
    talk = Talk(replace(COMPLETIONS, system="Be brief."))
    talk.submit("Once")
    assert [m.content for m in talk.source.last.request.messages] == ["Once"]


def test_another_profile_goes_on_in_the_same_session() -> None:
    talk = Talk()
    talk.turn("Hello", "Hi.")
    other = ScriptedSource(talk.clock)
    instruct = replace(
        COMPLETIONS, name="instruct", deployment="instruct", params={"max_tokens": 1000}
    )
    talk.conversation.params = {"temperature": 0.2, "seed": 1, "logprobs": True}
    assert talk.conversation.switch(instruct, other) == ("logprobs",)
    assert talk.conversation.params == {"max_tokens": 1000, "seed": 1}
    talk.submit("Once")
    assert other.last.request.deployment == "instruct"
    assert len(talk.conversation.session.nodes) == 2
    assert len(talk.source.runs) == 1


def test_what_is_the_default_anyway_was_not_taken_away_by_the_user() -> None:
    talk = Talk(replace(CHAT, params={"temperature": 1, "seed": 1}))
    talk.conversation.params = told(talk.conversation.profile, talk.conversation.params)
    cool = replace(CHAT, deployment="other", params={"temperature": 0.2})
    talk.conversation.switch(cool, talk.source)
    assert talk.conversation.params == {"temperature": 0.2}


def test_a_system_prompt_that_the_user_set_goes_along_and_a_profiles_does_not() -> None:
    talk = Talk()
    french = replace(CHAT, deployment="other", system="Answer in French.")
    talk.conversation.switch(french, talk.source)
    assert talk.conversation.system == "Answer in French."
    talk.conversation.system = "Answer in Latin."
    talk.conversation.switch(CHAT, talk.source)
    assert talk.conversation.system == "Answer in Latin."


def test_nobody_is_exchanged_while_a_run_is_under_way() -> None:
    talk = Talk()
    talk.submit("Hello")
    with pytest.raises(RuntimeError):
        talk.conversation.switch(COMPLETIONS, talk.source)


def test_thoughts_are_sent_back_to_the_deployment_that_had_them_only() -> None:
    talk = Talk()
    talk.submit("Hello")
    talk.source.last.text("Hi.")
    talk.source.last.send(ReasoningItem({"encrypted_content": "x"}))
    talk.source.last.done()
    talk.apply()

    def thoughts() -> int:
        talk.submit("And now?")
        messages = talk.source.last.request.messages
        talk.source.last.done()
        talk.apply()
        return sum(len(message.reasoning) for message in messages)

    assert thoughts() == 1
    talk.conversation.switch(replace(CHAT, api=Api.RESPONSES), talk.source)
    assert thoughts() == 1
    talk.conversation.switch(replace(CHAT, deployment="other"), talk.source)
    assert thoughts() == 0


def test_the_api_that_a_refusal_names_is_known() -> None:
    talk = Talk()
    assert talk.conversation.advised is None
    talk.submit("Hello")
    talk.source.last.fail(Problem(Kind.BAD_REQUEST, "No.", try_api=Api.RESPONSES))
    talk.apply()
    assert talk.conversation.advised is Api.RESPONSES


def test_an_edited_prompt_begins_a_branch() -> None:
    talk = Talk()
    talk.turn("Hello", "Hi.")
    talk.turn("And now?", "Nothing.")
    _, second = talk.conversation.session.nodes
    talk.resend("And then?", second)
    contents = [m.content for m in talk.source.last.request.messages]
    assert contents == ["Be brief.", "Hello", "Hi.", "And then?"]
    first, *others = talk.conversation.session.nodes
    assert [talk.conversation.session.nodes[run].parent for run in others] == [first, first]


def test_a_prompt_follows_where_the_user_went() -> None:
    talk = Talk()
    talk.turn("Hello", "Hi.")
    talk.turn("And now?", "Nothing.")
    first, _ = talk.conversation.session.nodes
    talk.conversation.go(first)
    talk.submit("Elsewhere")
    contents = [m.content for m in talk.source.last.request.messages]
    assert contents == ["Be brief.", "Hello", "Hi.", "Elsewhere"]
    with pytest.raises(RuntimeError):
        talk.conversation.go(first)


def test_completions_are_continued_with_all_their_text() -> None:
    talk = Talk(replace(COMPLETIONS, params={"echo": False}))
    talk.submit("Once upon")
    talk.source.last.text(" a time")
    talk.conversation.cancel()
    talk.apply()
    talk.conversation.params = {"echo": True, "max_tokens": 5}
    (first,) = talk.conversation.session.nodes
    run = talk.proceed(first)
    assert run.continues
    assert talk.source.last.request.prompt == "Once upon a time"
    assert talk.source.last.request.params == {"max_tokens": 5}
    assert talk.conversation.session.nodes[run.id].parent == first
    talk.source.last.text(" there")
    talk.source.last.done()
    talk.apply()
    again = talk.rerun()
    assert again is not None
    assert again.continues
    assert talk.source.last.request.prompt == "Once upon a time"


def test_a_conversation_is_continued_by_a_turn_of_its_own() -> None:
    talk = Talk()
    talk.submit("Why?")
    talk.source.last.text("Because")
    talk.conversation.cancel()
    talk.apply()
    (first,) = talk.conversation.session.nodes
    talk.proceed(first)
    contents = [m.content for m in talk.source.last.request.messages]
    assert contents == ["Be brief.", "Why?", "Because", GO_ON]


def noted(profile: Profile = CHAT) -> tuple[Talk, Noted]:
    """A conversation that is kept, and what was kept of it."""
    talk, journal = Talk(profile), Noted()
    talk.conversation = Conversation(
        profile,
        talk.source,
        talk.stamped.append,
        journal=journal,
        clock=talk.clock,
        new_id=numbered_ids(),
    )
    return talk, journal


def test_what_is_typed_is_kept_with_its_parameters() -> None:
    talk, journal = noted()
    talk.conversation.draft("", (0, 0))
    assert journal.changes == []
    talk.conversation.params = {"temperature": 1.5}
    talk.conversation.draft("Why", (0, 3))
    asked = Asked("default", "gpt-4o-mini", Api.CHAT)
    draft = Draft("Why", (0, 3), asked, {"temperature": 1.5}, "Be brief.")
    session = talk.conversation.session.id
    assert journal.changes == [Drafted(session, draft)]
    talk.conversation.params = CHAT.params
    talk.conversation.draft("", (0, 0))
    assert journal.changes[1:] == [Drafted(session, None)]


def test_a_new_session_takes_the_draft_along() -> None:
    talk, journal = noted()
    talk.conversation.draft("Why", (0, 3))
    before = talk.conversation.session.id
    talk.conversation.clear()
    assert journal.changes[1:] == [Drafted(before, None)]


def test_names_and_bookmarks_are_kept() -> None:
    talk, journal = noted()
    talk.turn("Hello", "Hi.")
    (run,) = talk.conversation.session.nodes
    assert talk.conversation.bookmark(run)
    assert not talk.conversation.bookmark(run)
    talk.conversation.rename("Greetings")
    assert talk.conversation.session.name == "Greetings"
    session = talk.conversation.session.id
    marks = [Bookmarked(run, kept=True), Bookmarked(run, kept=False)]
    assert journal.changes == [*marks, Named(session, "Greetings")]


def test_of_a_profile_that_wants_nothing_kept_nothing_is() -> None:
    talk, journal = noted(replace(CHAT, kept=False))
    talk.conversation.draft("Why", (0, 3))
    talk.turn("Hello", "Hi.")
    assert (journal.begun, journal.changes) == ([], [])


def test_thoughts_of_another_day_go_to_whoever_had_them() -> None:
    talk, journal = noted(replace(CHAT, api=Api.RESPONSES))
    talk.submit("Why?")
    talk.source.last.send(ReasoningItem({"type": "reasoning", "encrypted_content": "x"}))
    talk.source.last.text("So.")
    talk.source.last.done()
    talk.apply()
    session, asked = talk.conversation.session, talk.conversation.asked
    for who, thoughts in ((asked, 1), (replace(asked, deployment="other"), 0)):
        talk.conversation.clear()
        talk.conversation.open(session, who)
        talk.turn("And?", "Yes.")
        answer = talk.source.last.request.messages[2]
        assert (answer.content, len(answer.reasoning)) == ("So.", thoughts)
    assert journal.changes.count(Seen(session.id)) == 2


class Window:
    """A memory that knows how much every deployment takes."""

    def recall(self, subject: Subject) -> Learnt:
        return replace(UNKNOWN, context=60)

    def note(self, subject: Subject, learnt: Learnt) -> None:
        """Let it be."""


def weighed(profile: Profile = CHAT) -> Talk:
    talk = Talk(profile)
    talk.conversation = Conversation(
        profile,
        talk.source,
        talk.stamped.append,
        memory=Window(),
        clock=talk.clock,
        new_id=numbered_ids(),
    )
    talk.conversation.params = {"max_tokens": 10}
    return talk


def test_what_no_longer_fits_is_told_and_turns_can_be_left_out() -> None:
    talk = weighed()
    assert talk.conversation.weigh(talk.conversation.following("Hello")) is None
    talk.turn("Hello", "Hi. " * 30)
    talk.turn("And you?", "Fine.")
    sending = talk.conversation.following("Good")
    load = talk.conversation.weigh(sending)
    assert load is not None
    assert load.over()
    first, second = talk.conversation.session.nodes
    assert load.oldest == {first}
    run = talk.conversation.send(sending, load.oldest)
    contents = [m.content for m in talk.source.last.request.messages]
    assert contents == ["Be brief.", "And you?", "Fine.", "Good"]
    assert talk.conversation.session.nodes[run.id].parent == second


def test_completions_weigh_nothing() -> None:
    talk = weighed(COMPLETIONS)
    talk.turn("Hello", "Hi. " * 300)
    assert talk.conversation.weigh(talk.conversation.following("Good")) is None


def test_several_answers_are_asked_for_once_only() -> None:
    talk = Talk()
    talk.turn("Hello", "Hi.")
    sending = talk.conversation.again(5)
    assert sending is not None
    assert talk.conversation.send(sending).request.answers == 5
    talk.source.last.done()
    talk.apply()
    talk.rerun()
    assert talk.source.last.request.answers == 1


def test_another_answer_than_the_first_is_continued_and_goes_along() -> None:
    talk = Talk()
    run = talk.submit("Hello")
    talk.source.last.text("Hi.")
    talk.source.last.text("Hey", 1)
    talk.source.last.done("length", choices=2)
    talk.apply()
    talk.conversation.send(talk.conversation.continuing(run.id, 1))
    contents = [message.content for message in talk.source.last.request.messages]
    assert contents == ["Be brief.", "Hello", "Hey", GO_ON]


def test_an_answer_that_cannot_be_continued_is_not_followed_either() -> None:
    talk = Talk()
    run = talk.submit("Hello")
    talk.source.last.text("Hi.")
    talk.source.last.text("Hey", 1)
    talk.source.last.done(choices=2)
    talk.apply()
    with pytest.raises(RequestError, match="came to its end"):
        talk.conversation.continuing(run.id, 1)
    assert talk.conversation.picked(run.id) == 0
