"""Answers requests in the threads that the engine gives it, over lanes that are used again."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from aztui.azure import auth, listing
from aztui.azure.adapting import Adapting
from aztui.azure.decode.body import NotAnAnswerError
from aztui.azure.following import Following, Unfinished
from aztui.azure.lessons import Watch
from aztui.azure.partings import Partings
from aztui.azure.reading import LateRefusalError, NothingCameError, events
from aztui.azure.redact import Redactor
from aztui.azure.retry import Failure, Lost, Policy, Tries
from aztui.azure.stream import Stream
from aztui.core.events import Cause, Ended, Event, Opened, Retrying, StreamProblem
from aztui.core.listing import Lister
from aztui.core.ports import Memory
from aztui.core.problem import Problem, unloadable
from aztui.core.profile import Profile
from aztui.core.request import Request
from aztui.core.resuming import Held

if TYPE_CHECKING:
    from aztui.azure.lane import Answer, Lane

_PATIENCE: Final = 2.0
"""Seconds that a stopped run waits for the id by which the service is told to stop too."""


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
        self._partings = Partings()
        self._lock = threading.Lock()
        self._idle: list[Lane] = []
        self._closed = False

    def serve(self, stream: Stream, request: Request, held: Held | None = None) -> None:
        """Answer a request in this thread, to the end of its stream. Never raises.

        Args:
            stream: takes what comes.
            request: what is asked.
            held: what had come of an answer to it that is to be taken up again; None to ask anew.
        """
        following = Following(request, held)
        if request.background:
            stream.parting(lambda: self._part(stream, following))
        try:
            self._answer(stream, request, following)
            ended = Ended(Cause.CLOSED)
        except BaseException as error:  # noqa: BLE001 - whatever it is, it must not end silently
            ended = Ended(Cause.BROKEN, self._problem(error, request, following))
        following.close()
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

    def _answer(self, stream: Stream, request: Request, following: Following) -> None:
        """Send the request until it is answered, or until nothing more can be done."""
        adapting = Adapting(self._profile.endpoint, request, self._memory)
        for event in () if following.resumes else adapting.beforehand():
            stream.emit(event)
        tries = Tries(self._retries, time.time)
        while True:
            try:
                return self._stream(stream, adapting, following)
            except Exception as error:
                if following.advanced:
                    tries.advance()
                if not self._goes_on(stream, adapting, following, tries, error):
                    raise

    def _goes_on(
        self,
        stream: Stream,
        adapting: Adapting,
        following: Following,
        tries: Tries,
        error: Exception,
    ) -> bool:
        """Whether to send the request again, or to take its answer up; waits where that is due."""
        resumes = following.resumes
        failure = self._lost(error) if resumes else self._failure(error)
        if failure is None:
            return False
        change = None if resumes else adapting.refused(failure.error)
        if change is not None:
            return stream.emit(change)
        again = tries.after(failure)
        if again is None:
            return False
        problem = self._problem(error, adapting.request, following)
        return stream.pause(
            Retrying(problem, again.wait, again.attempt, again.asks, resumes=resumes)
        )

    def _stream(self, stream: Stream, adapting: Adapting, following: Following) -> None:
        with self._lane() as lane, stream.over(lane) as free:
            if not free:
                return
            watch = following.open(adapting.watch)
            with self._asked(lane, stream, adapting, following) as answer:
                stream.emit(self._redactor.event(Opened(answer.ids, answer.quota)))
                try:
                    for event in events(answer.pieces(), answer.content_type, following.decode):
                        new = not following.begun
                        if new and isinstance(event, StreamProblem) and event.passes:
                            following.forget()
                            raise LateRefusalError(event.problem, answer.headers)
                        if not self._pass_on(event, stream, following, watch):
                            return
                finally:
                    adapting.answered(watch)
        if following.resumes:
            raise Unfinished

    def _asked(
        self, lane: Lane, stream: Stream, adapting: Adapting, following: Following
    ) -> AbstractContextManager[Answer]:
        """Ask for the rest of an answer that can be taken up, else for a new one."""
        if following.resumes:
            return lane.take_up(following.response, following.after, stream.emit)
        request = adapting.request

        def tell(event: Event) -> None:
            stream.emit(self._redactor.event(event))

        return lane.ask(request.api, request.deployment, adapting.body, stream.emit, tell)

    def _pass_on(self, event: Event, stream: Stream, following: Following, watch: Watch) -> bool:
        """Hand over what of an event is new; False where nothing more is wanted."""
        told = following.take(event)
        if told is None:
            return True
        shown = self._redactor.event(told)
        watch.see(shown)
        return stream.emit(shown) or following.nameless

    def _part(self, stream: Stream, following: Following) -> None:
        """Have the service write no more of an answer that was stopped; returns at once."""

        def part() -> None:
            response = following.known(_PATIENCE)
            stream.break_off()
            if response:
                with contextlib.suppress(Exception), self._lane() as lane:
                    lane.stop(response, lambda _sign_in: None)

        self._partings.say(part, f"stop {stream.run}")

    def _lost(self, error: Exception) -> Failure | None:
        """What is known of an answer that may be taken up again; None where that is of no use."""
        from aztui.azure.lane import dropped, unknown  # noqa: PLC0415 - imports the SDK

        if dropped(error) or isinstance(error, NothingCameError | NotAnAnswerError | Unfinished):
            return Failure(lost=Lost.DROPPED)
        return Failure(lost=Lost.MISLAID) if unknown(error) else self._failure(error)

    def _failure(self, error: Exception) -> Failure | None:
        """What is known of a request that got no answer, without the credential."""
        from aztui.azure.lane import failure  # noqa: PLC0415 - imports the SDK

        failed = failure(error)
        if failed is None:
            return None
        message = self._redactor.text(failed.error.message)
        return replace(failed, error=replace(failed.error, message=message))

    def _problem(self, error: BaseException, request: Request, following: Following) -> Problem:
        explained = _explained(error, self._profile, request, resumes=following.resumes)
        return self._redactor.problem(explained)

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


def _explained(
    error: BaseException, profile: Profile, request: Request, *, resumes: bool
) -> Problem:
    try:
        from aztui.azure.errors import explain  # noqa: PLC0415 - imports the SDK
    except ImportError as missing:
        return unloadable(missing)
    return explain(error, profile, request, resumes=resumes)
