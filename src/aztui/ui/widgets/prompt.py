"""The prompt: a text of several lines that is sent with enter."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events

from aztui.ui.messages import PromptSubmitted
from aztui.ui.widgets.pad import Pad


class Prompt(Pad, inherit_bindings=False):
    """What the user is about to send."""

    def __init__(self, *, placeholder: str = "", id: str | None = None) -> None:  # noqa: A002 - Textual's
        """Make an empty prompt.

        Args:
            placeholder: stands where nothing has been typed.
            id: for style sheets and queries.
        """
        super().__init__(placeholder=placeholder, id=id)
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

    async def _on_key(self, event: events.Key) -> None:
        if event.key == "enter":
            event.stop()
            event.prevent_default()
            if self.text.strip():
                self.post_message(PromptSubmitted(self.text))
        elif event.key in {"up", "down"} and self._recall(-1 if event.key == "up" else 1):
            event.stop()
            event.prevent_default()
        else:
            await super()._on_key(event)

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
