"""A run under way: it waits for as long as it is told to, and ends once."""

from __future__ import annotations

import threading

from aztui.azure.stream import Stream
from aztui.core.events import Cause, Ended, Resent, Retrying, RunId, Stamped
from aztui.core.problem import Kind, Problem
from tests.support.fakes import Clock
from tests.support.recorder import Recorder

BUSY = Problem(Kind.RATE_LIMIT, "The rate limit is used up")


def test_a_wait_that_no_lock_can_wait_for_can_be_stopped() -> None:
    got = Recorder()
    stream = Stream(RunId("1"), got, Clock(0.0))
    stopper = threading.Timer(0.05, stream.cancel)
    stopper.start()
    assert not stream.pause(Retrying(BUSY, 3e11, 1))
    stopper.join()
    assert got.end() == Ended(Cause.CANCELLED)


def test_the_sink_itself_may_answer() -> None:
    told: list[object] = []

    def sink(stamped: Stamped) -> None:
        told.append(stamped.event)
        if isinstance(stamped.event, Retrying):
            (stream.agree if stamped.event.attempt == 1 else stream.decline)()

    stream = Stream(RunId("1"), sink, Clock(0.0))
    assert stream.pause(Retrying(BUSY, 0.0, 1, asks=True))
    assert not stream.pause(Retrying(BUSY, 0.0, 2, asks=True))
    assert [type(event) for event in told] == [Retrying, Resent, Retrying]
