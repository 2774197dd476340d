from dataclasses import replace

import pytest

from aztui.core.chunks import Chunks
from aztui.core.events import RunId
from aztui.core.request import Api, Message, compose
from aztui.core.run import Choice, Phase, Run
from aztui.core.tree import Session, SessionId, turns


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
