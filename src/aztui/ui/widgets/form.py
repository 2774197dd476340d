"""Rows of which the user is in one, and may type there."""

from __future__ import annotations

from textual import events

from aztui.ui.widgets.field import Field
from aztui.ui.widgets.lines import Lines


class Form(Lines, can_focus=True):
    """Knows in which row the user is, keeps it on the screen, and takes what is typed there."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's
        """Begin at the top.

        Args:
            id: for style sheets and queries.
        """
        super().__init__(id=id)
        self._at = 0
        self._top = 0
        self._field: Field | None = None

    @property
    def editing(self) -> bool:
        """Whether something is being typed."""
        return self._field is not None

    def on_resize(self) -> None:
        """Keep the row where the user is on the screen."""
        self._move(0)

    def on_key(self, event: events.Key) -> None:
        """Move, change, or type."""
        if self._chosen(event) if self._field is None else self._typed(event, self._field):
            event.stop()
            event.prevent_default()

    def on_paste(self, event: events.Paste) -> None:
        """Take a text that was pasted."""
        event.stop()
        self._edit((self._field or self._begun()).insert(self._fitting(event.text)))

    def _begun(self) -> Field:
        """What typing begins with."""
        return Field.of("")

    def _chosen(self, event: events.Key) -> bool:
        """Take a key while nobody types; False where it means nothing here."""
        raise NotImplementedError

    def _typed(self, event: events.Key, field: Field) -> bool:
        """Take a key while something is being typed; False where it means nothing here."""
        if event.character is not None and event.is_printable:
            self._edit(field.insert(event.character))
            return True
        changed = field.press(event.key)
        if changed is not None:
            self._edit(changed)
        return changed is not None

    def _fitting(self, text: str) -> str:
        """Return a text as the row can hold it."""
        raise NotImplementedError

    def _edit(self, field: Field | None) -> None:
        """Go on with what is typed; None ends it."""
        self._field = field
        self._show()

    def _show(self) -> None:
        """Show what is there now."""
        raise NotImplementedError

    @property
    def _count(self) -> int:
        """How many rows there are."""
        raise NotImplementedError

    def _way(self, key: str) -> int | None:
        """How many rows a key goes, down or up; None for any other."""
        page, last = max(1, self.size.height - 1), self._count
        ways = {"up": -1, "down": 1, "shift+tab": -1, "tab": 1, "pageup": -page, "pagedown": page}
        return (ways | {"home": -last, "end": last}).get(key)

    def _move(self, rows: int) -> None:
        """Go so many rows down, or up, as far as there are any."""
        self._at = max(0, min(self._at + rows, self._count - 1))
        self._scroll()
        self._show()

    def _scroll(self) -> None:
        """Have the row where the user is on the screen, and no more blank ones than needed."""
        if height := self.size.height:
            self._top = max(0, min(self._top, self._at, self._count - height))
            self._top = max(self._top, self._at - height + 1)
