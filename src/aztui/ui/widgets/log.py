"""The log's view: one widget over all runs, drawn line by line, that follows what comes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from textual.events import Resize
from textual.geometry import Region
from textual.strip import Strip

from aztui.core.events import RunId
from aztui.core.profile import View
from aztui.core.run import Run
from aztui.ui.messages import Scrolled
from aztui.ui.widgets.document import Anchor, Document, Stretch
from aztui.ui.widgets.lines import Lines
from aztui.ui.widgets.rows import Columns, Row

_CACHED: Final = 2
"""Screens of rows that are kept ready to paint; Textual makes a dozen objects of each."""
_AT_ONCE: Final = 15
"""Runs at either end of a path that are laid out before it is shown."""
_TURN: Final = (0.025, 0.002)
"""Seconds that are worked on a long text at a time, and that everything else has in between."""
_WHILE_TYPING: Final = (0.006, 0.008)
"""The same while keys are pressed."""
_AFTER_A_KEY: Final = 0.03
"""Seconds in which nothing is worked: what a key sets off takes some turns of the loop."""
_LONGEST_PAUSE: Final = 0.1
"""Seconds after which that goes on, however quickly keys come."""
_TYPING: Final = 0.5
"""Seconds after a key in which another is likely."""


class Stand(NamedTuple):
    """Where the reader is.

    Attributes:
        anchor: what stands in the first row in view; None in an empty log.
        follows: whether the end is in view, and stays there while text comes.
    """

    anchor: Anchor | None
    follows: bool


class Shown(NamedTuple):
    """A run on the path that the log shows.

    Attributes:
        run: it, over.
        view: how its answers are shown, unless the user has chosen otherwise.
        note: said beside its prompt; safe to show.
        cost: what it cost, in words; empty where nobody knows.
    """

    run: Run
    view: View
    note: str = ""
    cost: str = ""


class Log(Lines, can_focus=True):
    """Shows runs below one another and follows the stream unless the user scrolled up.

    Text costs the same however much is shown above it: only the open block is laid out anew, and
    only rows that changed are painted. The reader's place is kept as what stands there, since rows
    move when text above them grows or is laid out for another width.
    """

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
        self._at_home: Sequence[Row] = ()
        self._stand = Stand(None, follows=True)
        self._top = 0
        self._moves = 0
        self._end = 0
        self._left_at = 0
        self._told = (0, 0)
        self._catching_up = False
        self._pressed_at = self._worked_at = float("-inf")
        self._strips: dict[int, Strip] = {}

    @property
    def current(self) -> RunId | None:
        """The run that is being looked at: the latest, or the one in mid-screen after scrolling."""
        return self._document.run_at(self._looked_at)

    @property
    def choice(self) -> int:
        """Which of its answers is being looked at, counted from 0."""
        found = self._document.answer_at(self._looked_at)
        return 0 if found is None else found[1]

    @property
    def follows(self) -> bool:
        """Whether the end is in view, and stays there while text comes."""
        return self._stand.follows

    @property
    def last(self) -> RunId | None:
        """The run at the end; None in an empty log."""
        return self._document.last

    def begin(self, run: Run, view: View, note: str = "") -> None:
        """Show a run that was just sent, and follow it.

        Args:
            run: the run.
            view: how its answers are shown.
            note: said beside its prompt.
        """
        if self._empty:
            self._repaint()
        self._stand = Stand(None, follows=True)
        self._show(self._document.begin(run, view, note))

    def show_path(self, path: Sequence[Shown]) -> None:
        """Show other runs below one another; those that are there already from the top on stay.

        The first run that is new comes to stand where the one stood whose place it takes.
        """
        document = self._document
        kept = document.shared([shown.run.id for shown in path])
        row = self._beginning(kept)
        if kept < document.blocks:
            self._cut(kept)
        for shown in path[:kept]:
            document.annotate(shown.run.id, shown.note)
        for shown in path[kept:]:
            document.restore(*shown)
        # What may be looked at next; there may be a thousand more.
        for block in {*range(kept, len(path))[:_AT_ONCE], *range(kept, len(path))[-_AT_ONCE:]}:
            document.lay_out(block)
        self._repaint()
        if kept < len(path):
            self._changed(document.top(path[kept].run.id))
            self._scroll(document.top(path[kept].run.id) - row)
        else:
            self._scroll(document.height)
        self._catch_up_later()

    def annotate(self, run: RunId, note: str) -> None:
        """Say something else beside a run's prompt; it must be safe to show."""
        changed = self._document.annotate(run, note)
        if changed is not None:
            self._show(changed)

    def price(self, run: RunId, cost: str) -> None:
        """Say what a run cost, if it is shown; it must be safe to show."""
        changed = self._document.price(run, cost)
        if changed is not None:
            self._show(changed)

    def bring(self, run: RunId, answer: int = 0) -> None:
        """Have the beginning of a run, or of another of its answers than the first, on the screen.

        Args:
            run: which one.
            answer: the answer's number, from 0.
        """
        self._bring(self._document.top(run, answer))

    def _beginning(self, block: int) -> int:
        """Return where on the screen a block begins; at the top where it is not on the screen."""
        if block >= self._document.blocks:
            return 0
        row = self._document.start(Stretch(block, 0, 0)) - self._top
        return row if 0 < row < self.size.height else 0

    def append(self, run: RunId, choice: int, text: str) -> None:
        """Show more text of a choice."""
        changed = self._document.append(run, choice, text)
        if changed is not None:
            self._show(changed)

    def update(self, run: RunId, known: Run, now: float) -> None:
        """Show what is known of a run besides its text, at a time on the monotonic clock."""
        changed = self._document.update(run, known, now)
        if changed is not None:
            self._show(changed)

    def finish(self, run: RunId, outcome: Run) -> None:
        """Show how a run ended; where that takes more than a screen, its beginning."""
        follows = self._stand.follows
        self._show(self._document.finish(run, outcome))
        if follows and not self._document.behind:
            self._scroll(min(self._top, self._document.ending(run)))

    def give_way(self) -> None:
        """Work less on a long text for a moment: a key was pressed."""
        self._pressed_at = time.monotonic()

    def clear(self) -> None:
        """Forget everything shown."""
        self._document = Document(Columns.of(self.size.width))
        self._stand = Stand(None, follows=True)
        self._top = self._moves = self._end = 0
        self._at_home = self._home(*self.size)
        self._repaint()
        self._tell()

    def action_by(self, rows: int) -> None:
        """Move the view down, or up for a negative number."""
        height = self.size.height
        top = self._document.settle(self._top, max(0, -rows), height + max(0, rows))
        self._scroll(top + rows)

    def action_page(self, pages: int) -> None:
        """Move the view by pages; a row stays for orientation."""
        self.action_by(pages * max(1, self.size.height - 1))

    def action_top(self) -> None:
        """Show the beginning."""
        self._scroll(0)

    def action_bottom(self) -> None:
        """Show the end and follow it."""
        self._scroll(self._document.height)

    def action_answer(self, step: int) -> None:
        """Go to the next answer's beginning, or for -1 to the one before."""
        self._scroll(self._document.step(self._top, step))

    def action_paragraph(self, step: int) -> None:
        """Go to the next paragraph or heading, or for -1 to the one before."""
        from aztui.ui.widgets.selection import Ground, paragraph  # noqa: PLC0415 - rarely needed

        ground = Ground(self._document.line, self._document.height, self.size.height)
        self._scroll(paragraph(ground, self._top, step))

    def action_view(self) -> None:
        """Show the answer in view raw, or rendered again."""
        found = self._document.answer_at(self._looked_at)
        if found is None:
            return
        run, _, answer = found
        view = View.RENDERED if answer.view is View.RAW else View.RAW
        self._stand = self._stand._replace(anchor=self._document.place(self._top, roughly=True))
        self._show(self._document.show(run.id, view), whole=True)
        self._lay_out_more()

    def render_line(self, y: int) -> Strip:
        """Return one row of the screen."""
        index = self._top + y
        strip = self._strips.get(index)
        if strip is None:
            strip = super().render_line(y)
            if len(self._strips) >= _CACHED * self.size.height:
                self._forget_rows_out_of_view()
            self._strips[index] = strip
        return strip

    def _forget_rows_out_of_view(self) -> None:
        view = range(self._top, self._top + self.size.height)
        self._strips = {row: strip for row, strip in self._strips.items() if row in view}

    def on_resize(self, event: Resize) -> None:
        """Lay out what is on the screen for the new width; what stood at the top stays there."""
        self._document.columns = Columns.of(event.size.width)
        self._at_home = self._home(*event.size)
        self._repaint()
        self._settle()
        self._tell()

    def notify_style_update(self) -> None:
        """Paint with the styles of the theme chosen now."""
        self._strips.clear()
        super().notify_style_update()

    def row(self, y: int) -> Row:
        """Return what stands in a line of the screen."""
        index = self._top + y
        if not self._empty:
            return self._drawn(index)
        return self._at_home[index] if index < len(self._at_home) else ()

    @property
    def _empty(self) -> bool:
        return not self._document.blocks

    @property
    def _last_top(self) -> int:
        return max(0, self._document.height - self.size.height)

    @property
    def _looked_at(self) -> int:
        last = self._document.height - 1
        return last if self._stand.follows else self._top + self.size.height // 2

    def _scroll(self, top: int, *, follow: bool = True) -> None:
        """Show another part; at the end, follow it."""
        followed = self._stand.follows
        self._stand = Stand(self._document.place(max(0, top)), follows=False)
        self._settle()
        self._note_stand(follows=follow and self._top == self._last_top)
        if followed and not self._stand.follows:
            self._left_at = self._document.height
        self._tell()

    def _note_stand(self, *, follows: bool) -> None:
        self._stand = Stand(self._document.place(self._top), follows)

    def _settle(self) -> None:
        """Have what is in view laid out for certain, at the reader's place."""
        top = self._find_top()
        while self._moves != self._document.moves:
            self._moves = self._document.moves
            self._moved()
            self.refresh()
            top = self._find_top()
        if top != self._top:
            self._top = top
            self.refresh()

    def _repaint(self) -> None:
        self._strips.clear()
        self.refresh()

    def _find_top(self) -> int:
        anchor, follows = self._stand
        height = self.size.height
        if anchor is not None and not follows:
            (row,) = self._document.rows(anchor)
            top = self._document.settle(row, 0, height)
            if top < self._last_top:
                return top
        self._document.settle_end(height)
        return self._last_top

    def _bring(self, row: int, above: int = 0) -> None:
        """Have a row on the screen, and follow no more.

        Args:
            row: which one.
            above: how many rows are to be seen above it, where it was not on the screen yet.
        """
        anchor = self._document.place(row)
        self._settle()
        if anchor is None:
            return
        (row,) = self._document.rows(anchor)
        height = self.size.height
        if self._top <= row < self._top + height:
            self._scroll(self._top, follow=False)
            return
        below = row >= self._top + height and not above
        row = self._document.settle(row, height, height)
        self._scroll(row - (height - 1 if below else above), follow=False)

    def _go_back(self, stand: Stand) -> None:
        """Show again what the reader has left."""
        self._stand = stand
        self._settle()
        self._tell()

    def _show(self, changed: int, *, whole: bool = False) -> None:
        """Paint what is on the screen of a block's rows from `changed` on.

        Args:
            changed: the first row that is new, or otherwise than before.
            whole: whether all of the block is shown in another way.
        """
        self._changed(changed, whole=whole)
        self._paint(changed)

    def _paint(self, changed: int) -> None:
        for row in [row for row in self._strips if row >= changed]:
            del self._strips[row]
        end = max(self._end, self._document.height)
        self._end = self._document.height
        self._settle()
        first = max(0, changed - self._top)
        last = min(self.size.height, end - self._top)
        if first < last:
            self.refresh(Region(0, first, self.size.width, last - first))
        self._tell()
        self._catch_up_later()

    @property
    def _turn(self) -> tuple[float, float]:
        typing = time.monotonic() - self._pressed_at < _TYPING
        return _WHILE_TYPING if typing else _TURN

    def _catch_up_later(self) -> None:
        if self._document.behind and not self._catching_up:
            self._catching_up = True
            # Not at once: a queue that is never empty lets nobody else run.
            self._soon(self._turn[1], self._catch_up)

    def _soon(self, seconds: float, work: Callable[[], None]) -> None:
        """Do something a moment later.

        Not by `set_timer`: Textual's timers leave out what is late, and a timer of a millisecond
        that is late by one never comes (its `Timer._run`).
        """
        asyncio.get_running_loop().call_later(seconds, self.call_later, work)

    def _catch_up(self) -> None:
        self._catching_up = False
        now = time.monotonic()
        if now - self._pressed_at < _AFTER_A_KEY and now - self._worked_at < _LONGEST_PAUSE:
            self._catch_up_later()
            return
        self._lay_out_more()
        self._worked_at = time.monotonic()

    def _lay_out_more(self) -> None:
        """Lay out more of a text that is too long to be laid out at once; keys go in between."""
        until = time.monotonic() + self._turn[0]
        first: int | None = None
        while self._document.behind:
            row = self._document.advance()
            if row is not None:
                self._changed(row)
                first = row if first is None else min(first, row)
            if time.monotonic() >= until:
                break
        if first is not None:
            self._paint(first)
        if not self._document.behind:
            self._note_stand(follows=self._stand.follows)

    def _tell(self) -> None:
        below = max(0, self._document.height - self._top - self.size.height)
        below = 0 if self._stand.follows else below
        new = max(0, self._document.height - self._left_at) if below else 0
        if (below, new) != self._told:
            self._told = below, new
            self.post_message(Scrolled(below, new))

    # For those who look into it.

    def _drawn(self, index: int) -> Row:
        """Return a row as it is shown."""
        return self._document.line(index).row

    def _cut(self, kept: int) -> None:
        """Forget all runs but the first ones."""
        self._document.keep(kept)

    def _moved(self) -> None:
        """Learn that rows may stand elsewhere."""
        self._strips.clear()

    def _changed(self, row: int, *, whole: bool = False) -> None:
        """Learn that a block has changed from a row on, or that all of it is shown otherwise."""
