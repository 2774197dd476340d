from __future__ import annotations

from dataclasses import replace

from aztui.core.chunks import Chunks
from aztui.core.events import Chosen, RunId, Token
from aztui.core.packed import PackedTokens
from aztui.core.request import Json
from aztui.core.run import Choice, Run
from aztui.explore.answers import asked_for, differences, same_prompt, tokens
from aztui.explore.candidates import Candidate
from tests.support.trees import run, told, tree


def asked(name: str, prompt: str = "Why?", answer: str = "So.", **params: Json) -> Run:
    made = run(name, prompt, answer, **told(1.0, 9))
    return replace(made, request=replace(made.request, params=params))


def test_what_was_asked_the_same_beside_a_run() -> None:
    session = tree(
        [
            (asked("a"), None),
            (asked("b"), None),
            (asked("c", "Why not?"), None),
            (asked("d"), "a"),
            (replace(asked("e"), continues=True), None),
        ]
    )
    assert same_prompt(session, RunId("b")) == ("a", "b")
    assert same_prompt(session, RunId("d")) == ("d",)


def test_every_answer_that_was_asked_for_or_came_counts() -> None:
    first, second = asked("a", n=3), asked("b")
    found = [(one.run.id, one.choice.index, one.choice.text) for one in asked_for([first, second])]
    assert found == [("a", 0, "So."), ("a", 1, ""), ("a", 2, ""), ("b", 0, "So.")]


def test_what_differs_is_what_was_not_set_for_all() -> None:
    runs = [asked("a", temperature=1, seed=7), asked("b", seed=7, n=3, logprobs=True)]
    assert differences(runs) == {"a": ("temp 1",), "b": ()}
    assert differences([]) == {}


def test_tokens_are_counted_where_the_service_told_them_for_this_answer() -> None:
    alone = asked_for([asked("a")])[0]
    assert tokens(alone) == (9, True)
    chosen = PackedTokens([Chosen(Token("So", -0.1)), Chosen(Token(".", -0.1))])
    several = asked("a", n=2)
    assert tokens(Candidate(several, Choice(0, Chunks("So."), tokens=chosen), 1, 1)) == (2, True)
    assert tokens(Candidate(several, Choice(0, Chunks("Since." * 4)), 1, 1)) == (6, False)
