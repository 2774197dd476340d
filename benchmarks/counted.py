"""aztui that tells what its parts cost.

`AZTUI_BENCH_COSTS=FILE python -m benchmarks.counted …` is aztui, but for a line that it adds to the
file whenever an answer is there to its last word (`benchmarks.ledger.Spent`): what was spent on it
since its prompt was sent. The program itself knows nothing of it.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Awaitable, Callable, Generator
from functools import partial
from pathlib import Path
from typing import Any

from textual.app import App
from textual.screen import Screen

from aztui.cli import main
from aztui.terminal.driver import AztuiDriver
from aztui.ui.messages import StreamEvents
from aztui.ui.screens.main import MainScreen
from benchmarks.ledger import VARIABLE, Ledger, Part
from benchmarks.planted import plant


class Stepwise:
    """An awaitable whose steps are one more work of a part's; what others do in between is not."""

    def __init__(self, ledger: Ledger, part: Part, work: Awaitable[Any]) -> None:
        self._ledger = ledger
        self._part = part
        self._work = work

    def __await__(self) -> Generator[Any, Any, Any]:
        steps: Any = self._work.__await__()
        step: Callable[[], Any] = partial(next, steps)
        count = 1
        while True:
            with self._ledger.on(self._part, count):
                try:
                    waits_for = step()
                except StopIteration as over:
                    return over.value
            count = 0
            try:
                step = partial(steps.send, (yield waits_for))
            except BaseException as error:  # noqa: BLE001 - it is the work's, a cancelling too
                step = partial(steps.throw, error)


class Answers:
    """Tells of one answer after the other."""

    def __init__(self, ledger: Ledger, path: Path) -> None:
        self._ledger = ledger
        self._path = path
        self._over = False

    def begin(self) -> None:
        """A prompt is sent."""
        self._over = False
        self._ledger.begin()

    def end(self) -> None:
        """All of the answer came: the next paint shows its last word."""
        self._over = True

    def painted(self) -> None:
        """Something was painted."""
        if self._over:
            self._over = False
            line = self._ledger.spent().line()
            with self._path.open("a") as file:
                file.write(f"{line}\n")


def _wrap(owner: type, name: str, around: Callable[..., Any]) -> None:
    """Have `around` called in place of a method, with that before its arguments.

    Raises:
        AttributeError: there is no such method.
    """
    method = getattr(owner, name)

    @functools.wraps(method)  # Textual looks how many arguments a handler takes
    def call(*arguments: Any, **named: Any) -> Any:
        return around(method, *arguments, **named)

    setattr(owner, name, call)


def count_messages(ledger: Ledger) -> None:
    """Count the messages that chunks are there, and what they cost."""

    def post(method: Any, screen: Any, message: Any) -> Any:
        if not isinstance(message, StreamEvents):
            return method(screen, message)
        with ledger.on(Part.MESSAGE):
            return method(screen, message)

    def dispatch(method: Any, screen: Any, message: Any) -> Any:
        work = method(screen, message)
        counts = isinstance(message, StreamEvents)
        return Stepwise(ledger, Part.MESSAGE, work) if counts else work

    _wrap(MainScreen, "post_message", post)
    _wrap(MainScreen, "_dispatch_message", dispatch)


def count_paints(ledger: Ledger, painted: Callable[[], object]) -> None:
    """Count the paints and what they cost; `painted` is called after each."""
    shown = [0]

    def update(method: Any, screen: Any) -> None:
        before = shown[0]
        with ledger.on(Part.PAINT):
            method(screen)
        if shown[0] > before:
            painted()

    def display(method: Any, app: Any, screen: Any, renderable: Any) -> None:
        some = renderable is not None
        shown[0] += some
        with ledger.on(Part.PAINT, int(some)):
            method(app, screen, renderable)

    _wrap(Screen, "_on_timer_update", update)
    _wrap(App, "_display", display)


def count_driver(ledger: Ledger) -> None:
    """Count what the driver is given, and what that costs."""

    def write(method: Any, driver: Any, data: Any) -> None:
        with ledger.on(Part.DRIVER, 1):
            method(driver, data)

    def paint(method: Any, driver: Any) -> None:
        with ledger.on(Part.DRIVER):
            method(driver)

    _wrap(AztuiDriver, "write", write)
    _wrap(AztuiDriver, "_paint", paint)


def count_answers(ledger: Ledger, answers: Answers) -> None:
    """See when answers begin and end; what ends one is the rest's."""

    def submitted(method: Any, screen: Any, message: Any) -> None:
        answers.begin()
        method(screen, message)

    def finish(method: Any, screen: Any, run: Any) -> None:
        with ledger.on(None):
            method(screen, run)
        answers.end()

    _wrap(MainScreen, "on_prompt_submitted", submitted)
    _wrap(MainScreen, "_finish", finish)


def _count(path: Path) -> None:
    ledger = Ledger()
    answers = Answers(ledger, path)
    count_messages(ledger)
    count_paints(ledger, answers.painted)
    count_driver(ledger)
    count_answers(ledger, answers)


if __name__ == "__main__":
    plant()
    _count(Path(os.environ[VARIABLE]))
    main()
