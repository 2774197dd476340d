"""The log: shows runs, and lets one look for text in them, choose parts and copy them."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

from textual.events import Key, Paste

from aztui.ui.keymap import FOUND_HINTS, LOG_HINTS, Hints, log_actions
from aztui.ui.messages import AgainAsked, CopyAsked, LogSays, Remark
from aztui.ui.widgets.log import Log, Stand
from aztui.ui.widgets.rows import Row

if TYPE_CHECKING:
    from aztui.ui.widgets.field import Field
    from aztui.ui.widgets.modes import Mode, WhichCode
    from aztui.ui.widgets.search import Search
    from aztui.ui.widgets.selection import Point, Selection

_ACTIONS: Final = log_actions()
_NOTHING_YET: Final = "There is no answer yet."
_ASIDE: Final = 0.006
"""Seconds that are worked at a time on what nobody waits for: a search through all of a log, a
long text to copy."""
_PAUSE: Final = 0.004
"""Seconds that everything else has in between."""


class Transcript(Log):
    """A log with keys of its own."""

    _mode: Mode | None = None
    _search: Search | None = None
    _searching = False
    _from: Stand | None = None

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

    def clear(self) -> None:
        """Forget everything shown."""
        self._mode = self._search = self._from = None
        super().clear()
        self.post_message(LogSays())

    def action_page(self, pages: int) -> None:
        """Move by pages what is chosen, or the view."""
        if not self._pressed("pagedown" if pages > 0 else "pageup"):
            super().action_page(pages)

    def action_top(self) -> None:
        """Go to the beginning with what is chosen, or the view."""
        if not self._pressed("ctrl+home"):
            super().action_top()

    def action_bottom(self) -> None:
        """Go to the end with what is chosen, or the view."""
        if not self._pressed("ctrl+end"):
            super().action_bottom()

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
        from aztui.ui.widgets.modes import WhichCode  # noqa: PLC0415 - rarely needed

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

    def action_times(self, typed: str = "") -> None:
        """Ask for how many answers the last prompt is to be asked again."""
        if self._empty:
            self.post_message(Remark(_NOTHING_YET))
            return
        from aztui.ui.widgets.modes import Times  # noqa: PLC0415 - rarely needed

        self._take(Times(lambda answers: self.post_message(AgainAsked(answers)), self.stay, typed))

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

        self._from = self._stand
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

    def _drawn(self, index: int) -> Row:
        line = self._document.line(index)
        row = self._search.mark(index, line.row) if self._search else line.row
        return self._mode.mark(index, line, row) if self._mode else row

    def _cut(self, kept: int) -> None:
        self._search = self._from = None
        super()._cut(kept)
        self._take(None)

    def _moved(self) -> None:
        super()._moved()
        if self._search is not None:
            self._search.moved()
        if self._mode is not None:
            self._mode.moved()

    def _changed(self, row: int, *, whole: bool = False) -> None:
        if self._search is not None:
            self._search.changed(row, whole=whole)
            self._search_on()
        if self._mode is not None:
            self._mode.moved()

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
        self._gather(pieces, [], self._document.moves, by_line=selection.by_line)

    def _gather(self, pieces: Iterator[str], text: list[str], moves: int, *, by_line: bool) -> None:
        """Copy a text once all its pieces are there; keys go first.

        Args:
            pieces: those to come.
            text: those that are there.
            moves: the document's, when the text was chosen.
            by_line: whether whole rows were.
        """
        if self._document.moves != moves:
            self.post_message(Remark("The log was laid out anew meanwhile: copy once more."))
            return
        until = time.perf_counter() + _ASIDE
        for piece in pieces:
            text.append(piece)
            if time.perf_counter() >= until:
                self._soon(_PAUSE, partial(self._gather, pieces, text, moves, by_line=by_line))
                return
        copied = "".join([*text, "\n"] if by_line else text)
        count = copied.count("\n")
        lines = f"{count:,} {'line' if count == 1 else 'lines'}"
        self._copy(copied, lines if by_line else "the selection")

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
        place = self._search.place() if self._search else None
        if place is not None:
            self._bring(place.row, self.size.height // 3)
        self._repaint()
        self.post_message(LogSays())

    def _match_in_view(self) -> Point | None:
        """Where the match is at which the user is, if that is on the screen."""
        place = self._search.place() if self._search else None
        self._settle()
        if place is None or not self._top <= place.row < self._top + self.size.height:
            return None
        return place
