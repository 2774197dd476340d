"""The log: one widget over all runs, drawn line by line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from textual.events import Resize
from textual.geometry import Region
from textual.strip import Strip

from aztui.core.events import RunId
from aztui.core.run import Run
from aztui.ui.keymap import log_bindings
from aztui.ui.messages import Scrolled
from aztui.ui.widgets.document import Document
from aztui.ui.widgets.lines import Lines
from aztui.ui.widgets.rows import Columns, Row

_CACHED: Final = 1_000
"""Finished rows that are kept ready to paint."""


class Transcript(Lines, can_focus=True):
    """Shows runs below one another and follows the stream unless the user scrolled up.

    Text costs the same however much is shown above it: only the last line is laid out anew, and
    only rows that changed are painted.
    """

    BINDINGS = log_bindings()

    def __init__(
        self,
        home: Callable[[int, int], Sequence[Row]],
        *,
        id: str | None = None,  # noqa: A002 - Textual's name for it
    ) -> None:
        """Make an empty log.

        Args:
            home: returns what to show in the empty log of a width and height in cells.
            id: for style sheets and queries.
        """
        super().__init__(id=id)
        self._home = home
        self._document = Document(Columns.of(80))
        self._empty = True
        self._at_home: Sequence[Row] = ()
        self._top = 0
        self._follows = True
        self._end = 0
        self._told = 0
        self._strips: dict[int, Strip] = {}

    @property
    def below(self) -> int:
        """How many rows lie below the screen's edge."""
        return max(0, self._document.height - self._top - self.size.height)

    @property
    def current(self) -> RunId | None:
        """The run that is being looked at: the latest, or the one in mid-screen after scrolling."""
        last = self._document.height - 1
        return self._document.run_at(last if self._follows else self._top + self.size.height // 2)

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
        self._follows = True
        self._show(self._document.begin(run, note))

    def append(self, run: RunId, choice: int, text: str) -> None:
        """Show more text of a choice."""
        self._show(self._document.append(run, choice, text))

    def update(self, run: RunId, known: Run, now: float) -> None:
        """Show what is known of a run besides its text, at a time on the monotonic clock."""
        changed = self._document.update(run, known, now)
        if changed is not None:
            self._show(changed)

    def finish(self, run: RunId, outcome: Run) -> None:
        """Show how a run ended; where that takes more than a screen, its beginning."""
        follows = self._follows
        self._show(self._document.finish(run, outcome))
        if follows:
            self._scroll(min(self._top, self._document.ending(run)))

    def clear(self) -> None:
        """Forget everything shown."""
        self._document = Document(Columns.of(self.size.width))
        self._empty, self._follows, self._top, self._end = True, True, 0, 0
        self._at_home = self._home(*self.size)
        self._strips.clear()
        self.refresh()
        self._tell()

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

    def render_line(self, y: int) -> Strip:
        """Return one row of the screen."""
        index = self._top + y
        strip = self._strips.get(index)
        if strip is None:
            strip = super().render_line(y)
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

    def row(self, y: int) -> Row:
        """Return what stands in a line of the screen."""
        index = self._top + y
        if not self._empty:
            return self._document.row(index)
        return self._at_home[index] if index < len(self._at_home) else ()
