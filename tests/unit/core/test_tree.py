from dataclasses import replace

import pytest

from aztui.core.chunks import Chunks
from aztui.core.continuing import begun_turns
from aztui.core.events import RunId
from aztui.core.request import Api, Message, compose
from aztui.core.run import Choice, Phase, Run
from aztui.core.tree import Session, SessionId, picks, turns


def run(name: str, answer: str = "") -> Run:
    choices = (Choice(0, Chunks(answer), "stop"),) if answer else ()
    return Run(RunId(name), compose(Api.CHAT, "gpt", name), 0.0, choices=choices)


def test_runs_follow_one_another() -> None:
    session = Session(SessionId("s")).follow(run("a")).follow(run("b"))
    assert [r.id for r in session.path(session.head)] == ["a", "b"]


def test_a_sibling_leaves_the_run_beside_it_out_of_its_path() -> None:
    session = (
        Session(SessionId("s")).follow(run("a")).follow(run("b")).beside(run("b2"), RunId("b"))
    )
    assert [r.id for r in session.path(session.head)] == ["a", "b2"]
    assert set(session.nodes) == {"a", "b", "b2"}


def test_a_sibling_of_the_root_is_a_root() -> None:
    session = Session(SessionId("s")).follow(run("a")).beside(run("a2"), RunId("a"))
    assert [r.id for r in session.path(session.head)] == ["a2"]


def test_a_later_state_takes_the_place_of_the_earlier() -> None:
    session = Session(SessionId("s")).follow(run("a"))
    later = replace(run("a"), phase=Phase.DONE)
    assert session.update(later).nodes[RunId("a")].run.phase is Phase.DONE
    assert session.nodes[RunId("a")].run.phase is Phase.WAITING


def test_a_run_that_is_not_there_cannot_be_updated() -> None:
    with pytest.raises(KeyError):
        Session(SessionId("s")).update(run("a"))


def test_the_turns_of_a_conversation_leave_out_what_brought_no_text() -> None:
    path = (run("Hi", "Hello"), run("lost"), run("Why?", "Because"))
    assert turns(path) == (
        Message("user", "Hi"),
        Message("assistant", "Hello"),
        Message("user", "Why?"),
        Message("assistant", "Because"),
    )


def family() -> Session:
    """A root with two children, the second with a child; b is a sibling of c, d follows c."""
    session = Session(SessionId("s")).follow(run("a")).follow(run("b")).beside(run("c"), RunId("b"))
    return session.follow(run("d"))


def test_children_and_siblings_stand_in_the_order_they_were_started() -> None:
    session = family()
    assert session.children(None) == ("a",)
    assert session.children(RunId("a")) == session.siblings(RunId("c")) == ("b", "c")


def test_the_way_down_is_the_one_gone_last() -> None:
    session = family()
    assert session.leaf(RunId("a")) == "d"
    elsewhere = session.go(RunId("b"))
    assert elsewhere.head == "b"
    assert elsewhere.leaf(RunId("a")) == "b"
    assert elsewhere.go(RunId("a")).child(RunId("a")) == "b"
    assert elsewhere.go(RunId("c")).leaf(RunId("a")) == "d"
    assert session.child(RunId("d")) is None


def test_what_follows_an_earlier_run_is_a_branch() -> None:
    session = family().go(RunId("a")).follow(run("e"))
    assert session.children(RunId("a")) == ("b", "c", "e")
    assert session.leaf(RunId("a")) == "e"


def test_one_cannot_go_where_nothing_is() -> None:
    with pytest.raises(KeyError):
        family().go(RunId("z"))


def test_a_bookmark_can_be_taken_back() -> None:
    session = family().bookmark(RunId("b"), kept=True)
    assert session.bookmarks == {RunId("b")}
    assert session.bookmark(RunId("b"), kept=False).bookmarks == frozenset()


def several(name: str, *answers: str) -> Run:
    choices = tuple(Choice(at, Chunks(text), "stop") for at, text in enumerate(answers))
    return replace(run(name), choices=choices, reasoning=({"id": "of the first"},))


def test_a_conversation_follows_the_answer_that_was_picked() -> None:
    session = Session(SessionId("s")).follow(several("Hi", "Hello", "Hey"))
    (before,) = session.path(session.head)
    assert session.followed(before) is before
    followed = session.pick(RunId("Hi"), 1).followed(before)
    assert [message.content for message in turns((followed,))] == ["Hi", "Hey"]
    assert followed.reasoning == ()


def test_it_follows_the_first_answer_that_came_where_none_was_picked() -> None:
    session = Session(SessionId("s")).follow(several("Hi", "", "Hey"))
    assert session.followed(session.path(session.head)[0]).text == "Hey"


def test_which_was_picked_is_seen_in_what_was_sent_after_it() -> None:
    told = compose(
        Api.CHAT, "gpt", "Why?", turns=(Message("user", "Hi"), Message("assistant", "b"))
    )
    child = Run(RunId("c"), told, 0.0)
    session = Session(SessionId("s")).follow(several("Hi", "a", "b")).follow(child)
    assert picks(session) == {"Hi": 1}
    assert picks(session.follow(several("Why?", "x", "y")).follow(run("And?"))) == {"Hi": 1}


def test_it_is_found_out_too_where_the_next_answer_was_given_a_beginning() -> None:
    earlier = (Message("user", "Hi"), Message("assistant", "b"))
    begun, prompt = begun_turns(Api.CHAT, "And now?", "Once")
    request = compose(Api.CHAT, "gpt", prompt, turns=(*earlier, *begun))
    child = Run(RunId("c"), request, 0.0, given=len("Once"))
    session = Session(SessionId("s")).follow(several("Hi", "a", "b")).follow(child)
    assert picks(session) == {"Hi": 1}
