"""The log: one widget over all runs, drawn line by line."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

from textual.events import Key, Paste, Resize
from textual.geometry import Region
from textual.strip import Strip

from aztui.core.events import RunId
from aztui.core.profile import View
from aztui.core.run import Run
from aztui.ui.keymap import FOUND_HINTS, LOG_HINTS, Hints, log_actions
from aztui.ui.messages import CopyAsked, LogSays, Remark, Scrolled
from aztui.ui.widgets.document import Anchor, Document
from aztui.ui.widgets.lines import Lines
from aztui.ui.widgets.rows import Columns, Row

if TYPE_CHECKING:
    from aztui.ui.widgets.field import Field
    from aztui.ui.widgets.modes import Mode, WhichCode
    from aztui.ui.widgets.search import Search
    from aztui.ui.widgets.selection import Point, Selection

_CACHED: Final = 400
"""Finished rows that are kept ready to paint."""
_ACTIONS: Final = log_actions()
_NOTHING_YET: Final = "There is no answer yet."
_TURN: Final = (0.025, 0.002)
"""Seconds that are worked on a long text at a time, and that everything else has in between."""
_WHILE_TYPING: Final = (0.006, 0.008)
"""The same while keys are pressed: what a key sets off takes some turns of the loop."""
_TYPING: Final = 0.5
"""Seconds after a key in which another is likely."""
_ASIDE: Final = 0.006
_PAUSE: Final = 0.004
"""The same for what nobody waits for: a search through all of a log, a long text to copy."""


class Transcript(Lines, can_focus=True):
    """Shows runs below one another and follows the stream unless the user scrolled up.

    Text costs the same however much is shown above it: only the open block is laid out anew, and
    only rows that changed are painted.
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
        self._empty = True
        self._at_home: Sequence[Row] = ()
        self._top = 0
        self._follows = True
        self._end = 0
        self._left_at = 0
        self._told = (0, 0)
        self._catching_up = False
        self._pressed_at = float("-inf")
        self._strips: dict[int, Strip] = {}
        self._mode: Mode | None = None
        self._search: Search | None = None
        self._searching = False
        self._from: tuple[Anchor | None, bool] | None = None

    @property
    def below(self) -> int:
        """How many rows lie below the screen's edge."""
        return max(0, self._document.height - self._top - self.size.height)

    @property
    def current(self) -> RunId | None:
        """The run that is being looked at: the latest, or the one in mid-screen after scrolling."""
        return self._document.run_at(self._looked_at)

    @property
    def said(self) -> str:
        """What there is to say about what is chosen, or looked for; empty where it is nothing."""
        if self._mode is not None:
            return self._mode.said
        return self._found()

    @property
    def choosing(self) -> bool:
        """Whether the log takes keys in another way than usual."""
        return self._mode is not None

    @property
    def typed(self) -> Field | None:
        """What to look for, while it is typed."""
        return None if self._mode is None else self._mode.field

    @property
    def hints(self) -> Hints:
        """The keys that are good for something now, the most important first."""
        if self._mode is not None:
            return self._mode.hints
        return FOUND_HINTS if self._search else LOG_HINTS

    def begin(self, run: Run, view: View, note: str = "") -> None:
        """Show a run that was just sent, and follow it.

        Args:
            run: the run.
            view: how its answers are shown.
            note: said beside its prompt.
        """
        if self._empty:
            self._empty = False
            self._strips.clear()
            self.refresh()
        self._follows = True
        self._show(self._document.begin(run, view, note))

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
        follows = self._follows
        self._show(self._document.finish(run, outcome))
        if follows and not self._document.behind:
            self._scroll(min(self._top, self._document.ending(run)))

    def give_way(self) -> None:
        """Work less on a long text for a moment: a key was pressed."""
        self._pressed_at = time.monotonic()

    def clear(self) -> None:
        """Forget everything shown."""
        self._document = Document(Columns.of(self.size.width))
        self._mode = self._search = self._from = None
        self._empty, self._follows, self._top, self._end = True, True, 0, 0
        self._at_home = self._home(*self.size)
        self._take(None)
        self._tell()

    def scroll_by(self, rows: int) -> None:
        """Move the view down, or up for a negative number."""
        self._top = self._document.settle(self._top, max(0, -rows), self.size.height + max(0, rows))
        self._scroll(self._top + rows)

    def action_by(self, rows: int) -> None:
        """Move the view by rows."""
        self.scroll_by(rows)

    def action_page(self, pages: int) -> None:
        """Move the view by pages; a row stays for orientation."""
        if self._pressed("pagedown" if pages > 0 else "pageup"):
            return
        self.scroll_by(pages * max(1, self.size.height - 1))

    def action_top(self) -> None:
        """Show the beginning."""
        if not self._pressed("ctrl+home"):
            self._scroll(0)

    def action_bottom(self) -> None:
        """Show the end and follow it."""
        if not self._pressed("ctrl+end"):
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
        anchor = self._document.place(self._top)
        changed = self._document.show(run.id, view)
        if self._search is not None:
            self._search.changed(self._document.index(run.id), all_of_it=True)
        self._show(changed)
        if anchor is not None and not self._follows:
            self._scroll(self._document.find(anchor))

    def action_copy(self) -> None:
        """Copy the answer in view, as it came."""
        found = self._document.answer_at(self._looked_at)
        if found is None:
            self.post_message(Remark(_NOTHING_YET))
            return
        run, number, answer = found
        what = f"answer {number + 1}" if answer.heading else "the answer"
        self._copy(answer.text, what if run.phase.over else f"{what} so far")

    def action_copy_code(self) -> None:
        """Ask which code block of the answer in view to copy; one alone is copied at once."""
        found = self._document.answer_at(self._looked_at)
        if found is None:
            self.post_message(Remark(_NOTHING_YET))
            return
        from aztui.ui.widgets.modes import WhichCode  # noqa: PLC0415 - as above

        mode = WhichCode(self._copy, lambda said: self.post_message(Remark(said)))
        self._take(mode)
        text = found[2].text
        threading.Thread(target=self._list, args=(mode, text), daemon=True, name="list").start()

    def action_select(self, by_line: bool) -> None:
        """Begin to select, at the match where the user is, else in the middle of the view."""
        if self._empty:
            self.post_message(Remark(_NOTHING_YET))
            return
        from aztui.ui.widgets.selecting import Selecting  # noqa: PLC0415 - as above
        from aztui.ui.widgets.selection import Point  # noqa: PLC0415 - as above

        self._scroll(self._top, follow=False)
        middle = self._top + min(self.size.height, self._document.height - self._top) // 2
        self._take(
            Selecting(
                self._document,
                self._match_in_view() or Point(middle, 0),
                by_line=by_line,
                page=lambda: max(1, self.size.height - 1),
                copy=self._copy_selected,
            )
        )

    async def on_key(self, event: Key) -> None:
        """Take a key for what is being chosen, else for what the key table says.

        At once, and not by Textual's bindings: those act only after the event has gone up to the
        program, and a key that was typed quickly after it would be taken as if nothing had been.
        """
        key = event.character if event.character and event.is_printable else event.key
        if not self._pressed(key):
            action = _ACTIONS.get(event.key)
            if action is None:
                return
            await self.run_action(action)
        event.stop()
        event.prevent_default()

    def on_paste(self, event: Paste) -> None:
        """Take a text that was pasted where one can be typed."""
        if self._mode is not None and self._mode.paste(event.text):
            event.stop()
            self._chosen()

    def action_find(self) -> None:
        """Ask what to look for."""
        from aztui.ui.widgets.query import Typing  # noqa: PLC0415 - as above

        self._from = self._document.place(self._top), self._follows
        self._search = None
        self._take(Typing(self._look_for, self.action_match, self._found))

    def action_match(self, way: int) -> None:
        """Go to the next match of what is looked for, or for -1 to the one before."""
        if self._search is not None:
            self._search.go(way)
            self._show_match()
            self._search_on()

    def stay(self) -> None:
        """End what is being chosen where the user is now."""
        if self._mode is not None:
            self._from = None
            self._take(None)

    def leave(self) -> bool:
        """Leave what is chosen or looked for, back where the user was; False where nothing is."""
        if self._mode is None and self._search is None:
            return False
        if self._mode is None or self.typed is not None:
            self._search = None
        if self._from is not None:
            self._go_back(self._from)
        self._from = None
        self._take(None)
        return True

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
        """Lay out what is on the screen for the new width; what stood at the top stays there."""
        anchor = self._document.place(self._top)
        self._document.fit(Columns.of(event.size.width))
        self._at_home = self._home(*event.size)
        self._forget_rows()
        if anchor is not None:
            top = self._document.height if self._follows else self._document.find(anchor)
            self._scroll(top, follow=self._follows)
        self.refresh()

    def notify_style_update(self) -> None:
        """Paint with the styles of the theme chosen now."""
        self._strips.clear()
        super().notify_style_update()

    def row(self, y: int) -> Row:
        """Return what stands in a line of the screen."""
        index = self._top + y
        if not self._empty:
            line = self._document.line(index)
            row = self._search.mark(index, line.row) if self._search else line.row
            return self._mode.mark(index, line, row) if self._mode else row
        return self._at_home[index] if index < len(self._at_home) else ()

    @property
    def _last_top(self) -> int:
        return max(0, self._document.height - self.size.height)

    @property
    def _looked_at(self) -> int:
        last = self._document.height - 1
        return last if self._follows else self._top + self.size.height // 2

    def _scroll(self, top: int, *, follow: bool = True) -> None:
        """Show another part; at the end, follow it."""
        top = max(0, top)
        if top < self._last_top:
            settled = self._document.settle(top, 0, self.size.height)
            if settled != top:
                self._forget_rows()
            top = settled
        if top >= self._last_top:
            self._settle_end()
            top = self._last_top
        follows = follow and top == self._last_top
        if self._follows and not follows:
            self._left_at = self._document.height
        self._follows = follows
        if top != self._top:
            self._top = top
            self.refresh()
        self._tell()

    def _settle_end(self) -> None:
        height = self._document.height
        self._document.settle_end(self.size.height)
        if self._document.height != height:
            self._forget_rows()

    def _forget_rows(self) -> None:
        """Draw all rows anew when they are wanted: they may stand elsewhere."""
        self._strips.clear()
        if self._search is not None:
            self._search.moved()
        if self._mode is not None:
            self._mode.moved()

    def _repaint(self) -> None:
        self._strips.clear()
        self.refresh()

    def _show(self, changed: int) -> None:
        """Paint what is on the screen of the rows from `changed` on, all of one block."""
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
        self._catch_up_later()
        if self._search is not None:
            self._search.changed(self._document.block_at(changed))
            self._search_on()

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
        """Lay out more of a text that is too long to be laid out at once; keys go in between."""
        self._catching_up = False
        until = time.monotonic() + self._turn[0]
        rows = [self._document.advance()]
        while self._document.behind and time.monotonic() < until:
            rows.append(self._document.advance())
        changed = min((row for row in rows if row is not None), default=None)
        if changed is not None:
            self._show(changed)

    # What is chosen.

    def _take(self, mode: Mode | None) -> None:
        """Choose something; None ends that."""
        self._mode = mode
        self._repaint()
        self.post_message(LogSays())

    def _pressed(self, key: str) -> bool:
        """Whether a key meant something for what is chosen."""
        if self._mode is None or not self._mode.press(key):
            return False
        if self._mode.row is not None:
            self._bring(self._mode.row)
        self._chosen()
        return True

    def _chosen(self) -> None:
        """Go on after something was typed, or became known."""
        if self._mode is not None and self._mode.over:
            self.stay()
        else:
            self._take(self._mode)

    def _copy(self, text: str, what: str) -> None:
        self.post_message(CopyAsked(text, what))

    def _copy_selected(self, selection: Selection) -> None:
        from aztui.ui.widgets.selection import text_between  # noqa: PLC0415 - as above

        first, last = selection.first, selection.last
        _, end = selection.part(last.row, self._document.line(last.row))
        pieces = text_between(self._document.between(first.row, last.row), first.at, end)
        self._gather(pieces, [], by_line=selection.by_line)

    def _gather(self, pieces: Iterator[str], text: list[str], *, by_line: bool) -> None:
        """Copy a text once all its pieces are there; keys go first."""
        until = time.perf_counter() + _ASIDE
        for piece in pieces:
            text.append(piece)
            if time.perf_counter() >= until:
                self._soon(_PAUSE, partial(self._gather, pieces, text, by_line=by_line))
                return
        if by_line:
            text.append("\n")
        count = "".join(text).count("\n")
        lines = f"{count:,} {'line' if count == 1 else 'lines'}"
        self._copy("".join(text), lines if by_line else "the selection")

    def _list(self, mode: WhichCode, text: str) -> None:
        """Find code blocks, on a thread of its own: it may take long."""
        from aztui.ui.markdown.listing import code_blocks  # noqa: PLC0415 - as above

        blocks = code_blocks(text, lambda: self._mode is mode)
        self.call_later(self._listed, mode, blocks)

    def _listed(self, mode: WhichCode, blocks: Sequence[str]) -> None:
        if self._mode is mode:
            mode.found(blocks)
            self._chosen()

    # What is looked for.

    def _found(self) -> str:
        return self._search.said() if self._search else ""

    def _look_for(self, text: str) -> None:
        """Look for a text while it is typed, always from where the user was before."""
        if self._from is not None:
            self._go_back(self._from)
        from aztui.ui.widgets.finding import Query  # noqa: PLC0415 - as above
        from aztui.ui.widgets.search import Search  # noqa: PLC0415 - as above

        query = Query.of(text)
        self._search = Search(self._document, query, self._top) if query else None
        self._search_on()

    def _search_on(self) -> None:
        """Search a slice now and then, so that keys go first."""
        if self._search is not None and self._search.counting and not self._searching:
            self._searching = True
            self._soon(_PAUSE, self._search_slice)

    def _search_slice(self) -> None:
        self._searching = False
        search = self._search
        if search is None:
            return
        before = search.at
        search.step(time.perf_counter() + _ASIDE)
        if search.at != before:
            self._show_match()
        else:
            self.post_message(LogSays())
        self._search_on()

    def _show_match(self) -> None:
        """Have the match where the user is on the screen."""
        anchor = self._document.place(self._top)
        place = self._search.place() if self._search else None
        if anchor is not None and place is not None:
            self._forget_rows()
            self._top = self._document.find(anchor)
            self._bring(place.row, self.size.height // 3)
        self._repaint()
        self.post_message(LogSays())

    def _match_in_view(self) -> Point | None:
        """Where the match is at which the user is, if that is on the screen."""
        place = self._search.place() if self._search else None
        if place is None or not self._top <= place.row < self._top + self.size.height:
            return None
        return place

    def _bring(self, row: int, above: int = 0) -> None:
        """Have a row on the screen, and follow no more.

        Args:
            row: which one.
            above: how many rows are to be seen above it, where it was not on the screen yet.
        """
        height = self.size.height
        if not self._top <= row < self._top + height:
            settled = self._document.settle(row, height, height)
            self._forget_rows()
            below = settled >= self._top + height and not above
            self._scroll(settled - (height - 1 if below else above), follow=False)
        else:
            self._scroll(self._top, follow=False)

    def _go_back(self, place: tuple[Anchor | None, bool]) -> None:
        anchor, follows = place
        if follows or anchor is None:
            self._scroll(self._document.height)
        else:
            self._scroll(self._document.find(anchor))

    def _tell(self) -> None:
        below = 0 if self._follows else self.below
        new = max(0, self._document.height - self._left_at) if below else 0
        if (below, new) != self._told:
            self._told = below, new
            self.post_message(Scrolled(below, new))
