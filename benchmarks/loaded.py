"""aztui that can be given thousands of answers at once.

`python -m benchmarks.loaded …` is aztui, but for a prompt that asks for turns (`Kind.TURN`): it is
answered on the spot, without a server, and sent again as often as it says. All else is the
program's own: the screen gets the events as from its engine. Through the keyboard and the server
10,000 answers take some ten minutes, since the screen looks for events once a frame.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from typing import Any, Final

from textual.app import App

from aztui.cli import main
from aztui.core.events import Cause, Ended, FinishReason, RunId, Stamped, TextDelta
from aztui.core.ports import Handle, Sink, Source
from aztui.core.request import Request
from aztui.core.resuming import Held
from aztui.ui.app import AztuiApp
from aztui.ui.messages import PromptSubmitted
from aztui.ui.screens.main import MainScreen
from benchmarks.planted import plant
from benchmarks.text import Kind, Recipe

_AT_ONCE: Final = 50
"""Answers between which the screen gets no word in."""


class _Over:
    """A run that was over before anybody could stop it."""

    def __init__(self, run: RunId) -> None:
        self.run = run

    def cancel(self) -> None:
        """There is nothing to end."""

    agree = decline = cancel


class Loading:
    """Answers prompts for turns itself, and has all others answered."""

    def __init__(self, source: Source, app: App[None]) -> None:
        self._source = source
        self._app = app
        self._begun = 0
        self._prompt = ""

    def start(self, request: Request, run: RunId, sink: Sink) -> Handle:
        """Begin a run; one of turns is over at once."""
        recipe = Recipe.parse(request.prompt)
        if recipe.kind is not Kind.TURN:
            return self._source.start(request, run, sink)
        text = "".join(replace(recipe, first=self._begun).pieces())
        for event in (TextDelta(0, text), FinishReason(0, "stop"), Ended(Cause.CLOSED)):
            sink(Stamped(run, time.monotonic(), event))
        self._begun += 1
        if self._begun == 1:
            self._prompt = request.prompt
            asyncio.get_running_loop().call_later(0.1, self._ask_again, recipe.size)
        return _Over(run)

    def resume(self, request: Request, run: RunId, sink: Sink, held: Held) -> Handle:
        """Have an answer taken up again."""
        return self._source.resume(request, run, sink, held)

    def _ask_again(self, wanted: int) -> None:
        """Have some of the answers that are wanted, and see to the others later."""
        screen = self._app.screen
        assert isinstance(screen, MainScreen)
        for _ in range(min(_AT_ONCE, wanted - self._begun)):
            screen.on_prompt_submitted(PromptSubmitted(self._prompt))
            screen.stop()  # has it look at the events now, of which the last one is there
        if self._begun < wanted:
            asyncio.get_running_loop().call_soon(self._ask_again, wanted)


def _load() -> None:
    begin = AztuiApp.__init__

    def begin_loading(app: AztuiApp, profile: Any, source: Any, **named: Any) -> None:
        begin(app, profile, Loading(source, app), **named)

    setattr(AztuiApp, "__init__", begin_loading)  # noqa: B010 - mypy rightly warns of the plain form


if __name__ == "__main__":
    plant()
    _load()
    main()
