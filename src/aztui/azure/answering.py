"""Answers requests in the threads that the engine gives it, over lanes that are used again."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from aztui.azure import auth, listing
from aztui.azure.adapting import Adapting
from aztui.azure.dialects import DIALECTS
from aztui.azure.reading import LateRefusalError, events
from aztui.azure.redact import Redactor
from aztui.azure.retry import Failure, Policy, Tries
from aztui.azure.stream import Stream
from aztui.core.events import Cause, Ended, Opened, Retrying, StreamProblem
from aztui.core.listing import Lister
from aztui.core.ports import Memory
from aztui.core.problem import Problem, unloadable
from aztui.core.profile import Profile
from aztui.core.request import Request

if TYPE_CHECKING:
    from aztui.azure.lane import Lane


class Answering:
    """Sends requests to one profile's endpoint, again where that may help; for many threads.

    Args:
        profile: whom to ask, and with which credential.
        memory: what is known about deployments.
        retries: how patient to be with requests that get no answer.
    """

    def __init__(self, profile: Profile, memory: Memory, retries: Policy) -> None:
        self._profile = profile
        self._memory = memory
        self._retries = retries
        self._redactor = Redactor(profile.key)
        self._tokens = auth.provider(profile, self._redactor.learn)
        self._lock = threading.Lock()
        self._idle: list[Lane] = []
        self._closed = False

    def serve(self, stream: Stream, request: Request) -> None:
        """Answer a request in this thread, to the end of its stream. Never raises."""
        try:
            self._answer(stream, request)
            ended = Ended(Cause.CLOSED)
        except BaseException as error:  # noqa: BLE001 - whatever it is, it must not end silently
            ended = Ended(Cause.BROKEN, self._problem(error, request))
        stream.end(ended)

    def warm(self) -> None:
        """Have a connection open, if one can be. Never raises."""
        with contextlib.suppress(Exception), self._lane() as lane:
            lane.warm()

    def lister(self) -> Lister | None:
        """What lists the deployments of the endpoint's resource; None where nothing does."""
        if self._tokens is None:
            return None
        return listing.lister(self._profile, self._tokens, self._redactor)

    def close(self) -> None:
        """Close the idle connections, and the others when they become idle."""
        with self._lock:
            self._closed = True
            lanes = list(self._idle)
            self._idle.clear()
        for lane in lanes:
            lane.close()

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


def _explained(error: BaseException, profile: Profile, request: Request) -> Problem:
    try:
        from aztui.azure.errors import explain  # noqa: PLC0415 - imports the SDK
    except ImportError as missing:
        return unloadable(missing)
    return explain(error, profile, request)
