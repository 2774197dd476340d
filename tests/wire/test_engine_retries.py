"""The engine sends again what may fare better, tells of it, and stops when it is told to."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

import pytest

from aztui.azure.retry import PATIENT, Policy
from aztui.core.events import (
    Cause,
    Ended,
    Event,
    Opened,
    Resent,
    Retrying,
    RunId,
    Stamped,
    StreamProblem,
    TextDelta,
)
from aztui.core.ports import Handle
from aztui.core.problem import Kind
from aztui.core.quota import Quota
from tests.support.engines import KEY, join, profile, prompt, running
from tests.support.hostile import DEADLINE, Hostile, Peer, Script, reset_on_close
from tests.support.hostile import event as line
from tests.support.recorder import Recorder

QUICK = Policy(jitter=lambda: 1.0, pace=0.001)
"""Waits as long as any, a thousand times as fast."""

Refusal = tuple[str, dict[str, Any], tuple[str, ...]]

TOO_MANY: Refusal = (
    "429 Too Many Requests",
    {"error": {"code": "429", "message": f"Slow down, {KEY}. Please retry after 60 seconds."}},
    ("Retry-After: 7", "x-request-id: req-429"),
)
BROKEN: Refusal = ("500 Oops", {"error": {"message": "The server had an error."}}, ())
FILTERED: Refusal = (
    "400 Bad Request",
    {
        "error": {
            "code": "content_filter",
            "message": "The response was filtered.",
            "innererror": {
                "content_filter_result": {"violence": {"filtered": True, "severity": "high"}}
            },
        }
    },
    ("Retry-After: 1", "x-should-retry: true"),
)
SPENT: Refusal = (
    "429 Too Many Requests",
    {"error": {"code": "insufficient_quota", "message": "You exceeded your current quota."}},
    ("Retry-After: 1",),
)
DENIED: Refusal = ("401 No", {"error": {"code": "401", "message": "Access denied."}}, ())


def refuse(peer: Peer, refusal: Refusal) -> None:
    status, body, headers = refusal
    peer.request()
    peer.plain(status, "application/json", json.dumps(body).encode(), *headers)


def refusing(*refusals: Refusal) -> Script:
    """Refuses requests, one after the other, and answers those after them."""
    left = list(refusals)

    def script(peer: Peer) -> None:
        while left:
            refuse(peer, left.pop(0))
        peer.request()
        peer.answer("ok")
        peer.await_close()

    return script


def run(
    script: Script,
    retries: Policy = QUICK,
    act: Callable[[Handle, Event], None] = lambda _handle, _event: None,
) -> tuple[Recorder, int]:
    """One run, `act` told of each event and the handle; its events, and how many were sent."""
    got = Recorder()
    # The first event may come before `start` has returned.
    begun: Future[Handle] = Future()

    def sink(stamped: Stamped) -> None:
        got(stamped)
        if isinstance(stamped.event, Retrying):
            act(begun.result(DEADLINE), stamped.event)

    with Hostile(script) as server, running(profile(server), retries) as engine:
        begun.set_result(engine.start(prompt(), RunId("1"), sink))
        got.end()
        join("run 1")
        return got, len(server.requests)


def told(got: Recorder) -> list[Retrying]:
    return [event for event in got.events if isinstance(event, Retrying)]


def test_a_rate_limit_is_waited_for_and_the_wait_told() -> None:
    got, sent = run(refusing(TOO_MANY, TOO_MANY))
    assert sent == 3
    assert [type(event) for event in got.events[:5]] == [Retrying, Resent, Retrying, Resent, Opened]
    first, second = told(got)
    assert (first.wait, first.attempt, first.asks) == (7, 1, False)
    assert (second.wait, second.attempt) == (7, 2)
    assert first.problem.kind is Kind.RATE_LIMIT
    assert first.problem.ids == (("x-request-id", "req-429"),)
    assert "…cdef" in first.problem.detail
    assert KEY not in repr(got.events)
    assert got.text == "ok"
    assert got.end() == Ended(Cause.CLOSED)


def test_the_connection_is_used_again() -> None:
    with (
        Hostile(refusing(TOO_MANY)) as server,
        running(profile(server), QUICK) as engine,
    ):
        got = Recorder()
        engine.start(prompt(), RunId("1"), got)
        assert got.end() == Ended(Cause.CLOSED)
        assert server.connections == 1


def test_an_error_of_the_servers_is_tried_twice_more() -> None:
    got, sent = run(refusing(*[BROKEN] * 9))
    assert sent == 3
    assert [one.wait for one in told(got)] == [0.5, 1.0]
    ended = got.end()
    assert ended.cause is Cause.BROKEN
    assert ended.problem is not None
    assert ended.problem.status == 500


@pytest.mark.parametrize("refusal", [FILTERED, SPENT, DENIED], ids=["filter", "spent", "denied"])
def test_what_will_not_change_is_not_sent_again(refusal: Refusal) -> None:
    got, sent = run(refusing(refusal))
    assert sent == 1
    assert not told(got)
    assert got.end().cause is Cause.BROKEN


@pytest.mark.parametrize("reset", [False, True])
def test_a_server_that_hangs_up_is_asked_again(reset: bool) -> None:
    def script(peer: Peer) -> None:
        peer.request()
        if peer.number > 1:
            peer.answer("ok")
            peer.await_close()
        elif reset:
            reset_on_close(peer)

    got, sent = run(script)
    assert sent == 2
    assert "closed the connection without an answer" in told(got)[0].problem.title
    assert got.text == "ok"


def test_a_server_that_is_not_there_is_asked_once() -> None:
    with Hostile(lambda _: None) as server:
        pass
    with running(profile(server), QUICK) as engine:
        got = Recorder()
        engine.start(prompt(), RunId("1"), got)
        assert got.end().cause is Cause.BROKEN
    assert not told(got)


@pytest.mark.parametrize("text", ["", "half"])
def test_an_answer_that_has_begun_is_never_sent_again(text: str) -> None:
    def script(peer: Peer) -> None:
        peer.request()
        peer.head()
        if text:
            peer.say(text)

    got, sent = run(script)
    assert sent == 1
    assert not told(got)
    assert got.text == text
    assert got.end().cause is Cause.BROKEN


MINUTES: Refusal = (*TOO_MANY[:2], ("Retry-After: 100",))


@pytest.mark.parametrize("close", [False, True], ids=["cancel", "close"])
def test_a_wait_is_left_at_once(close: bool) -> None:
    with Hostile(refusing(MINUTES)) as server, running(profile(server), PATIENT) as engine:
        got = Recorder()
        handle = engine.start(prompt(), RunId("1"), got)
        got.wait(lambda got: bool(told(got)))
        if close:
            engine.close()
        else:
            handle.cancel()
        assert got.events == [*told(got), Ended(Cause.CANCELLED)]
        join("run 1")
        assert len(server.requests) == 1


def hour(peer: Peer) -> None:
    refuse(peer, (*TOO_MANY[:2], ("Retry-After: 3600",)))
    peer.request()
    peer.answer("ok")
    peer.await_close()


def test_a_long_wait_begins_when_the_user_agrees() -> None:
    quick = Policy(pace=1e-6)
    got, sent = run(hour, quick, lambda handle, _: handle.agree())
    assert [(one.wait, one.asks) for one in told(got)] == [(3600, True)]
    assert sent == 2
    assert got.text == "ok"


def test_a_long_wait_that_is_declined_is_the_end() -> None:
    got, sent = run(hour, PATIENT, lambda handle, _: handle.decline())
    assert sent == 1
    ended = got.end()
    assert ended.problem is not None
    assert ended.problem.status == 429
    assert not [event for event in got.events if isinstance(event, Resent)]


def test_a_long_wait_that_nobody_answers_can_be_cancelled() -> None:
    got, _ = run(hour, PATIENT, lambda handle, _: handle.cancel())
    assert got.end() == Ended(Cause.CANCELLED)


def test_what_is_left_of_the_limits_is_told() -> None:
    head = (
        b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n"
        b"X-RateLimit-Remaining-Tokens: 1200\r\nx-ratelimit-limit-tokens: 60000\r\n"
        b"x-ratelimit-remaining-requests: -1\r\n\r\n"
    )

    def script(peer: Peer) -> None:
        peer.request()
        peer.send(head)
        peer.say("ok", finish="stop")
        peer.end()
        peer.await_close()

    got, _ = run(script)
    assert got.events[0] == Opened((), Quota(1200, 60000))
    assert TextDelta(0, "ok") in got.events


ERROR = b'data: {"error": {"message": "No.", "code": "%s"}}\n\n'


def in_stream(body: bytes) -> Script:
    """Answers a request with a stream that brings an error, and the next one as asked."""
    left = [body]

    def script(peer: Peer) -> None:
        while left:
            peer.request()
            peer.plain(
                "200 OK", "text/event-stream", left.pop(), "Retry-After: 7", "x-request-id: late"
            )
        peer.request()
        peer.answer("ok")
        peer.await_close()

    return script


@pytest.mark.parametrize("code", [b"rate_limit_exceeded", b"server_error"])
def test_an_error_in_the_stream_is_a_refusal_while_nothing_has_come(code: bytes) -> None:
    got, sent = run(in_stream(ERROR % code))
    (again,) = told(got)
    assert (sent, again.wait, again.problem.ids) == (2, 7, (("x-request-id", "late"),))
    assert not [event for event in got.events if isinstance(event, StreamProblem)]
    assert (got.text, got.end()) == ("ok", Ended(Cause.CLOSED))


def test_what_is_too_long_may_be_told_in_the_stream() -> None:
    got, sent = run(in_stream(ERROR % b"context_length_exceeded"))
    (told,) = (event for event in got.events if isinstance(event, StreamProblem))
    assert (sent, told.problem.kind, told.passes) == (1, Kind.TOO_LONG, False)
    assert "longer than the model's context" in told.problem.title


@pytest.mark.parametrize(
    "body",
    [
        line("a") + ERROR % b"server_error",
        ERROR % b"insufficient_quota",
        ERROR % b"content_filter",
        ERROR % b"unsupported_parameter",
    ],
    ids=["after text", "spent", "filter", "parameter"],
)
def test_any_other_error_in_the_stream_is_told(body: bytes) -> None:
    got, sent = run(in_stream(body))
    assert (sent, told(got)) == (1, [])
    assert [e.problem.detail for e in got.events if isinstance(e, StreamProblem)] == ["No."]
