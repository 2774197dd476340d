from __future__ import annotations

from dataclasses import replace

from aztui.core.chunks import Chunks
from aztui.core.run import Choice, Run
from aztui.explore.candidates import candidates, neighbour, to_the_same
from tests.support.trees import run


def several(name: str, *answers: str) -> Run:
    choices = tuple(Choice(at, Chunks(answer), "stop") for at, answer in enumerate(answers))
    return replace(run(name, "Why?"), choices=choices)


def test_choices_count_like_siblings() -> None:
    found = candidates([several("a", "A", "B"), run("b", "Why?"), run("c", "Why?", "C")])
    assert [(one.text, one.place, one.runs, one.alone) for one in found] == [
        ("A", 1, 3, False),
        ("B", 1, 3, False),
        ("C", 3, 3, True),
    ]


def test_a_choice_without_text_is_no_candidate() -> None:
    assert [one.key for one in candidates([several("a", "", "B")])] == [("a", 1)]


def test_only_answers_to_the_same_prompt_are_counted_together() -> None:
    why, how = run("a", "Why?", "A"), run("b", "How?", "B")
    goes_on = run("c", "Why?", "C", continues=True)
    found = candidates([why, how, goes_on, run("d", "Why?", "D")])
    assert [one.text for one in to_the_same(why, found)] == ["A", "D"]


def test_beside_an_answer_stands_the_one_before_or_for_the_first_the_one_after() -> None:
    among = candidates([several("a", "A", "B"), run("b", "Why?", "C")])
    assert [neighbour(one.key, among) for one in among] == [1, 0, 1]
    assert neighbour(among[0].key, among[:1]) is None
