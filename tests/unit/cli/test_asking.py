"""One answer on stdout, with a source that a test plays."""

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
    Cause,
    Ended,
    FinishReason,
    Opened,
    RunId,
    StreamProblem,
    TextDelta,
    Usage,
)
from aztui.core.ports import Sink
from aztui.core.problem import Kind, Problem
from aztui.core.request import Api, Message, Request
from tests.support.fakes import OnlyStarting, ScriptedRun

PROBLEM = Problem(
    Kind.NOT_FOUND,
    "There is no such deployment",
    "The API deployment does not exist.",
    "Check its name.",
    404,
    "https://contoso.openai.azure.com/openai",
    (("x-request-id", "6f1c"),),
)
FILTER = Problem(Kind.CONTENT_FILTER, "The prompt was blocked")


class Acting(OnlyStarting):
    """Plays a run on a thread of its own, as an engine does."""

    def __init__(self, *acts: Callable[[ScriptedRun], None]) -> None:
        self._acts = acts
        self.run: ScriptedRun | None = None

    def start(self, request: Request, run: RunId, sink: Sink) -> ScriptedRun:
        self.run = ScriptedRun(run, request, sink, time.monotonic)
        threading.Thread(target=self._play, args=(self.run,), daemon=True).start()
        return self.run

    def _play(self, run: ScriptedRun) -> None:
        for act in self._acts:
            act(run)


def text(text: str, choice: int = 0) -> Callable[[ScriptedRun], None]:
    return lambda run: run.text(text, choice)


def done(reason: str = "stop", choices: int = 1) -> Callable[[ScriptedRun], None]:
    return lambda run: run.done(reason, choices=choices)


def closed(run: ScriptedRun) -> None:
    run.send(Ended(Cause.CLOSED))


def failed(problem: Problem = PROBLEM) -> Callable[[ScriptedRun], None]:
    return lambda run: run.fail(problem)


def killed(number: signal.Signals) -> Callable[[ScriptedRun], None]:
    return lambda _run: os.kill(os.getpid(), number)


def request(answers: int = 1) -> Request:
    return Request(Api.CHAT, "demo", (Message("user", "hello"),), {"n": answers})


Captured = pytest.CaptureFixture[str]


@pytest.mark.parametrize(
    ("acts", "strict", "code", "out", "err"),
    [
        ([text("Hel"), text("lo"), done()], False, 0, "Hello", ""),
        ([text("Hello\n"), done()], False, 0, "Hello\n", ""),
        ([done()], False, 0, "", ""),
        ([text("Hel"), done("length")], False, 0, "Hel", "token limit"),
        ([text("Hel"), done("length")], True, 4, "Hel", "token limit"),
        ([text("Hel"), done("content_filter")], False, 3, "Hel", "content filter stopped"),
        ([failed(FILTER)], False, 3, "", "The prompt was blocked"),
        ([text("Hel"), failed(FILTER)], False, 3, "Hel", "The prompt was blocked"),
        ([failed()], False, 1, "", "no such deployment (404)"),
        ([closed], False, 1, "", "ended before any text"),
        ([text("Hel"), closed], False, 4, "Hel", "without a finish reason"),
        ([text("Hel"), failed()], False, 4, "Hel", "cut short"),
        ([text("Hel"), killed(signal.SIGINT)], False, 130, "Hel", "Stopped by SIGINT"),
        ([killed(signal.SIGINT)], False, 130, "", "no text had come"),
        ([text("Hel"), killed(signal.SIGTERM)], False, 143, "Hel", "Stopped by SIGTERM"),
    ],
)
def test_how_runs_end(
    capfd: Captured,
    *,
    acts: list[Callable[[ScriptedRun], None]],
    strict: bool,
    code: int,
    out: str,
    err: str,
) -> None:
    source = Acting(*acts)
    assert ask(source.start, request(), Style(strict=strict)) == code
    written = capfd.readouterr()
    assert written.out == out
    assert err in written.err
    assert bool(written.err) == (code != 0 or bool(err))


def test_a_failure_is_told_with_all_that_helps(capfd: Captured) -> None:
    ask(Acting(failed()).start, request(), Style())
    assert capfd.readouterr().err.splitlines() == [
        "There is no such deployment (404).",
        "Azure: The API deployment does not exist.",
        "Asked: https://contoso.openai.azure.com/openai",
        "Check its name.",
        "x-request-id 6f1c",
    ]


def test_what_an_error_says_cannot_act_on_the_terminal(capfd: Captured) -> None:
    ask(
        Acting(failed(Problem(Kind.SERVER, "Bad\x1b[2J", "\u202ereason"))).start, request(), Style()
    )
    written = capfd.readouterr().err
    assert "\x1b" not in written
    assert "\u202e" not in written


def test_bytes_go_into_a_pipe_as_they_came(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    said = "a\x1b[31m\r\n\u202e\u200bé👩‍💻\x00"
    assert ask(Acting(*(map(text, said)), done()).start, request(), Style()) == 0
    assert capfdbinary.readouterr().out == said.encode()


def test_further_answers_follow_whole_under_headings(capfd: Captured) -> None:
    acts = [text("a"), text("1", 1), text("b"), text("2", 1), done(choices=2)]
    assert ask(Acting(*acts).start, request(2), Style()) == 0
    written = capfd.readouterr()
    assert written.out == "ab12"
    assert written.err == "answer 1 of 2\nanswer 2 of 2\n"


def test_a_stopped_run_shows_what_came_of_every_answer(capfd: Captured) -> None:
    acts = [text("a"), text("1", 1), killed(signal.SIGINT)]
    assert ask(Acting(*acts).start, request(2), Style()) == 130
    assert capfd.readouterr().out == "a1"


def test_events_as_json_lines(capfd: Captured) -> None:
    def all_events(run: ScriptedRun) -> None:
        run.send(
            Opened((("x-request-id", "6f1c"),)),
            TextDelta(0, "Hé\u2028\x1b"),
            TextDelta(1, "x"),
            FinishReason(0, "stop"),
            Usage(3, 4),
            StreamProblem(FILTER),
            Ended(Cause.BROKEN, PROBLEM),
        )

    assert ask(Acting(all_events).start, request(2), Style(json=True)) == 3
    out = capfd.readouterr().out
    assert out.isascii()
    events = [json.loads(line) for line in out.split("\n")[:-1]]
    assert all(event.pop("at") >= 0 for event in events)
    assert events == [
        {"event": "opened", "ids": {"x-request-id": "6f1c"}},
        {"event": "text", "choice": 0, "text": "Hé\u2028\x1b"},
        {"event": "text", "choice": 1, "text": "x"},
        {"event": "finish", "choice": 0, "reason": "stop"},
        {"event": "usage", "prompt_tokens": 3, "completion_tokens": 4},
        {"event": "problem", "problem": {"kind": "content_filter", "title": FILTER.title}},
        {
            "event": "ended",
            "phase": "cut",
            "exit_code": 3,
            "problem": {
                "kind": "content_filter",
                "title": FILTER.title,
                "ids": {"x-request-id": "6f1c"},
            },
        },
    ]


def test_signals_are_as_before_afterwards(capfd: Captured) -> None:
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    ask(Acting(done()).start, request(), Style())
    assert before == (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM))
