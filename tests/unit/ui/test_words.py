from __future__ import annotations

from dataclasses import replace

import pytest

from aztui.core.chunks import Chunks
from aztui.core.events import Retrying, RunId, SignIn, Usage
from aztui.core.problem import Kind, Problem
from aztui.core.request import Api, Message, Params, Request
from aztui.core.run import Choice, Phase, Retry, Run
from aztui.ui.words import cost, duration, figures, limit, measured, progress, seconds

RUN = Run(RunId("a"), Request(Api.CHAT, "d", (Message("user", "?"),)), started=10.0)


def asked(params: Params) -> Run:
    return replace(RUN, request=replace(RUN.request, params=params))


@pytest.mark.parametrize(
    ("span", "words"),
    [(0, "0.0 s"), (0.44, "0.4 s"), (59.94, "59.9 s"), (59.96, "1 min 0 s"), (125.7, "2 min 6 s")],
)
def test_times_have_units(span: float, words: str) -> None:
    assert seconds(span) == words


def test_how_a_run_is_going() -> None:
    assert progress(RUN, 11.2) == "waiting · 1.2 s"
    text = (Choice(0, Chunks("x" * 400)), Choice(1, Chunks("x" * 80)))
    streaming = replace(RUN, phase=Phase.STREAMING, first_text=11.0, choices=text)
    assert progress(streaming, 13.0) == "streaming 240 chars/s · 3.0 s"
    assert progress(streaming, 11.0) == "streaming · 1.0 s"
    assert progress(streaming, 13.0, brief=True) == "streaming · 3.0 s"


def test_tokens_are_marked_where_they_are_estimated() -> None:
    text = Choice(0, Chunks("x" * 400))
    over = replace(
        RUN, phase=Phase.STOPPED, first_text=10.4, last_text=12.0, ended=15.2, choices=(text,)
    )
    assert figures(over) == ("~100 tokens", "first text 0.4 s", "5.2 s")
    assert figures(replace(over, usage=Usage(7, 1))) == ("1 token", "first text 0.4 s", "5.2 s")


def test_a_very_short_time_is_told_in_milliseconds() -> None:
    assert [measured(span) for span in (0.0, 0.006, 0.44)] == ["0.0 s", "6 ms", "0.4 s"]


def test_without_text_there_are_no_tokens_to_speak_of() -> None:
    assert figures(replace(RUN, phase=Phase.STOPPED, ended=12.0)) == ("2.0 s",)


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({"max_tokens": 1000}, "max_tokens is 1000: f2 allows more"),
        ({"max_completion_tokens": 5}, "max_completion_tokens is 5"),
        ({}, "own limit"),
    ],
)
def test_the_limit_that_was_hit_is_named(params: Params, said: str) -> None:
    assert said in limit(asked(params))


def test_the_limit_of_a_response_has_its_own_name() -> None:
    run = replace(RUN, request=replace(RUN.request, api=Api.RESPONSES))
    assert "max_output_tokens may allow more (f2)" in limit(run)
    run = replace(run, request=replace(run.request, params={"max_output_tokens": 4}))
    assert "max_output_tokens is 4: f2" in limit(run)


@pytest.mark.parametrize(
    ("span", "words"),
    [(0.3, "0.3 s"), (12.3, "12 s"), (59.6, "1 min"), (600, "10 min"), (605, "10 min 5 s")],
)
def test_long_times_are_told_in_whole_seconds(span: float, words: str) -> None:
    assert duration(span) == words


def test_a_silent_model_is_said_to_think() -> None:
    thinking = replace(RUN, phase=Phase.THINKING, effort="high")
    assert progress(thinking, 22.3) == "thinking (effort high) · 12 s"
    assert progress(replace(thinking, effort=""), 22.3) == "thinking · 12 s"
    assert "\x1b" not in progress(replace(thinking, effort="\x1b[2J"), 22.3)


def test_a_wait_is_counted_down() -> None:
    told = Retrying(Problem(Kind.RATE_LIMIT, "Used up"), 20.0, 1)
    waiting = replace(RUN, phase=Phase.RETRYING, retries=(Retry(11.0, told),))
    assert progress(waiting, 18.2) == "trying again in 13 s (attempt 2)"
    assert progress(waiting, 30.9) == "trying again in 1 s (attempt 2)"
    assert progress(waiting, 31.0) == "trying again now (attempt 2)"
    asking = replace(waiting, retries=(Retry(11.0, replace(told, asks=True)),))
    assert progress(asking, 18.2) == "waiting for you"


def test_a_link_that_dropped_is_told_as_what_it_is() -> None:
    told = Retrying(Problem(Kind.CONNECTION, "It broke off"), 2.0, 1, resumes=True)
    dropped = replace(RUN, phase=Phase.RETRYING, retries=(Retry(11.0, told),))
    assert progress(dropped, 11.5) == "the link dropped: taking the answer up again in 2 s"
    assert progress(dropped, 13.0) == "the link dropped: taking the answer up again now"


def test_who_is_to_sign_in_is_waited_for() -> None:
    signing = replace(RUN, sign_in=SignIn("https://x", "CODE"))
    assert progress(signing, 51.0) == "waiting for you to sign in · 41 s"


def test_tokens_that_were_thought_are_told_apart() -> None:
    over = replace(RUN, phase=Phase.LIMIT, ended=15.2, usage=Usage(7, 1000, 1000))
    assert figures(over)[0] == "1000 tokens, 1000 of them thought"
    assert limit(over).startswith("Thinking took all of it.")
    assert not limit(replace(over, first_text=12.0)).startswith("Thinking")


@pytest.mark.parametrize(
    ("dollars", "said"),
    [
        (0.0, "~$0.00"),
        (12_345.678, "~$12,345.68"),
        (1.0, "~$1.00"),
        (0.5, "~$0.50"),
        (0.3333, "~$0.33"),
        (0.0412, "~$0.041"),
        (0.0012, "~$0.0012"),
        (0.000006, "~$0.000006"),
        (1e-12, "~$0.00"),
    ],
)
def test_a_cost_is_an_estimate_of_two_digits(dollars: float, said: str) -> None:
    assert cost(dollars) == said
