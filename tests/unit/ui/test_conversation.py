from __future__ import annotations

from dataclasses import replace

import pytest

from aztui.core.events import Cause, Ended, Stamped, TextDelta
from aztui.core.profile import Endpoint, Profile
from aztui.core.request import Api, Message, RequestError
from aztui.core.run import Phase
from aztui.ui.conversation import Conversation
from tests.support.fakes import Clock, ScriptedSource, numbered_ids

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

    def turn(self, prompt: str, answer: str) -> None:
        """Ask and get an answer."""
        self.conversation.submit(prompt)
        self.source.last.text(answer)
        self.source.last.done()
        self.apply()


def test_a_prompt_goes_out_with_the_profile() -> None:
    talk = Talk()
    talk.conversation.submit("Hello")
    request = talk.source.last.request
    assert request.messages == (Message("system", "Be brief."), Message("user", "Hello"))
    assert request.params == {"temperature": 0.2}


def test_chat_takes_earlier_turns_along() -> None:
    talk = Talk()
    talk.turn("Hello", "Hi.")
    talk.conversation.submit("And now?")
    assert [m.content for m in talk.source.last.request.messages] == [
        "Be brief.",
        "Hello",
        "Hi.",
        "And now?",
    ]


def test_in_completions_each_prompt_stands_alone() -> None:
    talk = Talk(COMPLETIONS)
    talk.turn("Hello", "Hi.")
    talk.conversation.submit("And now?")
    assert [m.content for m in talk.source.last.request.messages] == ["And now?"]


def test_a_rerun_is_a_sibling_and_asks_the_same() -> None:
    talk = Talk()
    talk.turn("Hello", "Hi.")
    talk.turn("And now?", "Nothing.")
    again = talk.conversation.rerun()
    assert again is not None
    nodes = talk.conversation.session.nodes
    first, second, third = nodes
    assert (nodes[second].parent, nodes[third].parent) == (first, first)
    assert nodes[third].run.request == nodes[second].run.request
    talk.source.last.text("Something.")
    talk.source.last.done()
    talk.apply()
    talk.conversation.submit("Go on")
    contents = [m.content for m in talk.source.last.request.messages]
    assert "Something." in contents
    assert "Nothing." not in contents


def test_there_is_nothing_to_run_again_at_first() -> None:
    assert Talk().conversation.rerun() is None


def test_one_run_at_a_time() -> None:
    talk = Talk()
    talk.conversation.submit("Hello")
    with pytest.raises(RuntimeError):
        talk.conversation.submit("Hello?")
    with pytest.raises(RuntimeError):
        talk.conversation.rerun()
    with pytest.raises(RuntimeError):
        talk.conversation.clear()
    assert len(talk.source.runs) == 1


def test_a_blank_prompt_is_refused_and_starts_nothing() -> None:
    talk = Talk()
    with pytest.raises(RequestError, match="empty"):
        talk.conversation.submit(" \n ")
    assert talk.source.runs == []
    assert talk.conversation.live is None


def test_a_stopped_run_keeps_its_text_and_takes_no_more() -> None:
    talk = Talk()
    talk.conversation.submit("Hello")
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
    talk.conversation.submit("Hello")
    talk.clock.move(3)
    run = talk.conversation.end()
    assert run is not None
    assert (run.phase, run.ended) == (Phase.STOPPED, 103.0)
    assert talk.conversation.live is None
    assert talk.conversation.end() is None


def test_characters_are_counted_anew_for_each_run() -> None:
    talk = Talk()
    talk.turn("Hello", "Hi.")
    talk.conversation.submit("And now?")
    talk.source.last.text("12345")
    talk.apply()
    assert talk.conversation.characters == 5


def test_a_new_session_forgets_the_old_turns() -> None:
    talk = Talk()
    talk.turn("Hello", "Hi.")
    talk.conversation.clear()
    talk.conversation.submit("And now?")
    assert [m.content for m in talk.source.last.request.messages] == ["Be brief.", "And now?"]


def test_parameters_stay_with_the_session_and_go_with_what_is_asked_again() -> None:
    talk = Talk()
    talk.turn("Hello", "Hi.")
    talk.turn("And now?", "Nothing.")
    talk.conversation.params = {"temperature": 0.9, "n": 1}
    talk.conversation.system = None
    assert talk.conversation.changed
    talk.conversation.rerun()
    request = talk.source.last.request
    assert request.params == {"temperature": 0.9}
    assert [m.content for m in request.messages] == ["Hello", "Hi.", "And now?"]
    talk.source.last.done()
    talk.apply()
    talk.conversation.clear()
    talk.conversation.submit("Hello")
    assert talk.source.last.request.params == {"temperature": 0.9}


def test_a_system_prompt_waits_where_there_is_no_place_for_it() -> None:
    talk = Talk(replace(COMPLETIONS, system="Be brief."))
    talk.conversation.submit("Once")
    assert [m.content for m in talk.source.last.request.messages] == ["Once"]
