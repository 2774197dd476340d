"""A text that the user and a model write together, edited in place."""

from __future__ import annotations

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Callable
from itertools import accumulate
from typing import Final

from rich.text import Text
from textual.document._edit import Edit
from textual.document._history import EditHistory
from textual.strip import Strip
from textual.widgets.text_area import EditResult

from aztui.core.manuscript import Stretches
from aztui.explore.authorship import between, in_lines, replaced, rewritten
from aztui.ui.theme import paint, style
from aztui.ui.widgets.pad import Pad
from aztui.ui.widgets.rows import Role

SPACE: Final = "·"
"""A space at a line's end, which changes what a base model goes on with."""
_BAR: Final = "│ "
_KNOWN: Final = 200
"""Texts of which it is remembered who wrote what, for undo and redo."""


class Manuscript(Pad, inherit_bindings=False):
    """Knows who wrote which part of it; what a model writes is one step of undo."""

    def __init__(self, *, placeholder: str = "", id: str | None = None) -> None:  # noqa: A002 - Textual's
        """Make an empty one.

        Args:
            placeholder: stands where nothing has been written.
            id: for style sheets and queries.
        """
        self._stretches: Stretches = ()
        self._starts = [0]
        self._known: OrderedDict[str, Stretches] = OrderedDict()
        self._held = ""
        self._own: EditHistory | None = None
        self._written = ""
        self._writes_at = 0
        self._inserting = False
        self._width = 2
        super().__init__(placeholder=placeholder, id=id)

    @property
    def stretches(self) -> Stretches:
        """Who wrote which part."""
        return self._stretches

    @property
    def cursor(self) -> int:
        """The character before which the user is, counted from 0."""
        return self._offset(self.cursor_location)

    @property
    def before(self) -> str:
        """What stands before the cursor."""
        return self.text[: self.cursor]

    @property
    def writes(self) -> bool:
        """Whether a model is writing."""
        return self._own is not None

    def put(self, text: str, stretches: Stretches, cursor: int | None = None) -> None:
        """Show another text.

        Args:
            text: all of it, with one kind of line end (`explore.authorship.in_lines`).
            stretches: who wrote which part of it.
            cursor: the character before which the user is; None for the end.
        """
        self.load_text(text)
        self._note(text, stretches)
        place = len(text) if cursor is None else cursor
        self.move_cursor(self._location(place), center=True)

    def begin(self) -> None:
        """Have a model write where the cursor is."""
        self.history.checkpoint()
        # What it writes piece by piece is one step of undo in the end.
        self._own, self.history = self.history, EditHistory(0, 0.0, 0)
        self._written, self._held, self._writes_at = "", "", self.cursor
        self.read_only = True

    def write(self, text: str) -> None:
        """Take more of what the model writes."""
        text = self._held + text
        # What follows may make one line end of the two.
        self._held = "\r" if text.endswith("\r") else ""
        text = in_lines(text.removesuffix(self._held))
        self._insert(text, self._writes_at + len(self._written))
        self._written += text

    def end(self) -> None:
        """Let the user go on; what the model wrote can be taken back with undo."""
        if self._own is None:
            return
        if self._held:
            self._held = ""
            self._insert("\n", self._writes_at + len(self._written))
            self._written += "\n"
        text, at = self._written, self._writes_at
        if text:
            start, end = self._location(at), self._location(at + len(text))
            self.edit(Edit("", start, end, maintain_selection_offset=False))
        self.history, self._own = self._own, None
        if text:
            self._insert(text, at)
            self.history.checkpoint()
        self.read_only = False
        self.move_cursor(self._location(at + len(text)))

    def rewrite(self, text: str) -> None:
        """Have another text in its place, in one step of undo; what is new is a model's."""
        text = in_lines(text)
        whose = rewritten(self._stretches, self.text, text, model=True)
        self.history.checkpoint()
        self.replace(text, self.document.start, self.document.end)
        self.history.checkpoint()
        self._note(self.text, whose)
        self.move_cursor(self.document.end)

    def cut(self) -> None:
        """Cut all off that follows the cursor."""
        self.history.checkpoint()
        self.delete(self.cursor_location, self.document.end, maintain_selection_offset=False)
        self.history.checkpoint()

    def edit(self, edit: Edit) -> EditResult:
        """Do an edit; what it brings is the user's, or the model's while one writes."""
        start, end = self._offset(edit.top), self._offset(edit.bottom)
        result = super().edit(edit)
        whose = replaced(self._stretches, start, end, len(edit.text), model=self._models)
        self._note(self.text, whose)
        return result

    def undo(self) -> None:
        """Take the last step back."""
        self._step(super().undo)

    def redo(self) -> None:
        """Do it again."""
        self._step(super().redo)

    @property
    def gutter_width(self) -> int:
        """Cells at the left, where a bar stands beside what a model wrote."""
        return self._width

    def get_row(self, line: int, start: int, end: int) -> Text:
        """Return a part of a line as it looks: the user's text strong, spaces at its end visible.

        Args:
            line: which one, from 0.
            start: the part's first character.
            end: the one behind its last.
        """
        row = super().get_row(line, start, end)
        seen = max(0, len(self.document.get_line(line).rstrip(" ")) - start)
        if seen < len(row.plain):
            row.plain = row.plain[:seen] + SPACE * (len(row.plain) - seen)
        dark = self.app.current_theme.dark
        begin = self._starts[line] + start
        for first, last, model in between(self._stretches, begin, begin + end - start):
            look = Role.CODE if model else Role.STRONG
            row.stylize(style(look, dark=dark), first - begin, last - begin)
        return row

    def render_line(self, y: int) -> Strip:
        """Return a row of the screen, with a bar beside what a model wrote."""
        bar = _BAR if self._has_models(y + self.scroll_offset.y) else " " * len(_BAR)
        dark = self.app.current_theme.dark
        mark = paint(((bar, Role.ACCENT),), len(_BAR), dark=dark)
        for line_filter in self.app.get_line_filters():
            mark = mark.apply_filter(line_filter, self.background_colors[1])
        return Strip.join([mark, super().render_line(y)])

    def _has_models(self, y: int) -> bool:
        """Whether a model wrote some of a row."""
        found = self._rows.row(y)
        if found is None:
            return False
        line, start, end = found
        begin = self._starts[line]
        return any(model for *_, model in between(self._stretches, begin + start, begin + end))

    @property
    def _models(self) -> bool:
        return self.writes or self._inserting

    def _insert(self, text: str, at: int) -> None:
        place = self._location(at)
        self._inserting = True
        try:
            self.edit(Edit(text, place, place, maintain_selection_offset=False))
        finally:
            self._inserting = False

    def _step(self, step: Callable[[], None]) -> None:
        before, whose = self.text, self._stretches
        step()
        after = self.text
        known = self._known.get(after)
        self._note(after, rewritten(whose, before, after, model=False) if known is None else known)

    def _note(self, text: str, stretches: Stretches) -> None:
        """Remember who wrote what, also for when the text is the same again."""
        self._stretches = stretches
        self._starts = [0, *accumulate(len(line) + 1 for line in self.document.lines)]
        self._known[text] = stretches
        self._known.move_to_end(text)
        if len(self._known) > _KNOWN:
            self._known.popitem(last=False)
        self._line_cache.clear()
        self.refresh()

    def _offset(self, location: tuple[int, int]) -> int:
        row, column = location
        return self._starts[min(row, len(self._starts) - 1)] + column

    def _location(self, offset: int) -> tuple[int, int]:
        row = min(bisect_right(self._starts, offset) - 1, self.document.line_count - 1)
        return row, offset - self._starts[row]
