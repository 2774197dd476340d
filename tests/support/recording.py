"""What Textual would have its driver write: recorded headless, and shown by two terminals."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from rich.control import Control
from textual._compositor import CompositorUpdate
from textual.app import App
from textual.screen import Screen

from aztui.terminal.abilities import abilities
from aztui.terminal.painter import Painter
from tests.support.frames import seen
from tests.support.screen import Picture

Display: TypeAlias = Callable[[App[Any], Screen[Any], Any], None]


class Recording:
    """The frames of one app, and what they become in a terminal with and without our driver.

    Attributes:
        frames: as Textual's own driver is given them.
        painted: what ours makes of them, one by one.
    """

    def __init__(self, columns: int, rows: int, term: str = "xterm-256color") -> None:
        self.frames: list[str] = []
        self.painted: list[str] = []
        self._size = columns, rows
        self._painter = Painter(abilities(term), columns, rows)
        self._pictures = Picture(rows, columns), Picture(rows, columns)
        for picture in self._pictures:
            picture.feed(b"\x1b[?7l")

    def take(self, frame: str, columns: int, rows: int) -> None:
        """Take a frame of a screen of that size."""
        if (columns, rows) != self._size:
            self.check()
            self._size = columns, rows
            self._painter.forget(columns, rows)
            for picture in self._pictures:
                picture.cells.resize(rows, columns)
        self.frames.append(frame)
        assert self._painter.take(frame), frame
        self.painted.append(self._painter.paint())

    def check(self) -> None:
        """See that both terminals show the same."""
        stock, ours = self._pictures
        stock.feed("".join(self.frames).encode())
        ours.feed("".join(self.painted).encode())
        self.frames, self.painted = [], []
        assert seen(ours) == seen(stock)
        assert ours.cursor == stock.cursor


def recorded(recordings: dict[App[Any], Recording], display: Display) -> Display:
    """Return a `_display` for apps that records what each app draws, then does as before."""

    def record(app: App[Any], screen: Screen[Any], renderable: Any) -> None:
        if isinstance(renderable, CompositorUpdate) and not app._batch_count:
            cursor = app.screen.outer_size.clamp_offset(app.cursor_position)
            frame = renderable.render_segments(app.console)
            frame += Control.move_to(*cursor).segment.text
            if app not in recordings:
                recordings[app] = Recording(*app.size)
            recordings[app].take(frame, *app.size)
        display(app, screen, renderable)

    return record
