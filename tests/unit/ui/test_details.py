"""The page of everything that is known of a run."""

from __future__ import annotations

from dataclasses import replace

import pytest

from aztui.core.events import (
    Adapted,
    Answering,
    Cause,
    Ended,
    Event,
    Filtered,
    FinishReason,
    Ignored,
    Opened,
    ReasoningDelta,
    Resent,
    Retrying,
    RunId,
    Stamped,
    Stored,
    Thinking,
    Usage,
)
from aztui.core.events import TextDelta as Text
from aztui.core.filters import Offsets, Verdict
from aztui.core.lessons import Refused
from aztui.core.problem import Kind, Problem
from aztui.core.quota import Quota
from aztui.core.request import Api, Params, compose
from aztui.core.run import Run, reduce
from aztui.terminal.link import Trips
from aztui.ui.details import details
from aztui.ui.widgets.rows import length

LIMITED = Problem(Kind.RATE_LIMIT, "The rate limit is used up", "Try later.", status=429)
PARAMS: Params = {"reasoning_effort": "high", "stop": ["\n", "END"]}
STOPPED = (FinishReason(0, "stop"), Ended(Cause.CLOSED))


def after(*events: Event, prompt: str = "Hi") -> Run:
    """A run in which these happened, one a second."""
    run = Run(RunId("1"), compose(Api.CHAT, "gpt-5", prompt, params=PARAMS), 0.0)
    for at, event in enumerate(events, 1):
        run = reduce(run, Stamped(run.id, float(at), event))
    return run


def shown(*events: Event, width: int = 80) -> list[str]:
    rows = details(after(*events), 99.0, width)
    return [" ".join("".join(text for text, _ in row).split()) for row in rows]


def test_how_it_ended_who_answered_and_what_it_cost() -> None:
    rows = shown(
        Opened(),
        Answering("gpt-5-2025-08-07", "fp_44709d6fcb"),
        Text(0, "a"),
        Usage(24, 912, 832),
        *STOPPED,
    )
    assert rows[0] == "\u203a Hi"
    for row in (
        "state done (stop)",
        "asked gpt-5 · chat",
        "model gpt-5-2025-08-07",
        "fingerprint fp_44709d6fcb",
        "prompt 24 tokens",
        "answer 912 tokens, 832 of them thought",
        "headers after 1.0 s",
        "first text after 3.0 s",
        "over after 6.0 s",
    ):
        assert row in rows


def test_a_run_under_way_says_how_long_it_has_been() -> None:
    assert "so far 1 min 39 s" in shown(Opened())


def test_what_was_sent_and_what_otherwise_than_asked() -> None:
    lesson = Refused("max_tokens", instead="max_completion_tokens", words="Use the other.")
    rows = shown(Adapted((lesson,), again=True))
    assert "reasoning_effort high" in rows
    assert 'stop ["\\n", "END"]' in rows
    assert any(row.startswith("changed sent with max_completion_tokens") for row in rows)
    assert "the service said Use the other." in rows


def test_every_verdict_of_the_filter_is_listed_the_safe_ones_too() -> None:
    safe = Verdict("hate", filtered=False, severity="safe")
    rows = shown(
        Filtered(None, (safe, Verdict("jailbreak", filtered=False, detected=False))),
        Filtered(0, (safe, Verdict("violence", filtered=True, severity="high"))),
        Filtered(0, failed="It was asleep"),
    )
    answer, prompt = rows.index("Content filter: answer"), rows.index("Content filter: prompt")
    assert rows[answer + 1 : answer + 3] == ["hate safe", "violence high, filtered"]
    assert rows[prompt + 1 : prompt + 3] == ["hate safe", "jailbreak not detected"]
    assert "did not run It was asleep" in rows


def test_what_was_withdrawn_is_counted() -> None:
    rows = shown(
        Text(0, "0123456789"),
        Filtered(0, (), Offsets(2, 6)),
        Filtered(0, (), Offsets(6, 12), condemned=True),
    )
    assert "withdrawn from character 5 on, of 10" in rows


def test_every_further_try_is_told_with_its_reason() -> None:
    rows = shown(
        Retrying(LIMITED, 3.0, 1), Resent(), Retrying(LIMITED, 600.0, 2, asks=True), width=200
    )
    assert "after 1.0 s attempt 1: The rate limit is used up · waited 3 s" in rows
    assert "after 3.0 s attempt 2: The rate limit is used up · asked to wait 10 min" in rows


def test_a_stored_response_is_named_and_each_time_it_was_taken_up() -> None:
    dropped = Retrying(Problem(Kind.CONNECTION, "It broke off"), 0.5, 1, resumes=True)
    rows = shown(Stored("resp_6f1c"), Text(0, "a"), dropped, Resent(), Text(0, "b"), *STOPPED)
    assert "stored as resp_6f1c" in rows
    assert "after 3.0 s It broke off · taken up again after 0.5 s" in rows


def test_what_is_left_the_ids_and_what_was_passed_over() -> None:
    rows = shown(
        Opened((("x-request-id", "6f1c"),), Quota(1200, 30_000, 58)),
        Ignored((("response.mood.delta", 3), ("obfuscation", 1))),
    )
    for row in ("tokens 1,200 of 30,000", "requests 58", "x-request-id 6f1c"):
        assert row in rows
    assert "response.mood.delta 3 times" in rows
    assert "obfuscation once" in rows


def test_a_refused_request_has_ids_and_no_thoughts() -> None:
    refused = replace(LIMITED, ids=(("x-request-id", "6f1c"),))
    rows = shown(Thinking("high"), Ended(Cause.BROKEN, refused))
    assert "x-request-id 6f1c" in rows
    assert not [row for row in rows if row.startswith("thought")]


def test_the_system_prompt_that_was_sent_is_told() -> None:
    run = Run(RunId("1"), compose(Api.CHAT, "gpt-4o", "Hi", system="Be\nkind."), 0.0)
    rows = ["".join(text for text, _ in row).split() for row in details(run, 1.0, 80)]
    assert ["system", "Be"] in rows
    assert ["kind."] in rows


def test_a_summary_of_thoughts_is_shown_whole() -> None:
    rows = shown(Thinking("high"), ReasoningDelta(0, "**One**\n\nwords"), ReasoningDelta(1, "Two"))
    start = rows.index("What it thought, in its own summary")
    assert rows[start + 1 : start + 6] == ["**One**", "", "words", "", "Two"]


def test_a_failure_is_there_in_the_services_words() -> None:
    rows = shown(Ended(Cause.BROKEN, LIMITED))
    assert "problem The rate limit is used up" in rows
    assert "Server said Try later." in rows


HOSTILE = "a\nb\tc\x1b[2J\x9b31m\u202e"


@pytest.mark.parametrize("width", [12, 20, 40, 80, 200])
def test_no_row_is_wider_than_the_screen_and_none_does_anything(width: int) -> None:
    long = HOSTILE + "long-" * 50
    rows = details(
        after(
            Adapted((Refused(long, words=long),), again=True),
            Retrying(Problem(Kind.SERVER, long), 1.0, 1),
            Opened(((long, long),), Quota(1)),
            Answering(long),
            ReasoningDelta(0, long),
            Text(0, "a"),
            Filtered(0, (Verdict(long, filtered=False, severity=long),), failed=long),
            Ignored(((long, 2),)),
            FinishReason(0, long),
            Ended(Cause.CLOSED),
            prompt=long,
        ),
        99.0,
        width,
    )
    assert max(map(length, rows)) <= width
    assert not set("\x1b\x9b\u202e") & set("".join(text for row in rows for text, _ in row))


def test_what_the_way_to_the_terminal_was_like() -> None:
    def told(trips: Trips | None) -> str:
        rows = details(after(*STOPPED), 9.0, 100, trips=trips)
        return "\n".join(" ".join("".join(text for text, _ in row).split()) for row in rows)

    slow = Trips(answers=4, quickest=0.4, slowest=1.2, total=3.2, held=1.5)
    assert "terminal answers after 800 ms, 400 ms to 1.2 s\nframes waited 1.5 s" in told(slow)
    assert "400 ms to 1.2 s, some 2.1 kB a second\n" in told(slow._replace(rate=2060.0))
    assert "terminal" not in told(Trips())
    assert "terminal" not in told(None)
