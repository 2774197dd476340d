"""The prompt: a text of several lines that is sent with enter."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from rich.text import Text
from textual import events
from textual.binding import Binding
from textual.widgets import TextArea

from aztui.ui.keymap import Place, bindings
from aztui.ui.messages import PromptRefused, PromptSubmitted
from aztui.ui.widgets.lines import Kept

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


_ACTIONS: Final[Mapping[str, str]] = {
    key: binding.action
    for binding in (*TextArea.BINDINGS, *bindings(Place.PROMPT))
    if isinstance(binding, Binding) and binding.key not in _TAKEN_ELSEWHERE
    for key in binding.key.split(",")
}
"""What the prompt does at its keys."""


class Prompt(TextArea, Kept, inherit_bindings=False):
    """What the user is about to send.

    It acts on all its keys itself: Textual's bindings act at another time than letters do, and
    what is typed quickly, or comes in one piece over a slow line, would be done out of order.
    """

    def __init__(self, *, placeholder: str = "", id: str | None = None) -> None:  # noqa: A002 - Textual's
        """Make an empty prompt.

        Args:
            placeholder: stands where nothing has been typed.
            id: for style sheets and queries.
        """
        super().__init__(placeholder=placeholder, id=id, highlight_cursor_line=False)
        self.cursor_blink = False
        self.match_cursor_bracket = False
        self._sent: list[str] = []
        self._recalled: int | None = None

    def take(self) -> str:
        """Empty the prompt, remember what stood in it, and return that."""
        text = self.text
        if not self._sent or self._sent[-1] != text:
            self._sent.append(text)
        self._recalled = None
        self.load_text("")
        return text

    def remember(self, earlier: Sequence[str]) -> None:
        """Have prompts of earlier days recalled before those of today."""
        self._sent[:0] = earlier
        if self._recalled is not None:
            self._recalled += len(earlier)

    def put(self, text: str) -> None:
        """Replace the text; undo brings the old one back."""
        self.replace(text, self.document.start, self.document.end)
        self.move_cursor(self.document.end)

    def get_line(self, line_index: int) -> Text:
        """Return a line as it can be shown: what acts on a terminal or hides becomes a dot.

        One mark stands for one character, so that the cursor is where it seems to be; what is
        sent stays as it was typed or pasted.
        """
        line = super().get_line(line_index)
        plain = line.plain
        if not plain.isascii() or not plain.isprintable():
            line.plain = _UNSAFE.sub(_mark, plain)
        return line

    def action_newline(self) -> None:
        """Begin a new line."""
        self.insert("\n")

    async def _on_key(self, event: events.Key) -> None:
        if event.key == "enter":
            event.stop()
            event.prevent_default()
            if self.text.strip():
                self.post_message(PromptSubmitted(self.text))
        elif event.key in {"up", "down"} and self._recall(-1 if event.key == "up" else 1):
            event.stop()
            event.prevent_default()
        elif event.key in _ACTIONS:
            event.stop()
            event.prevent_default()
            await self.run_action(_ACTIONS[event.key])
        else:
            await super()._on_key(event)

    async def _on_paste(self, event: events.Paste) -> None:
        event.prevent_default()
        event.stop()
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

    def _recall(self, step: int) -> bool:
        """Put an earlier or later prompt in place; False where the cursor should move instead."""
        at = self._recalled
        if at is None or self.text != self._sent[at]:
            if self.text or step > 0 or not self._sent:
                return False
            at = len(self._sent)
        elif not self._at_edge(step):
            return False
        at = max(0, at + step)
        self._recalled = at if at < len(self._sent) else None
        self.put(self._sent[at] if at < len(self._sent) else "")
        return True

    def _at_edge(self, step: int) -> bool:
        row, _ = self.cursor_location
        return row == (0 if step < 0 else self.document.line_count - 1)


def _mark(match: re.Match[str]) -> str:
    code = ord(match.group())
    if code < 0x20:
        return chr(0x2400 + code)
    return "␡" if code == 0x7F else "·"
