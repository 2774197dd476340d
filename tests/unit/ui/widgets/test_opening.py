"""What stands between a prompt and its answer."""

from __future__ import annotations

import pytest

from aztui.core.events import (
    Event,
    Opened,
    ReasoningDelta,
    Resent,
    Retrying,
    RunId,
    SignIn,
    Stamped,
    Thinking,
)
from aztui.core.events import TextDelta as Text
from aztui.core.problem import Kind, Problem
from aztui.core.request import Api, compose
from aztui.core.run import Run, reduce
from aztui.ui.widgets.opening import opening
from aztui.ui.widgets.rows import Columns, length

LIMITED = Problem(
    Kind.RATE_LIMIT, "The rate limit is used up", status=429, asked="https://x.openai.azure.com/"
)
SIGN_IN = SignIn("https://login.microsoft.com/device?with=a-long-question", "GQH4-7XKP")


def after(*events: Event) -> Run:
    run = Run(RunId("1"), compose(Api.CHAT, "gpt", "Hi"), 0.0)
    for event in events:
        run = reduce(run, Stamped(run.id, 1.0, event))
    return run


def shown(*events: Event, now: float = 4.0, width: int = 80) -> list[str]:
    rows = opening(after(*events), now, Columns.of(width))
    return ["".join(text for text, _ in row).strip() for row in rows]


def test_nothing_is_said_where_text_is_to_come_at_once() -> None:
    assert shown() == []
    assert shown(Text(0, "Hello")) == []


def test_a_silent_model_thinks() -> None:
    assert shown(Thinking("high")) == ["", "thinking (effort high) · 4 s"]


def test_the_newest_heading_of_a_summary_is_shown_while_it_is_thought() -> None:
    rows = shown(Thinking("low"), ReasoningDelta(0, "**First**\n\nwords\n\n**Then\x1b**\n"))
    assert rows[2:] == ["Then␛"]


def test_a_long_heading_takes_one_row() -> None:
    rows = shown(Thinking(), ReasoningDelta(0, f"**{'word ' * 40}end**"), width=40)
    assert len(rows) == 3


def test_what_was_thought_is_folded_once_there_is_text() -> None:
    rows = shown(Thinking("low"), ReasoningDelta(0, "**First**\n"), Text(0, "Hello"))
    assert rows == ["", "thought for 1 s · 1 part · d in the log shows"]


def test_a_wait_says_why_and_how_long() -> None:
    rows = shown(Retrying(LIMITED, 20.0, 1))
    assert rows == [
        "",
        "trying again in 17 s (attempt 2)",
        "The rate limit is used up · esc stops",
    ]


def test_above_text_that_has_come_a_dropped_link_moves_nothing() -> None:
    dropped = Retrying(LIMITED, 20.0, 1, resumes=True)
    assert shown(Text(0, "Hello"), dropped) == []
    assert shown(dropped)[1].startswith("the link dropped: taking the answer up again in 17 s")


def test_a_wait_that_is_over_leaves_nothing() -> None:
    assert shown(Retrying(LIMITED, 20.0, 1), Resent()) == []


def test_a_long_wait_asks() -> None:
    rows = shown(Retrying(LIMITED, 600.0, 1, asks=True))
    assert rows[1] == "Azure asks to wait 10 min: f5 waits, esc gives up"
    assert rows[2] == "The rate limit is used up"


@pytest.mark.parametrize("width", [80, 30, 12])
def test_where_to_sign_in_is_whole_at_any_width(width: int) -> None:
    whole = "".join(shown(SIGN_IN, width=width))
    assert SIGN_IN.url in whole
    assert SIGN_IN.code in whole


def test_signing_in_goes_before_thinking_and_is_over_with_the_answer() -> None:
    assert "GQH4-7XKP" in "".join(shown(Thinking("high"), SIGN_IN))
    assert "GQH4-7XKP" not in "".join(shown(Thinking("high"), SIGN_IN, Opened()))
    assert "GQH4-7XKP" not in "".join(shown(SIGN_IN, Retrying(LIMITED, 20.0, 1), Resent()))


def test_what_comes_from_the_wire_does_nothing() -> None:
    hostile = Problem(Kind.SERVER, "\x1b[2J")
    for events in (
        [SignIn("https://\x1b[2J", "\x9b31m")],
        [Retrying(hostile, 1.0, 1)],
        [Retrying(hostile, 900.0, 1, asks=True)],
        [Thinking("\x1b[2J")],
    ):
        assert not set("\x1b\x9b") & set("".join(shown(*events)))


@pytest.mark.parametrize("width", [12, 20, 40, 80, 200])
def test_no_row_is_wider_than_the_screen(width: int) -> None:
    for events in ([SIGN_IN], [Thinking("high")], [Retrying(LIMITED, 600.0, 1, asks=True)]):
        rows = opening(after(*events), 4.0, Columns.of(width))
        assert max(map(length, rows)) <= width
