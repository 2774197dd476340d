"""Answers requests with streams of events: a thread a stream, over lanes that are used again.

Importing this loads neither the SDK nor httpx2, which take most of a second: a screen is up
before they are, and its engine's threads import them.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from aztui.azure import auth
from aztui.azure.adapting import Adapting
from aztui.azure.dialects import DIALECTS
from aztui.azure.reading import LateRefusalError, events
from aztui.azure.redact import Redactor
from aztui.azure.retry import PATIENT, Failure, Policy, Tries
from aztui.azure.stream import Stream
from aztui.core.events import Cause, Ended, Opened, Retrying, RunId, StreamProblem
from aztui.core.ports import Forgetful, Memory, Sink
from aztui.core.problem import Kind, Problem
from aztui.core.profile import Profile
from aztui.core.request import Request

if TYPE_CHECKING:
    from aztui.azure.lane import Lane


class Engine:
    """Asks one profile's endpoint. A `core.ports.Source`.

    Args:
        profile: whom to ask, and with which credential.
        clock: seconds that only grow; stamps the events.
        memory: what is known about deployments; nothing is, and nothing kept, where it is None.
        retries: how patient to be with requests that get no answer.
    """

    def __init__(
        self,
        profile: Profile,
        clock: Callable[[], float] = time.monotonic,
        *,
        memory: Memory | None = None,
        retries: Policy = PATIENT,
    ) -> None:
        self._profile = profile
        self._clock = clock
        self._memory = memory or Forgetful()
        self._retries = retries
        self._redactor = Redactor(profile.key)
        self._tokens = auth.provider(profile, self._redactor.learn)
        self._lock = threading.Lock()
        self._idle: list[Lane] = []
        self._streams: set[Stream] = set()
        self._warming = False
        self._closed = False

    def start(self, request: Request, run: RunId, sink: Sink) -> Stream:
        """Begin a run and return at once; its events go to `sink` from another thread.

        On a closed engine the run ends at once, as cancelled.
        """
        stream = Stream(run, sink, self._clock, self._retries.pace)
        with self._lock:
            closed = self._closed
            if not closed:
                self._streams.add(stream)
        if closed:
            stream.cancel()
        else:
            _in_thread(f"run {run}", lambda: self._serve(stream, request))
        return stream

    def warm(self) -> None:
        """Have the SDK imported and a connection open soon; returns at once.

        The credential is not sent. What fails is told when a prompt is sent. Cheap where there
        is nothing to do.
        """
        with self._lock:
            if self._warming or self._closed:
                return
            self._warming = True
        _in_thread("warm", self._warm)

    def close(self) -> None:
        """Cancel what is under way and close the connections; waits for nothing."""
        with self._lock:
            self._closed = True
            streams, lanes = list(self._streams), list(self._idle)
            self._idle.clear()
        for stream in streams:
            stream.cancel()
        for lane in lanes:
            lane.close()

    def _serve(self, stream: Stream, request: Request) -> None:
        try:
            self._answer(stream, request)
            ended = Ended(Cause.CLOSED)
        except BaseException as error:  # noqa: BLE001 - whatever it is, it must not end silently
            ended = Ended(Cause.BROKEN, self._problem(error, request))
        finally:
            with self._lock:
                self._streams.discard(stream)
        stream.end(ended)

    def _answer(self, stream: Stream, request: Request) -> None:
        """Send the request until it is answered, or until nothing more can be done."""
        adapting = Adapting(self._profile.endpoint, request, self._memory)
        for event in adapting.beforehand():
            stream.emit(event)
        tries = Tries(self._retries, time.time)
        while True:
            try:
                return self._stream(stream, adapting)
            except Exception as error:
                if not self._goes_on(stream, adapting, tries, error):
                    raise

    def _goes_on(self, stream: Stream, adapting: Adapting, tries: Tries, error: Exception) -> bool:
        """Whether to send the request again; tells so, and waits before it where that is due."""
        failure = self._failure(error)
        if failure is None:
            return False
        change = adapting.refused(failure.error)
        if change is not None:
            return stream.emit(change)
        again = tries.after(failure)
        if again is None:
            return False
        problem = self._problem(error, adapting.request)
        return stream.pause(Retrying(problem, again.wait, again.attempt, again.asks))

    def _stream(self, stream: Stream, adapting: Adapting) -> None:
        request = adapting.request
        dialect = DIALECTS[request.api]
        with self._lane() as lane, stream.over(lane) as free:
            if not free:
                return
            with lane.ask(request.api, request.deployment, adapting.body, stream.emit) as answer:
                stream.emit(self._redactor.event(Opened(answer.ids, answer.quota)))
                watch = adapting.watch()
                try:
                    for event in events(answer.pieces(), answer.content_type, dialect.decoder()):
                        if isinstance(event, StreamProblem) and event.passes and not watch.begun:
                            raise LateRefusalError(event.problem, answer.headers)
                        shown = self._redactor.event(event)
                        watch.see(shown)
                        if not stream.emit(shown):
                            return
                finally:
                    adapting.answered(watch)

    def _failure(self, error: Exception) -> Failure | None:
        """What is known of a request that got no answer, without the credential."""
        from aztui.azure.lane import failure  # noqa: PLC0415 - imports the SDK

        failed = failure(error)
        if failed is None:
            return None
        message = self._redactor.text(failed.error.message)
        return replace(failed, error=replace(failed.error, message=message))

    def _problem(self, error: BaseException, request: Request) -> Problem:
        return self._redactor.problem(_explained(error, self._profile, request))

    def _warm(self) -> None:
        try:
            with contextlib.suppress(Exception), self._lane() as lane:
                lane.warm()
        finally:
            self._warming = False

    @contextlib.contextmanager
    def _lane(self) -> Iterator[Lane]:
        from aztui.azure.lane import Lane  # noqa: PLC0415 - imports the SDK

        with self._lock:
            lane = self._idle.pop() if self._idle else None
        lane = lane or Lane(self._profile, self._tokens)
        try:
            yield lane
        finally:
            with self._lock:
                kept = lane.usable and not self._closed
                if kept:
                    self._idle.append(lane)
            if not kept:
                lane.close()


def _in_thread(name: str, target: Callable[[], None]) -> None:
    # A daemon: exit does not wait for a name server or a connection that never comes.
    threading.Thread(target=target, name=name, daemon=True).start()


def _explained(error: BaseException, profile: Profile, request: Request) -> Problem:
    try:
        from aztui.azure.errors import explain  # noqa: PLC0415 - imports the SDK
    except ImportError as missing:
        return Problem(
            Kind.INTERNAL,
            "A part of aztui cannot be loaded",
            str(missing),
            "Install aztui again.",
        )
    return explain(error, profile, request)
