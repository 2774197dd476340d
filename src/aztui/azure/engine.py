"""Answers requests with streams of events: a thread a stream.

Importing this loads next to nothing, neither the SDK nor httpx2, which take most of a second, nor
what reads answers: a screen is up before they are, and its engine's threads import them.
"""

from __future__ import annotations

import contextlib
import gc
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from aztui.azure.stream import Stream
from aztui.core.events import Cause, Ended, RunId
from aztui.core.ports import Forgetful, Memory, Sink
from aztui.core.problem import unloadable
from aztui.core.profile import Profile
from aztui.core.request import Request
from aztui.core.resuming import Held

if TYPE_CHECKING:
    from aztui.azure.answering import Answering
    from aztui.azure.retry import Policy
    from aztui.core.listing import Lister


class Engine:
    """Asks one profile's endpoint. A `core.ports.Source`.

    Args:
        profile: whom to ask, and with which credential.
        clock: seconds that only grow; stamps the events.
        memory: what is known about deployments; nothing is, and nothing kept, where it is None.
        retries: how patient to be with requests that get no answer; as usual where it is None.
    """

    def __init__(
        self,
        profile: Profile,
        clock: Callable[[], float] = time.monotonic,
        *,
        memory: Memory | None = None,
        retries: Policy | None = None,
    ) -> None:
        self._profile = profile
        self._clock = clock
        self._memory = memory or Forgetful()
        self._retries = retries
        self._lock = threading.Lock()
        self._answering: Answering | None = None
        self._streams: set[Stream] = set()
        self._warming = False
        self._closed = False

    def start(self, request: Request, run: RunId, sink: Sink) -> Stream:
        """Begin a run and return at once; its events go to `sink` from another thread.

        On a closed engine the run ends at once, as cancelled.
        """
        return self._begin(request, run, sink)

    def resume(self, request: Request, run: RunId, sink: Sink, held: Held) -> Stream:
        """Take up an answer again that the service goes on with; else as `start`."""
        return self._begin(request, run, sink, held)

    def _begin(self, request: Request, run: RunId, sink: Sink, held: Held | None = None) -> Stream:
        stream = Stream(run, sink, self._clock, self._retries.pace if self._retries else 1.0)
        with self._lock:
            closed = self._closed
            if not closed:
                self._streams.add(stream)
        if closed:
            stream.cancel()
        else:
            _in_thread(f"run {run}", lambda: self._serve(stream, request, held))
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

    def lister(self) -> Lister | None:
        """What lists the deployments of the endpoint's resource; None where nothing does."""
        if self._profile.auth.signs_in:
            with contextlib.suppress(ImportError):
                return self._made().lister()
        return None

    def close(self) -> None:
        """Cancel what is under way and close the connections; waits for nothing."""
        with self._lock:
            self._closed = True
            streams, answering = list(self._streams), self._answering
        for stream in streams:
            stream.cancel()
        if answering is not None:
            answering.close()

    def _serve(self, stream: Stream, request: Request, held: Held | None) -> None:
        try:
            self._made().serve(stream, request, held)
        except ImportError as missing:
            stream.end(Ended(Cause.BROKEN, unloadable(missing)))
        finally:
            with self._lock:
                self._streams.discard(stream)

    def _warm(self) -> None:
        try:
            with contextlib.suppress(ImportError):
                self._made().warm()
        finally:
            # What was loaded stays: to look through the SDK for garbage takes 40 ms.
            gc.freeze()
            self._warming = False

    def _made(self) -> Answering:
        """What answers, made by the first thread that needs it."""
        from aztui.azure.answering import Answering  # noqa: PLC0415 - no start should wait for it
        from aztui.azure.retry import PATIENT  # noqa: PLC0415 - likewise

        with self._lock:
            if self._answering is None:
                self._answering = Answering(self._profile, self._memory, self._retries or PATIENT)
                if self._closed:
                    self._answering.close()
            return self._answering


def _in_thread(name: str, target: Callable[[], None]) -> None:
    # A daemon: exit does not wait for a name server or a connection that never comes.
    threading.Thread(target=target, name=name, daemon=True).start()
