"""What is sent in place of what a deployment does not take."""

from __future__ import annotations

import pytest

from aztui.core.lessons import Learnt, Refused, adapted, one_each
from aztui.core.request import NO_PARAMS, Api, Json, Message, Params, Request

RENAMED = Refused("max_tokens", None, "max_completion_tokens")
BACK = Refused("max_completion_tokens", None, "max_tokens")


def sent(body: Params, own: Params, *refused: Refused) -> dict[str, Json]:
    body, _ = adapted(body, own, Learnt(refused=refused))
    return dict(body)


def test_what_the_user_asks_for_is_sent_whatever_it_is_called() -> None:
    asked = {"max_tokens": 9}
    assert sent(asked, asked, RENAMED) == {"max_completion_tokens": 9}
    gone = Refused("max_completion_tokens")
    assert sent(asked, asked, RENAMED, gone) == {"max_completion_tokens": 9}


@pytest.mark.parametrize("later", [BACK, Refused("max_completion_tokens")])
def test_what_is_refused_itself_replaces_nothing(later: Refused) -> None:
    learnt = Learnt(refused=(RENAMED,)).refusing(later)
    assert learnt.refused == (later,)
    asked = {"max_tokens": 9}
    assert adapted(asked, asked, learnt) == (asked, ())


def test_one_refused_value_of_another_member_is_still_a_replacement() -> None:
    learnt = Learnt(refused=(RENAMED,)).refusing(Refused("max_completion_tokens", 1))
    assert RENAMED in learnt.refused


def test_of_what_is_listed_only_what_is_refused_is_left_out() -> None:
    lesson = Refused("include", "a")
    assert sent({"include": ["a", "b"]}, NO_PARAMS, lesson) == {"include": ["b"]}
    assert sent({"include": ["a"]}, NO_PARAMS, lesson) == {}
    assert sent({"include": ["b"]}, NO_PARAMS, lesson) == {"include": ["b"]}
    assert sent({"include": ["b", "a"]}, {"include": ["b"]}, lesson) == {"include": ["b"]}
    assert sent({"include": ["a"]}, {"include": ["a"]}, lesson) == {"include": ["a"]}


def test_a_list_that_is_refused_as_a_whole_is_left_out_as_a_whole() -> None:
    lesson = Refused("include", ["a"])
    assert sent({"include": ["a"]}, NO_PARAMS, lesson) == {}
    assert sent({"include": ["a", "b"]}, NO_PARAMS, lesson) == {"include": ["a", "b"]}


@pytest.mark.parametrize(
    ("api", "n", "refused", "apart"),
    [
        (Api.RESPONSES, 2, (), True),
        (Api.RESPONSES, 1, (), False),
        (Api.CHAT, 2, (), False),
        (Api.CHAT, 2, (Refused("n"),), True),
        (Api.CHAT, 1, (Refused("n"),), False),
        (Api.COMPLETIONS, 5, (Refused("n", 5),), True),
        (Api.COMPLETIONS, 8, (Refused("n", 5),), True),
        (Api.COMPLETIONS, 4, (Refused("n", 5),), False),
        (Api.CHAT, 2, (Refused("seed"),), False),
    ],
)
def test_who_is_asked_for_one_answer_at_a_time(
    api: Api, n: int, refused: tuple[Refused, ...], apart: bool
) -> None:
    request = Request(api, "gpt", (Message("user", "Hi"),), {"n": n})
    assert one_each(request, Learnt(refused=refused)) is apart
