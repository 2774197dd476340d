"""aztui that can be given thousands of answers at once.

`python -m benchmarks.loaded …` is aztui, but for prompts that ask for turns (`Kind.TURN`): such a
prompt is answered on the spot, without a server, and so are as many like it as it says. All else
is the program's own: the screen gets the prompt and the events as from its keyboard and its engine.
Through the keyboard and the server 10,000 answers take some ten minutes, since the screen looks
for events once a frame.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Any, Final

from textual.app import App

from aztui.cli import main
from aztui.core.events import Cause, Ended, FinishReason, RunId, Stamped, TextDelta
from aztui.core.ports import Handle, Sink, Source
from aztui.core.request import Request
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

    def start(self, request: Request, run: RunId, sink: Sink) -> Handle:
        """Begin a run; one of turns is over at once."""
        recipe = Recipe.parse(request.prompt)
        if recipe.kind is not Kind.TURN:
            return self._source.start(request, run, sink)
        for event in (TextDelta(0, "".join(recipe.pieces())), FinishReason(0, "stop")):
            sink(Stamped(run, time.monotonic(), event))
        sink(Stamped(run, time.monotonic(), Ended(Cause.CLOSED)))
        if recipe.first == 0:
            rest = (replace(recipe, first=number) for number in range(1, recipe.size))
            asyncio.get_running_loop().call_later(0.1, self._ask, rest)
        return _Over(run)

    def _ask(self, recipes: Iterator[Recipe]) -> None:
        """Send some of the prompts that are left, and see to the others later."""
        screen = self._app.screen
        assert isinstance(screen, MainScreen)
        some = list(islice(recipes, _AT_ONCE))
        for recipe in some:
            screen.on_prompt_submitted(PromptSubmitted(recipe.prompt))
            screen.stop()  # has it look at the events now, of which the last one is there
        if some:
            asyncio.get_running_loop().call_soon(self._ask, recipes)


def _load() -> None:
    begin = AztuiApp.__init__

    def begin_loading(app: AztuiApp, profile: Any, source: Any, **named: Any) -> None:
        begin(app, profile, Loading(source, app), **named)

    setattr(AztuiApp, "__init__", begin_loading)  # noqa: B010 - mypy rightly warns of the plain form


if __name__ == "__main__":
    plant()
    _load()
    main()
