"""The log: one widget over all runs, drawn line by line."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Final

from textual.events import Resize
from textual.geometry import Region
from textual.strip import Strip
from textual.timer import Timer
from textual.widget import Widget

from aztui.core.events import RunId
from aztui.core.run import Run
from aztui.ui.keymap import log_bindings
from aztui.ui.messages import Scrolled
from aztui.ui.theme import paint
from aztui.ui.widgets.document import Document
from aztui.ui.widgets.rows import Columns, Row

FRAME: Final = 1 / 30
"""Seconds between two paints while text streams in."""
_CACHED: Final = 1_000
"""Finished rows that are kept ready to paint."""


class Transcript(Widget, can_focus=True):
    """Shows runs below one another and follows the stream unless the user scrolled up.

    Text costs the same however much is shown above it: it is laid out at most once a frame, only
    the last line anew, and only rows that changed are painted.
    """

    ALLOW_SELECT = False
    BINDINGS = log_bindings()

    def __init__(
        self,
        home: Callable[[int, int], Sequence[Row]],
        *,
        clock: Callable[[], float] = time.monotonic,
        id: str | None = None,  # noqa: A002 - Textual's name for it
    ) -> None:
        """Make an empty log.

        Args:
            home: returns what to show in the empty log of a width and height in cells.
            clock: seconds on the monotonic clock.
            id: for style sheets and queries.
        """
        super().__init__(id=id)
        self._home = home
        self._clock = clock
        self._document = Document(Columns.of(80))
        self._empty = True
        self._at_home: Sequence[Row] = ()
        self._top = 0
        self._follows = True
        self._end = 0
        self._told = 0
        self._unwritten: list[tuple[RunId, int, str]] = []
        self._painted = float("-inf")
        self._timer: Timer | None = None
        self._strips: dict[int, Strip] = {}

    @property
    def below(self) -> int:
        """How many rows lie below the screen's edge."""
        return max(0, self._document.height - self._top - self.size.height)

    def begin(self, run: Run, note: str = "") -> None:
        """Show a run that was just sent, and follow it.

        Args:
            run: the run.
            note: said beside its prompt.
        """
        if self._empty:
            self._empty = False
            self._strips.clear()
            self.refresh()
        self._document.begin(run, note)
        self._follows = True
        self._show(0)

    def append(self, run: RunId, choice: int, text: str) -> None:
        """Show more text of a choice; at once if none was painted for a frame's time."""
        self._unwritten.append((run, choice, text))
        if self._timer is not None:
            return
        wait = self._painted + FRAME - self._clock()
        if wait <= 0:
            self.write()
        else:
            self._timer = self.set_timer(wait, self.write)

    def finish(self, run: RunId, outcome: Run) -> None:
        """Show how a run ended; where that takes more than a screen, its beginning."""
        self.write()
        follows = self._follows
        self._show(self._document.finish(run, outcome))
        if follows:
            self._scroll(min(self._top, self._document.ending(run)))

    def clear(self) -> None:
        """Forget everything shown."""
        self.write()
        self._document = Document(Columns.of(self.size.width))
        self._empty, self._follows, self._top = True, True, 0
        self._strips.clear()
        self.refresh()

    def write(self) -> None:
        """Lay out and paint the text that waits for its frame."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        if not self._unwritten:
            return
        unwritten, self._unwritten = self._unwritten, []
        self._painted = self._clock()
        self._show(min(self._document.append(*text) for text in _merged(unwritten)))

    def scroll_by(self, rows: int) -> None:
        """Move the view down, or up for a negative number."""
        self._scroll(self._top + rows)

    def action_by(self, rows: int) -> None:
        """Move the view by rows."""
        self.scroll_by(rows)

    def action_page(self, pages: int) -> None:
        """Move the view by pages; a row stays for orientation."""
        self.scroll_by(pages * max(1, self.size.height - 1))

    def action_top(self) -> None:
        """Show the beginning."""
        self._scroll(0)

    def action_bottom(self) -> None:
        """Show the end and follow it."""
        self._scroll(self._last_top)

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return the rows of a region, filtered for terminals without colour.

        Textual's own version would work out style sheet, border and padding for each row again;
        there are none here, and rows that were painted before come out of the cache.
        """
        filters = self.app.get_line_filters()
        _, background = self.background_colors
        strips = [self.render_line(y) for y in crop.line_range]
        for line_filter in filters:
            strips = [strip.apply_filter(line_filter, background) for strip in strips]
        if crop.column_span != (0, self.size.width):
            strips = [strip.crop(*crop.column_span) for strip in strips]
        return strips

    def render_line(self, y: int) -> Strip:
        """Return one row of the screen."""
        index = self._top + y
        strip = self._strips.get(index)
        if strip is None:
            strip = self._strip(self._row(index))
            if len(self._strips) >= _CACHED:
                self._strips.clear()
            self._strips[index] = strip
        return strip

    def on_resize(self, event: Resize) -> None:
        """Lay everything out for the new width; what stood at the top stays there."""
        columns = Columns.of(event.size.width)
        anchor = self._document.place(self._top)
        self._document.rewrap(columns)
        self._at_home = self._home(*event.size)
        self._strips.clear()
        if anchor is not None:
            self._top = self._last_top if self._follows else self._document.find(anchor)
        self._top = min(self._top, self._last_top)
        self.refresh()
        self._tell()

    def notify_style_update(self) -> None:
        """Paint with the styles of the theme chosen now."""
        self._strips.clear()
        super().notify_style_update()

    @property
    def _last_top(self) -> int:
        return max(0, self._document.height - self.size.height)

    def _scroll(self, top: int) -> None:
        top = max(0, min(top, self._last_top))
        self._follows = top == self._last_top
        if top != self._top:
            self._top = top
            self.refresh()
        self._tell()

    def _show(self, changed: int) -> None:
        """Paint what is on the screen of the rows from `changed` on."""
        for row in [row for row in self._strips if row >= changed]:
            del self._strips[row]
        end = max(self._end, self._document.height)
        self._end = self._document.height
        if self._follows and self._top != self._last_top:
            self._top = self._last_top
            self.refresh()
        else:
            first = max(0, changed - self._top)
            last = min(self.size.height, end - self._top)
            if first < last:
                self.refresh(Region(0, first, self.size.width, last - first))
        self._tell()

    def _tell(self) -> None:
        below = 0 if self._follows else self.below
        if below != self._told:
            self._told = below
            self.post_message(Scrolled(below))

    def _row(self, index: int) -> Row:
        if not self._empty:
            return self._document.row(index)
        return self._at_home[index] if index < len(self._at_home) else ()

    def _strip(self, row: Row) -> Strip:
        return paint(row, self.size.width, dark=self.app.current_theme.dark)


def _merged(texts: Iterable[tuple[RunId, int, str]]) -> Iterator[tuple[RunId, int, str]]:
    """Join texts of one choice that follow one another."""
    for (run, choice), group in groupby(texts, key=itemgetter(0, 1)):
        yield run, choice, "".join(text for _, _, text in group)
