"""What is told on stderr before an answer begins, where nobody sits at a terminal."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from collections.abc import Callable

import pytest

from aztui.cli.asking import Style, ask
from aztui.core.events import (
    Adapted,
    Cause,
    Ended,
    Filtered,
    FinishReason,
    Resent,
    Retrying,
    RunId,
    SignIn,
    TextDelta,
)
from aztui.core.filters import Offsets, Verdict
from aztui.core.lessons import Refused
from aztui.core.ports import Sink
from aztui.core.problem import Kind, Problem
from aztui.core.request import Api, Message, Request
from tests.support.fakes import OnlyStarting, ScriptedRun

TOO_MANY = Problem(Kind.RATE_LIMIT, "The rate limit of gpt is used up for now", status=429)
REQUEST = Request(Api.CHAT, "gpt", (Message("user", "Hi"),))
Captured = pytest.CaptureFixture[str]


class Deciding(ScriptedRun):
    """A run that goes on, or ends, by what is decided about its wait."""

    def agree(self) -> None:
        self.send(Resent(), TextDelta(0, "ok"), FinishReason(0, "stop"), Ended(Cause.CLOSED))

    def decline(self) -> None:
        self.fail(TOO_MANY)


class Acting(OnlyStarting):
    """Plays a run on a thread of its own, as an engine does."""

    def __init__(self, act: Callable[[ScriptedRun], None]) -> None:
        self._act = act

    def start(self, request: Request, run: RunId, sink: Sink) -> ScriptedRun:
        scripted = Deciding(run, request, sink, time.monotonic)
        threading.Thread(target=self._act, args=(scripted,), daemon=True).start()
        return scripted


def test_a_link_that_drops_in_an_answer_is_one_line(capfd: Captured) -> None:
    def act(run: ScriptedRun) -> None:
        run.text("Hel")
        broke = Problem(Kind.CONNECTION, "The connection to x broke off")
        run.send(Retrying(broke, 0.5, 1, resumes=True), Resent())
        run.text("lo")
        run.done()

    assert ask(Acting(act).start, REQUEST, Style()) == 0
    out, err = capfd.readouterr()
    assert out == "Hello"
    assert err.splitlines() == [
        "The connection to x broke off: taking the answer up again in 0.5 s; ctrl+c stops it."
    ]


def test_a_long_wait_before_an_answer_is_taken_up_is_asked_for_too(capfd: Captured) -> None:
    def act(run: ScriptedRun) -> None:
        run.text("Hel")
        run.send(Retrying(TOO_MANY, 600, 1, asks=True, resumes=True))

    assert ask(Acting(act).start, REQUEST, Style()) == 4
    assert "after a wait of 10 min" in capfd.readouterr().err


def test_a_wait_is_one_line_with_its_reason(capfd: Captured) -> None:
    def act(run: ScriptedRun) -> None:
        run.send(Retrying(TOO_MANY, 65, 1), Resent(), Retrying(TOO_MANY, 0.5, 2), Resent())
        run.text("ok")
        run.done()

    assert ask(Acting(act).start, REQUEST, Style()) == 0
    out, err = capfd.readouterr()
    assert out == "ok"
    reason = "The rate limit of gpt is used up for now (429): trying again in"
    assert err.splitlines() == [
        f"{reason} 1 min 5 s; ctrl+c stops it.",
        f"{reason} 0.5 s; ctrl+c stops it.",
    ]


def test_a_long_wait_is_not_begun_where_nobody_can_be_asked(capfd: Captured) -> None:
    source = Acting(lambda run: run.send(Retrying(TOO_MANY, 3600, 1, asks=True)))
    assert ask(source.start, REQUEST, Style()) == 1
    assert capfd.readouterr().err.splitlines() == [
        "The rate limit of gpt is used up for now (429).",
        (
            "It may go on after a wait of 1 h. Waits of more than 2 min in all are only begun when "
            "you agree, and you can only be asked where stdin and stderr are terminals."
        ),
    ]


def test_sigint_ends_a_wait_at_once(capfd: Captured) -> None:
    def act(run: ScriptedRun) -> None:
        run.send(Retrying(TOO_MANY, 100, 1))
        os.kill(os.getpid(), signal.SIGINT)

    assert ask(Acting(act).start, REQUEST, Style()) == 130
    assert capfd.readouterr().err.endswith("Stopped by SIGINT: no text had come yet.\n")


def adapting(*lessons: Refused, again: bool) -> Acting:
    def act(run: ScriptedRun) -> None:
        run.send(Adapted(lessons, again=again))
        run.done()

    return Acting(act)


RENAMED = Refused("max_tokens", instead="max_completion_tokens")
DROPPED = Refused("stream_options")


@pytest.mark.parametrize(
    ("lessons", "again", "remembered", "line"),
    [
        (
            (RENAMED,),
            True,
            True,
            (
                "Sent again with max_completion_tokens in place of max_tokens, which gpt does not "
                "take; this is remembered."
            ),
        ),
        (
            (RENAMED, DROPPED),
            False,
            True,
            (
                "Sent with max_completion_tokens in place of max_tokens and without "
                "stream_options, which gpt does not take; this was remembered."
            ),
        ),
        (
            (DROPPED,),
            True,
            False,
            "Sent again without stream_options, which gpt does not take.",
        ),
    ],
)
def test_what_was_sent_otherwise_is_told(
    capfd: Captured, *, lessons: tuple[Refused, ...], again: bool, remembered: bool, line: str
) -> None:
    assert ask(adapting(*lessons, again=again).start, REQUEST, Style(remembered=remembered)) == 0
    assert capfd.readouterr().err == f"{line}\n"


def test_with_json_the_events_say_it(capfd: Captured) -> None:
    assert ask(adapting(RENAMED, again=True).start, REQUEST, Style(json=True)) == 0
    out, err = capfd.readouterr()
    assert err == ""
    event = json.loads(out.splitlines()[0])
    assert (event["event"], event["again"]) == ("adapted", True)


@pytest.mark.parametrize("style", [Style(), Style(json=True)])
def test_where_to_sign_in_is_told(capfd: Captured, style: Style) -> None:
    def act(run: ScriptedRun) -> None:
        run.send(SignIn("https://microsoft.com/devicelogin", "ABC\x1b-123"))
        run.done()

    assert ask(Acting(act).start, REQUEST, style) == 0
    err = capfd.readouterr().err
    assert "open https://microsoft.com/devicelogin in any browser, and enter the code ABC" in err
    assert "\x1b" not in err


@pytest.mark.parametrize(("choices", "which"), [(1, "the answer"), (2, "answer 1")])
def test_condemned_text_is_told_from_its_first_character_on(
    capfd: Captured, choices: int, which: str
) -> None:
    def act(run: ScriptedRun) -> None:
        for choice in range(choices):
            run.text("0123456789", choice)
        verdict = Verdict("protected_material_text", filtered=True, detected=True)
        start = len(REQUEST.prompt)
        run.send(Filtered(0, (), Offsets(start, start + 4)))
        run.send(Filtered(0, (verdict,), Offsets(start + 4, start + 10), condemned=True))
        run.send(*(FinishReason(choice, "content_filter") for choice in range(choices)))
        run.send(Ended(Cause.CLOSED))

    assert ask(Acting(act).start, REQUEST, Style()) == 3
    out, err = capfd.readouterr()
    assert out.startswith("0123456789")
    assert f"the content filter condemned {which} from its character 5 on." in err
