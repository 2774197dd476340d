"""What is said about a run beside its answer."""

from __future__ import annotations

from dataclasses import replace

import pytest

from aztui.core.chunks import Chunks
from aztui.core.events import Retrying, RunId, Usage
from aztui.core.filters import Verdict
from aztui.core.lessons import Refused
from aztui.core.problem import Kind, Problem
from aztui.core.quota import Quota
from aztui.core.request import Api, Message, Request
from aztui.core.run import Choice, Phase, Retry, Run
from aztui.ui.remarks import (
    asks_to_wait,
    changed,
    findings,
    headline,
    next_step,
    passed_over,
    quota_low,
    thought,
    unfiltered,
    ways,
    withdrawn,
)

RUN = Run(RunId("a"), Request(Api.CHAT, "d", (Message("user", "?"),)), started=10.0)
MEDIUM = Verdict("violence", filtered=False, severity="medium")
BLOCKED = Verdict("self_harm", filtered=True, severity="high")
COPIED = Verdict("protected_material_text", filtered=True, detected=True)
JAILBREAK = Verdict("jailbreak", filtered=False, detected=True)
SAFE = Verdict("hate", filtered=False, severity="safe")
LIMITED = Problem(Kind.RATE_LIMIT, "Used up", status=429, asked="https://x.openai.azure.com/")


def judged(*verdicts: Verdict, prompt: tuple[Verdict, ...] = ()) -> Run:
    return replace(RUN, choices=(Choice(0, verdicts=verdicts),), prompt_verdicts=prompt)


def test_what_was_found_is_told_and_whose_it_is() -> None:
    run = judged(SAFE, MEDIUM, prompt=(JAILBREAK, SAFE))
    assert findings(run) == "filter: violence medium (answer) · jailbreak detected (prompt)"


def test_nothing_is_said_where_all_is_well() -> None:
    assert findings(judged(SAFE, prompt=(SAFE,))) == ""


def test_answers_are_told_apart_by_number() -> None:
    run = replace(RUN, choices=(Choice(0), Choice(1, verdicts=(MEDIUM,))))
    assert findings(run) == "filter: violence medium (answer 2)"


def test_what_stopped_the_answer_is_told_unless_the_problem_says_it() -> None:
    assert findings(judged(BLOCKED)) == "filter: stopped by self harm high (answer)"
    assert findings(judged(COPIED)) == "filter: stopped by protected material text (answer)"
    told = replace(judged(BLOCKED, MEDIUM), problem=Problem(Kind.CONTENT_FILTER, "Refused"))
    assert findings(told) == "filter: violence medium (answer)"


def test_words_of_the_service_are_safe_to_show() -> None:
    hostile = Verdict("\x1b[2J", filtered=False, severity="\x9b31m")
    assert not set("\x1b\x9b") & set(findings(judged(hostile)))
    assert "\x1b" not in "".join(unfiltered(replace(RUN, unfiltered=("\x1b[2J",))))
    assert "\x1b" not in changed(Refused("\x1b", value="\x1b"))
    assert "\x1b" not in headline((Chunks("**\x1b[2J**"),))


def test_a_filter_that_did_not_run_says_why() -> None:
    run = replace(RUN, unfiltered=("The contents are not filtered",))
    assert unfiltered(run) == ["the content filter did not run: The contents are not filtered"]


@pytest.mark.parametrize(
    ("lesson", "said"),
    [
        (
            Refused("n", instead="m"),
            "sent with m in place of n, which this deployment does not take",
        ),
        (
            Refused("stream_options"),
            "sent without stream_options, which this deployment does not take",
        ),
        (
            Refused("temperature", value=0.5),
            "sent without temperature=0.5, which this deployment does not take",
        ),
    ],
)
def test_what_was_sent_otherwise(lesson: Refused, said: str) -> None:
    assert changed(lesson) == said


THINKER = replace(RUN, effort="high")
PARTS = (Chunks("one"), Chunks("two"))


@pytest.mark.parametrize(
    ("run", "said"),
    [
        (replace(RUN, first_text=12.0), ""),
        (replace(THINKER, first_text=22.4), "thought for 12 s"),
        (replace(THINKER, first_text=10.3), "thought for 0.3 s"),
        (
            replace(THINKER, first_text=22.4, thoughts=PARTS),
            "for 12 s · 2 parts · d in the log shows",
        ),
        (
            replace(THINKER, first_text=75.0, thoughts=PARTS[:1]),
            "for 1 min 5 s · 1 part · d in the log shows",
        ),
        (replace(THINKER, ended=11.0, phase=Phase.FAILED), ""),
        (replace(THINKER, ended=11.0, phase=Phase.STOPPED), ""),
        (replace(THINKER, ended=30.0, phase=Phase.STOPPED, thoughts=PARTS), "thought for 20 s"),
        (replace(THINKER, ended=30.0, phase=Phase.LIMIT, usage=Usage(1, 9, 9)), "thought for 20 s"),
    ],
)
def test_thinking_is_told_where_there_was_any(run: Run, said: str) -> None:
    assert said in thought(run)
    assert bool(thought(run)) == bool(said)


def test_thinking_counts_from_the_last_try() -> None:
    retry = Retry(11.0, Retrying(LIMITED, 20.0, 1))
    run = replace(THINKER, retries=(retry,), first_text=36.0)
    assert thought(run) == "thought for 5 s"


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ((), ""),
        (("plain words",), ""),
        (("**One**\n\nwords\n\n**Two**\n\nmore",), "Two"),
        (("**One**\n\nwords", "no heading yet"), "One"),
        (("## Weighing\nwords", "  **Then**  "), "Then"),
        (("some **bold** words",), ""),
        (("**not clos",), ""),
    ],
)
def test_the_newest_heading_of_what_is_thought(parts: tuple[str, ...], said: str) -> None:
    assert headline(tuple(Chunks(*part) for part in parts)) == said


def test_who_asks_for_a_long_wait() -> None:
    assert asks_to_wait(Retrying(LIMITED, 600.0, 1, asks=True)) == (
        "Azure asks to wait 10 min: f5 waits, esc gives up"
    )
    other = replace(LIMITED, asked="http://127.0.0.1/")
    assert asks_to_wait(Retrying(other, 150.0, 1)).startswith("The server asks to wait 2 min 30 s")


def test_the_keys_to_go_on_with_stand_for_the_options_of_the_command_line() -> None:
    told = replace(LIMITED, fix="Leave it out (-o top_p=), or the system prompt (--system).")
    assert next_step(told) == "Leave it out, or the system prompt."
    assert ways(told) == ("f2 parameters", "f5 try again")
    other = replace(LIMITED, fix="Ask it through chat (--api chat), or another.")
    assert next_step(other) == "Ask it through chat, or another."
    assert ways(other) == ("f6 ask through another API", "f5 try again")
    assert ways(replace(other, try_api=Api.CHAT)) == ("f6 ask through chat", "f5 try again")


def test_what_has_no_key_stays_as_it_is() -> None:
    told = replace(LIMITED, fix="Use a dated one (--api-version 2024-10-21).")
    assert next_step(told) == told.fix
    assert ways(told) == ("f5 try again",)


def test_where_a_name_is_not_found_others_can_be_chosen() -> None:
    missing = replace(LIMITED, kind=Kind.NOT_FOUND)
    assert ways(missing) == ("f6 choose a deployment", "f5 try again")


def test_where_a_conversation_is_too_long_turns_can_be_left_out() -> None:
    long = replace(LIMITED, kind=Kind.TOO_LONG, fix="Ask for fewer (-o max_tokens=9).")
    assert ways(long, turns=True) == ("f2 parameters", "f5 leave out turns")
    assert ways(long) == ("f2 parameters", "f5 try again")
    assert ways(LIMITED, turns=True) == ("f5 try again",)


def test_a_low_quota_is_told() -> None:
    assert quota_low(replace(RUN, quota=Quota(1200, 30_000, 58, 60))) == (
        "quota low: 1,200 tokens left"
    )
    assert quota_low(replace(RUN, quota=Quota(1200, 30_000, 1, 60))) == (
        "quota low: 1,200 tokens and 1 request left"
    )
    assert quota_low(replace(RUN, quota=Quota(20_000, 30_000))) == ""
    assert quota_low(RUN) == ""


def test_what_was_condemned_is_counted_from_1() -> None:
    answer = Choice(0, Chunks().append("Good. Bad."))
    assert withdrawn(answer) == ""
    assert withdrawn(replace(answer, condemned=6)) == "from character 7 on, of 10"


def test_what_was_passed_over_is_counted_and_safe_to_show() -> None:
    run = replace(RUN, ignored=(("x_one", 1), ("\x1b[2J", 1200)))
    assert list(passed_over(run)) == [("x_one", "once"), ("␛[2J", "1,200 times")]
