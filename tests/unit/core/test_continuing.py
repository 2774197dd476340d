from __future__ import annotations

from functools import reduce as folded

import pytest

from aztui.core.continuing import GO_ON, exactly, prompt_to_continue
from aztui.core.events import Cause, Ended, Event, FinishReason, RunId, Stamped, TextDelta
from aztui.core.request import Api, Request, RequestError, compose
from aztui.core.run import Run, reduce


def over(request: Request, *events: Event) -> Run:
    return folded(
        reduce, (Stamped(RunId("a"), 1.0, event) for event in events), Run(RunId("a"), request, 0.0)
    )


def stopped(api: Api, text: str = "Because of", **params: object) -> Run:
    request = compose(api, "gpt", "Why?\n", params=params)  # type: ignore[arg-type]
    return over(request, TextDelta(0, text), Ended(Cause.CANCELLED))


def test_completions_go_on_exactly() -> None:
    run = stopped(Api.COMPLETIONS)
    assert exactly(run)
    assert prompt_to_continue(run, run.request.api) == "Why?\nBecause of"


def test_an_answer_that_repeats_its_prompt_holds_all_there_is() -> None:
    run = stopped(Api.COMPLETIONS, "Why?\nBecause of", echo=True)
    assert prompt_to_continue(run, run.request.api) == "Why?\nBecause of"


def test_each_of_several_answers_can_be_continued() -> None:
    request = compose(Api.COMPLETIONS, "gpt", "Why? ", params={"n": 2})
    run = over(request, TextDelta(0, "A"), TextDelta(1, "B"), Ended(Cause.CANCELLED))
    assert prompt_to_continue(run, Api.COMPLETIONS, 1) == "Why? B"
    with pytest.raises(RequestError, match="Nothing has come"):
        prompt_to_continue(run, Api.COMPLETIONS, 2)


@pytest.mark.parametrize("api", [Api.CHAT, Api.RESPONSES])
def test_a_conversation_is_asked_to_go_on(api: Api) -> None:
    run = stopped(api)
    assert not exactly(run)
    assert prompt_to_continue(run, run.request.api) == GO_ON


def test_a_conversations_answer_that_is_whole_is_not_continued() -> None:
    request = compose(Api.CHAT, "gpt", "Why?")
    run = over(request, TextDelta(0, "So."), FinishReason(0, "stop"), Ended(Cause.CLOSED))
    with pytest.raises(RequestError, match="came to its end"):
        prompt_to_continue(run, run.request.api)


def test_where_nothing_came_there_is_nothing_to_continue() -> None:
    run = over(compose(Api.CHAT, "gpt", "Why?"), Ended(Cause.CANCELLED))
    with pytest.raises(RequestError, match="f5 asks again"):
        prompt_to_continue(run, Api.CHAT)


def test_it_goes_by_the_api_that_is_asked_now() -> None:
    assert prompt_to_continue(stopped(Api.CHAT), Api.COMPLETIONS) == "Why?\nBecause of"
    assert prompt_to_continue(stopped(Api.COMPLETIONS), Api.CHAT) == GO_ON


def test_in_a_conversation_only_the_first_answer_is_continued() -> None:
    request = compose(Api.CHAT, "gpt", "Why? ", params={"n": 2})
    run = over(request, TextDelta(0, "A"), TextDelta(1, "B"), Ended(Cause.CANCELLED))
    with pytest.raises(RequestError, match="Only the first answer"):
        prompt_to_continue(run, Api.CHAT, 1)
