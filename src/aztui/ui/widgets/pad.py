"""A text that is edited in place, with the keyboard alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import ClassVar, Final

from rich.style import Style
from rich.text import Text
from textual import events
from textual.binding import Binding
from textual.document._document import Document
from textual.document._document_navigator import DocumentNavigator
from textual.expand_tabs import expand_text_tabs_from_widths
from textual.geometry import Region
from textual.strip import Strip
from textual.widgets import TextArea
from textual.widgets.text_area import TextAreaTheme

from aztui.terminal.driver import shows_cursor
from aztui.ui.keymap import Place, bindings
from aztui.ui.messages import PromptRefused
from aztui.ui.widgets.lines import Kept
from aztui.ui.widgets.wrapping import Wrapping

LARGEST_PASTE: Final = 200_000
"""Characters. A larger text would keep the screen from answering while it is wrapped."""

_TAKEN_ELSEWHERE: Final = frozenset(
    {
        "f6",
        "f7",
        "pageup",
        "pagedown",
        "ctrl+c,super+c",
        "ctrl+z,super+z",
        "ctrl+x,super+x",
        "ctrl+v",
    }
)
_UNSAFE: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\U000e0000-\U000e0fff]"
)
_EMPTY: Final = "▌"
"""What shows that an empty line is selected."""
ACTIONS: Final[Mapping[str, str]] = {
    key: binding.action
    for binding in (*TextArea.BINDINGS, *bindings(Place.PROMPT))
    if isinstance(binding, Binding) and binding.key not in _TAKEN_ELSEWHERE
    for key in binding.key.split(",")
}
"""What an editor does at its keys."""


class Pad(TextArea, Kept, inherit_bindings=False):
    """An editor that acts on all its keys itself.

    Textual's bindings act at another time than letters do, and what is typed quickly, or comes in
    one piece over a slow line, would be done out of order.
    """

    def __init__(self, *, placeholder: str = "", id: str | None = None) -> None:  # noqa: A002 - Textual's
        """Make an empty one.

        Args:
            placeholder: stands where nothing has been typed.
            id: for style sheets and queries.
        """
        super().__init__(placeholder=placeholder, id=id, highlight_cursor_line=False)
        self.cursor_blink = False
        self.match_cursor_bracket = False

    leaves_cursor: ClassVar[bool] = True
    """The terminal's own cursor is used where it can be."""

    @property
    def _draw_cursor(self) -> bool:
        return super()._draw_cursor and not shows_cursor(self.app)

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return the lines of a region; where they are kept, no style sheet is looked at."""
        return Kept.render_lines(self, crop)

    def draw_lines(self, crop: Region) -> list[Strip]:
        """Draw the lines of a region anew, as Textual's own editor does."""
        if self._theme is not None:
            self._theme.apply_css(self)
        return super().draw_lines(crop)

    def get_row(self, line: int, start: int, end: int) -> Text:
        """Return a part of a line as it can be shown: what acts on a terminal or hides is a dot.

        One mark stands for one character, so that the cursor is where it seems to be; what is
        sent stays as it was typed or pasted.

        Args:
            line: which one, from 0.
            start: the part's first character.
            end: the one behind its last.
        """
        plain = self.document.get_line(line)[start:end]
        if not plain.isascii() or not plain.isprintable():
            plain = _UNSAFE.sub(_mark, plain)
        return Text(plain, end="", no_wrap=True)

    def action_newline(self) -> None:
        """Begin a new line."""
        if not self.read_only:
            self.insert("\n")

    def _set_document(self, text: str, _language: str | None) -> None:
        # As Textual does it, but that it would make a `WrappedDocument`, and look for a language.
        self._highlight_query = None
        self.document = Document(text)
        self.wrapped_document = self._rows = Wrapping(self.document, tab_width=self.indent_width)
        self.navigator = DocumentNavigator(self._rows)
        self._build_highlight_map()
        self.move_cursor((0, 0))
        self._rewrap_and_refresh_virtual_size()

    def _render_line(self, y: int) -> Strip:
        """Render a row from its part of a line; Textual's way divides the whole line for each."""
        theme = self._theme
        base = self.rich_style if theme.base_style is None else theme.base_style
        found = self._rows.row(y + self.scroll_offset.y)
        if found is None:
            return Strip.blank(self.size.width, base)
        line, start, end = found
        row = self.get_row(line, start, end)
        whole = self.document.get_line(line)
        if end == len(whole):
            row.pad_right(1)  # for the cursor
        self._stylize(row, theme, found)
        tabs = whole.count("\t", 0, start)
        widths = self._rows.get_tab_widths(line)[tabs : tabs + whole.count("\t", start, end)]
        row = expand_text_tabs_from_widths(row, widths)
        width = self.scrollable_content_region.width - self.gutter_width
        strip = Strip(row.render(self.app.console), row.cell_len)
        return strip.extend_cell_length(width, theme.base_style).apply_style(base)

    def _stylize(self, row: Text, theme: TextAreaTheme, place: tuple[int, int, int]) -> None:
        """Show what is selected of a row, and the cursor."""
        line, start, end = place
        first, last = sorted(self.selection)
        selected = theme.selection_style
        if selected is not None and first != last and first[0] <= line <= last[0]:
            if start == end and line != self.cursor_location[0]:
                row.plain = _EMPTY
                row.stylize(Style(color=selected.bgcolor))
            else:
                begin = first[1] if line == first[0] else 0
                stop = last[1] if line == last[0] else len(self.document.get_line(line))
                row.stylize(selected, max(0, begin - start), max(0, min(stop, end) - start))
        at = self.cursor_location
        cursor = theme.cursor_style
        if cursor is not None and at[0] == line and self._draw_cursor and at[1] >= start:
            row.stylize(cursor, at[1] - start, at[1] - start + 1)

    async def _on_key(self, event: events.Key) -> None:
        if event.key in ACTIONS:
            event.stop()
            event.prevent_default()
            await self.run_action(ACTIONS[event.key])
        else:
            await super()._on_key(event)

    async def _on_paste(self, event: events.Paste) -> None:
        event.prevent_default()
        event.stop()
        if self.read_only:
            return
        text = event.text.replace("\r\n", "\n").replace("\r", "\n")
        size = len(text) + len(self.text)
        if size > LARGEST_PASTE:
            self.post_message(
                PromptRefused(
                    f"Not pasted: {size:,} characters, of at most {LARGEST_PASTE:,}. "
                    "For more there is: aztui ask < FILE"
                )
            )
            return
        start, end = self.selection
        self.replace(text, start, end, maintain_selection_offset=False)


def _mark(match: re.Match[str]) -> str:
    code = ord(match.group())
    if code < 0x20:
        return chr(0x2400 + code)
    return "␡" if code == 0x7F else "·"
