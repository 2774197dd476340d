"""Notes which deployments answered, to offer them again."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

from aztui.config import state
from aztui.core.data import dataclass
from aztui.core.events import Cause, Ended, RunId, Stamped, TextDelta
from aztui.core.ports import Handle, Sink, Source
from aztui.core.profile import Profile
from aztui.core.request import Request
from aztui.core.resuming import Held


@dataclass(frozen=True, slots=True)
class Noting:
    """A `core.ports.Source` that has another one answer, and notes whether it did.

    Attributes:
        source: answers.
        profile: whom it asks.
        file: where the state is kept.
    """

    source: Source
    profile: Profile
    file: Path

    def start(self, request: Request, run: RunId, sink: Sink) -> Handle:
        """Begin a run and return at once; its events go to `sink` from another thread."""
        return self.source.start(request, run, self._noting(request, sink))

    def resume(self, request: Request, run: RunId, sink: Sink, held: Held) -> Handle:
        """Take up an answer again; else as `start`."""
        return self.source.resume(request, run, self._noting(request, sink), held)

    def _noting(self, request: Request, sink: Sink) -> Sink:
        answered = False

        def note(stamped: Stamped) -> None:
            nonlocal answered
            answered = answered or isinstance(stamped.event, TextDelta)
            sink(stamped)
            if answered and stamped.event == Ended(Cause.CLOSED):
                self._note(request.deployment)

        return note

    def _note(self, deployment: str) -> None:
        asked = replace(self.profile, deployment=deployment)
        # Whoever stops a run waits for its sink, and a disk may take its time.
        threading.Thread(
            target=state.note_answered, args=(self.file, asked), daemon=True, name="note"
        ).start()
